#!/usr/bin/env node
import { explain } from './failure.ts';
import { runCli } from './run-cli.ts';

const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && (minor < 23 || (minor === 23 && patch < 3)))) {
  process.stderr.write(
    `assize needs Node 22.23.3 or later (found ${process.versions.node}); Node 24 is the one to install.\n`,
  );
  process.exit(2);
}

const output = (stream: NodeJS.WriteStream) => ({
  write: (text: string) => void stream.write(text),
  isTTY: stream.isTTY,
  columns: stream.columns || 100,
});
const stderr = output(process.stderr);
const fail = (error: unknown): void => process.exit(explain(error, stderr, false));
// A reader that goes away (`assize … | head`) is no error of ours: files are still written, the verdict is still the exit code.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') fail(Object.assign(error, { path: 'standard output' }));
});
process.on('uncaughtException', fail); // Node would exit with 1, which says that a judge has failed

// The root scripts of the repository run from its root; paths are read from where the user stands.
const stands = process.env['ASSIZE_CWD'];
if (stands) process.chdir(stands);

/** Only a person at a terminal is asked, on stderr: stdout is the result's. */
async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
const isWatched = process.stdin.isTTY && process.stderr.isTTY && !process.env['CI'];

process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: output(process.stdout),
  stderr,
  signal: new AbortController().signal,
  signals: process,
  ...(isWatched ? { confirm } : {}),
  enter: (folder) => process.chdir(folder),
});
