import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Rating } from '@assize/core';
import { beforeAll, describe, expect, test } from 'vitest';

import {
  folderStore,
  journalDamaged,
  readRun,
  repairLoses,
  repairRun,
  resultDigest,
  startRun,
  verifyRun,
  verifyStore,
} from '../src/index.ts';
import { segmentHeader } from '../src/journal/journal-scan.ts';
import { JournalWriter } from '../src/journal/journal-writer.ts';
import { failingFiles } from './failing-files.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest } from './rater-for-test.ts';
import { SimulatedDisk } from './simulated-disk.ts';

const plan = { dataset: itemsForTest(3), raters: [raterForTest()] };
/** A manifest, an end, and an intent, a receipt and ratings of each item. */
const written = 2 + 3 * 3;
let whole: Buffer;
let digest: string;

/** A store with one run whose journal has these bytes. */
async function storeWith(bytes: Buffer): Promise<{ directory: string; file: string }> {
  const directory = await folderForTest();
  await mkdir(join(directory, 'runs', 'r'), { recursive: true });
  const file = join(directory, 'runs', 'r', 'journal-000001.jsonl');
  await writeFile(file, bytes);
  return { directory, file };
}

/** The same on a disk in memory, since there are thousands. */
function diskWith(bytes: Buffer): SimulatedDisk {
  const disk = new SimulatedDisk();
  disk.hold('/store/runs/r/journal-000001.jsonl', bytes);
  return disk;
}

async function digestOf(directory: string): Promise<string> {
  return resultDigest((await readRun(directory, 'r')).ratings());
}

async function resume(directory: string) {
  const model = modelForTest();
  const options = { directory, run: 'r', models: () => model, reserveBytes: 0, durability: 'fast' as const };
  return { summary: await startRun(plan, options).done, asked: model.asked.length };
}

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'assize-runner-'));
  const run = startRun(plan, { directory, run: 'r', models: () => modelForTest(), reserveBytes: 0 });
  await run.done;
  digest = await digestOf(directory);
  whole = await readFile(join(directory, 'runs', 'r', 'journal-000001.jsonl'));
  await rm(directory, { recursive: true });
});

/** The run as it reads, or the damage that it names: nothing else may come of it. */
async function outcome(bytes: Buffer): Promise<'same' | 'damaged' | 'shorter'> {
  try {
    const rows: Rating[] = [];
    for await (const { ratings } of folderStore('/store', { files: diskWith(bytes) }).ratings('r'))
      rows.push(...ratings);
    const found = await resultDigest(rows);
    return found === digest ? 'same' : 'shorter';
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/journal-damaged|no-run|empty-run/) as string });
    return journalDamaged.is(error) ? 'damaged' : 'shorter';
  }
}

describe('S4: a journal of a small store', () => {
  test(
    'with any byte flipped reads the same or names the damage, and verify lists it',
    { timeout: 60_000 },
    async () => {
      for (let at = 0; at < whole.length; at += 1) {
        const bytes = Buffer.from(whole);
        bytes[at] = bytes[at]! ^ (1 << (at % 8));
        expect(await outcome(bytes)).toBe('damaged');
        const { damage, lost, records } = await verifyRun('/store', 'r', { files: diskWith(bytes) });
        expect(damage.length).toBeGreaterThan(0);
        const isHeader = at < whole.indexOf(0x0a) + 1;
        expect({ lost, records }).toEqual(isHeader ? { lost: 0, records: written } : { lost: 1, records: written - 1 });
      }
    },
  );

  test('cut at any length reads as its beginning, with no more than a torn end', { timeout: 60_000 }, async () => {
    for (let length = 0; length < whole.length; length += 1) {
      const bytes = whole.subarray(0, length);
      const lines = bytes.filter((byte) => byte === 0x0a).length;
      expect(await outcome(bytes)).not.toBe('damaged');
      const { damage, records, tornBytes } = await verifyRun('/store', 'r', { files: diskWith(bytes) });
      expect({ damage, records }).toEqual({ damage: [], records: Math.max(lines - 1, 0) });
      expect(tornBytes > 0).toBe(length > 0 && whole[length - 1] !== 0x0a);
    }
  });

  test.each([64, 512])(
    'with blocks of %i bytes exchanged, doubled or zeroed is never read as anything else',
    async (size) => {
      const blocks = Math.floor(whole.length / size);
      for (let at = 0; at + 1 < blocks; at += 1) {
        const [from, to] = [at * size, (at + 1) * size];
        const exchanged = Buffer.from(whole);
        whole.copy(exchanged, from, to, to + size);
        whole.copy(exchanged, to, from, to);
        const doubled = Buffer.concat([whole.subarray(0, to), whole.subarray(from)]);
        const zeroed = Buffer.from(whole).fill(0, from, to);
        for (const bytes of [exchanged, doubled, zeroed]) {
          expect(await outcome(bytes)).toBe(bytes.equals(whole) ? 'same' : 'damaged');
        }
      }
    },
  );

  test(
    'with any block zeroed is repaired to what is whole, and the rest is asked again, and only that',
    { timeout: 60_000 },
    async () => {
      for (let at = 0; at + 200 < whole.length; at += 200) {
        const { directory, file } = await storeWith(Buffer.from(whole).fill(0, at, at + 200));
        const damaged = await readFile(file);
        const { lost, records } = await verifyRun(directory, 'r');
        if (lost > 0) {
          const before = await readdir(join(directory, 'runs', 'r'));
          await expect(repairRun(directory, 'r')).rejects.toMatchObject({ code: repairLoses.code });
          expect(await readFile(file)).toEqual(damaged);
          expect((await readdir(join(directory, 'runs', 'r'))).filter((name) => !/lock|owner/.test(name))).toEqual(
            before,
          );
        }
        const repair = await repairRun(directory, 'r', { acceptLoss: true });
        expect(repair).toMatchObject({ repaired: true, lost });
        expect(await readFile(join(repair.backup!, 'journal-000001.jsonl'))).toEqual(damaged);
        expect(await verifyRun(directory, 'r')).toMatchObject({ damage: [], records: records + 1 });
        const { summary, asked } = await resume(directory);
        expect(summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 3 } } });
        expect(asked).toBeLessThanOrEqual(written - records);
        expect(await digestOf(directory)).toBe(digest);
      }
    },
  );

  test('with records in a wrong place or twice loses nothing: repair puts them right without consent', async () => {
    const lines = whole.toString('latin1').split(/(?<=\n)/);
    const moved = [...lines.slice(0, 3), lines[5]!, lines[4]!, lines[3]!, lines[5]!, ...lines.slice(6)];
    const bytes = Buffer.from(moved.join(''), 'latin1');
    const { directory } = await storeWith(bytes);
    expect(await outcome(bytes)).toBe('damaged');
    const check = await verifyRun(directory, 'r');
    expect(check).toMatchObject({ lost: 0 });
    expect(check.damage.map(({ problem }) => problem)).toContain('a record stands there twice');
    await repairRun(directory, 'r');
    expect(await digestOf(directory)).toBe(digest);
    expect((await resume(directory)).asked).toBe(0);
  });
});

test(
  'S8: a repair that is killed at any change leaves the damaged journal or the repaired one',
  { timeout: 60_000 },
  async () => {
    const bytes = Buffer.from(whole).fill(0, 1000, 1200);
    const states = new Set<string>();
    for (let at = 1; ; at += 1) {
      const { directory, file } = await storeWith(bytes);
      const files = failingFiles({ at, code: 'killed', lasts: 'always' });
      const done = await repairRun(directory, 'r', { acceptLoss: true, files }).then(
        () => true,
        () => false,
      );
      expect(await readFile(file)).toEqual(bytes);
      const { damage, records } = await verifyRun(directory, 'r');
      states.add(damage.length > 0 ? 'old' : 'new');
      if (damage.length === 0) expect(records).toBeGreaterThan(written - 4);
      if (done) break;
      await repairRun(directory, 'r', { acceptLoss: true });
      expect(await verifyRun(directory, 'r')).toMatchObject({ damage: [] });
    }
    expect(states).toEqual(new Set(['old', 'new']));
  },
);

test('a store is verified run by run, and a file that is missing is damage', async () => {
  const { directory } = await storeWith(whole);
  const folder = join(directory, 'runs', 's');
  await mkdir(folder);
  const writer = await JournalWriter.open(
    {
      folder,
      durability: 'fast',
      reserve: Promise.resolve(),
      header: (segment) => segmentHeader('s', segment, 'n'),
      trouble: () => undefined,
    },
    { segment: 2, offset: 0, sequence: 0 },
  );
  await writer.append(JSON.stringify({ kind: 'note', epoch: 1, at: 0, code: 'c', message: 'm' }), { counts: false });
  await writer.close();
  const checks = [];
  for await (const { run, damage } of verifyStore(directory)) checks.push([run, damage.map(({ problem }) => problem)]);
  expect(checks).toEqual([
    ['r', []],
    ['s', ['the file is missing']],
  ]);
});
