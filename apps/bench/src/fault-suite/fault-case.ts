import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Random } from '@assize/core';
import { type FakeProviderOptions, startFakeProvider } from '@assize/testkit/fake-provider';
import { type FaultProxyOptions, startFaultProxy } from '@assize/testkit/fault-proxy';

import { type Audit, auditRun, type CalmRun } from './fault-audit.ts';
import { startSubject, type Subject, type SubjectLife } from './start-subject.ts';
import type { SubjectSettings } from './subject-lines.ts';

/** What one trial showed. */
export interface TrialResult extends Audit {
  /** Faults that were met: kills that found the run at work, disks that ran full. */
  readonly met: number;
  /** What the run said of it: how sessions ended, codes of warnings and of faults in the books. */
  readonly said: readonly string[];
  /** What was not as promised beside the counts. */
  readonly problems: readonly string[];
}

/** One fault of the suite. */
export interface FaultCase {
  readonly name: string;
  /** The promises that it is about. */
  readonly promises: string;
  /** How often the fault is to be met; trials go on until then. */
  readonly trials: { readonly full: number; readonly quick: number };
  /** Why it cannot be tried here. */
  readonly skip?: () => string | undefined;
  /** One of these must be among what the run said. */
  readonly says: readonly string[];
  readonly run: (trial: Trial) => Promise<TrialResult>;
}

export interface Trial {
  readonly number: number;
  readonly random: Random;
  /** Whether time is short: storms are shorter then. */
  readonly quick: boolean;
}

/** What a driver of a trial may do. */
export interface Driver {
  readonly directory: string;
  readonly start: (change?: Partial<SubjectSettings>, by?: readonly string[]) => Subject;
}

export interface HurtOptions {
  readonly items?: number;
  readonly provider?: FakeProviderOptions;
  readonly proxy?: Omit<FaultProxyOptions, 'target'>;
  readonly subject?: Partial<SubjectSettings>;
  /** Whether every item must end rated as in a calm run. Default true. */
  readonly heals?: boolean;
  /** Whether the journal is left to be audited. Default true. */
  readonly audit?: boolean;
  /** Lets subjects live and hurts them; returns what was heard of them. Default: one, left alone. */
  readonly drive?: (driver: Driver) => Promise<SubjectLife[]>;
  /** Faults met, where it is not one for each trial. */
  readonly met?: (lives: readonly SubjectLife[]) => number;
  readonly problems?: (lives: readonly SubjectLife[]) => string[];
}

const nothingToAudit: Audit = { lost: 0, paidTwice: 0, wrongTotals: [], silentWrong: 0 };
const calmRuns = new Map<number, Promise<CalmRun>>();

/** One run that is hurt, and what became of it. */
export async function hurt({
  items = 60,
  provider: settings = {},
  proxy: script,
  subject = {},
  heals = true,
  audit: audited = true,
  drive = async ({ start }) => [await start().ended],
  met,
  problems = () => [],
}: HurtOptions): Promise<TrialResult> {
  const calm = await calmRun(items);
  await using provider = await startFakeProvider({ latencyMs: 10, jitterMs: 10, ...settings });
  await using proxy = script ? await startFaultProxy({ target: provider.url, ...script }) : undefined;
  const { openaiBaseURL: baseURL } = proxy ?? provider;
  const directory = await mkdtemp(join(tmpdir(), 'assize-hurt-'));
  try {
    const plain = { directory, baseURL, items, concurrency: 8, deadlineMs: 5000, ...subject };
    const lives = await drive({ directory, start: (change, by) => startSubject({ ...plain, ...change }, by) });
    const { answered } = provider.requests;
    const audit = audited ? await auditRun({ directory, items, lives, answered, calm, heals }) : nothingToAudit;
    const last = lives.at(-1)?.ends.at(-1);
    const unrest =
      heals && (last?.refused === true || last?.reason !== 'done') ? ['the run did not come to its end'] : [];
    const errors = lives.flatMap(({ errors: text }) => (text === '' ? [] : [`stderr: ${text.slice(0, 300)}`]));
    const struck = proxy?.connections.some(({ fault }) => fault !== null) ?? true;
    return {
      ...audit,
      met: met?.(lives) ?? Number(struck),
      said: saidOf(lives),
      problems: [...unrest, ...errors, ...problems(lives)],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What runs said of themselves: reasons and codes. */
function saidOf(lives: readonly SubjectLife[]): string[] {
  const said = new Set(lives.flatMap(({ warnings }) => warnings));
  for (const end of lives.flatMap(({ ends }) => ends)) {
    if (end.code !== undefined) said.add(end.code);
    if (end.refused === true) continue;
    said.add(end.reason);
    for (const { faults } of Object.values(end.ledger.models)) for (const code of Object.keys(faults)) said.add(code);
    if (end.ledger.unknown.length > 0) said.add('unknown calls listed');
    if (end.ledger.ratings.failed > 0) said.add('failed');
    if (end.ledger.ratings.unreadable > 0) said.add('unreadable');
  }
  return [...said];
}

/** The same items without any fault, once for each number of them. */
async function calmRun(items: number): Promise<CalmRun> {
  const known = calmRuns.get(items) ?? makeCalmRun(items);
  calmRuns.set(items, known);
  return known;
}

async function makeCalmRun(items: number): Promise<CalmRun> {
  await using provider = await startFakeProvider();
  const directory = await mkdtemp(join(tmpdir(), 'assize-calm-'));
  const baseURL = provider.openaiBaseURL;
  const life = await startSubject({ directory, baseURL, items, concurrency: 8, deadlineMs: 5000 }).ended;
  await rm(directory, { recursive: true });
  const [end] = life.ends;
  if (!end || end.refused === true || end.digest === null)
    throw new Error(`a run without a fault failed: ${life.errors}`);
  return { ledger: end.ledger, digest: end.digest };
}
