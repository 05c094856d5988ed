import type { Output } from './console.ts';

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

const incompleteCodes = new Set(['runner/disk-full', 'runner/read-only', 'runner/locked', 'runner/journal-damaged']);

/** Says what went wrong, where, and what to do; returns the exit code. */
export function explain(error: unknown, stderr: Output, verbose: boolean): number {
  if (isOurs(error)) {
    stderr.write(
      `error: ${visible(error.message)}\n${error.hint === '' ? '' : `  ${visible(error.hint)}\n`}  [${error.code}]\n`,
    );
    if (verbose && error instanceof Error && error.cause instanceof Error) {
      stderr.write(`  cause: ${visible(error.cause.stack ?? error.cause.message)}\n`);
    }
    return error.code.startsWith('provider/') || incompleteCodes.has(error.code) ? exitCode.incomplete : exitCode.usage;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    stderr.write('interrupted\n');
    return exitCode.interrupted;
  }
  const system = systemError(error);
  if (system) {
    stderr.write(`error: ${visible(system)}\n`);
    return exitCode.usage;
  }
  stderr.write(
    `This is a bug in assize, not in your data. Please report it with the lines below.\n${visible(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  );
  return exitCode.internal;
}

/** A missing file or a folder that may not be written is the user's to mend, not a bug. */
function systemError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const known: Record<string, string> = {
    ENOENT: 'no such file or folder',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EROFS: 'the folder is read-only',
    ENOSPC: 'the disk is full',
    EISDIR: 'that is a folder, a file was expected',
    ENOTDIR: 'that is a file, a folder was expected',
  };
  const what = known[String(error.code)];
  if (what === undefined) return undefined;
  return `${'path' in error ? String(error.path) : 'file system'}: ${what}`;
}

/** Control characters shown, not obeyed: messages quote files that anybody may have written. */
export function visible(text: string): string {
  return Array.from(text, (character) =>
    isControl(character.codePointAt(0) ?? 0)
      ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
      : character,
  ).join('');
}

/** C0 and C1 controls but tab and line feed, and the marks that turn the direction of text. */
function isControl(code: number): boolean {
  return (
    (code < 0x20 && code !== 9 && code !== 10) ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}
