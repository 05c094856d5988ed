import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascendingOrder, midranks, seededRandom } from '../src/index.ts';
import { inversions } from '../src/numerics/inversions.ts';

/** By comparison, ties in their order: what the counting passes must equal. */
const byComparing = (values: ArrayLike<number>) =>
  Uint32Array.from({ length: values.length }, (_, i) => i).toSorted((a, b) => values[a]! - values[b]! || a - b);

const random = seededRandom('order');
const normalish = () => (random.next() + random.next() + random.next() - 1.5) * 10 ** Math.floor(8 * random.next() - 4);

test.each([
  ['small whole numbers', () => Math.floor(7 * random.next())],
  ['two values', () => (random.next() < 0.5 ? -1 : 3)],
  ['one value', () => 2],
  ['both zeros', () => (random.next() < 0.5 ? 0 : -0)],
  ['numbers of both signs and many sizes', normalish],
  ['numbers that differ in their last bits only', () => 1e9 + Math.floor(1000 * random.next()) * 2 ** -20],
  ['negative numbers that differ in their last bits only', () => -1e9 - Math.floor(1000 * random.next()) * 2 ** -20],
  ['numbers around zero, subnormal ones too', () => (random.next() - 0.5) * 1e-308],
  ['infinities among others', () => [Infinity, -Infinity, 1, -1][Math.floor(4 * random.next())]!],
])('many values are ordered as by comparing them: %s', (_, next) => {
  for (const length of [4095, 4096, 20_000]) {
    const values = Float64Array.from({ length }, next);
    expect(ascendingOrder(values)).toEqual(byComparing(values));
    expect(ascendingOrder([...values])).toEqual(byComparing(values));
  }
});

test('millions of values, which take wider passes, come out in order and each once', () => {
  const length = (1 << 22) + 1;
  let state = 1;
  const values = Float64Array.from({ length }, () => (state = (state * 16807) % 2147483647) % 3_000_001);
  const order = ascendingOrder(values);
  let wrong = 0;
  for (let i = 1; i < length; i++) {
    const [a, b] = [order[i - 1]!, order[i]!];
    if (values[a]! > values[b]! || (values[a] === values[b] && a >= b)) wrong++;
  }
  expect(wrong).toBe(0);
  expect(new Set(order.subarray(0, 100_000)).size).toBe(100_000);
});

test('midranks of many values are the mean places of equal ones', () => {
  const values = Float64Array.from({ length: 6000 }, () => Math.floor(50 * random.next()));
  const sorted = values.toSorted();
  const ranks = midranks(values);
  values.forEach((value, i) => expect(ranks[i]).toBe((sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1));
});

test('inversions are the pairs out of order, for few codes and for many', () => {
  const brute = (codes: ArrayLike<number>) => {
    let total = 0;
    for (let j = 0; j < codes.length; j++) for (let i = 0; i < j; i++) if (codes[i]! > codes[j]!) total++;
    return total;
  };
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 60 }), fc.constantFrom(1, 300, 20_000), (list, factor) => {
      const codes = Int32Array.from(list, (code) => code * factor);
      return inversions(codes.slice(), 40 * factor + 1) === brute(codes);
    }),
    { seed: 42, numRuns: 300 },
  );
  const many = Int32Array.from({ length: 3000 }, () => Math.floor(5000 * random.next()));
  expect(inversions(many.slice(), 5000)).toBe(brute(many));
  const dense = Int32Array.from({ length: 3000 }, () => Math.floor(60 * random.next()) * 64);
  expect(inversions(dense.slice(), 3841)).toBe(brute(dense));
  expect(inversions(new Int32Array(0), 0)).toBe(0);
  expect(inversions(Int32Array.of(2047, 0), 2048)).toBe(1);
  expect(inversions(Int32Array.of(2048, 2047, 0, 1), 2049)).toBe(5);
});
