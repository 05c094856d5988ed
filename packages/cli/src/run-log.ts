import { closeSync, openSync, writeSync } from 'node:fs';

import type { RunEvent } from '@assize/core';
import { secretsOf } from '@assize/core/redact';
import { runLogLine } from '@assize/runner';

import { type Console, say } from './console.ts';
import { systemProblem } from './failure.ts';
import { writing } from './output-folder.ts';

/**
 * Appends the events of a run to a file, a line of JSON each.
 *
 * A file that cannot be opened is an error before anything is asked; one that takes no more is said once, and the run goes
 * on: the journal, not the log, is what it lives by.
 */
export async function openLog(
  path: string,
  console: Console,
): Promise<{ take: (event: RunEvent) => void; end: () => void }> {
  let file: number | undefined;
  await writing(path, async () => {
    file = openSync(path, 'a');
  });
  const secrets = secretsOf(console.env);
  const end = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    take(event) {
      if (file === undefined) return;
      try {
        writeSync(file, `${runLogLine(event, new Date().toISOString(), secrets)}\n`);
      } catch (error) {
        const problem = systemProblem(error)?.problem ?? 'it takes no more';
        say(console, `the log ${path} ends here: ${problem}; the run goes on`);
        end();
      }
    },
    end,
  };
}
