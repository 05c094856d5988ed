import { expect, test } from 'vitest';
import { philox4x32, sampleIndices, seededRandom, shuffle } from '../src/index.ts';

test.each([
  [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
])('Philox4x32-10 gives the known answers of Random123: %#', (counter, key, answer) => {
  const out = new Uint32Array(4);
  philox4x32(counter, key, out);
  expect([...out].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(answer);
});

const draw = (random: { next(): number }, size: number) => Array.from({ length: size }, () => random.next());

test('one seed gives one sequence, another seed another', () => {
  expect(draw(seededRandom(7), 9)).toEqual(draw(seededRandom(7), 9));
  expect(draw(seededRandom(7), 9)).not.toEqual(draw(seededRandom(8), 9));
  expect(draw(seededRandom(7), 9)).not.toEqual(draw(seededRandom('7'), 9));
  expect(draw(seededRandom(2 ** 32), 3)).not.toEqual(draw(seededRandom(0), 3));
});

test('a stream depends on its name, not on what was drawn before or in which order streams were made', () => {
  const used = seededRandom(1);
  draw(used, 5);
  used.stream('other').next();
  expect(draw(used.stream('a'), 5)).toEqual(draw(seededRandom(1).stream('a'), 5));
  const names = ['', 'a', 'b', 'ab', 'a\0', 'x'.repeat(16), 'x'.repeat(17), 'é', '1', '10', '100'];
  const firsts = names.map((name) => seededRandom(1).stream(name).next());
  expect(new Set(firsts).size).toBe(names.length);
  expect(seededRandom(1).stream('a').stream('b').next()).not.toBe(seededRandom(1).stream('b').stream('a').next());
});

test('a name that is not ASCII is read as its UTF-8 bytes, like one that is', () => {
  const names = ['ü', 'u', '\u00fc\u00fc', 'Ã¼', '評価', '評价'];
  expect(new Set(names.map((name) => seededRandom(1).stream(name).next())).size).toBe(names.length);
});

test.each([
  ['', 0.7189097150090485, 0],
  ['fifteen letters', 0.019572896680800755, 0.9514785759235534],
  ['sixteen  letters', 0.8601984323724774, 0],
  ['seventeen letters', 0.7201887724202656, 0],
  ['日本語の名前', 0.7585282231918385, 0],
])('the stream of a name stays the same in all versions, whoever was asked between: %j', (name, first, other) => {
  expect(seededRandom(7).stream(name).next()).toBe(first);
  if (other > 0)
    expect(
      seededRandom(2 ** 40 + 7)
        .stream(name)
        .next(),
    ).toBe(other);
  expect(seededRandom(7).stream(name).next()).toBe(first);
});

test('numbers lie in [0, 1), use 53 bits and are uniform', () => {
  const values = draw(seededRandom(3).stream('uniform'), 100_000);
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(values.some((value) => (value * 2 ** 53) % 2 === 1)).toBe(true);
  const cells = new Float64Array(100);
  for (const value of values) cells[Math.floor(value * 100)]!++;
  const chiSquare = cells.reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0);
  expect(chiSquare).toBeGreaterThan(45); // 99 degrees of freedom: both tails at about 1e-6
  expect(chiSquare).toBeLessThan(180);
  const lag = values.slice(1).reduce((total, value, i) => total + (value - 0.5) * (values[i]! - 0.5), 0) / 1e5;
  expect(Math.abs(lag)).toBeLessThan((5 / 12) * Math.sqrt(1 / 1e5));
});

test('a seed that is no count is the caller’s mistake', () => {
  for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53]) expect(() => seededRandom(seed)).toThrow(RangeError);
});

test('shuffle keeps the elements, leaves its argument alone, and gives every order alike', () => {
  const input = Object.freeze(['a', 'b', 'c']);
  const seen = new Map<string, number>();
  const random = seededRandom(5);
  for (let i = 0; i < 6000; i++) {
    const order = shuffle(input, random).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  expect(seen.size).toBe(6);
  for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
});

test('a sample without replacement has no index twice, and all of them when all are asked for', () => {
  const random = seededRandom(6);
  const sample = sampleIndices(1_000_000, 500, random);
  expect(new Set(sample).size).toBe(500);
  expect([...sampleIndices(20, 20, random)].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(new Set(sampleIndices(3, 100, random, { replacement: true }))).toEqual(new Set([0, 1, 2]));
  expect(sampleIndices(0, 0, random)).toHaveLength(0);
  expect(() => sampleIndices(3, 4, random)).toThrow(RangeError);
  expect(() => sampleIndices(0, 1, random, { replacement: true })).toThrow(RangeError);
});
