import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { folderStore, readRun, resultDigest, startRun } from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest } from './rater-for-test.ts';

/** Stores as each version of the format wrote them: five items, two questions each, and what the run said. */
const golden = [
  { version: 1, digest: 'd86daacccd9b7816a1d8a9f27244b0f6aad7a286e5cdf7835fabc4e039b163af', cost: 0.000864 },
] as const;
const nothing = { visit: () => undefined, trouble: () => undefined };

async function copyOf(version: number): Promise<string> {
  const directory = await folderForTest();
  await cp(fileURLToPath(new URL(`fixtures/store-${version}`, import.meta.url)), directory, { recursive: true });
  return directory;
}

describe.each(golden)('a store of format $version', ({ version, digest, cost }) => {
  test('F1: reads as it was written', async () => {
    const { ratings, ledger, unknown } = await readRun(await copyOf(version), 'golden');
    expect(await resultDigest(ratings())).toBe(digest);
    expect(ledger).toMatchObject({ ratings: { rated: 10 }, cost: { amount: cost } });
    expect(unknown).toEqual([]);
  });

  test('F1: goes on without asking anything again, and gives its replies to the cache of other runs', async () => {
    const directory = await copyOf(version);
    const plan = { dataset: itemsForTest(5), raters: [raterForTest({ samples: 2 })] };
    for (const run of ['other', 'golden']) {
      const model = modelForTest();
      const started = startRun(plan, { directory, run, models: () => model, cache: 'store', reserveBytes: 0 });
      expect(await started.done).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 10 } } });
      expect(model.asked).toEqual([]);
    }
    expect(await resultDigest((await readRun(directory, 'golden')).ratings())).toBe(digest);
  });
});

test('F2: an index of a newer version is refused, and no byte of it is changed', async () => {
  const directory = await copyOf(1);
  const file = join(directory, 'index.sqlite');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 999');
  database.close();
  const before = await readFile(file);
  await expect(folderStore(directory, { reserveBytes: 0 }).open('golden', nothing)).rejects.toMatchObject({
    code: 'runner/index-too-new',
    facts: { found: 999 },
  });
  expect((await readFile(file)).equals(before)).toBe(true);
});
