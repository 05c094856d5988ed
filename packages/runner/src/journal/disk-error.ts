import { type AssizeError, defineError } from '@assize/core';

export const diskFull = defineError('runner/disk-full', (facts: { folder: string; problem: string }) => ({
  message: `${facts.folder} is full (${facts.problem}); no further call is started`,
  hint: 'Free some space, then resume the run: replies that were paid for are kept.',
}));

export const readOnly = defineError('runner/read-only', (facts: { folder: string; problem: string }) => ({
  message: `${facts.folder} cannot be written to (${facts.problem})`,
  hint: 'Choose another folder for runs, or make this one a folder that you may write in.',
}));

export const journalFailed = defineError('runner/journal-failed', (facts: { folder: string; problem: string }) => ({
  message: `writing the journal in ${facts.folder} failed (${facts.problem}); no further call is started`,
  hint: 'Check the disk, then resume the run. Calls whose reply was not kept are listed as unknown.',
}));

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL']);
const closed = new Set([
  'EROFS',
  'EACCES',
  'EPERM',
  'ENOTDIR',
  'EEXIST',
  'ENOENT',
  'ELOOP',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
]);

/** SQLite's primary result codes that say something about the disk. */
const sqliteNames = new Map([
  [8, 'SQLITE_READONLY'],
  [10, 'SQLITE_IOERR'],
  [13, 'SQLITE_FULL'],
  [14, 'SQLITE_CANTOPEN'],
]);

/** The short name of a system error: `ENOSPC`, `SQLITE_FULL`, or the kind of error when it has none. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('errcode' in error && typeof error.errcode === 'number') {
    return sqliteNames.get(error.errcode & 255) ?? `SQLite error ${error.errcode}`;
  }
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Whether an error is the file system's or SQLite's, and not a slip of a program. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && ('syscall' in error || 'errcode' in error);
}

/** Whether the disk, or a limit on it, has no room left. */
export function isFull(error: unknown): boolean {
  return full.has(problemOf(error));
}

/** An error of the file system or of SQLite as one of ours, by what the user can do about it. */
export function diskError(folder: string, error: unknown): AssizeError {
  const problem = problemOf(error);
  const kind = full.has(problem) ? diskFull : closed.has(problem) ? readOnly : journalFailed;
  return kind({ folder, problem }, { cause: error });
}
