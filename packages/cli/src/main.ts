#!/usr/bin/env node
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
// A reader that goes away (`assize … | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  signal: new AbortController().signal,
  signals: process,
});
