import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elo, seededRandom, shuffledElo } from '../src/index.ts';
import { anyVotes, connectedVotes, drawnVotes, known, votes } from './ranking-votes.ts';
import { sound } from './sound.ts';

test('a first win between equals moves half of k', () => {
  const ratings = known(elo(votes(3, '0>1')));
  expect([...ratings.value]).toEqual([1002, 998, 1000]);
  expect(ratings).toMatchObject({
    n: 1,
    method: 'Elo, k = 4, in the order given',
    notes: ['the ratings depend on the order of the votes'],
  });
});

test('votes follow one another by hand', () => {
  const [first, second] = known(elo(votes(2, '0>1', '1>0', '0=1'), { k: 32, initial: 1500 })).value;
  const e = (own: number, other: number) => 1 / (1 + 10 ** ((other - own) / 400));
  let [a, b] = [1516, 1484];
  const gain = 32 * (1 - e(b, a));
  [a, b] = [a - gain, b + gain];
  const last = 32 * (0.5 - e(a, b));
  [a, b] = [a + last, b - last];
  expect(first).toBeCloseTo(a, 9);
  expect(second).toBeCloseTo(b, 9);
});

test('another base and scale are another unit', () => {
  const all = votes(2, '0>1', '0>1', '1>0');
  const wide = known(elo(all, { k: 8, scale: 800, initial: 0 }));
  const narrow = known(elo(all, { k: 4, scale: 400, initial: 0 }));
  expect(wide.value[0]).toBeCloseTo(2 * narrow.value[0]!, 9);
  const natural = known(elo(all, { k: 4, scale: 400 / Math.LN10, base: Math.E, initial: 0 }));
  expect(natural.value[0]).toBeCloseTo(narrow.value[0]!, 9);
});

test('ratings keep their sum, and missing verdicts and self-pairs are left out', () => {
  fc.assert(
    fc.property(connectedVotes, (all) => {
      const { value } = known(elo(all));
      expect(value.reduce((a, b) => a + b, 0)).toBeCloseTo(1000 * all.players, 6);
    }),
    { seed: 42 },
  );
  const gaps = { players: 2, left: [0, 0, 1], right: [1, 0, 0], outcome: [NaN, 1, 0] };
  expect(known(elo(gaps))).toMatchObject({
    n: 1,
    notes: [
      '1 votes without a verdict are left out',
      '1 votes of a player against itself are left out',
      'the ratings depend on the order of the votes',
    ],
  });
});

test('the middle over random orders does not depend on the order given', () => {
  const all = drawnVotes([0.5, 0, -0.5], 300, 'elo');
  const turned = {
    ...all,
    left: Array.from(all.left).toReversed(),
    right: Array.from(all.right).toReversed(),
    outcome: Array.from(all.outcome).toReversed(),
  };
  const options = { random: seededRandom(1), shuffles: 400, k: 16 };
  const [one, two] = [known(shuffledElo(all, options)), known(shuffledElo(turned, options))];
  for (let i = 0; i < 3; i++) {
    const [low, high] = one.quartiles[i]!;
    expect(low).toBeLessThan(one.value[i]!);
    expect(high).toBeGreaterThan(one.value[i]!);
    expect(Math.abs(one.value[i]! - two.value[i]!)).toBeLessThan((high - low) / 3);
  }
  expect(one.value[0]).toBeGreaterThan(one.value[1]!);
  expect(one).toMatchObject({ shuffles: 400, n: 300, method: 'Elo, k = 16, median of 400 random orders' });
  expect(known(shuffledElo(all, options))).toEqual(one);
});

test('one vote has one order', () => {
  const found = known(shuffledElo(votes(2, '0>1'), { random: seededRandom(1) }));
  expect([...found.value]).toEqual([1002, 998]);
  expect(found.quartiles).toEqual([
    [1002, 1002],
    [998, 998],
  ]);
  expect(found.shuffles).toBe(100);
});

test('no NaN comes out, whatever votes come in', () => {
  fc.assert(
    fc.property(anyVotes, (any) => {
      const all = { ...any, weights: undefined };
      sound(elo(all), 'elo');
      sound(shuffledElo(all, { random: seededRandom(1), shuffles: 3 }), 'shuffledElo');
    }),
    { seed: 42 },
  );
});

test('no votes are no data, and mistakes are refused', () => {
  expect(elo(votes(2))).toMatchObject({ reason: 'no-data', n: 0 });
  expect(shuffledElo(votes(2), { random: seededRandom(1) })).toMatchObject({ reason: 'no-data' });
  const one = votes(2, '0>1');
  expect(() => elo({ ...one, weights: [1] })).toThrow(
    new RangeError('Elo takes votes one by one: give no weights, found some'),
  );
  expect(() => elo(one, { k: 0 })).toThrow(new RangeError('k must be positive and finite, found 0'));
  expect(() => elo(one, { initial: Infinity })).toThrow(new RangeError('initial must be finite, found Infinity'));
  expect(() => elo(one, { scale: -1 })).toThrow(new RangeError('scale must be positive and finite, found -1'));
  expect(() => elo(one, { base: 1 })).toThrow(new RangeError('base must be above 1 and finite, found 1'));
  expect(() => elo({ ...one, left: [2] })).toThrow(new RangeError('left[0] must be a player, 0 to 1, found 2'));
  expect(() => shuffledElo(one, { random: seededRandom(1), shuffles: 1 })).toThrow(
    new RangeError('shuffles must be 2 or more, found 1'),
  );
});
