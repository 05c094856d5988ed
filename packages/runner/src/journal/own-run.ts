import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { OpenRun, OpenRunOptions, RunRecord, StoreNotice } from '@assize/core';

import { currentJournal, removeEarlier } from './current-journal.ts';
import { diskError, isSystemError } from './disk-error.ts';
import { type FileSystem, systemFiles } from './file-system.ts';
import { segmentHeader } from './journal-scan.ts';
import { JournalWriter, setReserve } from './journal-writer.ts';
import { PlaceReader } from './place-reader.ts';
import type { IndexedPlace } from './bulk-places.ts';
import { RunIndex } from './run-index.ts';
import { indexOthers, replay } from './replay-journal.ts';
import { lockRun, type RunLock } from './run-lock.ts';
import { runFolder } from './run-names.ts';
import { makeRunFolder, resolvedFolder } from './store-folder.ts';
import type { FolderStoreOptions } from './store-options.ts';
import { erasedItem, Tombstones } from './tombstones.ts';

/** Many at once: keys are hashes, so that few rows share a page, and a page is written once for all of them. */
const indexEvery = 4096;
const indexAfterMs = 250;

/** Opens a run for one owner: takes its lock, reads its journal, and makes it ready to be written on. */
export async function openRun(
  directory: string,
  run: string,
  options: FolderStoreOptions,
  { visit, trouble }: OpenRunOptions,
): Promise<OpenRun> {
  const { durability = 'batch', reserveBytes = 16 << 20, date = () => '' } = options;
  const { files = systemFiles, allowNetworkFolder = false } = options;
  await makeRunFolder(files, directory, runFolder(directory, run), { allowNetworkFolder });
  // From here on no link on the way to the store is followed again.
  const root = resolvedFolder(directory);
  const inStore = runFolder(root, run);
  const lock = await lockRun(inStore, run, date());
  let index: RunIndex | undefined;
  try {
    const { folder, generation, earlier } = currentJournal(files, inStore);
    if (earlier === 'removed') await removeEarlier(files, inStore, generation);
    // Goes on in the thread pool while the journal is read.
    const reserve = setReserve(folder, reserveBytes, files);
    reserve.catch(() => undefined);
    const tombstones = await Tombstones.read(files, root);
    index = RunIndex.open(join(root, 'index.sqlite'));
    if (index.isNew) await indexOthers(files, root, run, index);
    const end = await replay(files, folder, run, index, visit);
    const nonce = randomUUID();
    const header = (segment: number): string => segmentHeader(run, segment, nonce);
    const writer = await JournalWriter.open(
      { folder, durability, files, reserve, header, trouble },
      end.segment === 0 ? { segment: 1, offset: 0, sequence: 0 } : end,
    );
    const notices = end.gap ? [tornTail(end.file, end.gap.bytes)] : [];
    const first = end.first === '' ? header(1) : end.first;
    return ownedRun({ root, files, folder, run, first, index, writer, notices, trouble, lock, tombstones });
  } catch (error) {
    index?.close();
    lock.release();
    throw isSystemError(error) ? diskError(root, error) : error;
  }
}

function tornTail(file: string, bytes: number): StoreNotice {
  return {
    code: 'runner/torn-tail',
    message: `${bytes} bytes at the end of ${file} were cut short by a crash and dropped; nothing that was kept is lost`,
  };
}

interface Owned {
  readonly root: string;
  readonly files: FileSystem;
  readonly folder: string;
  readonly run: string;
  readonly first: string;
  readonly index: RunIndex;
  readonly writer: JournalWriter;
  readonly notices: readonly StoreNotice[];
  readonly trouble: (error: Error) => void;
  readonly lock: RunLock;
  readonly tombstones: Tombstones;
}

function ownedRun(owned: Owned): OpenRun {
  const { root, files, folder, run, first, index, writer, notices, trouble, lock, tombstones } = owned;
  const folders = new Map([[run, folder]]);
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
  const reader = new PlaceReader(files);
  const read = (place: IndexedPlace | undefined): RunRecord | undefined => {
    if (!place) return undefined;
    const where = folders.get(place.run) ?? currentJournal(files, runFolder(root, place.run)).folder;
    folders.set(place.run, where);
    // All of this run was read when it was opened.
    return reader.read(where, place, { isKnown: place.run === run });
  };
  return {
    run,
    notices,
    async append(record) {
      if ((record.kind === 'intent' || record.kind === 'ratings') && tombstones.has(record.item)) {
        const error = erasedItem({ item: record.item });
        trouble(error);
        throw error;
      }
      const place = await writer.append(JSON.stringify(record), { counts: record.kind === 'receipt' });
      if (record.kind === 'manifest') index.beginSession(record.started);
      index.add(run, record, place);
      if (index.held >= indexEvery) flush();
      else timer ??= setTimeout(flush, indexAfterMs);
    },
    async receipt(key) {
      const record = read(index.receipt(run, key));
      return record?.kind === 'receipt' && record.key === key ? record : undefined;
    },
    async ratings(assignment) {
      const record = read(index.ratings(run, assignment));
      return record?.kind === 'ratings' && record.assignment === assignment ? record : undefined;
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
      try {
        await writer.close();
        flush();
      } finally {
        reader.close();
        index.close();
        await rm(join(root, 'runs', run, 'owner.json'), { force: true }).catch(() => undefined);
        lock.release();
      }
    },
  };
}
