import { dirname, resolve } from 'node:path';

import type { Money, RunPage } from '@assize/core';
import { loadConfig, readRunPage } from '@assize/runner';
import { z } from 'zod';

import type { Console } from './console.ts';
import { counted } from './counted.ts';
import { exitCode } from './failure.ts';
import { runToResume } from './run-command.ts';
import { visible } from './visible.ts';

const optionsSchema = z.object({ config: z.string().optional(), json: z.boolean().default(false) });

/** `assize runs show`: what is written of a run, without asking or changing anything. */
export async function runsShowCommand(
  named: string | undefined,
  raw: Record<string, unknown>,
  console: Console,
): Promise<number> {
  const options = optionsSchema.parse(raw);
  const { file, config } = await loadConfig({
    cwd: console.cwd,
    ...(options.config === undefined ? {} : { file: resolve(console.cwd, options.config) }),
  });
  const directory = resolve(dirname(file), config.out ?? '.assize');
  const run = (await runToResume(named ?? true, directory)) ?? '';
  const page = await readRunPage(directory, run);
  console.stdout.write(options.json ? `${JSON.stringify(page, null, 2)}\n` : inWords(page));
  return exitCode.done;
}

const ends: Readonly<Record<RunPage['reason'], string>> = {
  done: 'done',
  budget: 'not finished: the budget was spent',
  drained: 'not finished: interrupted',
  aborted: 'not finished: interrupted, calls in flight were given up',
  stopped: 'not finished: stopped',
  open: 'not finished: killed, or still at work',
};

function inWords(page: RunPage): string {
  const statuses = Object.entries(page.ratings).filter(([, count]) => count > 0);
  const lines = [
    `run ${page.run}: ${ends[page.reason]}${page.fault === null ? '' : ` [${page.fault}]`}`,
    `  ${counted(page.sessions, 'session')}, ${(page.durationMs / 1000).toFixed(1)} s at work; the last began ${page.started}`,
    `  data set ${page.dataset.name}; raters ${page.raters.map(({ id }) => id).join(', ')}`,
    `  ${counted(page.assignments.finished, 'assignment')} with ratings: ${statuses.map(([status, count]) => `${count} ${status}`).join(', ') || 'none'}`,
    ...Object.entries(page.models).flatMap(
      ([id, { attempts, replies, cached, inputTokens, outputTokens, served, faults }]) => [
        `  ${id}: ${replies} of ${counted(attempts, 'request')} answered, ${inputTokens} tokens in, ${outputTokens} out`,
        ...(cached > 0 ? [`    ${cached} from the cache, asked before`] : []),
        ...Object.entries(served).map(([name, count]) => `    served by ${name}: ${count}`),
        ...Object.entries(faults).map(([code, count]) => `    ${code}: ${count}`),
      ],
    ),
    `  cost ${amount(page.cost)}; possibly billed beside: ${counted(page.possiblyBilled.calls, 'call')}, at most ${amount(page.possiblyBilled.maxCost)}`,
    ...page.unknown
      .slice(0, 20)
      .map(
        ({ item, rater, maxCost }) =>
          `    may have been billed and lost: ${item} by ${rater}, at most ${amount(maxCost)}`,
      ),
    ...page.notes.map(({ session, code, message }) => `  note of session ${session}: ${message} [${code}]`),
    `  digest ${page.digest}`,
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

function amount(money: Money | null): string {
  return money === null ? 'unknown (no price is given)' : `$${money.amount.toFixed(4)}`;
}
