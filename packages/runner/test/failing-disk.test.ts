import { fingerprint, isAssizeError, type ModelRequest, type Rating } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { type Durability, folderStore, readRun, resultDigest, type RunSummary, startRun } from '../src/index.ts';
import { failingFiles, type Failure } from './failing-files.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest } from './rater-for-test.ts';

const items = 7;
const questions = items * 2;
const modes = ['fast', 'batch', 'strict'] as const;
const healthy: Failure = { at: Infinity, code: 'EIO', lasts: 'once' };

interface Witness {
  readonly asked: { readonly request: ModelRequest; readonly sample: number }[];
}

/** Runs on a disk that fails; `undefined` when the run could not begin. */
async function runOn(
  directory: string,
  durability: Durability,
  failure: Failure,
  model = modelForTest(),
): Promise<{ summary: RunSummary | undefined; changes: number; witness: Witness }> {
  const files = failingFiles(failure);
  const run = startRun(
    { dataset: itemsForTest(items), raters: [raterForTest({ samples: 2 })] },
    {
      directory: folderStore(directory, { durability, reserveBytes: 4096, files }),
      run: 'r',
      models: () => model,
      concurrency: 3,
      prices: { 'fake:one': { input: 3, output: 15 } },
    },
  );
  const summary = await run.done.catch(() => undefined);
  return { summary, changes: files.changes(), witness: model };
}

async function digestOf(directory: string): Promise<string> {
  const ratings: Rating[] = [];
  for await (const rating of (await readRun(directory, 'r')).ratings()) ratings.push(rating);
  return resultDigest(ratings);
}

/** How many questions were asked more than once. */
function repeated(...witnesses: Witness[]): number {
  const counts = new Map<string, number>();
  for (const { request, sample } of witnesses.flatMap(({ asked }) => asked)) {
    const key = fingerprint([request, sample]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(questions);
  return [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
}

/** Fails at every change in turn until a run passes untouched, and resumes each time on a disk that works. */
async function atEveryChange(
  durability: Durability,
  failure: Omit<Failure, 'at'>,
  look: (first: RunSummary | undefined, second: RunSummary, repeats: number) => void,
): Promise<number> {
  const calm = await folderForTest();
  await runOn(calm, durability, healthy);
  const whole = await digestOf(calm);
  for (let at = 1; ; at += 1) {
    const directory = await folderForTest();
    const first = await runOn(directory, durability, { ...failure, at });
    const second = await runOn(directory, durability, healthy);
    expect(second.summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: questions, failed: 0 } } });
    expect(await digestOf(directory)).toBe(whole);
    look(first.summary, second.summary!, repeated(first.witness, second.witness));
    if (first.changes < at) return at - 1;
  }
}

const codeOf = (fault: Error | undefined): string | undefined => (isAssizeError(fault) ? fault.code : undefined);

describe.each(modes)('in mode %s', (durability) => {
  test('P1(a): a kill at any write, half done, loses and repeats only calls that were in flight, and lists them', async () => {
    const places = await atEveryChange(durability, { code: 'killed', lasts: 'always' }, (_, { ledger }, repeats) => {
      expect(ledger.unknown.length).toBeLessThanOrEqual(3);
      expect(repeats).toBeLessThanOrEqual(ledger.unknown.length);
      expect(ledger.models['fake:one']?.attempts).toBe(questions + ledger.unknown.length);
    });
    expect(places).toBeGreaterThan(durability === 'fast' ? 12 : 14);
  });

  test.each(['EIO', 'EROFS', 'ENOSPC'] as const)(
    'S1, S7: %s at any write from then on stops the run, which goes on when the disk is back',
    async (code) => {
      const stopped: (string | undefined)[] = [];
      await atEveryChange(durability, { code, lasts: 'always' }, (first, { ledger }, repeats) => {
        if (first && first.reason !== 'done') stopped.push(codeOf(first.fault));
        expect(ledger.unknown.length).toBeLessThanOrEqual(3);
        expect(repeats).toBeLessThanOrEqual(ledger.unknown.length);
      });
      expect(stopped.length).toBeGreaterThan(3);
      expect(stopped).not.toContain(undefined);
    },
  );

  test('S1: a full disk gives what is in flight the room of the reserve: nothing is unknown, nothing asked twice', async () => {
    const stopped: (string | undefined)[] = [];
    await atEveryChange(durability, { code: 'ENOSPC', lasts: 'until-removed' }, (first, { ledger }, repeats) => {
      if (first && first.reason !== 'done') stopped.push(codeOf(first.fault));
      expect(ledger.unknown).toEqual([]);
      expect(repeats).toBe(0);
    });
    expect(new Set(stopped)).toEqual(new Set(['runner/disk-full']));
  });

  test('S2: a sync that fails once is not believed; the run stops, and no reply is lost or asked for twice', async () => {
    await atEveryChange(durability, { code: 'EIO', lasts: 'once', only: 'sync' }, (_, { ledger }, repeats) => {
      expect(ledger.unknown).toEqual([]);
      expect(repeats).toBe(0);
    });
  });

  test('a single failed write costs no more than what it was to keep', async () => {
    await atEveryChange(durability, { code: 'EIO', lasts: 'once' }, (_, { ledger }, repeats) => {
      expect(ledger.unknown.length).toBeLessThanOrEqual(3);
      expect(repeats).toBeLessThanOrEqual(ledger.unknown.length);
    });
  });
});
