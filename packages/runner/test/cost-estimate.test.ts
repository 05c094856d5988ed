import { seededRandom } from '@assize/stats';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type EarlierItem, earlierUsage, estimateCost, folderStore, itemSample } from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { modelForTest, raterForTest } from './rater-for-test.ts';
import { finish } from './run-for-test.ts';

const price = { input: 2, output: 8, cachedInput: 0.2 };

/** An item of a made-up judge: tokens are about a quarter of the bytes, replies about 40 tokens. */
function drawn(random: { next: () => number }): EarlierItem & { outputBound: number } {
  const inputBound = 500 + Math.floor(4000 * random.next());
  const inputTokens = Math.floor(inputBound * (0.2 + 0.1 * random.next()));
  const usage = {
    inputTokens,
    cachedInputTokens: Math.floor(inputTokens * random.next() * 0.5),
    outputTokens: 20 + Math.floor(40 * random.next()),
  };
  return { calls: 1, inputBound, outputBound: 200, usages: [usage] };
}

const costOfItem = ({ usages }: EarlierItem): number =>
  usages.reduce(
    (sum, { inputTokens, cachedInputTokens = 0, outputTokens }) =>
      sum + ((inputTokens - cachedInputTokens) * 2 + cachedInputTokens * 0.2 + outputTokens * 8) / 1e6,
    0,
  );

test('the interval from earlier replies holds the cost about as often as it says', () => {
  const trials = 600;
  let held = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const random = seededRandom(trial);
    const all = Array.from({ length: 300 }, () => drawn(random));
    const earlier = Array.from({ length: 20 }, () => drawn(random));
    const { usd } = estimateCost({ items: 300, sampled: all.slice(0, 60), price, earlier });
    const cost = all.reduce((sum, item) => sum + costOfItem(item), 0);
    if (usd && usd.low <= cost && cost <= usd.high) held += 1;
  }
  // 95 % and four standard errors of 600 trials; a little too wide is no harm.
  expect(held / trials).toBeGreaterThan(0.914);
});

test('an estimate keeps its order, and its ends within the bound', () => {
  const count = fc.integer({ min: 0, max: 5000 });
  const asked = fc.record({ calls: fc.integer({ min: 1, max: 9 }), inputBound: count, outputBound: count });
  fc.assert(
    fc.property(
      fc.array(asked, { maxLength: 20 }),
      fc.nat(100),
      fc.option(fc.constant(price), { nil: undefined }),
      fc.integer({ min: 0, max: 20 }),
      (sampled, more, known, seen) => {
        const random = seededRandom(seen);
        const earlier = Array.from({ length: seen }, () => drawn(random));
        const outlook = { items: sampled.length + more, sampled, price: known, earlier };
        const { usd, maxUsd, calls, inputTokens, outputTokens } = estimateCost(outlook);
        for (const { low, value, high } of [calls, inputTokens, outputTokens, ...(usd ? [usd] : [])]) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(high + 1e-9);
        }
        expect([usd === null, maxUsd === null]).toEqual([known === undefined, known === undefined]);
        if (usd && maxUsd !== null) expect(usd.high).toBeLessThanOrEqual(maxUsd + 1e-12);
      },
    ),
    { seed: 42, numRuns: 1000 },
  );
});

test('what a judge used is read from earlier runs of the same judge, and of no other', async () => {
  const directory = await folderForTest();
  const rater = raterForTest({ samples: 2 });
  await finish(modelForTest(), { directory }, { raters: [rater, raterForTest({ id: 'other' })] });
  const [store, outputBound] = [folderStore(directory), 16];
  const own = (await earlierUsage(store, [{ ...rater, outputBound }])).get('rater') ?? [];
  expect(own).toHaveLength(12);
  for (const { calls, inputBound, usages } of own) {
    expect([calls, usages.length]).toEqual([2, 2]);
    expect(inputBound).toBeGreaterThan(100);
  }
  const changed = raterForTest({ samples: 2, version: '2' });
  expect((await earlierUsage(store, [{ ...changed, outputBound }])).get('rater')).toEqual([]);
});

test('a sample of a stream keeps each item as often as any other', () => {
  const kept = new Array<number>(50).fill(0);
  const random = seededRandom(42);
  for (let trial = 0; trial < 2000; trial += 1) {
    const placeOf = itemSample(10, random);
    const sample: number[] = [];
    for (let item = 0; item < 50; item += 1) {
      const place = placeOf();
      if (place !== undefined) sample[place] = item;
    }
    for (const item of sample) kept[item]! += 1;
  }
  // A fifth of 2,000, and five standard errors.
  for (const count of kept) expect(Math.abs(count - 400)).toBeLessThan(90);
});
