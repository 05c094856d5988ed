import { closeSync, openSync, readSync } from 'node:fs';

import type { RunRecord } from '@assize/core';

import { decodeFrame } from './frame.ts';
import { journalDamaged, knownRecord, readRecord } from './journal-scan.ts';
import type { Place } from './journal-writer.ts';
import { segmentFile } from './segment-file.ts';

/** Reads single records by their place, proving each, with the files held open in between. */
export class PlaceReader {
  readonly #files = new Map<string, number>();

  /**
   * Reads at once, without the event loop: a record lies in the page cache, where a read takes some microseconds.
   *
   * @param isKnown whether this program has read or written the record before, so that its shape is known.
   */
  read(folder: string, { segment, offset, bytes }: Place, { isKnown = false } = {}): RunRecord {
    const file = segmentFile(folder, segment);
    let descriptor = this.#files.get(file);
    if (descriptor === undefined) {
      descriptor = openSync(file, 'r');
      this.#files.set(file, descriptor);
    }
    const frame = Buffer.alloc(bytes);
    readSync(descriptor, frame, 0, bytes, offset);
    const text = decodeFrame(frame);
    if (text === undefined) throw journalDamaged({ file, offset, problem: 'a record that was whole no longer is' });
    return isKnown ? knownRecord(text) : readRecord(file, { offset, bytes, text });
  }

  close(): void {
    for (const descriptor of this.#files.values()) closeSync(descriptor);
    this.#files.clear();
  }
}
