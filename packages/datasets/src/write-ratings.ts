import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import type { Rating, RatingTable } from '@assize/core';

import { unsupportedFormat } from './dataset-errors.ts';
import { ratingsOf } from './ratings-of.ts';
import { ratingsToTidyCsv, toTidyCsv } from './tidy-csv.ts';

/**
 * Writes ratings to a file as they come: `.jsonl` one `Rating` a line, `.csv` tidy, each with `.gz` too.
 *
 * The file appears when it is whole: it is written beside its place and moved. Of a table, CSV keeps scales, groups and
 * facets, which JSONL has no field for; of ratings, JSONL keeps all fields.
 *
 * @throws dataset/unsupported-format for another ending; what the file system throws
 * @example await writeRatings('ratings.csv.gz', table);
 */
export async function writeRatings(
  file: string,
  ratings: RatingTable | AsyncIterable<Rating> | Iterable<Rating>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  const [, ending, gz] = /\.(jsonl|ndjson|csv)(\.gz)?$/i.exec(file) ?? [];
  if (ending === undefined) {
    throw unsupportedFormat({ file, problem: 'its name ends in none of .jsonl, .ndjson, .csv, .gz after one of them' });
  }
  const csv = ending.toLowerCase() === 'csv';
  const texts = isTable(ratings)
    ? csv
      ? toTidyCsv(ratings)
      : jsonLines(ratingsOf(ratings))
    : csv
      ? ratingsToTidyCsv(ratings)
      : jsonLines(ratings);
  const part = `${file}.part`;
  const source = Readable.from(inChunks(texts));
  const target = createWriteStream(part);
  const options = signal ? { signal } : {};
  try {
    if (gz) await pipeline(source, createGzip(), target, options);
    else await pipeline(source, target, options);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function isTable(ratings: RatingTable | AsyncIterable<Rating> | Iterable<Rating>): ratings is RatingTable {
  return 'contract' in ratings && 'raters' in ratings;
}

async function* jsonLines(ratings: AsyncIterable<Rating> | Iterable<Rating>): AsyncGenerator<string, void, undefined> {
  for await (const rating of ratings) yield `${JSON.stringify(rating)}\n`;
}

/** Lines in chunks of about 64 KiB: a stream that moves single lines spends its time on moving. */
async function* inChunks(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, void, undefined> {
  let chunk = '';
  for await (const text of texts) {
    chunk += text;
    if (chunk.length < 65_536) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
