import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import {
  defineError,
  type OpenRun,
  type OpenRunOptions,
  type RatingsRecord,
  type RunRecord,
  type Store,
  type StoreNotice,
} from '@assize/core';

import type { IndexedPlace } from './bulk-places.ts';
import { diskError, problemOf } from './disk-error.ts';
import { type JournalEnd, scanJournal, type ScannedBatch, segmentHeader } from './journal-scan.ts';
import { type Durability, JournalWriter, type Place, setReserve } from './journal-writer.ts';
import { PlaceReader } from './place-reader.ts';
import { RunIndex } from './run-index.ts';
import { lockRun, type RunLock } from './run-lock.ts';

export const noRun = defineError('runner/no-run', (facts: { folder: string; run: string }) => ({
  message: `there is no run ${facts.run} in ${facts.folder}`,
  hint: 'Check the name of the run and the folder that holds runs.',
}));

export const badRunName = defineError('runner/bad-run-name', (facts: { run: string }) => ({
  message: `"${facts.run}" cannot be the name of a run`,
  hint: 'Use up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
}));

export interface FolderStoreOptions {
  /** Default `batch`: one sync of the disk per 200 ms or 64 replies. */
  durability?: Durability;
  /** Bytes kept free for replies in flight when the disk runs full. Default 16 MiB. */
  reserveBytes?: number;
  /** For the owner's name in the lock; ISO 8601. */
  date?: () => string;
}

const indexEvery = 512;
const indexAfterMs = 250;

/**
 * Runs in a folder: an append-only journal for each, which is the truth, and one SQLite index, which can be lost.
 *
 * `runs/NAME/journal-000001.jsonl` holds a record a line, each with its length and checksum.
 */
export function folderStore(directory: string, options: FolderStoreOptions = {}): Store {
  const root = resolve(directory);
  const folderOf = (run: string): string => {
    if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(run)) throw badRunName({ run });
    return join(root, 'runs', run);
  };
  return {
    contract: 1,
    id: `folder:${root}`,
    open: async (run, opening) => openRun(root, folderOf(run), run, options, opening),
    async *records(run) {
      for await (const batch of existing(root, folderOf(run), run))
        for (const { record } of batch.entries) yield record;
    },
    ratings: (run) => readRatings(root, folderOf(run), run),
    async *runs() {
      const entries = await readdir(join(root, 'runs'), { withFileTypes: true }).catch(() => []);
      for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
        if (entry.isDirectory()) yield entry.name;
    },
  };
}

async function openRun(
  root: string,
  folder: string,
  run: string,
  { durability = 'batch', reserveBytes = 16 << 20, date = () => '' }: FolderStoreOptions,
  { visit, trouble }: OpenRunOptions,
): Promise<OpenRun> {
  await mkdir(folder, { recursive: true }).catch(async (error: unknown) => {
    // A recursive mkdir says only that something is missing; a plain one says why it could not be made.
    const plain = await mkdir(join(root, 'runs')).catch((reason: unknown) => reason);
    throw diskError(root, plain === undefined || problemOf(plain) === 'EEXIST' ? error : plain);
  });
  const lock = await lockRun(folder, run, date());
  let index: RunIndex | undefined;
  try {
    // Goes on in the thread pool while the journal is read.
    const reserve = setReserve(folder, reserveBytes);
    reserve.catch(() => undefined);
    index = openIndex(root);
    const end = await replay(folder, run, index, visit);
    const nonce = randomUUID();
    const header = (segment: number): string => segmentHeader(run, segment, nonce);
    const writer = await JournalWriter.open(
      { folder, durability, reserve, header, trouble },
      end.segment === 0 ? { segment: 1, offset: 0, sequence: 0 } : end,
    );
    const notices = end.gap ? [tornTail(end.file, end.gap.bytes)] : [];
    return ownedRun({
      root,
      folder,
      run,
      first: end.first === '' ? header(1) : end.first,
      index,
      writer,
      notices,
      trouble,
      lock,
    });
  } catch (error) {
    index?.close();
    lock.release();
    throw error;
  }
}

function tornTail(file: string, bytes: number): StoreNotice {
  return {
    code: 'runner/torn-tail',
    message: `${bytes} bytes at the end of ${file} were cut short by a crash and dropped; nothing that was kept is lost`,
  };
}

function openIndex(root: string): RunIndex {
  try {
    return RunIndex.open(join(root, 'index.sqlite'));
  } catch (error) {
    throw error instanceof Error && 'errcode' in error ? diskError(root, error) : error;
  }
}

/** Reads the whole journal once: proves it, shows it to the visitor, and indexes what the index does not have. */
async function replay(
  folder: string,
  run: string,
  index: RunIndex,
  visit: (record: RunRecord) => void,
): Promise<JournalEnd> {
  const scan = scanJournal(folder);
  let known: { segment: number; offset: number } | undefined;
  let step = await scan.next();
  for (; step.done !== true; step = await scan.next()) {
    const { first, entries } = step.value;
    known ??= index.indexedTo(run, first);
    for (const { record, place } of entries) {
      visit(record);
      if (record.kind === 'manifest') index.beginSession(record.started);
      const isKnown = place.segment < known.segment || (place.segment === known.segment && place.offset < known.offset);
      if (!isKnown) index.add(run, record, place);
    }
    index.flush(first);
  }
  if (!known) index.forget(run);
  return step.value;
}

interface Owned {
  readonly root: string;
  readonly folder: string;
  readonly run: string;
  readonly first: string;
  readonly index: RunIndex;
  readonly writer: JournalWriter;
  readonly notices: readonly StoreNotice[];
  readonly trouble: (error: Error) => void;
  readonly lock: RunLock;
}

function ownedRun({ root, folder, run, first, index, writer, notices, trouble, lock }: Owned): OpenRun {
  let timer: NodeJS.Timeout | undefined;
  let troubled = false;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (troubled) return;
    try {
      index.flush(first);
    } catch (error) {
      // The journal has it all: the next opening makes up for what is missing here.
      troubled = true;
      trouble(diskError(root, error));
    }
  };
  const reader = new PlaceReader();
  const read = (place: IndexedPlace | undefined): RunRecord | undefined =>
    // All of this run was read when it was opened.
    place && reader.read(join(root, 'runs', place.run), place, { isKnown: place.run === run });
  return {
    run,
    notices,
    async append(record) {
      const place = await writer.append(JSON.stringify(record), { counts: record.kind === 'receipt' });
      if (record.kind === 'manifest') index.beginSession(record.started);
      index.add(run, record, place);
      if (index.held >= indexEvery) flush();
      else timer ??= setTimeout(flush, indexAfterMs);
    },
    async receipt(key) {
      const record = read(index.receipt(run, key));
      return record?.kind === 'receipt' ? record : undefined;
    },
    async ratings(assignment) {
      const record = read(index.ratings(run, assignment));
      return record?.kind === 'ratings' ? record : undefined;
    },
    async cached(asked, scope, limits) {
      const place = index.cached(asked, scope === 'run' ? run : undefined, limits);
      try {
        const record = read(place);
        return record?.kind === 'receipt' && record.asked === asked ? record : undefined;
      } catch (error) {
        // The journal of another run may be gone or damaged: then it is no cache.
        if (place?.run === run) throw error;
        return undefined;
      }
    },
    async close() {
      await writer.close();
      flush();
      reader.close();
      index.close();
      await rm(join(folder, 'owner.json'), { force: true });
      lock.release();
    },
  };
}

/** The journal of a run that must exist. */
async function* existing(root: string, folder: string, run: string): AsyncGenerator<ScannedBatch> {
  const scan = scanJournal(folder);
  let step = await scan.next();
  if (step.done === true && step.value.first === '') throw noRun({ folder: root, run });
  for (; step.done !== true; step = await scan.next()) yield step.value;
}

/** Keeps only places in memory while it sorts: the rows themselves are read as they are asked for. */
async function* readRatings(root: string, folder: string, run: string): AsyncGenerator<RatingsRecord> {
  const chosen = new Map<
    string,
    { assignment: string; again: number; position: number; fingerprint: string; rater: string; place: Place }
  >();
  let raters: { id: string; fingerprint: string }[] = [];
  for await (const { entries } of existing(root, folder, run)) {
    for (const { record, place } of entries) {
      if (record.kind === 'manifest') raters = record.raters;
      if (record.kind !== 'ratings') continue;
      const { assignment, again, position, fingerprint, rater } = record;
      const name = JSON.stringify([record.item, rater, fingerprint]);
      const held = chosen.get(name);
      // Of one assignment the first counts, unless it was rated again; an item that has changed counts as it is now.
      if (held?.assignment === assignment && again <= held.again) continue;
      chosen.set(name, { assignment, again, position, fingerprint, rater, place });
    }
  }
  const rank = new Map(raters.map(({ id, fingerprint }, index) => [JSON.stringify([id, fingerprint]), index]));
  const rankOf = (entry: { rater: string; fingerprint: string }): number | undefined =>
    rank.get(JSON.stringify([entry.rater, entry.fingerprint]));
  const sorted = [...chosen.values()]
    .filter((entry) => rankOf(entry) !== undefined)
    .toSorted((a, b) => a.position - b.position || (rankOf(a) ?? 0) - (rankOf(b) ?? 0));
  const reader = new PlaceReader();
  try {
    for (const { place } of sorted) {
      const record = reader.read(folder, place);
      if (record.kind === 'ratings') yield record;
    }
  } finally {
    reader.close();
  }
}
