import { writeSync } from 'node:fs';

import { isAssizeError, type Rater, type RunEvent } from '@assize/core';
import { openai } from '@assize/provider-openai';
import { type Clock, handleSignals, readRun, resultDigest, startRun, systemClock } from '@assize/runner';

import { markedItems, markedJudge } from '../runner-bench/marked-items.ts';
import type { SubjectEnd, SubjectSettings } from './subject-lines.ts';

/** A run in a process of its own, to be hurt from outside. Its settings are one argument of JSON; see `SubjectSettings`. */
const settings: SubjectSettings = JSON.parse(process.argv[2] ?? '{}');
const { directory, baseURL, items, concurrency, deadlineMs } = settings;

/** Straight to the system: what this process has said, it has said, even when it is killed at once. */
function say(line: object): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

function take(event: RunEvent): void {
  if (event.type === 'run-start') say({ started: event.resumed });
  if (event.type === 'call-end' && event.outcome === 'reply' && event.from === 'model') say({ kept: event.item });
  if (event.type === 'warning') say({ warning: event.code });
}

/** The wall clock jumps back and forth by an hour; the other one, by which things are timed, does not. */
function jumpyClock(): Clock {
  let asked = 0;
  const date = (): string =>
    new Date(Date.parse(systemClock.date()) + (asked++ % 2 === 0 ? -1 : 1) * 3_600_000).toISOString();
  return { ...systemClock, date };
}

/** Every tenth item makes the judge behave as a plugin should not. */
function spoilt(judge: Rater, how: NonNullable<SubjectSettings['plugin']>): Rater {
  return {
    ...judge,
    async rate(item, context) {
      const place = Number(item.id.split('-')[1]);
      if (place % 10 !== 7) return judge.rate(item, context);
      switch (how) {
        case 'throw':
          throw new TypeError('planted');
        case 'never-settle':
          return new Promise(() => undefined);
        case 'allocate': {
          const blocks = Array.from({ length: 16 }, (_, block) => Buffer.alloc(64 << 20, block));
          return (await judge.rate(item, context)).slice(0, blocks.length);
        }
        case 'exit':
          // In the middle of things, as a plugin does that thinks it is a program.
          if (!settings.resumed && place === 37) process.exit(7);
          return judge.rate(item, context);
      }
    },
  };
}

const judge = await markedJudge();
const run = startRun(
  {
    dataset: markedItems(items),
    raters: [settings.plugin === undefined ? judge : spoilt(judge, settings.plugin)],
  },
  {
    directory,
    run: 'hurt',
    concurrency,
    deadlineMs,
    reserveBytes: 64 << 10,
    prices: { 'openai:*': { input: 0.15, output: 0.6 } },
    models: () => openai('gpt-4o-mini', { baseURL, apiKey: 'none', api: 'chat' }),
    retry: { baseMs: 5, capMs: 40, ...settings.retry },
    onEvent: take,
    ...(settings.plugin === 'never-settle' ? { ratingDeadlineMs: 50 } : {}),
    ...(settings.jumpyClock === true ? { clock: jumpyClock() } : {}),
    ...(settings.onModelDrift === undefined ? {} : { onModelDrift: settings.onModelDrift }),
  },
);
handleSignals(run, process);
try {
  const { reason, fault, ledger, assignments } = await run.done;
  const digest = await readRun(directory, 'hurt').then(
    ({ ratings }) => resultDigest(ratings()),
    () => null,
  );
  const why = fault ? { message: fault.message, code: 'code' in fault ? String(fault.code) : fault.name } : {};
  say({ end: { reason, ...why, ledger, digest, planned: assignments.planned } satisfies SubjectEnd });
} catch (error) {
  const code = isAssizeError(error) ? error.code : 'unexpected';
  const message = error instanceof Error ? error.message : String(error);
  say({ end: { refused: true, code, message } satisfies SubjectEnd });
}
process.exit();
