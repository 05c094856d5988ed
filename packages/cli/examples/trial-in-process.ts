import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Console, runCli } from '@assize/cli';

/** Runs the command inside a program: what it writes is handed to `write`, the verdict comes back as the exit code. */
export async function tryJudge(csv: string, write: (text: string) => void): Promise<number> {
  const cwd = await mkdtemp(join(tmpdir(), 'assize-'));
  await writeFile(join(cwd, 'ratings.csv'), csv);
  const output = { write, isTTY: false, columns: 100 };
  const console: Console = {
    cwd,
    env: {},
    stdout: output,
    stderr: { ...output, write: () => {} },
    signal: AbortSignal.timeout(60_000),
    signals: process,
  };
  return runCli(['trial', 'ratings.csv', '--judge', 'gpt-4', '--humans', 'ann,ben', '--json'], console);
}
