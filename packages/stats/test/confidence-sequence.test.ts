import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  confidenceSequence,
  differenceSequence,
  extendSequence,
  isEstimate,
  seededRandom,
  sequenceEstimate,
  type SequenceMethod,
  type SequenceOptions,
  type SequenceState,
  startSequence,
} from '../src/index.ts';
import { sound } from './sound.ts';

const scores = [1, 0, 1, 1, 0.5, 1, 0, 0.25, 1, 1, 0.75, 1];
const methods: SequenceMethod[] = ['betting', 'empirical-bernstein'];
const unit = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));

function intervalOf(values: ArrayLike<number>, options: Parameters<typeof confidenceSequence>[1]): [number, number] {
  const found = confidenceSequence(values, options);
  if (!isEstimate(found) || found.interval === null) throw new Error('no interval');
  return found.interval;
}

describe('against a plain Python version of the formulas', () => {
  test('empirical Bernstein', () => {
    const [low, high] = intervalOf(scores, { method: 'empirical-bernstein', level: 0.8 });
    expect(low).toBeCloseTo(0.20762649060668048, 12);
    expect(high).toBe(1);
    expect(intervalOf(scores, { method: 'empirical-bernstein' })).toEqual([0, 1]);
  });

  test.each([
    [0.95, undefined, 0.347, 0.96],
    [0.8, undefined, 0.426, 0.917],
    [0.8, 20, 0.492, 0.825],
  ] as const)(
    'betting at level %s, population %s: the grid points just outside the accepted ones',
    (level, population, first, last) => {
      const [low, high] = intervalOf(scores, { level, population });
      expect(low).toBeCloseTo(first - 0.001, 12);
      // Of 20 items eight are left, so the mean cannot exceed (8.5 + 8)/20.
      expect(high).toBeCloseTo(population === undefined ? last + 0.001 : 16.5 / 20, 12);
    },
  );

  test('the openqa-eval figures at 50 answers are those of a stream with 44 of 50 right in that order', () => {
    // The public record is checked by `npm run reproduce`; here the sum alone is.
    const found = confidenceSequence(Float64Array.from({ length: 50 }, (_, i) => (i % 8 === 7 ? 0 : 1)));
    expect(found).toMatchObject({ value: 0.88, n: 50, level: 0.95, method: 'confidence sequence, betting' });
  });
});

describe.each(methods)('%s', (method) => {
  test('holds the mean at every look in at least 95% of 1,000 streams, stopping when it pleases', () => {
    const random = seededRandom('optional stopping');
    let held = 0;
    for (let stream = 0; stream < 1000; stream++) {
      const source = random.stream(String(stream));
      const state = startSequence({ method, grid: 40 });
      let good = true;
      for (let t = 0; t < 60 && good; t++) {
        extendSequence(state, source.next() < 0.7 ? 1 : 0);
        const found = sequenceEstimate(state);
        good = isEstimate(found) && found.interval![0] <= 0.7 && 0.7 <= found.interval![1];
      }
      if (good) held++;
    }
    expect(held).toBeGreaterThanOrEqual(950);
  });

  test('one score at a time, through JSON in the middle, gives the bits of the array', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 30 }), fc.nat(30), (values, cut) => {
        const options: SequenceOptions = { method, grid: 50 };
        let state = startSequence(options);
        values.forEach((value, i) => {
          if (i === cut) state = JSON.parse(JSON.stringify(state)) as SequenceState;
          extendSequence(state, value);
        });
        expect(sequenceEstimate(state)).toEqual(confidenceSequence(values, options));
      }),
      { seed: 42, numRuns: 60 },
    );
  });

  test('mirrored scores give the mirrored interval', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 20 }), (values) => {
        const [low, high] = intervalOf(values, { method, grid: 50 });
        const [mirroredLow, mirroredHigh] = intervalOf(
          values.map((x) => 1 - x),
          { method, grid: 50 },
        );
        // A score on a grid point may fall to either side of it by rounding.
        expect(Math.abs(mirroredLow - (1 - high))).toBeLessThan(0.0201);
        expect(Math.abs(mirroredHigh - (1 - low))).toBeLessThan(0.0201);
      }),
      { seed: 42, numRuns: 60 },
    );
  });

  test('a wider range of scores scales the interval', () => {
    const [low, high] = intervalOf(scores, { method });
    const [scaledLow, scaledHigh] = intervalOf(
      scores.map((x) => 1 + 4 * x),
      { method, range: [1, 5] },
    );
    expect(scaledLow).toBeCloseTo(1 + 4 * low, 9);
    expect(scaledHigh).toBeCloseTo(1 + 4 * high, 9);
  });

  test('a higher level contains a lower one', () => {
    const [low, high] = intervalOf(scores, { method, level: 0.9 });
    const [wideLow, wideHigh] = intervalOf(scores, { method, level: 0.99 });
    expect(wideLow).toBeLessThanOrEqual(low);
    expect(wideHigh).toBeGreaterThanOrEqual(high);
  });

  test('the whole population leaves a point, and part of it never less than what is certain', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 25 }), fc.nat(24), (values, cut) => {
        const population = values.length;
        const total = values.reduce((a, b) => a + b, 0);
        const [low, high] = intervalOf(values, { method, population, grid: 50 });
        expect(high - low).toBeLessThan(1e-9);
        expect(low).toBeCloseTo(total / population, 9);
        const part = values.slice(0, 1 + (cut % population));
        const sum = part.reduce((a, b) => a + b, 0);
        const [partLow, partHigh] = intervalOf(part, { method, population, grid: 50 });
        expect(partLow).toBeGreaterThanOrEqual(sum / population - 1e-12);
        expect(partHigh).toBeLessThanOrEqual((sum + population - part.length) / population + 1e-9);
      }),
      { seed: 42, numRuns: 60 },
    );
  });

  test('intersecting never widens', () => {
    const state = startSequence({ method, intersect: 'yes', grid: 100 });
    let [before, after] = [0, 1];
    for (let i = 0; i < 200; i++) {
      extendSequence(state, scores[i % 12]!);
      const found = sequenceEstimate(state);
      if (!isEstimate(found)) throw new Error('no estimate');
      const [low, high] = found.interval!;
      expect(low).toBeGreaterThanOrEqual(before);
      expect(high).toBeLessThanOrEqual(after);
      [before, after] = [low, high];
    }
    expect(after - before).toBeLessThan(0.4);
  });

  test('a mean that moves empties the intersection, and it is said', () => {
    const values = [...Array.from({ length: 200 }, () => 1), ...Array.from({ length: 2000 }, () => 0)];
    const found = confidenceSequence(values, { method, intersect: 'yes', grid: 20 });
    expect(found).toMatchObject({ interval: null });
    expect(isEstimate(found) && found.notes!.at(-1)).toMatch(
      /^no interval: the intervals so far have nothing in common/,
    );
    expect(confidenceSequence(values, { method, grid: 20 })).not.toMatchObject({ interval: null });
  });

  test('is sound on any scores', () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 15 }), (values) =>
        sound(confidenceSequence(values, { method, grid: 10 }), method),
      ),
      { seed: 42 },
    );
  });

  test('stays at the ends for scores that never vary', () => {
    expect(intervalOf([0, 0, 0], { method })[0]).toBe(0);
    const [low, high] = intervalOf(
      Array.from({ length: 500 }, () => 1),
      { method },
    );
    expect(high).toBe(1);
    expect(low).toBeGreaterThan(0.95);
  });
});

describe('missing scores', () => {
  const holed = [1, NaN, 1, 0, 1, NaN, 1, 1];

  test('are left out and counted', () => {
    const kept = holed.filter((x) => !Number.isNaN(x));
    const [found, plain] = [confidenceSequence(holed), confidenceSequence(kept)];
    expect(found).toMatchObject({ n: 6, interval: isEstimate(plain) && plain.interval });
    expect(isEstimate(found) && found.notes).toEqual([
      'holds at every moment of stopping if the items come in random order',
      '2 of 8 scores are missing and left out',
    ]);
  });

  test('or count as the worst: 0 for the lower end, 1 for the upper', () => {
    const found = confidenceSequence(holed, { missing: 'worst', level: 0.5 });
    const zeros = intervalOf(
      holed.map((x) => (Number.isNaN(x) ? 0 : x)),
      { level: 0.5 },
    );
    const ones = intervalOf(
      holed.map((x) => (Number.isNaN(x) ? 1 : x)),
      { level: 0.5 },
    );
    expect(found).toMatchObject({ value: 5 / 6, n: 6, interval: [zeros[0], ones[1]] });
    expect(isEstimate(found) && found.notes![1]).toBe('2 of 8 scores are missing and count as the worst for each end');
  });

  test('cannot be left out of a population', () => {
    expect(() => confidenceSequence([1, NaN], { population: 5 })).toThrow(
      "values[1] is missing: of a population none can be left out, use missing: 'worst'",
    );
    expect(intervalOf([1, NaN], { population: 2, missing: 'worst' })).toEqual([0.5, 1]);
  });

  test('leave nothing', () => {
    expect(confidenceSequence([NaN])).toEqual({
      value: null,
      reason: 'no-data',
      detail: 'no score yet: the mean may be anything in [0, 1]',
      n: 0,
      method: 'confidence sequence, betting',
    });
    expect(confidenceSequence([], { population: 3, range: [1, 5] })).toMatchObject({
      detail: 'no score yet: the mean may be anything in [1, 5]',
      method: 'confidence sequence, betting, without replacement',
    });
  });
});

describe('clusters', () => {
  test('take one step each, by their means, in the order of their first rows', () => {
    const found = confidenceSequence([1, 0, 1, 1, NaN, 0], { clusters: [7, 7, 3, 3, 7, 9] });
    const steps = confidenceSequence([0.5, 1, 0]);
    if (!isEstimate(found) || !isEstimate(steps)) throw new Error('no estimate');
    expect(found).toMatchObject({ value: 0.5, interval: steps.interval, n: 3, groups: 3 });
    expect(found.notes).toEqual([
      'holds at every moment of stopping if the clusters come in random order',
      'the mean of cluster means',
    ]);
  });

  test('need an id for each row', () => {
    expect(() => confidenceSequence([1, 0], { clusters: [1] })).toThrow('2 values but 1 cluster ids');
    expect(() => confidenceSequence([1, 0], { clusters: [1, -1] })).toThrow('row 1 has no cluster id');
    expect(() => confidenceSequence([1, 0], { clusters: [NaN, 1] })).toThrow('row 0 has no cluster id');
  });
});

describe('differences', () => {
  test('lie in plus or minus the width of the range', () => {
    const [first, second] = [
      [1, 1, 0, 1, 1, 0],
      [0, 1, 0, 1, 0, 1],
    ];
    const found = differenceSequence(first, second);
    const half = confidenceSequence(first.map((x, i) => (x - second[i]! + 1) / 2));
    if (!isEstimate(found) || !isEstimate(half)) throw new Error('no estimate');
    expect(found.value).toBeCloseTo(1 / 6, 12);
    expect(found.interval![0]).toBeCloseTo(2 * half.interval![0] - 1, 12);
    expect(found.interval![1]).toBeCloseTo(2 * half.interval![1] - 1, 12);
    expect(differenceSequence([5], [1], { range: [1, 5] })).toMatchObject({ value: 4 });
  });

  test('need pairs inside the range', () => {
    expect(() => differenceSequence([1], [])).toThrow('1 scores of the first, 0 of the second');
    expect(() => differenceSequence([0, 2], [0, 1])).toThrow('first[1] must lie in [0, 1], found 2');
    expect(() => differenceSequence([0, 1], [0, -1])).toThrow('second[1] must lie in [0, 1], found -1');
  });
});

test('what the caller does wrong is named', () => {
  const bad: [SequenceOptions, string][] = [
    [{ level: 1 }, 'level must lie in (0, 1), found 1'],
    [{ method: 'best' as SequenceMethod }, "method must be 'betting' or 'empirical-bernstein', found best"],
    [{ grid: 9 }, 'grid must be at least 10 steps, found 9'],
    [{ grid: 10.5 }, 'grid must be at least 10 steps, found 10.5'],
    [{ range: [1, 1] }, 'range must be two finite numbers in order, found [1, 1]'],
    [{ range: [0, Infinity] }, 'range must be two finite numbers in order, found [0, Infinity]'],
    [{ population: 0 }, 'population must be a positive count, found 0'],
    [{ population: 1.5 }, 'population must be a positive count, found 1.5'],
    [{ missing: 'zero' as 'drop' }, "missing must be 'drop' or 'worst', found zero"],
  ];
  for (const [options, message] of bad) expect(() => startSequence(options)).toThrow(message);
  expect(startSequence({ grid: 10 }).above.capital).toHaveLength(11);
  expect(() => confidenceSequence([0.5, 1.5])).toThrow('values[1] must lie in [0, 1], found 1.5');
  expect(() => confidenceSequence([0.5, -0.1])).toThrow('values[1] must lie in [0, 1], found -0.1');
  expect(() => confidenceSequence([1, 1], { population: 1 })).toThrow('values[1] is one more than the population of 1');
  const state = startSequence();
  const before = JSON.stringify(state);
  expect(() => extendSequence(state, 7)).toThrow(RangeError);
  expect(JSON.stringify(state)).toBe(before);
});
