import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { seededRandom } from '@assize/stats';

import { alignedColumns } from '../aligned-columns.ts';
import type { FaultCase, TrialResult } from './fault-case.ts';
import { processFaults } from './process-faults.ts';
import { providerFaults } from './provider-faults.ts';
import { storeFaults } from './store-faults.ts';

/** One fault and what all its trials showed. */
export interface FaultRow {
  readonly fault: string;
  readonly promises: string;
  /** How often the fault was met, and in how many runs. */
  readonly met: number;
  readonly runs: number;
  readonly lost: number;
  readonly paidTwice: number;
  readonly wrongTotals: number;
  readonly silentWrong: number;
  /** What the runs said, by how many of them. */
  readonly said: Readonly<Record<string, number>>;
  /** `null` when it was skipped. */
  readonly pass: boolean | null;
  /** What went wrong, or why it was skipped. */
  readonly problems: readonly string[];
}

export interface SuiteOptions {
  /** Whether each fault is met a few times only. */
  readonly quick: boolean;
  /** Part of a name: only these faults. */
  readonly only?: string;
  readonly seed?: number;
  /** Told of each fault when its trials are done. */
  readonly done?: (row: FaultRow) => void;
}

/** All faults, in the order of the table. */
export const faultCases: readonly FaultCase[] = [...processFaults, ...storeFaults, ...providerFaults];

/** Hurts whole runs in real processes, each fault as often as is asked, and counts what became of them. */
export async function faultSuite({ quick, only = '', seed = 1, done }: SuiteOptions): Promise<FaultRow[]> {
  const rows: FaultRow[] = [];
  for (const fault of faultCases) {
    if (!fault.name.includes(only)) continue;
    const row = await tried(fault, { quick, seed });
    rows.push(row);
    done?.(row);
  }
  return rows;
}

async function tried(fault: FaultCase, { quick, seed }: { quick: boolean; seed: number }): Promise<FaultRow> {
  const { name, promises, trials, says } = fault;
  const reason = fault.skip?.();
  const wanted = reason !== undefined ? 0 : quick ? trials.quick : trials.full;
  const results: TrialResult[] = [];
  let met = 0;
  // A fault may miss a run that is over before it: then there is one more, up to four times as many.
  for (let number = 0; met < wanted && number < wanted * 4; number += 1) {
    const random = seededRandom(seed).stream(`${name} ${number}`);
    const result = await fault.run({ number, random, quick });
    results.push(result);
    met += result.met;
  }
  const said: Record<string, number> = {};
  for (const word of results.flatMap((result) => result.said)) said[word] = (said[word] ?? 0) + 1;
  const sum = (count: (result: TrialResult) => number): number => results.reduce((all, one) => all + count(one), 0);
  const counts = {
    lost: sum(({ lost }) => lost),
    paidTwice: sum(({ paidTwice }) => paidTwice),
    wrongTotals: sum(({ wrongTotals }) => wrongTotals.length),
    silentWrong: sum(({ silentWrong }) => silentWrong),
  };
  const problems = new Set(results.flatMap((result) => [...result.wrongTotals, ...result.problems]));
  if (met < wanted) problems.add(`met ${met} times of ${wanted}`);
  if (reason === undefined && !says.some((word) => said[word] !== undefined))
    problems.add(`none said ${says.join(' or ')}`);
  const isSound = problems.size === 0 && Object.values(counts).every((count) => count === 0);
  return {
    fault: name,
    promises,
    met,
    runs: results.length,
    ...counts,
    said,
    pass: reason === undefined ? isSound : null,
    problems: reason === undefined ? [...problems] : [reason],
  };
}

/** The rows as a table, and below it what went wrong. */
export function faultTable(rows: readonly FaultRow[]): string[] {
  const header = [
    'fault',
    'promises',
    'met',
    'runs',
    'lost',
    'paid twice',
    'wrong totals',
    'silent wrong',
    'result',
    'what the report said',
  ];
  const cells = rows.map((row) => [
    row.fault,
    row.promises,
    String(row.met),
    String(row.runs),
    ...[row.lost, row.paidTwice, row.wrongTotals, row.silentWrong].map((count) =>
      row.pass === null ? '' : String(count),
    ),
    row.pass === null ? 'skip' : row.pass ? 'pass' : 'MISS',
    Object.entries(row.said)
      .toSorted((a, b) => b[1] - a[1])
      .map(([word, runs]) => `${word} (${runs})`)
      .join(', '),
  ]);
  const problems = rows.flatMap(({ fault, problems: found }) =>
    found.slice(0, 12).map((problem) => `${fault}: ${problem}`),
  );
  return [
    ...alignedColumns([header, ...cells], new Set([2, 3, 4, 5, 6, 7])),
    ...(problems.length > 0 ? ['', ...problems] : []),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
    },
  });
  const { quick, only, json } = values;
  const rows = await faultSuite({
    quick,
    only,
    seed: Number(values.seed),
    done: ({ fault, met, pass }) => process.stderr.write(`${fault}: met ${met}, ${pass === false ? 'MISS' : 'ok'}\n`),
  });
  process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : `${faultTable(rows).join('\n')}\n`);
  if (rows.length === 0) process.exitCode = 2;
  else if (rows.some(({ pass }) => pass === false)) process.exitCode = 1;
}
