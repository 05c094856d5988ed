import { DatabaseSync } from 'node:sqlite';

import { defineError } from '@assize/core';

export const sqliteTooOld = defineError('runner/sqlite-too-old', (facts: { found: string; needed: string }) => ({
  message: `this Node carries SQLite ${facts.found}; below ${facts.needed} a write-ahead log with several connections may corrupt`,
  hint: 'Use Node 24, or Node 22.23.3 and later.',
}));

/** The first release without the WAL-reset corruption. */
const needed = '3.51.3';

/** Whether a dotted version is at least another one. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => text.split('.').map(Number));
  for (const [place, number] of want!.entries()) {
    const own = have![place] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

/**
 * Opens a database of ours.
 *
 * @throws runner/sqlite-too-old below SQLite 3.51.3.
 */
export function openSqlite(file: string, busyMs: number): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyMs });
  const found = String(database.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  if (isAtLeast(found, needed)) return database;
  database.close();
  throw sqliteTooOld({ found, needed });
}
