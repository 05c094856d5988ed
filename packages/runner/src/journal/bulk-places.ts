import type { SQLOutputValue } from 'node:sqlite';

import type { Place } from './journal-writer.ts';

/** Where a record of the journal is told to lie. */
export interface IndexedPlace extends Place {
  readonly run: string;
}

type Row = Readonly<Record<string, SQLOutputValue>>;

/** The place that a row of the index names. */
export function placeOf(row: Row | undefined): IndexedPlace | undefined {
  if (row === undefined) return undefined;
  const { run, segment, offset, bytes } = row;
  return { run: String(run), segment: Number(segment), offset: Number(offset), bytes: Number(bytes) };
}

/** Look-ups after which all places are read at once: few of them are cheaper one by one. */
const manyLookUps = 64;
/** Places that are held in memory at most, some 20 MB. */
const mostPlaces = 100_000;

/**
 * Places of one question to the index, read in one go once it is asked often: a look-up of a single row takes longer than
 * all else that is done for a reply that is there already.
 *
 * What it does not have may still be in the index.
 */
export class BulkPlaces {
  #question: string | undefined;
  #lookUps = 0;
  #places = new Map<string, IndexedPlace>();

  get(question: string, name: string, load: (most: number) => Iterable<Row>): IndexedPlace | undefined {
    if (question !== this.#question) {
      this.#question = question;
      this.#lookUps = 0;
      this.#places = new Map();
    }
    this.#lookUps += 1;
    if (this.#lookUps === manyLookUps) {
      for (const row of load(mostPlaces)) {
        const place = placeOf(row);
        if (place) this.#places.set(hashOf(row['hash']), place);
      }
    }
    return this.#places.get(name);
  }
}

/** A hash as the index keeps it, in hexadecimal digits. */
function hashOf(value: SQLOutputValue | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
}
