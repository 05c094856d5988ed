import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { type Rating, ratingSchema } from '@assize/core';
import { readRatings } from '@assize/datasets';
import { z } from 'zod';

import { type BenchRow, median, printRows } from './bench-rows.ts';

const records = 1_000_000;
const rounds = 5;
const measuredSchema = z.object({ ms: z.number(), rssMb: z.number(), read: z.number(), sum: z.number() });
type Measured = z.infer<typeof measuredSchema>;

/** A million ratings of some 260 bytes, as a judge's run writes them. */
async function write(file: string): Promise<void> {
  const stream = createWriteStream(file);
  for (let index = 0; index < records; index += 1) {
    const rating: Rating = {
      item: `item-${index}`,
      rater: 'judge',
      criterion: 'helpful',
      sample: 0,
      status: 'rated',
      value: 1 + (index % 5),
      usage: { inputTokens: 400 + (index % 50), outputTokens: 20 },
      latencyMs: 500 + (index % 300),
      provenance: { source: 'model', asked: 'openai:gpt-4o-mini', served: 'gpt-4o-mini-2024-07-18', read: 'exact' },
    };
    if (index === 0) ratingSchema.parse(rating);
    if (!stream.write(`${JSON.stringify(rating)}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

/** Reads the file in one of two ways and prints what it took. */
async function read(way: string, file: string): Promise<void> {
  const began = performance.now();
  let [count, sum] = [0, 0];
  if (way === 'ours') {
    for await (const { value } of readRatings(file)) {
      count += 1;
      sum += Number(value);
    }
  } else {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      const record: unknown = JSON.parse(line);
      count += 1;
      sum += Number(Reflect.get(Object(record), 'value'));
    }
  }
  const measured: Measured = {
    ms: performance.now() - began,
    rssMb: process.resourceUsage().maxRSS / 1024,
    read: count,
    sum,
  };
  process.stdout.write(JSON.stringify(measured));
}

function readApart(way: string, file: string): Measured {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), '--way', way, '--file', file];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return measuredSchema.parse(JSON.parse(stdout));
}

/** A million ratings read with every one held to its schema, beside readline and JSON.parse, which hold them to nothing. */
export async function jsonlRead(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assize-jsonl-'));
  try {
    const file = join(folder, 'ratings.jsonl');
    await write(file);
    const [ours, plain]: [Measured[], Measured[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(readApart('ours', file));
      plain.push(readApart('readline', file));
    }
    const secondsOf = (runs: readonly Measured[]): number => median(runs.map(({ ms }) => ms)) / 1000;
    const [own, reference] = [secondsOf(ours), secondsOf(plain)];
    const ratio = own / reference;
    const memory = Math.max(...ours.map(({ rssMb }) => rssMb));
    const isWhole = [...ours, ...plain].every(({ read: count, sum }) => count === records && sum === 3 * records);
    return [
      {
        id: 'jsonl-time',
        what: `${records} ratings as JSONL, each checked, against readline and JSON.parse without checks`,
        ours: own,
        reference,
        ratio,
        target: 'ratio <= 0.667',
        unit: 's',
        pass: isWhole && ratio <= 1 / 1.5,
      },
      {
        id: 'jsonl-memory',
        what: 'peak memory of the same',
        ours: memory,
        reference: 250,
        target: '<= 250 MB',
        unit: 'MB',
        pass: memory <= 250,
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      way: { type: 'string' },
      file: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.way === undefined) printRows(await jsonlRead(), { json: values.json });
  else await read(values.way, values.file);
}
