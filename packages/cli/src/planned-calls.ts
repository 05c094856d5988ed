import { defineError, type Item, type Judge } from '@assize/core';
import { requestsOf } from '@assize/judges';
import {
  type AskedOfItem,
  type CostEstimate,
  earlierUsage,
  estimateCost,
  folderStore,
  itemSample,
  listPrices,
  type Price,
  PriceBook,
  usageBound,
} from '@assize/runner';

import { type ConfiguredRun, isJudge } from './configured-run.ts';

const overCap = defineError('cli/over-cap', (facts: { what: string; found: number; cap: string; most: number }) => ({
  message: `${facts.what}: ${facts.found} is more than ${facts.most}`,
  hint: `Nothing was asked. Where it is meant, raise caps.${facts.cap} in the configuration.`,
}));

/** What one judge of a plan would ask. */
export interface PlannedJudge {
  readonly judge: Judge;
  readonly price: Price | undefined;
  /** Of each item, or of a random sample where there are many. */
  readonly sampled: AskedOfItem[];
  /** Output tokens of one call at most. */
  outputBound: number;
}

export interface PlannedCalls {
  readonly items: number;
  readonly judges: readonly PlannedJudge[];
  /** The day of the list prices. */
  readonly listPrices: string;
}

/** Items whose calls are worked out; of more, a random sample of so many. */
const mostSampled = 2000;
const caps = { items: 1_000_000, bytesPerItem: 2 << 20, callsPerItem: 1000 };

/**
 * Works out what the judges of a configuration would ask, without asking it.
 *
 * @throws cli/over-cap when a plan is larger than it may be: a data set should not spend money by its size alone.
 */
export async function plannedCalls(
  { config, dataset, raters, models }: ConfiguredRun,
  { limit = Infinity, date }: { limit?: number | undefined; date: string },
): Promise<PlannedCalls> {
  const most = { ...caps, ...config.caps };
  const list = await listPrices();
  const book = new PriceBook(config.prices ?? {}, list);
  const judges = raters.filter(isJudge).map((judge): PlannedJudge => {
    const price = book.of(judge.definition.model.id, date);
    return { judge, price, sampled: [], outputBound: 0 };
  });
  for (const { judge } of judges) {
    // Looked at first: a million requests would be made to be counted.
    const { samples } = judge.definition.aggregation;
    const what = `samples of ${judge.id}`;
    if (samples > most.callsPerItem)
      throw overCap({ what, found: samples, cap: 'callsPerItem', most: most.callsPerItem });
  }
  const placeInSample = itemSample(mostSampled);
  let items = 0;
  for await (const item of dataset.items()) {
    if (items >= limit) break;
    items++;
    if (items > most.items)
      throw overCap({ what: 'items of the data set', found: items, cap: 'items', most: most.items });
    checkBytes(item, most.bytesPerItem);
    const place = placeInSample();
    if (place === undefined) continue;
    for (const planned of judges) {
      const { abilities } = await models(planned.judge.definition.model.id);
      const plan = requestsOf(planned.judge, item, abilities);
      const asked = { calls: 0, inputBound: 0, outputBound: 0 };
      for (const { request } of 'requests' in plan ? plan.requests : []) {
        const bound = usageBound(request, planned.price);
        asked.calls += 1;
        asked.inputBound += bound.inputTokens;
        asked.outputBound += bound.outputTokens;
        planned.outputBound = bound.outputTokens;
      }
      planned.sampled[place] = asked;
    }
    const calls = judges.reduce((total, { sampled }) => total + (sampled[place]?.calls ?? 0), 0);
    if (calls > most.callsPerItem)
      throw overCap({ what: `calls for item ${item.id}`, found: calls, cap: 'callsPerItem', most: most.callsPerItem });
  }
  return { items, judges, listPrices: list.asOf };
}

function checkBytes(item: Item, most: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(item));
  if (bytes > most) throw overCap({ what: `bytes of item ${item.id}`, found: bytes, cap: 'bytesPerItem', most });
}

/** What a plan will cost, judge by judge, from what the same judges have used in earlier runs of the folder. */
export async function estimatedCost(
  { items, judges }: PlannedCalls,
  directory: string,
): Promise<ReadonlyMap<string, CostEstimate>> {
  const raters = judges.map(({ judge: { id, fingerprint }, outputBound }) => ({ id, fingerprint, outputBound }));
  const earlier = await earlierUsage(folderStore(directory), raters);
  return new Map(
    judges.map(({ judge: { id }, price, sampled }) => [
      id,
      estimateCost({ items, sampled, price, earlier: earlier.get(id) ?? [] }),
    ]),
  );
}
