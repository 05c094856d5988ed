import type { Item, Rating, RunEvent, Store } from '@assize/core';
import { expect } from 'vitest';

import { type RunOptions, type RunPlan, type RunSummary, startRun } from '../../src/index.ts';
import { memoryStore } from './memory-store.ts';
import type { Served, SimulatedProvider } from './simulated-provider.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Items without end, unless a number is given. */
export async function* endlessItems(size = Number.POSITIVE_INFINITY): AsyncGenerator<Item> {
  for (let index = 0; index < size; index += 1) {
    yield { id: `item-${index}`, input: `question ${index}`, responses: [{ content: `answer ${index}` }] };
  }
}

export interface Simulation {
  readonly clock: VirtualClock;
  readonly providers: readonly SimulatedProvider[];
  readonly raters: RunPlan['raters'];
  /** As many as there is time for, when left out. */
  readonly items?: number;
  /** When the run is aborted. */
  readonly stopAtMs?: number;
  readonly store?: Store;
  readonly options?: Partial<RunOptions>;
}

export interface Simulated {
  readonly summary: RunSummary;
  readonly events: RunEvent[];
  readonly ratings: Rating[];
}

const mostMs = 7 * 24 * 3_600_000;

/** One session of a run in virtual time. */
export async function simulate(simulation: Simulation): Promise<Simulated> {
  const { clock, providers, raters, items, stopAtMs, store = memoryStore(), options = {} } = simulation;
  const events: RunEvent[] = [];
  const ratings: Rating[] = [];
  const run = startRun(
    { dataset: endlessItems(items), raters },
    {
      directory: store,
      run: 'simulated',
      clock,
      models: (id) => providers.find(({ model }) => model.id === id)!.model,
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'rating-end') ratings.push(event.rating);
        // Opening a run takes real time, in which virtual time must not pass.
        if (event.type === 'run-start' && stopAtMs !== undefined)
          clock.after(stopAtMs - clock.now(), () => run.abort());
      },
      ...options,
    },
  );
  const summary = await clock.until(run.done, mostMs);
  return { summary, events, ratings };
}

/** How often each question was asked. */
export function timesAsked(log: readonly Served[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { question } of log) times.set(question, (times.get(question) ?? 0) + 1);
  return times;
}

/** What must hold of every run, however it went: the provider's books against ours. */
export function holdsBooks({ summary }: Simulated, providers: readonly SimulatedProvider[]): void {
  for (const { model, log } of providers) {
    const own = summary.ledger.models[model.id];
    if (!own) {
      expect(log).toEqual([]);
      continue;
    }
    const replies = log.filter(({ outcome }) => outcome === 'reply');
    const unknown = summary.ledger.unknown.filter((call) => call.model === model.id).length;
    expect(own.attempts).toBe(log.length);
    // A reply that came as the run was given up was answered, and is unknown to us: listed as such.
    expect(own.replies).toBeLessThanOrEqual(replies.length);
    expect(own.replies + unknown).toBeGreaterThanOrEqual(replies.length);
    if (unknown === 0) {
      expect(own.inputTokens).toBe(replies.reduce((sum, { usage }) => sum + usage.inputTokens, 0));
      expect(own.outputTokens).toBe(replies.reduce((sum, { usage }) => sum + usage.outputTokens, 0));
      const ended = Object.values(own.faults).reduce((sum, count) => sum + count, 0);
      expect(own.replies + ended).toBe(log.length);
    }
  }
}
