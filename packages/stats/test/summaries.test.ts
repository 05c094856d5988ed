import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascendingOrder, mean, midranks, quantile, seededRandom, sum, sumOfSquares, variance } from '../src/index.ts';

const seed = { seed: 42 };
const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 });

test('the sum keeps what plain addition loses', () => {
  expect(sum([1e16, 1, -1e16])).toBe(1);
  expect(sum([1, 1e100, 1, -1e100])).toBe(2);
  expect(sum(Array.from({ length: 10 }, () => 0.1))).toBe(1);
  expect(sum([])).toBe(0);
});

test('the variance does not depend on where the values lie', () => {
  expect(variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(30);
  expect(sumOfSquares([0.1, 0.1, 0.1])).toBe(0);
  fc.assert(
    fc.property(numbers, (values) => {
      const shifted = values.map((value) => value + 2 ** 30);
      expect(sumOfSquares(shifted)).toBeCloseTo(sumOfSquares(values), 6);
    }),
    seed,
  );
});

test('what is not defined is refused', () => {
  expect(() => mean([])).toThrow(RangeError);
  expect(() => variance([1])).toThrow(RangeError);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
  expect(() => quantile([1], 1.5)).toThrow(RangeError);
});

test('quantiles are those of type 7', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([1, 2, 3, 4, 5], 0.1)).toBeCloseTo(1.4, 12);
  expect([quantile([3, 1, 2], 0), quantile([3, 1, 2], 1), quantile([7], 0.3)]).toEqual([1, 3, 7]);
});

test('midranks are the average place among equals: half of those equal, plus those below', () => {
  expect([...midranks([10, 20, 20, 30])]).toEqual([1, 2.5, 2.5, 4]);
  fc.assert(
    fc.property(numbers, (values) => {
      const ranks = midranks(values);
      values.forEach((value, i) => {
        const below = values.filter((other) => other < value).length;
        const equal = values.filter((other) => other === value).length;
        expect(ranks[i]).toBe(below + (equal + 1) / 2);
      });
    }),
    seed,
  );
  expect([...ascendingOrder([2, 1, 2])]).toEqual([1, 0, 2]);
});

test('many values are ordered as few are: stable, negatives first, both zeros equal, any magnitude', () => {
  const random = seededRandom('order');
  const special = [0, -0, 1e150, -1e150, 5e-324, -5e-324, 1, -1];
  for (const draw of [
    () => random.next() - 0.5,
    () => Math.floor(9 * random.next()),
    () => special[Math.floor(8 * random.next())]!,
    () => (random.next() - 0.5) * 10 ** Math.floor(300 * random.next() - 150),
  ]) {
    const values = Float64Array.from({ length: 5000 }, draw);
    const plain = Array.from(values.keys()).toSorted((a, b) => values[a]! - values[b]! || a - b);
    expect([...ascendingOrder(values)]).toEqual(plain);
  }
});
