import { expect, test } from 'vitest';
import { seededRandom } from '../src/index.ts';
import { type PairOrder, pairOrder } from '../src/numerics/pair-order.ts';
import { wholeNumberCodes } from '../src/numerics/whole-number-codes.ts';

const random = seededRandom('pair order');

/** Every pair looked at. */
function byPairs(x: Float64Array, y: Float64Array): PairOrder {
  let [concordant, discordant, tiesBoth] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const product = Math.sign(x[i]! - x[j]!) * Math.sign(y[i]! - y[j]!);
      if (product > 0) concordant++;
      else if (product < 0) discordant++;
      else if (x[i] === x[j] && y[i] === y[j]) tiesBoth++;
    }
  }
  const ties = (values: Float64Array): PairOrder['x'] => {
    const sizes = new Map<number, number>();
    for (const value of values) sizes.set(value + 0, (sizes.get(value + 0) ?? 0) + 1);
    const sum = (of: (t: number) => number): number => [...sizes.values()].reduce((total, t) => total + of(t), 0);
    return {
      distinct: sizes.size,
      pairs: sum((t) => (t * (t - 1)) / 2),
      triples: sum((t) => t * (t - 1) * (t - 2)),
      spread: sum((t) => t * (t - 1) * (2 * t + 5)),
    };
  };
  return { concordant, discordant, tiesBoth, x: ties(x), y: ties(y) };
}

const columns: [string, () => number][] = [
  ['few whole numbers', () => Math.floor(5 * random.next()) - 2],
  ['whole numbers far apart', () => Math.floor(9 * random.next()) * 1e9],
  ['reals', () => random.next()],
  ['both zeros and a half', () => [0, -0, 0.5][Math.floor(3 * random.next())]!],
  ['one value', () => 3],
];

test.each(columns)('pairs are counted as by looking at each, x of %s', (_, next) => {
  for (const [, other] of columns) {
    for (const n of [1, 2, 3, 40, 300]) {
      const [x, y] = [Float64Array.from({ length: n }, next), Float64Array.from({ length: n }, other)];
      const expected = byPairs(x, y);
      expect(pairOrder(x, y)).toEqual(expected);
      expect(pairOrder(x, y, { together: true })).toEqual(expected);
      expect(pairOrder(x, y, { together: false })).toEqual(expected);
    }
  }
});

test('whole numbers close together are coded by counting', () => {
  const found = wholeNumberCodes(Float64Array.of(7, -0, 9, 7, 0, 9, 9, 2, 0, 0, 7, 3, 0, 2, 2, 2, 2, 2, 2))!;
  expect([...found.codes]).toEqual([3, 0, 4, 3, 0, 4, 4, 1, 0, 0, 3, 2, 0, 1, 1, 1, 1, 1, 1]);
  expect([...found.counts]).toEqual([5, 7, 1, 3, 3]);
});

test('what is not whole, or too far apart for its number, is not', () => {
  expect(wholeNumberCodes(Float64Array.of(1, 1, 1.5, 2, 2, 2))).toBeNull();
  expect(wholeNumberCodes(Float64Array.of(-1, -1, -1, -1, 1, 1, -1))).not.toBeNull();
  expect(wholeNumberCodes(Float64Array.of(-1, -1, -1, 2, 2, 2))).toBeNull();
});
