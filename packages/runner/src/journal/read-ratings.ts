import { hash } from 'node:crypto';

import type { RatingsRecord } from '@assize/core';

import type { FileSystem } from './file-system.ts';
import type { ScannedBatch } from './journal-scan.ts';
import { PlaceReader } from './place-reader.ts';
import { PlaceTable } from './place-table.ts';

/**
 * The ratings of a run that count, in data-set order, then in the order of the last manifest's raters.
 *
 * Keeps only places in memory while it sorts, some 60 bytes each: the rows themselves are read as they are asked for.
 */
export async function* readRatings(
  files: FileSystem,
  folder: string,
  batches: AsyncIterable<ScannedBatch>,
): AsyncGenerator<RatingsRecord> {
  const table = new PlaceTable();
  const words = new Uint32Array(4);
  const raterNumbers = new Map<string, number>();
  let raters: { id: string; fingerprint: string }[] = [];
  for await (const { entries } of batches) {
    for (const { record, place } of entries) {
      if (record.kind === 'manifest') raters = record.raters;
      if (record.kind !== 'ratings') continue;
      const { assignment, again, position } = record;
      const who = JSON.stringify([record.rater, record.fingerprint]);
      const rater = raterNumbers.get(who) ?? raterNumbers.size;
      raterNumbers.set(who, rater);
      const name = hash('sha256', `${record.item}\0${rater}`, 'buffer');
      for (let word = 0; word < words.length; word += 1) words[word] = name.readUInt32LE(word * 4);
      table.put(words, { assignment, again, position, rater, place });
    }
  }
  const ranks = new Map<number, number>();
  for (const [rank, { id, fingerprint }] of raters.entries()) {
    const number = raterNumbers.get(JSON.stringify([id, fingerprint]));
    if (number !== undefined) ranks.set(number, rank);
  }
  const reader = new PlaceReader(files);
  try {
    for (const place of table.ordered((rater) => ranks.get(rater))) {
      const record = reader.read(folder, place);
      if (record.kind === 'ratings') yield record;
    }
  } finally {
    reader.close();
  }
}
