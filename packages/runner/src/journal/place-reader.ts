import type { RunRecord } from '@assize/core';

import type { FileSystem, ReadNow } from './file-system.ts';
import { decodeFrame } from './frame.ts';
import { journalDamaged, knownRecord, readRecord } from './journal-scan.ts';
import type { Place } from './journal-writer.ts';
import { segmentFile } from './segment-file.ts';

/** Reads single records by their place, proving each, with the files held open in between. */
export class PlaceReader {
  readonly #files: FileSystem;
  #scratch = Buffer.allocUnsafeSlow(1 << 14);
  readonly #open = new Map<string, ReadNow>();

  constructor(files: FileSystem) {
    this.#files = files;
  }

  /**
   * Reads at once, without the event loop: a record lies in the page cache, where a read takes some microseconds.
   *
   * @param isKnown whether this program has read or written the record before, so that its shape is known.
   */
  read(folder: string, { segment, offset, bytes }: Place, { isKnown = false } = {}): RunRecord {
    const file = segmentFile(folder, segment);
    let reading = this.#open.get(file);
    if (reading === undefined) {
      reading = this.#files.openNow(file);
      this.#open.set(file, reading);
    }
    if (this.#scratch.length < bytes) this.#scratch = Buffer.allocUnsafeSlow(bytes * 2);
    const frame = this.#scratch.subarray(0, bytes);
    // What a shorter file leaves of the record before must not pass for this one.
    frame.fill(0, reading.read(frame, offset));
    const text = decodeFrame(frame);
    if (text === undefined) throw journalDamaged({ file, offset, problem: 'a record that was whole no longer is' });
    return isKnown ? knownRecord(text) : readRecord(file, { offset, bytes, text });
  }

  close(): void {
    for (const reading of this.#open.values()) reading.close();
    this.#open.clear();
  }
}
