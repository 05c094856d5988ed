import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type BaselineComparisons,
  type Estimate,
  type GamedBaseline,
  lengthControlledDuel,
  lengthControlledWinRate,
  type LengthControlledWinRate,
  seededRandom,
} from '../src/index.ts';
import { sound } from './sound.ts';

const oracle = JSON.parse(
  readFileSync(new URL('fixtures/length-controlled-win-rate.json', import.meta.url), 'utf8'),
) as {
  preference: number[];
  length: number[];
  baselineLength: number[];
  difficulty: number[];
  gamed: Required<GamedBaseline>;
} & Record<'minimal' | 'loose' | 'withDifficulty' | 'withGamed', { weights: number[]; value: number }>;
const { preference, length, baselineLength, difficulty, gamed } = oracle;
const minimal: BaselineComparisons = { preference, length, baselineLength };
const full: BaselineComparisons = { ...minimal, difficulty };

function rate(result: ReturnType<typeof lengthControlledWinRate>): LengthControlledWinRate {
  if (result.value === null) throw new Error(result.detail);
  return result;
}

function duel(result: ReturnType<typeof lengthControlledDuel>): Estimate {
  if (result.value === null) throw new Error(result.detail);
  return result;
}

describe('against scikit-learn', () => {
  test.each([
    ['minimal', minimal, {}],
    ['loose', minimal, { C: 0.5 }],
    ['withDifficulty', full, {}],
    ['withGamed', full, { gamed }],
  ] as const)('%s', (name, rows, options) => {
    const { value, weights, raw, n, interval, notes } = rate(lengthControlledWinRate(rows, options));
    const found = [weights.quality, weights.length, weights.difficulty].slice(0, oracle[name].weights.length);
    found.forEach((weight, k) => expect(weight).toBeCloseTo(oracle[name].weights[k]!, 8));
    expect(value).toBeCloseTo(oracle[name].value, 7);
    expect(raw).toBeCloseTo((100 * preference.reduce((a, b) => a + b, 0)) / 80, 10);
    expect(n).toBe(80);
    expect(interval).toBeNull();
    expect(notes).toEqual(['no interval: it is a bootstrap, which needs `random`']);
  });

  test('a gamed row weighs a tenth unless told otherwise', () => {
    const [tenth, heavy] = [{ gamed }, { gamed, gamedWeight: 10 }].map((options) =>
      rate(lengthControlledWinRate(full, options)),
    );
    expect(rate(lengthControlledWinRate(full, { gamed, gamedWeight: 0.1 }))).toEqual(tenth);
    expect(heavy!.weights.length).not.toBeCloseTo(tenth!.weights.length, 2);
  });
});

describe('properties', () => {
  test('a model against itself is 50, and turned round it adds up to 100 (Dubois et al. 2024, section 3)', () => {
    const other: BaselineComparisons = {
      ...full,
      preference: preference.map((y, i) => Math.min(1, y + (i % 3) / 10)),
      length: length.map((chars, i) => chars + 40 * (i % 5)),
    };
    for (const options of [{}, { gamed }]) {
      expect(duel(lengthControlledDuel(full, full, options)).value).toBe(50);
      const [there, back] = [
        duel(lengthControlledDuel(full, other, options)),
        duel(lengthControlledDuel(other, full, options)),
      ];
      expect(there.value + back.value).toBeCloseTo(100, 10);
      expect(there.value).toBeLessThan(50);
    }
    const random = seededRandom(1);
    const [there, back] = [
      lengthControlledDuel(full, other, { random, replicates: 99 }),
      lengthControlledDuel(other, full, { random, replicates: 99 }),
    ].map(duel);
    expect(there!.interval![0] + back!.interval![1]).toBeCloseTo(100, 9);
    expect(there!.interval![1]).toBeLessThan(50);
    // The baseline against itself: always 1/2, equally long.
    const baseline = { preference: preference.map(() => 0.5), length: baselineLength, baselineLength, difficulty };
    expect(rate(lengthControlledWinRate(baseline)).value).toBeCloseTo(50, 12);
    expect(duel(lengthControlledDuel(full, baseline)).value).toBeCloseTo(rate(lengthControlledWinRate(full)).value, 8);
  });

  test('preferences that have nothing to do with length keep their rate within a point', () => {
    const random = seededRandom(2);
    const n = 4000;
    const rows = {
      preference: Array.from({ length: n }, () => (random.next() < 0.63 ? 1 : 0)),
      length: Array.from({ length: n }, () => Math.floor(random.next() * 3000)),
      baselineLength: Array.from({ length: n }, () => Math.floor(random.next() * 2000)),
    };
    const { value, raw } = rate(lengthControlledWinRate(rows));
    expect(Math.abs(value - raw)).toBeLessThan(1);
  });

  test('a planted quality is found behind a taste for long answers', () => {
    const random = seededRandom(3);
    const n = 4000;
    const gap = Array.from({ length: n }, () => 1600 * random.next() - 400);
    const sd = 1600 / Math.sqrt(12);
    const rows = {
      preference: gap.map((more) => (random.next() < 1 / (1 + Math.exp(0.5 - 1.5 * Math.tanh(more / sd))) ? 1 : 0)),
      length: gap.map((more) => 2000 + more),
      baselineLength: gap.map(() => 2000),
    };
    const found = rate(lengthControlledWinRate(rows, { random, replicates: 200 }));
    const truth = 100 / (1 + Math.exp(0.5));
    expect(found.raw).toBeGreaterThan(50);
    expect(found.interval![0]).toBeLessThan(truth);
    expect(found.interval![1]).toBeGreaterThan(truth);
    expect(found.weights.length).toBeLessThan(-1.2);
    expect(found.notes).toEqual([
      expect.stringMatching(/^length control moves the rate far, from 5\d\.\d to 3\d\.\d$/),
    ]);
  });

  test('the unit of length does not matter', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 50, noNaN: true }), (unit) => {
        const scaled = {
          ...full,
          length: length.map((x) => x * unit),
          baselineLength: baselineLength.map((x) => x * unit),
        };
        expect(rate(lengthControlledWinRate(scaled)).value).toBeCloseTo(rate(lengthControlledWinRate(full)).value, 8);
      }),
      { seed: 42, numRuns: 20 },
    );
  });
});

describe('the interval', () => {
  test('refits on resampled rows or clusters', () => {
    const random = seededRandom(5);
    const rows = rate(lengthControlledWinRate(minimal, { random, replicates: 300 }));
    expect(rows.interval![0]).toBeLessThan(rows.value);
    expect(rows.interval![1]).toBeGreaterThan(rows.value);
    expect(rows.method).toBe('length-controlled win rate, fixed ridge, bootstrap percentile, B = 300');
    expect(rows).not.toHaveProperty('groups');
    const clustered = rate(
      lengthControlledWinRate(minimal, { random, replicates: 300, clusters: preference.map((_, i) => i % 8) }),
    );
    expect(clustered.groups).toBe(8);
    expect(clustered.value).toBe(rows.value);
    // The standard error of the fitted values is 0 here, all of them being one number; the fit's own is 5 points.
    expect(rows.se).toBeGreaterThan(3);
    expect(rate(lengthControlledWinRate(minimal, { random, replicates: 300 }))).toEqual(rows);
  });

  test('is not made where every verdict is the same, or of four clusters', () => {
    const random = seededRandom(5);
    const all = { ...minimal, preference: preference.map(() => 1) };
    expect(rate(lengthControlledWinRate(all, { random })).notes).toContain(
      'no interval: every verdict is the same, so resamples show no spread',
    );
    expect(rate(lengthControlledWinRate(minimal, { random, clusters: preference.map((_, i) => i % 4) })).notes).toEqual(
      ['no interval: needs 5 clusters, found 4'],
    );
    expect(duel(lengthControlledDuel(all, all, { random })).interval).toBeNull();
  });
});

describe('corners', () => {
  test('rows without a verdict are left out and counted', () => {
    const holed = { ...minimal, preference: preference.with(3, NaN).with(9, NaN) };
    const found = rate(lengthControlledWinRate(holed));
    expect(found.n).toBe(78);
    expect(found.notes![0]).toBe('2 rows without a verdict were left out');
    expect(duel(lengthControlledDuel(holed, { ...minimal, preference: preference.with(3, NaN).with(11, NaN) })).n).toBe(
      77,
    );
  });

  test('one row is not enough, two are', () => {
    const rows = (n: number) => ({
      preference: [1, 0].slice(0, n),
      length: [5, 5].slice(0, n),
      baselineLength: [5, 5].slice(0, n),
    });
    expect(lengthControlledWinRate(rows(1))).toMatchObject({ value: null, reason: 'no-data', n: 1 });
    expect(lengthControlledDuel(rows(1), rows(1))).toMatchObject({ value: null, reason: 'no-data', n: 1 });
    expect(rate(lengthControlledWinRate(rows(2))).value).toBeCloseTo(50, 10);
  });

  test('answers that are all equally long leave the raw rate', () => {
    const same = { preference: [1, 1, 1, 0], length: [9, 9, 9, 9], baselineLength: [9, 9, 9, 9] };
    expect(rate(lengthControlledWinRate(same, { C: 1e8 })).value).toBeCloseTo(75, 5);
  });

  test.each([
    [
      'a preference above 1',
      { ...minimal, preference: preference.with(0, 1.5) },
      {},
      'preference[0] must lie in [0, 1] or be NaN, found 1.5',
    ],
    ['a negative length', { ...minimal, length: length.with(2, -1) }, {}, 'length[2] must be a length, found -1'],
    [
      'a baseline without length',
      { ...minimal, baselineLength: baselineLength.with(2, NaN) },
      {},
      'baselineLength[2] must be a length, found NaN',
    ],
    ['columns that do not fit', { ...minimal, length: [1] }, {}, 'length has 1 entries, preference has 80'],
    [
      'a difficulty that is infinite',
      { ...full, difficulty: difficulty.with(1, Infinity) },
      {},
      'difficulty[1] must be finite, found Infinity',
    ],
    ['a C of 0', minimal, { C: 0 }, 'C must be positive and finite, found 0'],
    ['a gamed weight of 0', full, { gamed, gamedWeight: 0 }, 'gamedWeight must be positive and finite, found 0'],
    [
      'gamed rows with a difficulty the others lack',
      minimal,
      { gamed },
      'difficulty must be given for the rows and the gamed rows, or for neither',
    ],
    [
      'gamed columns that do not fit',
      full,
      { gamed: { ...gamed, difficulty: [1] } },
      'gamed.difficulty has 1 entries, gamed.preference has 30',
    ],
    [
      'a gamed preference of 2',
      full,
      { gamed: { ...gamed, preference: gamed.preference.length ? Array.from(gamed.preference).with(4, 2) : [] } },
      'gamed.preference[4] must lie in [0, 1], found 2',
    ],
    [
      'a gamed length that is NaN',
      full,
      { gamed: { ...gamed, standardLengthDifference: Array.from(gamed.standardLengthDifference).with(4, NaN) } },
      'gamed row 4 must be finite',
    ],
    ['clusters that do not fit', minimal, { random: seededRandom(1), clusters: [1] }, '80 rows but 1 cluster ids'],
    ['a level of 1', minimal, { level: 1 }, 'level must lie in (0, 1), found 1'],
  ])('%s is refused', (_, rows, options, message) => {
    expect(() => lengthControlledWinRate(rows, options)).toThrow(new RangeError(message));
  });

  test('a duel of different rows is refused', () => {
    expect(() =>
      lengthControlledDuel(minimal, { ...minimal, preference: [1], length: [1], baselineLength: [1] }),
    ).toThrow(new RangeError('the first has 80 rows, the second 1'));
    expect(() => lengthControlledDuel(minimal, full)).toThrow(
      new RangeError('difficulty must be given for both models or for neither'),
    );
    expect(() => lengthControlledDuel(full, { ...full, length: length.with(0, -1) })).toThrow(
      new RangeError('second.length[0] must be a length, found -1'),
    );
  });

  test('no NaN comes out of any verdicts', () => {
    const row = fc.tuple(
      fc.constantFrom(0, 1, 0.5, 0.3, NaN),
      fc.nat(3000),
      fc.nat(3000),
      fc.double({ min: -5, max: 5, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (drawn) => {
        const rows = {
          preference: drawn.map((r) => r[0]),
          length: drawn.map((r) => r[1]),
          baselineLength: drawn.map((r) => r[2]),
          difficulty: drawn.map((r) => r[3]),
        };
        sound(lengthControlledWinRate(rows, { random: seededRandom(1), replicates: 20 }), 'rate');
        sound(
          lengthControlledDuel(
            rows,
            { ...rows, length: rows.baselineLength },
            { random: seededRandom(1), replicates: 20 },
          ),
          'duel',
        );
      }),
      { seed: 42, numRuns: 40 },
    );
  });
});
