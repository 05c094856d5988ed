import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

import { type CacheLimits, defineError, type RunRecord } from '@assize/core';

import { isAlias, isAnswer } from '../cache/cached-answer.ts';
import { BulkPlaces, type IndexedPlace, placeOf } from './bulk-places.ts';
import type { Place } from './journal-writer.ts';
import { openSqlite } from './sqlite.ts';

export const indexTooNew = defineError(
  'runner/index-too-new',
  (facts: { file: string; found: number; known: number }) => ({
    message: `${facts.file} is an index of version ${facts.found}, this version knows ${facts.known}; nothing was changed`,
    hint: 'Use the version of @assize/runner that wrote the store, or a newer one. The journals themselves may still be read.',
  }),
);

/** Raise it when the tables change: an older index is made anew from the journals, which hold all that is in it. */
const version = 3;

/** Hashes are kept as bytes, and runs by number: a row takes half of what names in it would. */
const tables = `
CREATE TABLE IF NOT EXISTS runs (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first TEXT NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS receipts (
  run INTEGER NOT NULL, key NOT NULL, asked NOT NULL, complete INTEGER NOT NULL,
  written INTEGER NOT NULL, alias INTEGER NOT NULL,
  segment INTEGER NOT NULL, offset INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS receipts_asked ON receipts (asked, written) WHERE complete = 1;
CREATE TABLE IF NOT EXISTS assignments (
  run INTEGER NOT NULL, assignment NOT NULL, again INTEGER NOT NULL,
  segment INTEGER NOT NULL, offset INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (run, assignment)) WITHOUT ROWID;
PRAGMA user_version = ${version};`;

/** The part of a record that is indexed: a record itself would be held in memory until it is written. */
type Entry =
  | {
      readonly kind: 'receipt';
      readonly key: string;
      readonly asked: string;
      readonly complete: boolean;
      /** Wall clock in milliseconds; 0 when it is not known. */
      readonly written: number;
      readonly alias: boolean;
      readonly lies: IndexedPlace;
    }
  | { readonly kind: 'ratings'; readonly assignment: string; readonly again: number; readonly lies: IndexedPlace };

/**
 * The index of a store, as the owner of one run uses it: where receipts and ratings lie in the journals. Everything in it can be made anew from them.
 *
 * Entries are held in memory and written in one transaction, by `flush`; a crash in between costs a look at the end of
 * the journal at the next opening, never a record.
 */
export class RunIndex {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  /** Whether nothing was there, so that no run of the store is known. */
  readonly isNew: boolean;
  #held: Entry[] = [];
  /** The latest record that was added, indexed or not: up to there the journal is known. */
  #last: IndexedPlace | undefined;
  readonly #heldReceipts = new Map<string, IndexedPlace>();
  readonly #heldAssignments = new Map<string, IndexedPlace>();
  readonly #heldAsked = new Map<string, { written: number; alias: boolean; lies: IndexedPlace }>();
  /** When the session began whose records are added, wall clock in milliseconds. */
  #began = 0;
  readonly #oldestWithin = new Map<number, number>();
  #read:
    | { limits: CacheLimits; run: string | undefined; since: number; aliasSince: number; question: string }
    | undefined;
  readonly #known = { ratings: new BulkPlaces(), cached: new BulkPlaces() };

  private constructor({ database, isNew }: { database: DatabaseSync; isNew: boolean }) {
    this.#database = database;
    this.isNew = isNew;
    this.#statements = prepare(database);
  }

  /** Opens the index, or makes a new one where the file is none of ours or no database at all. */
  static open(file: string): RunIndex {
    try {
      return new RunIndex(openIndex(file));
    } catch (error) {
      // 11 corrupt, 26 not a database: nothing of it is open now, and nothing in it is needed.
      if (!(error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 255)))
        throw error;
      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
      return new RunIndex(openIndex(file));
    }
  }

  /** Up to where the journal of a run is indexed; the beginning when the index knows another journal of that name. */
  indexedTo(run: string, first: string): { segment: number; offset: number } {
    const row = this.#statements.indexed.get(run);
    if (row?.['first'] === first) return { segment: Number(row['segment']), offset: Number(row['offset']) };
    this.forget(run);
    return { segment: 0, offset: 0 };
  }

  /** Drops every row of a run. */
  forget(run: string): void {
    for (const statement of this.#statements.forget) statement.run(run);
  }

  /** Writes the file anew, so that nothing of dropped rows is left in it or in its log. */
  vacuum(): void {
    this.#database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE);');
  }

  /** Says when the session began whose records come next. */
  beginSession(started: string): void {
    this.#began = Date.parse(started) || 0;
  }

  /** Notes where a record lies. It is found from now on, and written at the next flush. */
  add(run: string, record: RunRecord, place: Place): void {
    const lies = { run, ...place };
    this.#last = lies;
    if (record.kind === 'receipt') {
      const { key, asked } = record;
      const complete = record.from === 'model' && isAnswer(record.reply);
      const written = this.#began === 0 ? 0 : Math.round(this.#began + record.at);
      const alias = isAlias(record.model, record.reply);
      this.#held.push({ kind: 'receipt', key, asked, complete, written, alias, lies });
      if (!this.#heldReceipts.has(key)) this.#heldReceipts.set(key, lies);
      if (complete) this.#heldAsked.set(asked, { written, alias, lies });
    } else if (record.kind === 'ratings') {
      const { assignment, again } = record;
      this.#held.push({ kind: 'ratings', assignment, again, lies });
      if (again > 0 || !this.#heldAssignments.has(assignment)) this.#heldAssignments.set(assignment, lies);
    }
  }

  get held(): number {
    return this.#held.length;
  }

  /** Writes what is held, in one transaction. `first` names the journal, by its first frame. */
  flush(first: string): void {
    if (this.#last === undefined) return;
    const { receipt, ratings, mark, number } = this.#statements;
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const last = this.#last;
      mark.run(last.run, first, last.segment, last.offset + last.bytes);
      const owner = Number(number.get(last.run)?.['id']);
      // In the order of the keys, neighbours of a page come together; equal ones keep their own order.
      for (const entry of this.#held.toSorted(byKey)) {
        const { segment, offset, bytes } = entry.lies;
        if (entry.kind === 'receipt')
          receipt.run(
            owner,
            short(entry.key),
            short(entry.asked),
            entry.complete ? 1 : 0,
            entry.written,
            entry.alias ? 1 : 0,
            segment,
            offset,
            bytes,
          );
        else ratings.run(owner, short(entry.assignment), entry.again, segment, offset, bytes);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    this.#held = [];
    this.#last = undefined;
    this.#heldReceipts.clear();
    this.#heldAssignments.clear();
    this.#heldAsked.clear();
  }

  receipt(run: string, key: string): IndexedPlace | undefined {
    // What is written came first, and the first receipt of a call counts.
    return placeOf(this.#statements.findReceipt.get(run, short(key))) ?? this.#heldReceipts.get(key);
  }

  ratings(run: string, assignment: string): IndexedPlace | undefined {
    const held = this.#heldAssignments.get(assignment);
    if (held) return held;
    const { allRatings, findRatings } = this.#statements;
    const load = (most: number) => allRatings.iterate(run, most);
    return this.#known.ratings.get(run, assignment, load) ?? placeOf(findRatings.get(run, short(assignment)));
  }

  /** The newest complete reply to a question within the limits. */
  cached(asked: string, run: string | undefined, limits: CacheLimits = noLimits): IndexedPlace | undefined {
    const { findAsked, findAskedOfRun, allAsked } = this.#statements;
    const { since, aliasSince, question } = this.#moments(limits, run);
    const load = (most: number) => allAsked.iterate(aliasSince, since, run ?? null, run ?? null, most);
    const known = this.#known.cached.get(question, asked, load);
    if (known) return known;
    const key = short(asked);
    const row =
      run === undefined ? findAsked.get(key, aliasSince, since) : findAskedOfRun.get(key, aliasSince, since, run);
    const found = placeOf(row);
    if (found) return found;
    const held = this.#heldAsked.get(asked);
    return held && held.written >= (held.alias ? aliasSince : since) ? held.lies : undefined;
  }

  /** The limits in milliseconds: those of a session are the same object, and dates are slow to read. */
  #moments(limits: CacheLimits, run: string | undefined) {
    if (this.#read?.limits !== limits || this.#read.run !== run) {
      const within = limits.maxBytes === undefined ? 0 : this.#oldest(limits.maxBytes);
      const since = Math.max(within, momentOf(limits.since));
      const aliasSince = Math.max(since, momentOf(limits.aliasSince));
      this.#read = { limits, run, since, aliasSince, question: `${run ?? ''} ${aliasSince} ${since}` };
    }
    return this.#read;
  }

  /** How old the newest replies may be that take so many bytes together; looked up once, since newer ones only add. */
  #oldest(maxBytes: number): number {
    let oldest = this.#oldestWithin.get(maxBytes);
    if (oldest === undefined) {
      const row = this.#statements.findBeyond.get(maxBytes);
      oldest = row === undefined ? 0 : Number(row['written']) + 1;
      this.#oldestWithin.set(maxBytes, oldest);
    }
    return oldest;
  }

  close(): void {
    this.#database.close();
  }
}

const noLimits: CacheLimits = {};
const momentOf = (date: string | undefined): number => (date === undefined ? 0 : Date.parse(date));

function byKey(a: Entry, b: Entry): number {
  const [first, second] = [a, b].map((entry) => (entry.kind === 'receipt' ? entry.key : entry.assignment));
  return first! < second! ? -1 : first! > second! ? 1 : 0;
}

/** A hash in hexadecimal digits as its bytes. */
function short(hash: string): string | Buffer {
  return /^[0-9a-f]{64}$/.test(hash) ? Buffer.from(hash, 'hex') : hash;
}

function openIndex(file: string): { database: DatabaseSync; isNew: boolean } {
  const database = openSqlite(file, 5000);
  const versionOf = (): number => Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  try {
    // Before anything is set: of a newer index no byte is changed.
    const found = versionOf();
    if (found > version) throw indexTooNew({ file, found, known: version });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;');
    if (found < version) {
      // One transaction: a kill leaves the old index or an empty one, which is filled from the journals.
      database.exec('BEGIN IMMEDIATE');
      if (versionOf() < version) {
        for (const table of ['receipts', 'assignments', 'indexed', 'runs'])
          database.exec(`DROP TABLE IF EXISTS ${table}`);
        database.exec(tables);
      }
      database.exec('COMMIT');
    }
    return { database, isNew: found < version };
  } catch (error) {
    database.close();
    throw error;
  }
}

function rowsOf(table: string, ...more: string[]): string {
  const columns = ['runs.name AS run', 'r.segment', 'r.offset', 'bytes', ...more].join(', ');
  return `SELECT ${columns} FROM ${table} AS r JOIN runs ON runs.id = r.run WHERE`;
}

function prepare(database: DatabaseSync) {
  const fresh = `${rowsOf('receipts')} asked = ? AND complete = 1 AND written >= CASE alias WHEN 1 THEN ? ELSE ? END`;
  return {
    indexed: database.prepare('SELECT first, segment, offset FROM runs WHERE name = ?'),
    forget: [
      ...['receipts', 'assignments'].map((table) =>
        database.prepare(`DELETE FROM ${table} WHERE run = (SELECT id FROM runs WHERE name = ?)`),
      ),
      database.prepare('DELETE FROM runs WHERE name = ?'),
    ],
    number: database.prepare('SELECT id FROM runs WHERE name = ?'),
    receipt: database.prepare('INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    ratings:
      database.prepare(`INSERT INTO assignments VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET again = excluded.again,
      segment = excluded.segment, offset = excluded.offset, bytes = excluded.bytes WHERE excluded.again > again`),
    mark: database.prepare(`INSERT INTO runs (name, first, segment, offset) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
      SET first = excluded.first, segment = excluded.segment, offset = excluded.offset`),
    findReceipt: database.prepare(`${rowsOf('receipts')} runs.name = ? AND key = ?`),
    findRatings: database.prepare(`${rowsOf('assignments')} runs.name = ? AND assignment = ?`),
    findAsked: database.prepare(`${fresh} ORDER BY written DESC LIMIT 1`),
    findAskedOfRun: database.prepare(`${fresh} AND runs.name = ? ORDER BY written DESC LIMIT 1`),
    allRatings: database.prepare(`${rowsOf('assignments', 'assignment AS hash')} runs.name = ? LIMIT ?`),
    // Of the rows of a group, SQLite takes the columns of the one with the greatest value.
    allAsked: database.prepare(`${rowsOf('receipts', 'asked AS hash, MAX(written)')} complete = 1
      AND written >= CASE alias WHEN 1 THEN ? ELSE ? END AND (? IS NULL OR runs.name = ?) GROUP BY asked LIMIT ?`),
    findBeyond: database.prepare(`SELECT written FROM (SELECT written, SUM(bytes) OVER (ORDER BY written DESC, run, key)
      AS total FROM receipts WHERE complete = 1) WHERE total > ? LIMIT 1`),
  };
}
