import { mkdir } from 'node:fs/promises';

import type { Rating, RunRecord } from '@assize/core';
import { seededRandom } from '@assize/stats';
import { describe, expect, test } from 'vitest';

import { journalDamaged, readRun, resultDigest, startRun } from '../src/index.ts';
import type { Durability } from '../src/journal/journal-writer.ts';
import { currentJournal } from '../src/journal/current-journal.ts';
import { folderStore } from '../src/journal/folder-store.ts';
import { scanJournal, segmentHeader } from '../src/journal/journal-scan.ts';
import { JournalWriter } from '../src/journal/journal-writer.ts';
import { repairRun } from '../src/journal/repair-run.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest } from './rater-for-test.ts';
import { SimulatedDisk } from './simulated-disk.ts';

const seeds = Number(process.env['ASSIZE_POWER_LOSS_SEEDS'] ?? 1000);
const modes: readonly Durability[] = ['fast', 'batch', 'strict'];
const noteOf = (at: number, length: number): RunRecord => ({
  kind: 'note',
  epoch: 1,
  at,
  code: 'c',
  message: 'm'.repeat(length),
});

/** What is found of a run on a disk, repaired where it is damaged. */
async function found(disk: SimulatedDisk, directory: string): Promise<{ found: number[]; repaired: boolean }> {
  const folder = `${directory}/runs/r`;
  const read = async (): Promise<number[]> => {
    const numbers: number[] = [];
    for await (const { entries } of scanJournal(currentJournal(disk, folder).folder, disk))
      for (const { record } of entries) if (record.kind === 'note' && record.code === 'c') numbers.push(record.at);
    return numbers;
  };
  try {
    return { found: await read(), repaired: false };
  } catch (error) {
    if (!journalDamaged.is(error)) throw error;
    await repairRun(directory, 'r', { acceptLoss: true, files: disk });
    return { found: await read(), repaired: true };
  }
}

describe.each(modes)('S3: after a power loss in mode %s', (durability) => {
  test(
    `what the mode promises is there, in order, and nothing else (${Math.ceil(seeds / modes.length)} cuts)`,
    { timeout: 60_000 },
    async () => {
      // The lock of a repair lies on the real disk.
      const directory = await folderForTest();
      const folder = `${directory}/runs/r`;
      await mkdir(folder, { recursive: true });
      let [lost, repairs] = [0, 0];
      for (let seed = 0; seed < seeds / modes.length; seed += 1) {
        const random = seededRandom(seed).stream(durability);
        const disk = new SimulatedDisk();
        const writer = await JournalWriter.open(
          {
            folder,
            durability,
            files: disk,
            reserve: Promise.resolve(),
            segmentBytes: 2000 + Math.floor(random.next() * 40_000),
            header: (segment) => segmentHeader('r', segment, 'n'),
            trouble: () => undefined,
          },
          { segment: 1, offset: 0, sequence: 0 },
        );
        const kept: number[] = [];
        const total = 1 + Math.floor(random.next() * 200);
        let appended = 0;
        for (let burst = 0; appended < total; appended += burst) {
          burst = Math.min(total - appended, 1 + Math.floor(random.next() * 6));
          const from = appended;
          const written = Array.from({ length: burst }, async (_, place) => {
            const at = from + place;
            await writer.append(JSON.stringify(noteOf(at, Math.floor(random.next() * 900))), { counts: true });
            kept.push(at);
          });
          const isLast = from + burst >= total;
          // The last burst is in flight when the power fails.
          if (isLast && random.next() < 0.5) {
            written.forEach((one) => void one.catch(() => undefined));
            for (let turns = random.next() * 4; turns > 0; turns -= 1)
              await new Promise((resolve) => setImmediate(resolve));
          } else await Promise.all(written);
        }
        const promised = [...kept];
        const left = disk.cut(random);
        await writer.close();
        const after = await found(left, directory);
        repairs += after.repaired ? 1 : 0;
        expect(after.found).toEqual(after.found.toSorted((a, b) => a - b));
        expect(new Set(after.found).size).toBe(after.found.length);
        expect(after.found.every((at) => at < total)).toBe(true);
        const missing = promised.filter((at) => !after.found.includes(at));
        lost += missing.length;
        if (durability === 'strict') expect(missing).toEqual([]);
        // 64 replies, what came in the same write as the last of them, and while they were synced.
        if (durability === 'batch') expect(missing.length).toBeLessThanOrEqual(64 + 3 * 6);
      }
      // The test would prove nothing if no cut ever took anything.
      expect(lost > 0).toBe(durability !== 'strict');
      expect(repairs).toBeGreaterThan(0);
    },
  );

  test('a whole run goes on, where the index has outlived what it points to as well', { timeout: 60_000 }, async () => {
    const plan = { dataset: itemsForTest(6), raters: [raterForTest({ samples: 2 })] };
    const start = (directory: string, disk: SimulatedDisk, stopAfter = Infinity) => {
      const model = modelForTest();
      let ended = 0;
      const run = startRun(plan, {
        directory: folderStore(directory, { durability, reserveBytes: 0, files: disk }),
        run: 'r',
        models: () => model,
        concurrency: 3,
        onEvent: ({ type }) => {
          if (type === 'rating-end' && ++ended >= stopAfter) run.abort();
        },
      });
      return run.done;
    };
    const digestOf = async (directory: string, disk: SimulatedDisk): Promise<string> => {
      const ratings: Rating[] = [];
      const { ratings: read } = await readRun(folderStore(directory, { files: disk }), 'r');
      for await (const rating of read()) ratings.push(rating);
      return resultDigest(ratings);
    };
    const calm = new SimulatedDisk();
    const calmFolder = await folderForTest();
    await start(calmFolder, calm);
    const whole = await digestOf(calmFolder, calm);
    for (let seed = 0; seed < Math.ceil(seeds / 60); seed += 1) {
      const random = seededRandom(seed).stream(`run ${durability}`);
      const directory = await folderForTest();
      let disk = new SimulatedDisk();
      await start(directory, disk, 1 + Math.floor(random.next() * 10));
      for (let cut = 0; cut < 2; cut += 1) {
        disk = disk.cut(random);
        const again = () => start(directory, disk, cut === 1 ? Infinity : 2);
        const summary = await again().catch(async (error: unknown) => {
          if (!journalDamaged.is(error)) throw error;
          await repairRun(directory, 'r', { acceptLoss: true, files: disk });
          return again();
        });
        if (cut === 1) expect(summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 12 } } });
      }
      expect(await digestOf(directory, disk)).toBe(whole);
    }
  });
});
