import { mean, sum, tQuantile, variance } from '@assize/stats';

import type { EarlierItem } from './earlier-usage.ts';
import { costBound, costOf, type Price } from './price.ts';

/** What a rater would ask about one item. */
export interface AskedOfItem {
  readonly calls: number;
  /** Input and output tokens at most, over all its calls. */
  readonly inputBound: number;
  readonly outputBound: number;
}

export interface CostOutlook {
  /** Items that will be rated. */
  readonly items: number;
  /** What is asked about each of them, or about a random sample of them. */
  readonly sampled: readonly AskedOfItem[];
  readonly price: Price | undefined;
  readonly earlier: readonly EarlierItem[];
}

/** An amount that is expected, between the least and the most that are to be reckoned with. */
export interface Expected {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

export interface CostEstimate {
  readonly calls: Expected;
  readonly inputTokens: Expected;
  readonly outputTokens: Expected;
  /** US dollars; `null` where the price is unknown. */
  readonly usd: Expected | null;
  /** What all calls cost at most, tried once each; of a sample, as the sample has it. `null` where the price is unknown. */
  readonly maxUsd: number | null;
  /** `replies`: 95 % intervals from earlier replies of the same rater. `assumed`: ends from assumptions, no interval of statistics. */
  readonly basis: 'replies' | 'assumed';
  /** Earlier items that it rests on. */
  readonly from: number;
  readonly sampled: number;
}

/** Bytes of a prompt for a token: as assumed, and the most that is reckoned with. The bound has one. */
export const assumedBytesPerToken = 4;
const mostBytesPerToken = 8;
/** The share of the longest reply that is assumed. */
export const assumedOutputShare = 0.5;
/** Fewer earlier items say too little of their spread. */
const leastItems = 5;
const level = 0.95;

/**
 * What a rater will use and cost.
 *
 * From earlier replies: tokens are the bound of each item times the ratio that replies have shown, and
 *
 *     variance  N²·(1 − n/N)·var(sampled)/n  +  var(residuals)·(N + N²/G)
 *
 * for N items, n sampled and G earlier ones; residuals are of the ratio by item, so that calls of one item may be alike.
 * The interval is Student's, with the fewer of n − 1 and G − 1 degrees of freedom, cut at 0 and at the bound (ratio
 * estimator and its prediction: Cochran, Sampling Techniques, 3rd ed., §6.3 and §2.6). Without earlier replies the ends are
 * assumptions: 8 bytes a token and one token of reply, to the bound.
 */
export function estimateCost({ items, sampled, price, earlier }: CostOutlook): CostEstimate {
  const ofSample = { items, sampled: sampled.length };
  const calls = expanded(
    sampled.map((item) => item.calls),
    ofSample,
  );
  const input = sampled.map(({ inputBound }) => inputBound);
  const output = sampled.map(({ outputBound }) => outputBound);
  const bounds = sampled.map(({ inputBound, outputBound }) =>
    costBound(price, { inputTokens: inputBound, outputTokens: outputBound }),
  );
  const most = price
    ? expanded(
        bounds.map((bound) => bound?.amount ?? 0),
        ofSample,
      ).value
    : null;
  const about = { calls, maxUsd: most, from: earlier.length, sampled: sampled.length };
  if (earlier.length < leastItems || sampled.length === 0) {
    const dollars = (inputTokens: number, outputTokens: number): number =>
      costOf(price && { ...price, over: [] }, { inputTokens, outputTokens })?.amount ?? 0;
    const total = (tokens: readonly number[]): number => expanded(tokens, ofSample).value;
    const inputTokens = spread(total(input), 1 / mostBytesPerToken, 1 / assumedBytesPerToken);
    const outputTokens = { ...spread(total(output), 0, assumedOutputShare), low: calls.low };
    return {
      ...about,
      inputTokens,
      outputTokens,
      usd: price
        ? {
            // The cheapest input is what the provider has in its own cache.
            low:
              dollars(inputTokens.low, outputTokens.low) *
              Math.min(1, (price.cachedInput ?? price.input) / price.input || 1),
            value: dollars(inputTokens.value, outputTokens.value),
            high: most ?? 0,
          }
        : null,
      basis: 'assumed',
    };
  }
  const tokensIn = predicted({ of: ({ inputTokens }) => inputTokens, by: 'inputBound' }, earlier, sampled);
  const tokensOut = predicted({ of: ({ outputTokens }) => outputTokens, by: 'calls' }, earlier, sampled);
  const dollars = (usage: EarlierItem['usages'][number]): number => costOf(price, usage)?.amount ?? 0;
  const costIn = predicted(
    { of: (usage) => dollars({ ...usage, outputTokens: 0 }), by: 'inputBound' },
    earlier,
    sampled,
  );
  const costOut = predicted(
    { of: (usage) => dollars(usage) - dollars({ ...usage, outputTokens: 0 }), by: 'calls' },
    earlier,
    sampled,
  );
  return {
    ...about,
    inputTokens: interval([tokensIn], ofSample, expanded(input, ofSample).value),
    outputTokens: interval([tokensOut], ofSample, expanded(output, ofSample).value),
    usd: price ? interval([costIn, costOut], ofSample, most ?? Infinity) : null,
    basis: 'replies',
  };
}

interface Ratio {
  readonly of: (usage: EarlierItem['usages'][number]) => number;
  readonly by: 'inputBound' | 'calls';
}

/** What a ratio that earlier items have shown says of each sampled item, and how far it was off for each earlier one. */
function predicted({ of, by }: Ratio, earlier: readonly EarlierItem[], sampled: readonly AskedOfItem[]) {
  const used = earlier.map(({ usages }) => sum(usages.map(of)));
  const ratio = sum(used) / sum(earlier.map((item) => item[by]));
  return {
    items: sampled.map((item) => ratio * item[by]),
    residuals: earlier.map((item, place) => (used[place] ?? 0) - ratio * item[by]),
  };
}

interface OfSample {
  readonly items: number;
  readonly sampled: number;
}

/** The 95 % interval of a total that is the sum of some predicted parts. */
function interval(
  parts: readonly { items: readonly number[]; residuals: readonly number[] }[],
  { items, sampled }: OfSample,
  most: number,
): Expected {
  const each = addedUp(parts.map((part) => part.items));
  const residuals = addedUp(parts.map((part) => part.residuals));
  const value = items * mean(each);
  const ofSampling =
    sampled < items && sampled > 1 ? (items ** 2 * (1 - sampled / items) * variance(each)) / sampled : 0;
  const ofReplies = variance(residuals) * (items + items ** 2 / residuals.length);
  const freedom = Math.min(residuals.length - 1, sampled < items ? Math.max(sampled - 1, 1) : Infinity);
  const half = tQuantile((1 + level) / 2, freedom) * Math.sqrt(ofSampling + ofReplies);
  return { low: Math.max(value - half, 0), value: Math.min(value, most), high: Math.min(value + half, most) };
}

function addedUp(parts: readonly (readonly number[])[]): number[] {
  return (parts[0] ?? []).map((_, place) => sum(parts.map((part) => part[place] ?? 0)));
}

/** The total over all items of what was counted on a sample of them. */
function expanded(counts: readonly number[], { items, sampled }: OfSample): Expected {
  if (sampled === 0) return { low: 0, value: 0, high: 0 };
  const value = items * mean(counts);
  if (sampled >= items || sampled < 2) return { low: value, value, high: value };
  const half =
    tQuantile((1 + level) / 2, sampled - 1) *
    Math.sqrt((items ** 2 * (1 - sampled / items) * variance(counts)) / sampled);
  return { low: Math.max(value - half, 0), value, high: value + half };
}

function spread(most: number, low: number, value: number): Expected {
  return { low: most * low, value: most * value, high: most };
}

/** Amounts of several raters together: the ends are added, which is wider than they would be together by chance. */
export function together(amounts: readonly Expected[]): Expected {
  return {
    low: sum(amounts.map(({ low }) => low)),
    value: sum(amounts.map(({ value }) => value)),
    high: sum(amounts.map(({ high }) => high)),
  };
}
