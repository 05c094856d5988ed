import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Captured } from './captured-console.ts';

const mainFile = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** What runs the command from its source. */
const fromSource = ['--conditions=@assize/source', mainFile];

/** Starts the command as a user does; `settled` is its exit code and what it wrote. */
export function startAssize(
  argv: readonly string[],
  { cwd, env = {}, uid }: { cwd: string; env?: Record<string, string>; uid?: number },
): { child: ChildProcess; settled: Promise<Captured> } {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...fromSource, ...argv], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const settled = new Promise<Captured>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? (signal === 'SIGINT' ? -2 : -15), ...written }));
  });
  return { child, settled };
}

/** Runs a line of a shell in which `assize` is the command from source. */
export function inShell(line: string, { cwd, env = {} }: { cwd: string; env?: Record<string, string> }) {
  const { PATH = '', HOME = '' } = process.env;
  const command = [process.execPath, ...fromSource].map((word) => `'${word}'`).join(' ');
  const child = spawn('bash', ['-c', `set -o pipefail; assize() { ${command} "$@"; }; ${line}`], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  return new Promise<Captured>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, ...written }));
  });
}
