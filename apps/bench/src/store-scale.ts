import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import type { ManifestRecord, RatingsRecord } from '@assize/core';
import { type Durability, folderStore } from '@assize/runner';

import { type BenchRow, printRows } from './bench-rows.ts';

/** Records under way at once, as in a run of that concurrency. */
const inFlight = 64;
const perVerdictUs = 30;
const mostMb = 250;

interface Measured {
  /** Processor time of all threads: wall time says little on a shared machine. */
  readonly seconds: number;
  readonly peakMb: number;
  readonly ratings: number;
}

const manifest: ManifestRecord = {
  kind: 'manifest',
  spec: 1,
  run: 'scale',
  epoch: 1,
  started: '2026-01-01T00:00:00Z',
  boot: '',
  dataset: { name: 'scale', fingerprint: null },
  raters: [{ id: 'judge', kind: 'judge', fingerprint: 'f', criteria: [] }],
  settings: {},
};

function recordOf(position: number): RatingsRecord {
  const item = `item-${position}`;
  const provenance = { source: 'model', rater: 'f', asked: 'openai:gpt-4o-mini' } as const;
  const rating = {
    item,
    rater: 'judge',
    criterion: 'score',
    status: 'rated',
    value: position % 5,
    provenance,
  } as const;
  const assignment = hash('sha256', item);
  const what = { assignment, position, item, rater: 'judge', fingerprint: 'f', again: 0, ratings: [rating] };
  return { kind: 'ratings', epoch: 1, at: position, ...what };
}

function fail(error: Error): void {
  throw error;
}

async function write(directory: string, durability: Durability, count: number): Promise<void> {
  const store = folderStore(directory, { durability, reserveBytes: 0 });
  const run = await store.open('scale', { visit: () => undefined, trouble: fail });
  await run.append(manifest);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await run.append(recordOf(next++));
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  await run.close();
}

/** Reads all ratings back, in order. */
async function read(directory: string): Promise<number> {
  let position = 0;
  for await (const record of folderStore(directory).ratings('scale')) {
    if (record.position !== position) throw new Error(`expected rating ${position}, found ${record.position}`);
    position += 1;
  }
  return position;
}

/** Each measurement has a process of its own, so that its peak memory is its own too. */
async function apart(task: string, directory: string, count: number): Promise<Measured> {
  const options = ['--task', task, '--directory', directory, '--ratings', String(count)];
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- our own child prints it
  return JSON.parse(output) as Measured;
}

async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => stat(join(parentPath, name)));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}

function limited(id: string, what: string, ours: number, unit: string, most: number): BenchRow {
  return { id, what, ours, reference: most, target: `<= ${most}`, unit, pass: ours <= most };
}

/** Writes so many ratings in two modes of durability, one record each, and reads them back in order. */
export async function storeScale(count: number): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const durability of ['fast', 'batch'] as const) {
    const directory = await mkdtemp(join(tmpdir(), 'assize-scale-'));
    try {
      const written = await apart(durability, directory, count);
      const each = (written.seconds * 1e6) / count;
      rows.push(
        limited(
          `store-write-${durability}`,
          `${count} ratings, ${durability}: processor time of each`,
          each,
          'us',
          perVerdictUs,
        ),
        limited(`store-write-memory-${durability}`, 'peak memory while writing', written.peakMb, 'MB', mostMb),
      );
      if (durability === 'fast') continue;
      const size = (await sizeOf(directory)) / count;
      const back = await apart('read', directory, count);
      const backEach = (back.seconds * 1e6) / count;
      rows.push(
        {
          id: 'store-size',
          what: 'journal and index, each',
          ours: size,
          reference: null,
          target: '',
          unit: 'bytes',
          pass: null,
        },
        {
          id: 'store-read',
          what: 'read back in order, processor time of each',
          ours: backEach,
          reference: null,
          target: '',
          unit: 'us',
          pass: null,
        },
        limited('store-read-memory', 'peak memory while reading back', back.peakMb, 'MB', mostMb),
        {
          id: 'store-read-all',
          what: 'ratings read back',
          ours: back.ratings,
          reference: count,
          target: 'all',
          unit: 'ratings',
          pass: back.ratings === count,
        },
      );
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
  return rows;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    ratings: { type: 'string', default: '1000000' },
    task: { type: 'string' },
    directory: { type: 'string', default: '' },
  },
});
const count = Number(values.ratings);
if (values.task === undefined) printRows(await storeScale(count), { json: values.json });
else {
  let ratings = count;
  if (values.task === 'read') ratings = await read(values.directory);
  else await write(values.directory, values.task === 'fast' ? 'fast' : 'batch', count);
  const { user, system } = process.cpuUsage();
  const seconds = (user + system) / 1e6;
  const measured: Measured = { seconds, peakMb: process.resourceUsage().maxRSS / 1024, ratings };
  process.stdout.write(JSON.stringify(measured));
}
