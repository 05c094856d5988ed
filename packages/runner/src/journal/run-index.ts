import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

import type { CacheLimits, RunRecord } from '@assize/core';

import { isAlias, isAnswer } from '../cache/cached-answer.ts';
import { BulkPlaces, type IndexedPlace, placeOf } from './bulk-places.ts';
import type { Place } from './journal-writer.ts';
import { openSqlite } from './sqlite.ts';

/** Raise it when the tables change: an index of another version is made anew. */
const version = 2;

const tables = `
CREATE TABLE IF NOT EXISTS receipts (
  run TEXT NOT NULL, key TEXT NOT NULL, asked TEXT NOT NULL, complete INTEGER NOT NULL,
  written INTEGER NOT NULL, alias INTEGER NOT NULL,
  segment INTEGER NOT NULL, offset INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS receipts_asked ON receipts (asked, written) WHERE complete = 1;
CREATE TABLE IF NOT EXISTS assignments (
  run TEXT NOT NULL, assignment TEXT NOT NULL, again INTEGER NOT NULL,
  segment INTEGER NOT NULL, offset INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (run, assignment)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS indexed (
  run TEXT NOT NULL PRIMARY KEY, first TEXT NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL) WITHOUT ROWID;
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

  private constructor(database: DatabaseSync) {
    this.#database = database;
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

  forget(run: string): void {
    for (const statement of this.#statements.forget) statement.run(run);
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
    const { receipt, ratings, mark } = this.#statements;
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const entry of this.#held) {
        const { run, segment, offset, bytes } = entry.lies;
        if (entry.kind === 'receipt')
          receipt.run(
            run,
            entry.key,
            entry.asked,
            entry.complete ? 1 : 0,
            entry.written,
            entry.alias ? 1 : 0,
            segment,
            offset,
            bytes,
          );
        else ratings.run(run, entry.assignment, entry.again, segment, offset, bytes);
      }
      mark.run(this.#last.run, first, this.#last.segment, this.#last.offset + this.#last.bytes);
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
    return placeOf(this.#statements.findReceipt.get(run, key)) ?? this.#heldReceipts.get(key);
  }

  ratings(run: string, assignment: string): IndexedPlace | undefined {
    const held = this.#heldAssignments.get(assignment);
    if (held) return held;
    const { allRatings, findRatings } = this.#statements;
    const load = (most: number) => allRatings.iterate(run, most);
    return this.#known.ratings.get(run, assignment, load) ?? placeOf(findRatings.get(run, assignment));
  }

  /** The newest complete reply to a question within the limits. */
  cached(asked: string, run: string | undefined, limits: CacheLimits = noLimits): IndexedPlace | undefined {
    const { findAsked, findAskedOfRun, allAsked } = this.#statements;
    const { since, aliasSince, question } = this.#moments(limits, run);
    const load = (most: number) => allAsked.iterate(aliasSince, since, run ?? null, run ?? null, most);
    const known = this.#known.cached.get(question, asked, load);
    if (known) return known;
    const row =
      run === undefined ? findAsked.get(asked, aliasSince, since) : findAskedOfRun.get(asked, aliasSince, since, run);
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

function openIndex(file: string): DatabaseSync {
  const database = openSqlite(file, 5000);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (found !== version) {
      for (const table of ['receipts', 'assignments', 'indexed']) database.exec(`DROP TABLE IF EXISTS ${table}`);
    }
    database.exec(tables);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync) {
  const place = 'run, segment, offset, bytes';
  const fresh = 'asked = ? AND complete = 1 AND written >= CASE alias WHEN 1 THEN ? ELSE ? END';
  return {
    indexed: database.prepare('SELECT first, segment, offset FROM indexed WHERE run = ?'),
    forget: ['receipts', 'assignments', 'indexed'].map((table) =>
      database.prepare(`DELETE FROM ${table} WHERE run = ?`),
    ),
    receipt: database.prepare('INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    ratings:
      database.prepare(`INSERT INTO assignments VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET again = excluded.again,
      segment = excluded.segment, offset = excluded.offset, bytes = excluded.bytes WHERE excluded.again > again`),
    mark: database.prepare('INSERT OR REPLACE INTO indexed VALUES (?, ?, ?, ?)'),
    findReceipt: database.prepare(`SELECT ${place} FROM receipts WHERE run = ? AND key = ?`),
    findRatings: database.prepare(`SELECT ${place} FROM assignments WHERE run = ? AND assignment = ?`),
    findAsked: database.prepare(`SELECT ${place} FROM receipts WHERE ${fresh} ORDER BY written DESC LIMIT 1`),
    findAskedOfRun: database.prepare(
      `SELECT ${place} FROM receipts WHERE ${fresh} AND run = ? ORDER BY written DESC LIMIT 1`,
    ),
    allRatings: database.prepare(`SELECT assignment AS name, ${place} FROM assignments WHERE run = ? LIMIT ?`),
    // Of the rows of a group, SQLite takes the columns of the one with the greatest value.
    allAsked: database.prepare(`SELECT asked AS name, ${place}, MAX(written) FROM receipts WHERE complete = 1
      AND written >= CASE alias WHEN 1 THEN ? ELSE ? END AND (? IS NULL OR run = ?) GROUP BY asked LIMIT ?`),
    findBeyond: database.prepare(`SELECT written FROM (SELECT written, SUM(bytes) OVER (ORDER BY written DESC, run, key)
      AS total FROM receipts WHERE complete = 1) WHERE total > ? LIMIT 1`),
  };
}
