// By its own door: the whole of core would cost every --help its start.
import { redact, secretsOf } from '@assize/core/redact';

import type { Output } from './console.ts';
import { visible } from './visible.ts';

/** Stable exit codes; docs/exit-codes.md says what each means. */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
  inconclusive: 4,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

// The brand of @assize/core's errors, by the global registry: importing core here would cost every --help its start.
const brand = Symbol.for('assize.error');

interface Ours {
  code: string;
  message: string;
  hint: string;
}

function isOurs(error: unknown): error is Ours {
  return typeof error === 'object' && error !== null && brand in error;
}

/** What stopped a command half way that could go on later; all else of ours is to be mended by the user first. */
const incompleteCodes = new Set([
  'cli/disk-full',
  'runner/disk-full',
  'runner/read-only',
  'runner/run-locked',
  'runner/journal-damaged',
  'runner/repair-loses',
  'runner/journal-failed',
]);

/** Says what went wrong, where, and what to do; returns the exit code. */
export function explain(error: unknown, stderr: Output, verbose: boolean): number {
  const say = (text: string): void => stderr.write(`${visible(redact(text, secretsOf(process.env)))}\n`);
  if (isOurs(error)) {
    say(`error: ${error.message}`);
    if (error.hint !== '') say(`  ${error.hint}`);
    say(`  [${error.code}]`);
    if (verbose && error instanceof Error && error.cause instanceof Error)
      say(`  cause: ${error.cause.stack ?? error.cause.message}`);
    if (error.code === 'runner/interrupted') return exitCode.interrupted;
    return error.code.startsWith('provider/') || incompleteCodes.has(error.code) ? exitCode.incomplete : exitCode.usage;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    say('interrupted');
    return exitCode.interrupted;
  }
  const system = systemError(error);
  if (system) {
    say(`error: ${system.what}`);
    say(`  ${system.remedy}`);
    if (verbose && error instanceof Error) say(`  cause: ${error.stack ?? error.message}`);
    return system.full ? exitCode.incomplete : exitCode.usage;
  }
  say('This is a bug in assize, not in your data. Please report it with the lines below.');
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCode.internal;
}

const elsewhere = 'Name another path, or change who may read and write this one.';
const space = 'Free some space, then run the command again.';
const problems: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOENT: ['no such file or folder', 'Check the path; a relative one is read from the working folder.'],
  EACCES: ['no permission', elsewhere],
  EPERM: ['no permission', elsewhere],
  EROFS: ['the folder is read-only', elsewhere],
  ENOSPC: ['the disk is full', space],
  EDQUOT: ['the quota of the disk is used up', space],
  EISDIR: ['that is a folder, a file was expected', 'Name a file.'],
  ENOTDIR: ['that is a file, a folder was expected', 'Name a folder.'],
  EEXIST: ['that is a file, a folder was expected', 'Name a folder.'],
};

/** What the system refused, in words; `undefined` for an error that is not the system's. */
export function systemProblem(error: unknown): { problem: string; remedy: string; full: boolean } | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  const code = String(error.code);
  const [problem, remedy] = problems[code] ?? [code, 'Check the path and the disk.'];
  return { problem, remedy, full: code === 'ENOSPC' || code === 'EDQUOT' };
}

/** A missing file or a folder that may not be written is the user's to mend, not a bug. */
function systemError(error: unknown): { what: string; remedy: string; full: boolean } | undefined {
  const found = systemProblem(error);
  if (!found) return undefined;
  const where = error instanceof Error && 'path' in error ? String(error.path) : 'the system';
  return { ...found, what: `${where}: ${found.problem}` };
}
