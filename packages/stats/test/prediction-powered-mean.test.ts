import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mean,
  predictionPoweredDifference,
  predictionPoweredMean,
  type PredictionPoweredOptions,
  predictionPoweredWinRate,
  proportion,
  type RectifiedInterval,
  seededRandom,
  variance,
} from '../src/index.ts';
import { sound } from './sound.ts';

type Limits = { interval: [number, number]; se?: number; nEffective?: number };
type MeanCase = {
  kind: 'binary' | 'scores';
  human: number[];
  judge: number[];
  unlabelled: number[];
  clusters: { labelled: number[]; unlabelled: number[] };
  expected: { value: number; lambdaRaw: number } & Record<string, Limits>;
};
const oracle = JSON.parse(readFileSync(new URL('fixtures/corrected.json', import.meta.url), 'utf8')) as {
  means: MeanCase[];
};
const random = { labelDesign: 'random' } as const;

function powered(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  unlabelled: ArrayLike<number>,
  options: PredictionPoweredOptions = {},
) {
  const found = predictionPoweredMean(human, judge, unlabelled, { ...random, ...options });
  if (found.value === null) throw new Error(found.detail);
  return found;
}

function near(found: readonly number[] | null, expected: readonly number[], digits = 10): void {
  expect(found).not.toBeNull();
  expected.forEach((value, i) => expect(found![i]).toBeCloseTo(value, digits));
}

describe.each(oracle.means)(
  'the mean of $kind agrees with NumPy',
  ({ kind, human, judge, unlabelled, clusters, expected }) => {
    const intervals = kind === 'binary' ? ['z', 't', 't-regression', 'wilson'] : ['z', 't', 't-regression'];

    test.each(intervals)('interval %s', (name) => {
      const found = powered(human, judge, unlabelled, { interval: name as RectifiedInterval });
      expect(found.value).toBeCloseTo(expected.value, 12);
      expect(found.lambdaRaw).toBeCloseTo(expected.lambdaRaw, 12);
      near(found.interval, expected[name]!.interval);
      if (expected[name]!.se) expect(found.se).toBeCloseTo(expected[name]!.se, 12);
      if (expected[name]!.nEffective) expect(found.nEffective).toBeCloseTo(expected[name]!.nEffective, 9);
      expect(found.method).toBe(`prediction-powered mean, λ = ${found.lambda.toFixed(3)} tuned, ${name}`);
    });

    test('is by default the one for few labels', () => {
      const chosen = kind === 'binary' ? 'wilson' : 't-regression';
      expect(powered(human, judge, unlabelled)).toEqual(powered(human, judge, unlabelled, { interval: chosen }));
    });

    test('by clusters, shared between labelled and unlabelled rows', () => {
      const found = powered(human, judge, unlabelled, { clusters, interval: 't' });
      near(found.interval, expected['clustered t']!.interval);
      expect(found.groups).toBe(12);
      expect(found.notes).toEqual(['few clusters with a label: 12, the interval is rough below 20']);
      if (kind === 'scores') return;
      const wilson = powered(human, judge, unlabelled, { clusters });
      near(wilson.interval, expected['clustered wilson']!.interval);
      expect(wilson.nEffective).toBeCloseTo(expected['clustered wilson']!.nEffective!, 9);
    });
  },
);

/** Labels of 0 and 1 with a judge that is wrong on every fifth, and a judge on more. */
function example(n: number, N: number) {
  const human = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0));
  return {
    human,
    judge: human.map((y, i) => (i % 5 === 0 ? 1 - y : y)),
    unlabelled: Array.from({ length: N }, (_, i) => (i % 5 < 2 ? 1 : 0)),
  };
}

describe('prediction-powered mean', () => {
  const labels = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 12, maxLength: 40 });

  test('with λ = 0 is the mean of the labels', () => {
    fc.assert(
      fc.property(labels, (human) => {
        const found = predictionPoweredMean(
          human,
          human.map((y) => y / 2),
          [1, 2, 3],
          { lambda: 0, interval: 'z', ...random },
        );
        expect(found.value).toBeCloseTo(mean(human), 12);
        if (found.value !== null && found.interval) {
          expect(found.se).toBeCloseTo(Math.sqrt((variance(human) * (human.length - 1)) / human.length ** 2), 12);
        }
      }),
      { seed: 42 },
    );
  });

  test('a judge that repeats people exactly gives λ = N/(N + n) but for the divisor, and the mean of all items', () => {
    // Repeated so that labelled and unlabelled items have the same mean and spread.
    const human = Array.from({ length: 20 }, (_, i) => i % 4);
    const unlabelled = Array.from({ length: 60 }, (_, i) => i % 4);
    const found = powered(human, human, unlabelled, { interval: 'z' });
    expect(found.lambdaRaw).toBeCloseTo((60 / 80) * (79 / 80), 12);
    expect(found.value).toBeCloseTo(1.5, 12);
    const exact = powered(human, human, unlabelled, { interval: 'z', lambda: 60 / 80 });
    // Var(Y)/(n + N)
    expect(exact.se! ** 2).toBeCloseTo(1.25 / 80, 12);
    expect(exact.gain).toBeCloseTo(4, 9);
  });

  test('shifting and stretching labels and scores shifts and stretches the estimate', () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 1, max: 9 }), fc.integer({ min: -50, max: 50 }), (human, scale, shift) => {
        const judge = human.map((y, i) => (y + i) % 7);
        const unlabelled = human.map((y, i) => (y + 2 * i) % 7);
        const turn = (values: number[]) => values.map((value) => scale * value + shift);
        const one = predictionPoweredMean(human, judge, unlabelled, { interval: 't-regression', ...random });
        const two = predictionPoweredMean(turn(human), turn(judge), turn(unlabelled), {
          interval: 't-regression',
          ...random,
        });
        expect(two.value).toBeCloseTo(scale * one.value! + shift, 8);
        if (one.value !== null && two.value !== null && one.se) expect(two.se).toBeCloseTo(scale * one.se, 8);
      }),
      { seed: 42 },
    );
  });

  test('a higher level holds a lower one', () => {
    const { human, judge, unlabelled } = example(30, 100);
    for (const interval of ['z', 't', 't-regression', 'wilson'] as const) {
      const [low, high] = [0.8, 0.99].map((level) => powered(human, judge, unlabelled, { interval, level }).interval!);
      expect(high![0]).toBeLessThan(low![0]);
      expect(high![1]).toBeGreaterThan(low![1]);
    }
  });

  test('clusters of one row each change nothing but the factor of few clusters', () => {
    const { human, judge, unlabelled } = example(40, 100);
    const clusters = { labelled: human.map((_, i) => i), unlabelled: unlabelled.map((_, i) => 40 + i) };
    const [one, two] = [
      powered(human, judge, unlabelled, { clusters, interval: 'z' }),
      powered(human, judge, unlabelled, { interval: 'z' }),
    ];
    expect(one.se).toBeCloseTo(two.se! * Math.sqrt(140 / 139), 12);
    expect([one.groups, two.groups]).toEqual([40, undefined]);
  });

  test('from 200 labels on is z, unless fewer than 20 surprises were seen', () => {
    const at = (n: number) => powered(example(n, 500).human, example(n, 500).judge, example(n, 500).unlabelled).method;
    expect(at(199)).toContain('wilson');
    expect(at(200)).toContain('tuned, z');
    const sure = Array.from({ length: 400 }, (_, i): number => (i % 2 === 0 ? 1 : 0));
    const rare = (wrong: number) =>
      powered(
        sure,
        sure.map((y, i) => (i < wrong ? 1 - y : y)),
        sure,
        { lambda: 1 },
      ).method;
    expect(rare(19)).toContain('wilson');
    expect(rare(21)).toContain('λ = 1.000, z');
    const scores = example(200, 500).human.map((y, i) => y + (i % 7));
    expect(powered(scores, example(200, 500).judge, example(200, 500).unlabelled).method).toContain('tuned, z');
  });

  test('below 10 labels, and where the judge does not vary, stands on the labels alone and says so', () => {
    const { human, judge, unlabelled } = example(10, 50);
    expect(powered(human, judge, unlabelled).notes).toBeUndefined();
    const few = powered(human.slice(1), judge.slice(1), unlabelled);
    expect(few).toMatchObject({ lambda: 0, lambdaRaw: null, gain: null, n: 9, value: 3 / 9 });
    expect(few.notes).toEqual(["9 labels are too few to tune λ (needs 10): people's labels alone"]);
    expect(few.method).toBe('prediction-powered mean, λ = 0, proportion, wilson');
    const wilson = proportion(3, 9);
    if (wilson.value !== null) near(few.interval, wilson.interval!);
    expect(powered(human.slice(1), judge.slice(1), unlabelled, { lambda: 1 }).lambda).toBe(1);
    const still = powered(
      human,
      human.map(() => 1),
      unlabelled,
    );
    expect(still.notes).toEqual(["the judge's scores of the labelled items do not vary: people's labels alone"]);
    expect(still.correlation).toBeNull();
    expect(powered(human, judge, [1]).notes).toEqual(['1 unlabelled items: the judge adds nothing']);
    expect(powered(human, judge, []).value).toBeCloseTo(0.4, 12);
    expect(powered([1], [1], unlabelled, { lambda: 1 }).notes).toEqual([
      "one label gives no spread: people's labels alone",
    ]);
  });

  test('shows the labels and the judge alone beside it', () => {
    const { human, judge, unlabelled } = example(30, 100);
    const { classical, judgeOnly, correlation, gain, nUnlabelled, n } = powered(human, judge, unlabelled);
    expect(classical.value).toBeCloseTo(10 / 30, 12);
    expect(classical.method).toBe('proportion, wilson');
    expect(judgeOnly.n).toBe(130);
    expect(judgeOnly.value).toBeCloseTo((mean(judge) * 30 + 40) / 130, 12);
    if (judgeOnly.value === null) throw new Error(judgeOnly.detail);
    expect(judgeOnly.notes).toEqual([
      "the judge's own mean, not corrected: its interval says nothing about people's labels",
    ]);
    expect(correlation).toBeCloseTo(0.5773502691896257, 12); // numpy.corrcoef
    expect(gain).toBeGreaterThan(1);
    expect([n, nUnlabelled]).toEqual([30, 100]);
  });

  test('labels that are all the same have an interval still, and lie in it', () => {
    const none = Array.from({ length: 20 }, (): number => 0);
    const { unlabelled } = example(0, 100);
    const found = powered(
      none,
      none.map((_, i) => i % 2),
      unlabelled,
    );
    expect(found.value).toBe(0);
    expect(found.interval![0]).toBe(0);
    expect(found.interval![1]).toBeGreaterThan(0.1);
    const clusters = { labelled: none.map((_, i) => i % 10), unlabelled: unlabelled.map((_, i) => 50 + i) };
    const grouped = powered(
      none,
      none.map((_, i) => i % 2),
      unlabelled,
      { clusters },
    );
    expect(grouped.interval![1]).toBeGreaterThan(found.interval![1]);
    const flat = powered(
      none.map(() => 3),
      none.map((_, i) => i % 2),
      unlabelled,
    );
    expect(flat.interval).toBeNull();
    expect(flat.notes).toEqual(['no interval: labels and scores show no spread, which says nothing about certainty']);
  });

  test('an estimate outside 0 to 1 is moved, and said', () => {
    const human: number[] = [1, ...Array.from({ length: 19 }, () => 0)];
    const found = powered(
      human,
      [0, ...Array.from({ length: 19 }, () => 1)].map((f, i) => (i < 10 ? f : 0)),
      [0, 0, 0, 1],
      { lambda: 1 },
    );
    expect(found.value).toBe(0);
    expect(found.notes).toEqual(['the estimate -0.1500 lies outside [0, 1] and was moved to 0']);
  });

  test('rows with a missing label or score are left out and counted', () => {
    const { human, judge, unlabelled } = example(12, 20);
    const holes = powered([NaN, ...human, 1], [1, ...judge, NaN], [NaN, ...unlabelled]);
    expect(holes.value).toBe(powered(human, judge, unlabelled).value);
    expect(holes.notes).toEqual([
      '3 of 35 rows have a missing label or score and are left out, more than 1%: they may not be missing at random',
    ]);
    const many = powered(human, judge, [...example(0, 200).unlabelled, NaN]);
    expect(many.notes).toEqual(['1 of 213 rows have a missing label or score and are left out']);
  });

  test('a choice of labels that is not known to be random is noted', () => {
    const { human, judge, unlabelled } = example(12, 20);
    const notes = (labelDesign: 'random' | 'probability' | 'unknown') =>
      powered(human, judge, unlabelled, { labelDesign }).notes ?? [];
    expect(notes('random')).toEqual([]);
    expect(notes('unknown')[0]).toBe(
      'labelDesign is unknown: the estimate is right only if the labelled items are a random draw of all items',
    );
    expect(notes('probability')[0]).toContain('need activeMean');
    expect(predictionPoweredMean(human, judge, unlabelled)).toMatchObject({ notes: notes('unknown') });
    expect(() => notes('other' as 'random')).toThrow(
      "labelDesign must be 'random', 'probability' or 'unknown', found other",
    );
  });

  test('refuses what does not fit', () => {
    const { human, judge, unlabelled } = example(12, 20);
    const call = (options: PredictionPoweredOptions) => () => predictionPoweredMean(human, judge, unlabelled, options);
    expect(() => predictionPoweredMean([1, 0], [1], [1])).toThrow('human has 2 labels, judge has 1 scores for them');
    expect(() => predictionPoweredMean([Infinity], [1], [1])).toThrow('human[0] must be finite');
    expect(() => predictionPoweredMean([1], [-Infinity], [1])).toThrow('judge[0] must be finite');
    expect(() => predictionPoweredMean([1], [1], [0, Infinity])).toThrow('unlabelled[1] must be finite');
    expect(call({ level: 1 })).toThrow('level must lie in (0, 1), found 1');
    expect(call({ lambda: -0.1 })).toThrow("lambda must be 'tuned' or lie in [0, 1], found -0.1");
    expect(call({ lambda: NaN })).toThrow('found NaN');
    expect(call({ clusters: { labelled: [1], unlabelled } })).toThrow('12 labelled rows but 1 cluster ids');
    expect(call({ clusters: { labelled: human, unlabelled: [1] } })).toThrow('20 unlabelled rows but 1 cluster ids');
    expect(call({ clusters: { labelled: [...human.slice(1), NaN], unlabelled } })).toThrow('has no cluster id');
    expect(() =>
      predictionPoweredMean(
        human.map((y) => y * 3),
        judge,
        unlabelled,
        { interval: 'wilson' },
      ),
    ).toThrow("interval 'wilson' needs labels of 0 and 1");
    expect(predictionPoweredMean([], [], unlabelled)).toEqual({
      value: null,
      reason: 'no-data',
      detail: 'needs labelled items, found none beside 20 unlabelled',
      n: 0,
      method: 'prediction-powered mean',
    });
  });

  test('fewer than 5 clusters with a label give no interval', () => {
    const { human, judge, unlabelled } = example(20, 40);
    const at = (groups: number) =>
      powered(human, judge, unlabelled, {
        clusters: { labelled: human.map((_, i) => i % groups), unlabelled: unlabelled.map((_, i) => i) },
      });
    expect(at(4)).toMatchObject({
      interval: null,
      groups: 4,
      notes: ['no interval: 4 clusters with a label, needs 5'],
    });
    expect(at(5).interval).not.toBeNull();
    expect(at(20).notes).toBeUndefined();
  });

  test('holds the truth as often as it says, and is not too wide', () => {
    const source = seededRandom('coverage of ppi');
    let hits = 0;
    for (let d = 0; d < 2000; d++) {
      const draw = (count: number) =>
        Array.from({ length: count }, () => {
          const y = source.next() < 0.4 ? 1 : 0;
          return [y, source.next() < 0.8 ? y : 1 - y] as const;
        });
      const [labelled, others] = [draw(60), draw(200)];
      const { interval } = powered(
        labelled.map(([y]) => y),
        labelled.map(([, f]) => f),
        others.map(([, f]) => f),
      );
      if (interval![0] <= 0.4 && 0.4 <= interval![1]) hits++;
    }
    expect(hits / 2000).toBeGreaterThan(0.935);
    expect(hits / 2000).toBeLessThan(0.975);
  });
});

test('no result of random rows holds a number that is none', () => {
  const source = seededRandom('corrected means');
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 0, max: 30 }),
      fc.constantFrom(1, 2, 3, 9),
      (n, N, levels) => {
        const pick = (count: number, of: number) => Array.from({ length: count }, () => Math.floor(source.next() * of));
        const [human, judge, unlabelled] = [pick(n, levels), pick(n, levels), pick(N, levels)];
        const clusters = { labelled: pick(n, 8), unlabelled: pick(N, 8) };
        for (const options of [
          {},
          { clusters },
          { lambda: 1 },
          { interval: 'z' },
          { interval: 't', clusters },
        ] as PredictionPoweredOptions[]) {
          sound(predictionPoweredMean(human, judge, unlabelled, options), 'mean');
          sound(
            predictionPoweredDifference(
              { human, judge, unlabelled },
              { human: judge, judge: human, unlabelled },
              options,
            ),
            'difference',
          );
          const halves = human.map((y) => Math.min(1, y / 2));
          sound(predictionPoweredWinRate(halves, judge, unlabelled, options), 'win rate');
        }
      },
    ),
    { seed: 42, numRuns: 80 },
  );
});
