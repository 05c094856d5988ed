import { join } from 'node:path';

import { diskError, isFull, problemOf } from './disk-error.ts';
import { type FileSystem, type OpenFile, systemFiles } from './file-system.ts';
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
  readonly files?: FileSystem;
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
  readonly #files: FileSystem;
  #file: OpenFile;
  #segment: number;
  #offset: number;
  #sequence: number;
  #queue: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unsyncedReplies = 0;
  #syncAgain = false;
  #troubled = false;
  #mustRoll = false;

  private constructor(
    options: JournalWriterOptions,
    file: OpenFile,
    place: { segment: number; offset: number; sequence: number },
  ) {
    this.#options = options;
    this.#files = options.files ?? systemFiles;
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
      const { files = systemFiles } = options;
      const path = segmentFile(options.folder, place.segment);
      const file = await files.open(path, place.offset === 0 ? 'fresh' : 'change');
      try {
        await file.truncate(place.offset);
        if (options.durability !== 'fast') await files.syncFolder(options.folder);
      } catch (error) {
        await file.close();
        throw error;
      }
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
    this.#syncAgain = false;
    await this.#syncing;
    try {
      if (this.#mustRoll) await this.#file.truncate(this.#offset);
      if (!this.#troubled && this.#options.durability !== 'fast') await this.#file.sync();
    } catch (error) {
      this.#tell(error);
    } finally {
      await this.#file.close();
      await this.#giveBack();
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
        const places = await this.#keep(batch);
        batch.forEach((waiting, index) => waiting.resolve(places[index]!));
        if (this.#options.durability === 'batch') this.#syncSoon(batch.filter(({ counts }) => counts).length);
      } catch (error) {
        const ours = diskError(this.#options.folder, error);
        for (const waiting of batch) waiting.reject(ours);
      }
    }
    this.#writing = undefined;
  }

  /** Writes records, and syncs them where each is promised to last; what fails is tried once more in a new file. */
  async #keep(batch: readonly Waiting[]): Promise<Place[]> {
    for (let tries = 1; ; tries += 1) {
      const before = { segment: this.#segment, offset: this.#offset, sequence: this.#sequence };
      try {
        const places = await this.#write(batch);
        if (this.#options.durability === 'strict') await this.#file.sync();
        return places;
      } catch (error) {
        this.#tell(error);
        // What is refused must not be found later: an intent among it was never followed by its request.
        const isSameFile = before.segment === this.#segment;
        this.#offset = isSameFile ? before.offset : 0;
        this.#sequence = isSameFile ? before.sequence : 0;
        this.#mustRoll = true;
        if (tries > 1) throw error;
        if (isFull(error)) await this.#giveBack();
      }
    }
  }

  /** Gives back the room that was set aside. A disk that refuses even this has other troubles, which are told. */
  async #giveBack(): Promise<void> {
    await this.#files.remove(join(this.#options.folder, 'reserve')).catch((error: unknown) => this.#tell(error));
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
        await this.#giveBack();
        // A limit on the size of one file leaves room in another.
        if (problemOf(error) === 'EFBIG') await this.#roll();
      }
    }
  }

  /** Waits for the system to take the bytes. */
  #writeAll(bytes: Buffer): void {
    for (let written = 0; written < bytes.length;) {
      written += this.#file.writeNow(bytes.subarray(written), this.#offset + written);
    }
  }

  /** Cuts what is not whole off this file and goes on in the next. */
  async #roll(): Promise<void> {
    await this.#syncing;
    await this.#file.truncate(this.#offset);
    if (this.#options.durability !== 'fast') {
      // Of a file that is not believed any more only the cut is wanted on disk, if it can be had.
      await this.#file.sync().catch((error: unknown) => {
        if (!this.#mustRoll) throw error;
      });
    }
    const next = await this.#files.open(segmentFile(this.#options.folder, this.#segment + 1), 'fresh');
    await this.#file.close();
    if (this.#options.durability !== 'fast') await this.#files.syncFolder(this.#options.folder);
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
    this.#syncAgain = this.#syncing !== undefined;
    if (this.#syncing) return;
    this.#unsyncedReplies = 0;
    this.#syncing = this.#file
      .sync()
      .then(() => this.#expectToBeThere())
      .catch((error: unknown) => {
        // The system may have dropped the pages and report success next time: nothing more goes into this file.
        this.#mustRoll = true;
        this.#tell(error);
      })
      .finally(() => {
        this.#syncing = undefined;
        // What was written while that sync was under way waits no longer than its own time.
        if (this.#syncAgain) this.#sync();
      });
  }

  /** A file that was deleted under a process takes all that is written into it, and keeps none of it. */
  async #expectToBeThere(): Promise<void> {
    if ((await this.#file.links()) === 0) throw Object.assign(new Error('the journal was deleted'), { code: 'ENOENT' });
  }

  #tell(error: unknown): void {
    if (this.#troubled) return;
    this.#troubled = true;
    this.#options.trouble(diskError(this.#options.folder, error));
  }
}

/** Sets bytes aside in a run's folder: real blocks, not a hole, since a file that is only declared long takes no room. */
export async function setReserve(folder: string, reserveBytes: number, files: FileSystem = systemFiles): Promise<void> {
  const file = await files.open(join(folder, 'reserve'), 'keep');
  try {
    let at = await file.size();
    const block = Buffer.alloc(Math.min(Math.max(reserveBytes - at, 0), 1 << 20), 1);
    while (at < reserveBytes) at += await file.write(block.subarray(0, reserveBytes - at), at);
  } finally {
    await file.close();
  }
}
