import { writeSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { diskError, isFull, problemOf } from './disk-error.ts';
import { encodeFrames } from './frame.ts';
import { segmentFile } from './segment-file.ts';

/**
 * When a record counts as kept. A kill of the process loses nothing that was kept in any mode; a power loss may lose:
 * `fast` what the system had not written back, `batch` also no more than the last 200 ms or 64 replies, `strict` nothing.
 */
export type Durability = 'fast' | 'batch' | 'strict';

/** Where a record lies. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
}

export interface JournalWriterOptions {
  readonly folder: string;
  readonly durability: Durability;
  /** Settles when the bytes are set aside that replies in flight get when the disk runs full; see `setReserve`. */
  readonly reserve: Promise<void>;
  /** A file is followed by the next one when it grows past this. */
  readonly segmentBytes?: number;
  /** The first record of each file. */
  readonly header: (segment: number) => string;
  /** Told once, when nothing new should be started. */
  readonly trouble: (error: Error) => void;
}

interface Waiting {
  readonly text: string;
  readonly counts: boolean;
  readonly resolve: (place: Place) => void;
  readonly reject: (error: Error) => void;
}

const syncAfterMs = 200;
const syncAfterReplies = 64;
const defaultSegmentBytes = 64 << 20;

/**
 * Appends records to a run's journal.
 *
 * Records that arrive while a write is under way go out together in the next one, each resolved after its own write has
 * returned (`strict`: after a sync that began after it). When the disk is full, the reserve is given back for what is in
 * flight and `trouble` is told once, so that nothing new is started.
 */
export class JournalWriter {
  readonly #options: JournalWriterOptions;
  #file: FileHandle;
  #segment: number;
  #offset: number;
  #sequence: number;
  #queue: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unsyncedReplies = 0;
  #troubled = false;
  #mustRoll = false;

  private constructor(
    options: JournalWriterOptions,
    file: FileHandle,
    place: { segment: number; offset: number; sequence: number },
  ) {
    this.#options = options;
    this.#file = file;
    this.#segment = place.segment;
    this.#offset = place.offset;
    this.#sequence = place.sequence;
  }

  /** Opens the file of a segment at the place where the next frame belongs; what stands behind it is cut off. */
  static async open(
    options: JournalWriterOptions,
    place: { segment: number; offset: number; sequence: number },
  ): Promise<JournalWriter> {
    try {
      await options.reserve;
      const file = await open(segmentFile(options.folder, place.segment), place.offset === 0 ? 'w' : 'r+');
      await file.truncate(place.offset);
      if (options.durability !== 'fast') await syncFolder(options.folder);
      return new JournalWriter(options, file, place);
    } catch (error) {
      throw diskError(options.folder, error);
    }
  }

  /** `counts`: a reply that was paid for, of which at most 64 stay unsynced in `batch`. */
  append(text: string, { counts }: { counts: boolean }): Promise<Place> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ text, counts, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  /** Waits for what was appended, syncs, gives back the reserve. */
  async close(): Promise<void> {
    await this.#writing;
    clearTimeout(this.#timer);
    await this.#syncing;
    try {
      if (!this.#troubled && this.#options.durability !== 'fast') await this.#file.datasync();
    } catch (error) {
      this.#tell(error);
    } finally {
      await this.#file.close();
      await rm(join(this.#options.folder, 'reserve'), { force: true });
    }
  }

  async #drain(): Promise<void> {
    // Lets every record of this turn of the event loop into the first write.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        const places = await this.#write(batch);
        if (this.#options.durability === 'strict') await this.#file.datasync();
        batch.forEach((waiting, index) => waiting.resolve(places[index]!));
        if (this.#options.durability === 'batch') this.#syncSoon(batch.filter(({ counts }) => counts).length);
      } catch (error) {
        this.#tell(error);
        const ours = diskError(this.#options.folder, error);
        for (const waiting of batch) waiting.reject(ours);
        this.#mustRoll = true;
      }
    }
    this.#writing = undefined;
  }

  async #write(batch: readonly Waiting[]): Promise<Place[]> {
    if (this.#mustRoll || this.#offset > (this.#options.segmentBytes ?? defaultSegmentBytes)) await this.#roll();
    for (;;) {
      const texts = batch.map(({ text }) => text);
      if (this.#sequence === 0) texts.unshift(this.#options.header(this.#segment));
      const { bytes, lengths } = encodeFrames(this.#sequence, texts);
      try {
        this.#writeAll(bytes);
        const segment = this.#segment;
        const places = lengths.map((length) => {
          const place = { segment, offset: this.#offset, bytes: length };
          this.#offset += length;
          return place;
        });
        this.#sequence += lengths.length;
        return places.slice(-batch.length);
      } catch (error) {
        if (!isFull(error) || this.#troubled) throw error;
        this.#tell(error);
        await rm(join(this.#options.folder, 'reserve'), { force: true });
        // A limit on the size of one file leaves room in another.
        if (problemOf(error) === 'EFBIG') await this.#roll();
      }
    }
  }

  /** Waits for the system to take the bytes: some microseconds, less than a trip through the thread pool costs. */
  #writeAll(bytes: Buffer): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#file.fd, bytes, written, bytes.length - written, this.#offset + written);
    }
  }

  /** Cuts what is not whole off this file and goes on in the next. */
  async #roll(): Promise<void> {
    await this.#syncing;
    await this.#file.truncate(this.#offset);
    if (this.#options.durability !== 'fast' && !this.#mustRoll) await this.#file.datasync();
    const next = await open(segmentFile(this.#options.folder, this.#segment + 1), 'w');
    await this.#file.close();
    if (this.#options.durability !== 'fast') await syncFolder(this.#options.folder);
    this.#file = next;
    this.#segment += 1;
    this.#offset = 0;
    this.#sequence = 0;
    this.#mustRoll = false;
  }

  #syncSoon(replies: number): void {
    this.#unsyncedReplies += replies;
    if (this.#unsyncedReplies >= syncAfterReplies) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#sync();
    } else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#sync();
      }, syncAfterMs);
    }
  }

  #sync(): void {
    if (this.#syncing) return;
    this.#unsyncedReplies = 0;
    this.#syncing = this.#file
      .datasync()
      .then(() => this.#expectToBeThere())
      .catch((error: unknown) => {
        // The system may have dropped the pages and report success next time: nothing more goes into this file.
        this.#mustRoll = true;
        this.#tell(error);
      })
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  /** A file that was deleted under a process takes all that is written into it, and keeps none of it. */
  async #expectToBeThere(): Promise<void> {
    const { nlink } = await this.#file.stat();
    if (nlink === 0) throw Object.assign(new Error('the journal was deleted'), { code: 'ENOENT' });
  }

  #tell(error: unknown): void {
    if (this.#troubled) return;
    this.#troubled = true;
    this.#options.trouble(diskError(this.#options.folder, error));
  }
}

/** A new file survives a power loss only when its folder's entry does. */
async function syncFolder(folder: string): Promise<void> {
  const entry = await open(folder, 'r');
  try {
    await entry.sync();
  } finally {
    await entry.close();
  }
}

/** Sets bytes aside in a run's folder: real blocks, not a hole, since a file that is only declared long takes no room. */
export async function setReserve(folder: string, reserveBytes: number): Promise<void> {
  const file = await open(join(folder, 'reserve'), 'a');
  try {
    const missing = reserveBytes - (await file.stat()).size;
    const block = Buffer.alloc(Math.min(Math.max(missing, 0), 1 << 20), 1);
    for (let left = missing; left > 0; left -= block.length) await file.write(block, 0, Math.min(block.length, left));
  } finally {
    await file.close();
  }
}
