import { readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { defineError } from '@assize/core';
import { z } from 'zod';

import { diskError } from './disk-error.ts';
import { openSqlite } from './sqlite.ts';

export const runLocked = defineError(
  'runner/run-locked',
  (facts: { run: string; pid?: number; host?: string; since?: string }) => ({
    message: `run ${facts.run} is being written by ${facts.pid === undefined ? 'another process' : `process ${facts.pid} on ${facts.host} since ${facts.since}`}`,
    hint: 'Wait until it ends, stop it, or start a run of another name.',
  }),
);

const ownerSchema = z.object({ pid: z.number(), host: z.string(), since: z.string() });

/** The ownership of a run: one process at a time. */
export interface RunLock {
  release(): void;
}

/**
 * Takes ownership of a run.
 *
 * The lock is the operating system's own, held through an SQLite transaction that never ends: it goes with the process,
 * however that dies, so there is no stale lock to guess about, and a stopped process keeps it. The owner's name stands
 * beside it for the one who is refused.
 *
 * @throws runner/run-locked naming the owner.
 */
export async function lockRun(folder: string, run: string, since: string): Promise<RunLock> {
  const ownerFile = join(folder, 'owner.json');
  let database;
  try {
    database = openSqlite(join(folder, 'lock.sqlite'), 0);
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (!isBusy(error)) throw diskError(folder, error);
    const owner = await readFile(ownerFile, 'utf8').then(
      (text) => ownerSchema.safeParse(JSON.parse(text)).data,
      () => undefined,
    );
    throw runLocked({ run, ...owner }, { cause: error });
  }
  try {
    await writeFile(`${ownerFile}.new`, JSON.stringify({ pid: process.pid, host: hostname(), since }));
    await rename(`${ownerFile}.new`, ownerFile);
  } catch (error) {
    database.close();
    throw diskError(folder, error);
  }
  return { release: () => database.close() };
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 255) === 5
  );
}
