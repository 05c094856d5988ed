import { EventEmitter } from 'node:events';

import { runCli } from '../src/index.ts';

export interface Captured {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Surroundings {
  cwd: string;
  env?: Record<string, string>;
  tty?: boolean;
  signals?: EventEmitter;
  /** Answers a question, as a person at the terminal would. */
  confirm?: (question: string) => Promise<boolean>;
}

/** Runs the command line in this process and keeps what it writes. */
export async function assize(
  argv: readonly string[],
  { cwd, env = {}, tty = false, signals = new EventEmitter(), confirm }: Surroundings,
): Promise<Captured> {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    write: (text: string) => void (written[name] += text),
    isTTY: tty,
    columns: 100,
  });
  const code = await runCli(argv, {
    cwd,
    env,
    stdout: output('stdout'),
    stderr: output('stderr'),
    signal: new AbortController().signal,
    signals,
    ...(confirm ? { confirm } : {}),
  });
  return { code, ...written };
}
