import { join, resolve } from 'node:path';

import { defineError, type NoteRecord, type RunRecord } from '@assize/core';

import { currentJournal, pointTo, removeEarlier } from './current-journal.ts';
import { type ErasedRequest, ErasePlan } from './erase-plan.ts';
import { type FileSystem, systemFiles } from './file-system.ts';
import { noRun } from './folder-store.ts';
import { scanJournal } from './journal-scan.ts';
import { replay } from './replay-journal.ts';
import { rewriteJournal } from './rewrite-journal.ts';
import { RunIndex } from './run-index.ts';
import { lockRun, type RunLock } from './run-lock.ts';
import { listRuns, runFolder } from './run-names.ts';
import { Tombstones } from './tombstones.ts';

export const nothingToErase = defineError('runner/nothing-to-erase', (facts: { folder: string }) => ({
  message: `nothing of that item or subject is in ${facts.folder}; nothing was changed`,
  hint: 'Check the id: it is compared letter by letter. What was erased before is not found again.',
}));

export interface EraseOptions {
  /** An item, by its id. */
  item?: string;
  /** A subject: the items whose id is this, or begins with this and a slash (`person-7/answer-2`). */
  subject?: string;
  /** Texts that give the subject away in replies and rationales on other items, such as an opponent's in a comparison. */
  mentions?: readonly string[];
  /** Only these runs. Default: all of the store. */
  runs?: readonly string[];
  /** For the owner's name in the locks; ISO 8601. */
  date?: () => string;
  /** The file system that journals lie on. */
  files?: FileSystem;
}

/** What was erased of a run, and what remains. */
export interface ErasedRun {
  readonly run: string;
  /** Items with ratings before (n), those of them that are gone (k), and those that remain (n − k). */
  readonly items: number;
  readonly erased: number;
  readonly remaining: number;
  /** Records that are gone, or of which only counts and costs are left. */
  readonly records: number;
  /** Other items from whose ratings the words of raters were removed. */
  readonly touched: readonly string[];
}

export interface Erasure {
  readonly runs: readonly ErasedRun[];
  /** What was sent to providers cannot be called back: ask them, by these ids. */
  readonly requests: readonly ErasedRequest[];
  /** What this does not reach, in words. */
  readonly remains: readonly string[];
}

/**
 * Erases the items of one subject from a store: their ratings, replies, and what a cache or the index know of them.
 *
 * Journals are written anew without them, and the old ones removed, repaired runs' backups among them; a salted hash of
 * each item's id is left, so that the item is not taken up again. Takes the ownership of every run of the store, so that
 * no run holds a copy in memory. What was spent stays in the books. May be done again after a kill.
 *
 * @throws runner/nothing-to-erase, runner/run-locked, runner/journal-damaged (repair it first), runner/no-run
 * @example
 * const { runs, requests, remains } = await eraseSubject('.assize', { item: 'question-17' });
 */
export async function eraseSubject(directory: string, options: EraseOptions): Promise<Erasure> {
  const { item, subject, mentions = [], date = () => '', files = systemFiles } = options;
  const root = resolve(directory);
  const isItem = (id: string): boolean =>
    id === item || (subject !== undefined && (id === subject || id.startsWith(`${subject}/`)));
  const all = await listRuns(files, root);
  for (const run of options.runs ?? []) if (!all.includes(run)) throw noRun({ folder: root, run });
  const runs = options.runs ?? all;
  const locks: RunLock[] = [];
  try {
    for (const run of all) locks.push(await lockRun(runFolder(root, run), run, date()));
    const plan = new ErasePlan({ isItem, mentions });
    const items = new Set<string>();
    await eachRecord(files, root, runs, (record) => {
      if ((record.kind === 'ratings' || record.kind === 'intent') && isItem(record.item)) items.add(record.item);
      plan.find(record);
    });
    await eachRecord(files, root, runs, (record) => plan.trace(record));
    // A reply that a cache gave to another item has its own key: all are known before the first record is written.
    let concerned = 0;
    await eachRecord(files, root, runs, (record) => (concerned += plan.concerns(record) ? 1 : 0));
    const tombstones = await Tombstones.read(files, root);
    const named = [item, subject].filter((id) => id !== undefined);
    const isAgain = named.some((id) => tombstones.has(id));
    if (concerned === 0 && !isAgain) throw nothingToErase({ folder: root });
    tombstones.add([...items, ...named]);
    await tombstones.write(files, root);

    const requests: ErasedRequest[] = [];
    const erasedRuns: ErasedRun[] = [];
    for (const run of runs) erasedRuns.push(await eraseRun(files, root, run, { plan, isItem, requests }));
    await renewIndex(files, root, runs);
    return { runs: erasedRuns, requests, remains: remainsOf(requests, all.length - runs.length) };
  } finally {
    for (const lock of locks) lock.release();
  }
}

async function eachRecord(
  files: FileSystem,
  root: string,
  runs: readonly string[],
  look: (record: RunRecord) => void,
): Promise<void> {
  for (const run of runs) {
    const { folder } = currentJournal(files, runFolder(root, run));
    for await (const { entries } of scanJournal(folder, files)) for (const { record } of entries) look(record);
  }
}

interface RunErasure {
  readonly plan: ErasePlan;
  readonly isItem: (item: string) => boolean;
  readonly requests: ErasedRequest[];
}

async function eraseRun(files: FileSystem, root: string, run: string, erasure: RunErasure): Promise<ErasedRun> {
  const { plan, isItem, requests } = erasure;
  const inStore = runFolder(root, run);
  const { folder } = currentJournal(files, inStore);
  const items = new Set<string>();
  const touched = new Set<string>();
  let records = 0;
  let isTorn = false;
  await eachRecord(files, root, [run], (record) => {
    if (record.kind === 'ratings') items.add(record.item);
    if (!plan.concerns(record)) return;
    records += 1;
    if (record.kind === 'ratings' && !isItem(record.item)) touched.add(record.item);
    if (record.kind === 'receipt' && record.from === 'model')
      requests.push({ run, model: record.model, requestId: record.reply.requestId ?? null });
  });
  for await (const { end } of scanJournal(folder, files)) isTorn ||= end?.gap !== undefined;
  const erased = [...items].filter(isItem).length;
  const remaining = items.size - erased;
  if (records > 0 || isTorn) {
    const message = `${erased} of ${items.size} items were erased with ${records} records; ${remaining} items remain`;
    const texts = remainingTexts(files, folder, plan, message);
    await rewriteJournal(files, inStore, { run, texts, earlier: 'removed' });
  } else {
    // A journal that a repair has kept as a backup may hold what the one that counts has lost.
    const { generation } = currentJournal(files, inStore);
    if (generation > 1) await pointTo(files, inStore, { generation, earlier: 'removed' });
    if (generation > 1) await removeEarlier(files, inStore, generation);
  }
  return { run, items: items.size, erased, remaining, records, touched: [...touched].toSorted() };
}

async function* remainingTexts(
  files: FileSystem,
  folder: string,
  plan: ErasePlan,
  message: string,
): AsyncGenerator<string> {
  let [epoch, at] = [0, 0];
  for await (const { entries } of scanJournal(folder, files)) {
    for (const { record } of entries) {
      ({ epoch } = record);
      if ('at' in record) ({ at } = record);
      const rest = plan.without(record);
      if (rest) yield JSON.stringify(rest);
    }
  }
  const note: NoteRecord = { kind: 'note', epoch, at, code: 'runner/erased', message };
  yield JSON.stringify(note);
}

/** Indexes the new journals, and leaves nothing of the old ones' rows in the file or in its log. */
async function renewIndex(files: FileSystem, root: string, runs: readonly string[]): Promise<void> {
  const index = RunIndex.open(join(root, 'index.sqlite'));
  try {
    for (const run of runs) {
      index.forget(run);
      await replay(files, currentJournal(files, runFolder(root, run)).folder, run, index, () => undefined);
    }
    index.vacuum();
  } finally {
    index.close();
  }
}

function remainsOf(requests: readonly ErasedRequest[], otherRuns: number): string[] {
  const sent = requests.length;
  return [
    'salted hashes of the erased ids, so that they are not taken up again',
    'counts, tokens and costs of the calls in the books of each run, under names that say nothing',
    ...(sent > 0
      ? [`what was sent to providers in ${sent} answered calls: ask them to delete it, by the request ids`]
      : []),
    ...(otherRuns > 0 ? [`${otherRuns} other runs of this store, which were not looked at`] : []),
    'the data set itself, and ratings, cards and backups that were written to other folders',
    'what the disk keeps of deleted files, and copies made by others',
  ];
}
