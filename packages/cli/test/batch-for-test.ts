import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type Dataset,
  faultClass,
  fingerprint,
  isFault,
  type Item,
  type Model,
  type Rater,
  type Rating,
  type RunEvent,
} from '@assize/core';
import { anthropic } from '@assize/provider-anthropic';
import { openai } from '@assize/provider-openai';
import { readRun, resultDigest, type RunOptions, type RunSummary, startRun } from '@assize/runner';
import { type FakeProvider, type FakeProviderOptions, startFakeProvider } from '@assize/testkit/fake-provider';
import { onTestFinished } from 'vitest';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The providers that offer batches, by name. */
export const vendors = {
  openai: (server: FakeProvider, fetch?: Fetch): Model =>
    openai('gpt-4o', {
      baseURL: server.openaiBaseURL,
      apiKey: 'any',
      api: 'responses',
      batches: true,
      ...(fetch ? { fetch } : {}),
    }),
  'openai chat': (server: FakeProvider, fetch?: Fetch): Model =>
    openai('gpt-4o', { baseURL: server.openaiBaseURL, apiKey: 'any', batches: true, ...(fetch ? { fetch } : {}) }),
  anthropic: (server: FakeProvider, fetch?: Fetch): Model =>
    anthropic('claude-haiku-5', { baseURL: server.anthropicBaseURL, apiKey: 'any', ...(fetch ? { fetch } : {}) }),
} as const;
export type Vendor = keyof typeof vendors;

const criterion = {
  id: 'score',
  question: 'How good is it?',
  scale: { kind: 'interval' as const, min: 0, max: 1000 },
  higherIsBetter: true,
};

export function itemsForTest(size: number): Dataset {
  const items: Item[] = Array.from({ length: size }, (_, index) => ({
    id: `item-${index}`,
    input: `question ${index}`,
    responses: [{ content: `answer ${index}` }],
  }));
  return {
    contract: 1,
    name: 'test items',
    fingerprint: fingerprint(items),
    criteria: [criterion],
    size,
    async *items() {
      yield* items;
    },
    async *labels() {
      yield* [];
    },
  };
}

/** Asks two questions of each item, at once or one after the other, and makes a failed row of a fault, as judges do. */
export function raterForTest(model: string, { inTurn = false, id = 'rater' } = {}): Rater {
  const own = fingerprint({ id, model, inTurn });
  return {
    contract: 1,
    id,
    kind: 'judge',
    criteria: [criterion],
    fingerprint: own,
    async rate(item, context) {
      const asked = context.model(model);
      const place = Number(item.id.slice('item-'.length));
      const ask = async (sample: number): Promise<Rating> => {
        const provenance = { source: 'model' as const, rater: own, item: fingerprint(item), asked: model };
        const row = { item: item.id, rater: id, criterion: criterion.id, sample, provenance };
        const content = `${id} ${item.id} ${'x'.repeat(20)} [[s=${place * 2 + sample}]]`;
        try {
          const request = { messages: [{ role: 'user' as const, content }], maxOutputTokens: 32, seed: 7 };
          const reply = await asked.generate(request, { signal: context.signal, sample });
          const usage = reply.usage ? { usage: reply.usage } : {};
          if (reply.stop !== 'done') return { ...row, ...usage, status: 'refused', value: null, reason: reply.stop };
          const rationale = `not applied: ${reply.notApplied?.join() ?? 'none'}`;
          return { ...row, ...usage, status: 'rated', value: Number(reply.text), rationale };
        } catch (error) {
          if (!isFault(error) || faultClass(error) === 'stopping') throw error;
          return { ...row, status: 'failed', value: null, reason: error.code };
        }
      };
      if (inTurn) return [await ask(0), await ask(1)];
      return Promise.all([ask(0), ask(1)]);
    },
  };
}

export async function serverForTest(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  const server = await startFakeProvider(options);
  onTestFinished(() => server.close());
  return server;
}

export async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assize-batch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Half the price in batches, as where nothing is said. */
export const prices = { '*': { input: 2, output: 8 } };

export interface Finished {
  readonly summary: RunSummary;
  readonly events: RunEvent[];
  readonly ratings: Rating[];
  readonly digest: string;
}

/** Runs to the end, and gives back what happened. */
export async function finish(
  model: Model,
  directory: string,
  {
    items = 12,
    raters = [raterForTest(model.id)],
    ...rest
  }: Partial<RunOptions> & { items?: number; raters?: readonly Rater[] } = {},
): Promise<Finished> {
  const events: RunEvent[] = [];
  const run = startRun(
    { dataset: itemsForTest(items), raters },
    {
      directory,
      run: 'r',
      models: () => model,
      reserveBytes: 0,
      durability: 'fast',
      prices,
      retry: { baseMs: 2, capMs: 10 },
      onEvent: (event) => events.push(event),
      ...rest,
    },
  );
  const summary = await run.done;
  return { summary, events, ...(await ratingsOf(directory)) };
}

export async function ratingsOf(directory: string): Promise<{ ratings: Rating[]; digest: string }> {
  const reading = await readRun(directory, 'r');
  const ratings: Rating[] = [];
  for await (const rating of reading.ratings()) ratings.push(rating);
  return { ratings, digest: await resultDigest(ratings) };
}
