import type { Model, Rating, RunEvent } from '@assize/core';

import {
  type Clock,
  readRun,
  type RunOptions,
  type RunPlan,
  type RunSummary,
  startRun,
  systemClock,
} from '../src/index.ts';
import { itemsForTest, raterForTest } from './rater-for-test.ts';

/** What a test sets itself. */
export type Rest = Partial<RunOptions> & { directory: string };

/** Runs to the end and gives back what happened. */
export async function finish(
  model: Model | ((id: string) => Model | Promise<Model>),
  rest: Rest,
  plan: Partial<RunPlan> = {},
): Promise<{ summary: RunSummary; events: RunEvent[]; ratings: Rating[] }> {
  const events: RunEvent[] = [];
  const run = startRun(
    { dataset: itemsForTest(12), raters: [raterForTest()], ...plan },
    {
      run: 'r',
      reserveBytes: 0,
      durability: 'fast',
      models: typeof model === 'function' ? model : () => model,
      onEvent: (event) => events.push(event),
      ...rest,
    },
  );
  const summary = await run.done;
  const ratings: Rating[] = [];
  for await (const rating of (await readRun(rest.directory, run.id)).ratings()) ratings.push(rating);
  return { summary, events, ratings };
}

/** Real time passes. */
export const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits cost no time, and are written down. */
export function hastyClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  let skipped = 0;
  return {
    waits,
    now: () => systemClock.now() + skipped,
    date: () => '2026-01-01T00:00:00.000Z',
    after(ms, callback) {
      // Deadlines are long and are cancelled; they are left to real time.
      if (ms >= 30_000) return systemClock.after(ms, callback);
      waits.push(ms);
      skipped += ms;
      queueMicrotask(callback);
      return () => undefined;
    },
  };
}
