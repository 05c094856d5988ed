import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CascadeOptions,
  cascadeThresholds,
  type Random,
  seededRandom,
  selectiveThreshold,
  type ThresholdOptions,
} from '../src/index.ts';
import { bettingUpperBound } from '../src/sequential/mean-e-process.ts';
import { sound } from './sound.ts';

const times = (x: number, n: number) => Array.from({ length: n }, () => x);

/** Honest confidence, uniform on (0.5, 1): above c the error rate is (1 − c)/2. */
function honest(n: number, random: Random): { confidence: number[]; wrong: number[] } {
  const confidence = Array.from({ length: n }, () => 0.5 + 0.5 * random.next());
  return { confidence, wrong: confidence.map((c) => (random.next() < c ? 0 : 1)) };
}

test('takes the last candidate before the first failure, with the bound of SciPy', () => {
  // 0.9: 30 accepted, none wrong, bound .0739. 0.8: 60 with 2 wrong. 0.7: 90 with 30 wrong fails; 0.6 is never tried.
  const confidence = [...times(0.9, 30), ...times(0.8, 30), ...times(0.7, 30), ...times(0.6, 1000)];
  const wrong = [...times(0, 30), ...times(1, 2), ...times(0, 28), ...times(1, 28), 0, 0, ...times(0, 1000)];
  const thresholds = [0.95, 0.9, 0.8, 0.7, 0.6];
  const found = selectiveThreshold(confidence, wrong, { alpha: 0.1, thresholds });
  expect(found).toMatchObject({
    value: 0.8,
    calibration: { n: 60, errors: 2 },
    tested: 3,
    n: 1090,
    alpha: 0.1,
    delta: 0.1,
    method: 'fixed-sequence threshold, binomial bound',
  });
  expect(found.value === null ? null : found.coverage).toBeCloseTo(60 / 1090, 12);
  const strict = selectiveThreshold(confidence, wrong, { alpha: 0.075, thresholds });
  expect(strict).toMatchObject({ value: 0.9, calibration: { n: 30, errors: 0 }, tested: 2 });
  expect(strict.value === null ? null : strict.calibration.upper).toBeCloseTo(0.07388127187120652, 10);
  // The bound itself on the boundary: a little less and the first test fails.
  expect(selectiveThreshold(confidence, wrong, { alpha: 0.0738812, thresholds })).toMatchObject({
    value: null,
    reason: 'no-threshold',
    detail: 'the strictest candidate that could be tested accepts 30 with 0 wrong: bound 0.0739, above 0.0738812',
  });
});

test('a group of equal confidence enters together', () => {
  const found = selectiveThreshold(times(0.9, 50), times(0, 50), { alpha: 0.1, thresholds: [0.9] });
  expect(found).toMatchObject({ value: 0.9, coverage: 1, calibration: { n: 50 } });
});

test('candidates with too few items are passed over, not failed', () => {
  const [confidence, wrong] = [
    [...times(1, 5), ...times(0.8, 60)],
    [...times(1, 1), ...times(0, 64)],
  ];
  expect(selectiveThreshold(confidence, wrong, { alpha: 0.1, thresholds: [1, 0.8] })).toMatchObject({
    value: 0.8,
    tested: 1,
  });
  expect(selectiveThreshold(confidence, wrong, { alpha: 0.1, thresholds: [1, 0.8], fewest: 5 })).toMatchObject({
    reason: 'no-threshold',
  });
  expect(selectiveThreshold(times(0.9, 29), times(0, 29), { alpha: 0.1 })).toMatchObject({
    reason: 'no-threshold',
    detail: 'no candidate accepts 30: the loosest accepts 29',
    n: 29,
  });
  expect(selectiveThreshold(times(0.9, 30), times(0, 30), { alpha: 0.1 })).toMatchObject({ value: 0.5, tested: 81 });
});

test('all wrong has the bound 1', () => {
  expect(selectiveThreshold(times(1, 40), times(1, 40), { alpha: 0.5 })).toMatchObject({
    detail: 'the strictest candidate that could be tested accepts 40 with 40 wrong: bound 1.0000, above 0.5',
  });
});

test('missing labels are left out and counted, missing confidence is never accepted', () => {
  const found = selectiveThreshold([...times(0.9, 40), 0.9, NaN], [...times(0, 40), NaN, 0], { alpha: 0.1 });
  expect(found).toMatchObject({
    n: 41,
    calibration: { n: 40 },
    notes: ['1 of 42 answers have no label and are left out'],
  });
  expect(selectiveThreshold([1], [NaN], { alpha: 0.1 })).toMatchObject({
    reason: 'no-data',
    detail: 'needs at least one labelled answer',
  });
});

test('keeps its promise: the true error above the threshold exceeds alpha in at most a share delta of calibrations', () => {
  const random = seededRandom('guarantee');
  let [broken, given] = [0, 0];
  for (let i = 0; i < 1000; i++) {
    const { confidence, wrong } = honest(300, random.stream(String(i)));
    const found = selectiveThreshold(confidence, wrong, { alpha: 0.15, delta: 0.2 });
    if (found.value === null) continue;
    given++;
    if ((1 - found.value) / 2 > 0.15) broken++;
  }
  expect(given).toBeGreaterThan(600);
  expect(broken / 1000).toBeLessThan(0.2);
});

test('with clusters the bound is a betting bound on the rates within clusters', () => {
  const random = seededRandom(5);
  const { confidence, wrong } = honest(2000, random);
  const clusters = confidence.map((_, i) => Math.floor(i / 5));
  const found = selectiveThreshold(confidence, wrong, { alpha: 0.2, clusters });
  if (found.value === null) throw new Error(found.detail);
  sound(found, 'threshold');
  const rates = new Map<number, number[]>();
  confidence.forEach((c, i) => {
    if (c >= found.value) rates.set(clusters[i]!, [...(rates.get(clusters[i]!) ?? []), wrong[i]!]);
  });
  const means = [...rates.values()].map((list) => list.reduce((a, b) => a + b, 0) / list.length);
  expect(found.calibration.upper).toBe(bettingUpperBound(means, 0.9));
  expect(found.groups).toBe(means.length);
  expect(found.method).toBe('fixed-sequence threshold, betting bound on clusters');
  expect(found.notes).toEqual(['the guarantee is for the mean over clusters of the error rate within a cluster']);
  const loose = selectiveThreshold(confidence, wrong, { alpha: 0.2 });
  expect(loose.value).toBeLessThanOrEqual(found.value);
  expect(selectiveThreshold(times(1, 60), times(0, 60), { alpha: 0.3, clusters: times(1, 60) })).toMatchObject({
    reason: 'no-threshold',
  });
});

test('a stricter alpha or delta never loosens the threshold', () => {
  fc.assert(
    fc.property(fc.nat(1000), (seed) => {
      const { confidence, wrong } = honest(150, seededRandom(seed));
      const at = (options: ThresholdOptions) => selectiveThreshold(confidence, wrong, options).value ?? Infinity;
      expect(at({ alpha: 0.1 })).toBeGreaterThanOrEqual(at({ alpha: 0.2 }));
      expect(at({ alpha: 0.2, delta: 0.05 })).toBeGreaterThanOrEqual(at({ alpha: 0.2, delta: 0.2 }));
    }),
    { seed: 42, numRuns: 30 },
  );
});

test('what the caller does wrong is named', () => {
  const bad: [ThresholdOptions, string][] = [
    [{ alpha: 0 }, 'alpha must lie in (0, 1), found 0'],
    [{ alpha: 1 }, 'alpha must lie in (0, 1), found 1'],
    [{ alpha: 0.1, delta: 0 }, 'delta must lie in (0, 1), found 0'],
    [
      { alpha: 0.1, thresholds: [0.5, 0.5] },
      'thresholds[1] must be below the one before it (strict to loose), found 0.5',
    ],
    [{ alpha: 0.1, thresholds: [NaN] }, 'thresholds[0] must be finite, found NaN'],
    [{ alpha: 0.1, fewest: 0 }, 'fewest must be at least 1, found 0'],
  ];
  for (const [options, message] of bad) expect(() => selectiveThreshold([1], [0], options)).toThrow(message);
  expect(() => selectiveThreshold([1], [], { alpha: 0.1 })).toThrow('1 confidences but 0 labels');
  expect(() => selectiveThreshold([1], [0.5], { alpha: 0.1 })).toThrow(
    'wrong[0] must be 0, 1 or NaN for missing, found 0.5',
  );
  expect(() => selectiveThreshold([1], [0], { alpha: 0.1, clusters: [] })).toThrow('1 rows but 0 cluster ids');
});

const sure = { confidence: times(0.95, 40).concat(times(0.5, 60)), wrong: times(0, 40).concat(times(1, 60)) };
const second = {
  confidence: times(0.5, 40).concat(times(0.95, 50), times(0.5, 10)),
  wrong: times(1, 40).concat(times(0, 50), times(1, 10)),
};

test('a cascade along one path is tested as a whole', () => {
  const found = cascadeThresholds([sure, second], { alpha: 0.1, thresholds: [0.9, 0.4] });
  expect(found).toMatchObject({
    thresholds: [0.9, 0.9],
    calibration: [{ n: 90, errors: 0 }],
    shares: [0.4, 0.5],
    coverage: 0.9,
    method: 'cascade thresholds, path',
    n: 100,
  });
  expect(cascadeThresholds([sure, second], { alpha: 0.1, thresholds: [0.4] })).toMatchObject({
    reason: 'no-threshold',
  });
});

test('a cascade with disjoint parts gives each stage its own items and its share of delta', () => {
  const double = (list: number[]) => [...list, ...list];
  const stages = [sure, second].map(({ confidence, wrong }) => ({
    confidence: double(confidence),
    wrong: double(wrong),
  }));
  const parts = [...times(0, 100), ...times(1, 100)];
  const found = cascadeThresholds(stages, { alpha: 0.1, thresholds: [0.9, 0.4], method: 'disjoint', parts });
  expect(found).toMatchObject({
    thresholds: [0.9, 0.9],
    calibration: [
      { n: 40, errors: 0 },
      { n: 50, errors: 0 },
    ],
    shares: [0.4, 0.5],
    coverage: 0.9,
  });
  if (!('thresholds' in found)) throw new Error(found.detail);
  // delta/2 each: 1 − 0.05^(1/n).
  expect(found.calibration[0]!.upper).toBeCloseTo(1 - 0.05 ** (1 / 40), 10);
  expect(found.calibration[1]!.upper).toBeCloseTo(1 - 0.05 ** (1 / 50), 10);
});

test('a stage without a threshold passes everything on', () => {
  const never = { confidence: times(0.95, 100), wrong: times(1, 100) };
  const right = { confidence: times(0.95, 100), wrong: times(0, 100) };
  const parts = times(0, 50).concat(times(1, 50));
  const found = cascadeThresholds([never, right], { alpha: 0.1, thresholds: [0.9], method: 'disjoint', parts });
  expect(found).toMatchObject({ thresholds: [null, 0.9], calibration: [null, { n: 50 }], shares: [0, 1] });
  expect('notes' in found && found.notes[0]).toMatch(/^stage 0 has no threshold: the strictest candidate/);
  const none = cascadeThresholds([never, never], { alpha: 0.1, thresholds: [0.9], method: 'disjoint', parts });
  expect(none).toMatchObject({ value: null, reason: 'no-threshold' });
});

test('a cascade keeps its promise in both ways', () => {
  const random = seededRandom('cascade');
  for (const method of ['path', 'disjoint'] as const) {
    let broken = 0;
    for (let i = 0; i < 300; i++) {
      const source = random.stream(`${method} ${i}`);
      const [a, b] = [honest(400, source), honest(400, source)];
      const parts = Array.from({ length: 400 }, () => (source.next() < 0.5 ? 0 : 1));
      const found = cascadeThresholds([a, b], { alpha: 0.15, delta: 0.2, method, parts });
      if (!('thresholds' in found)) continue;
      const [p, q] = found.thresholds.map((t) => (t === null ? 0 : 2 * (1 - t)));
      // Both confidences are independent here, so the errors of the accepted are a mixture.
      const [first, later] = [p!, (1 - p!) * q!];
      if ((first * p! + later * q!) / 4 / (first + later) > 0.15) broken++;
    }
    expect(broken / 300).toBeLessThan(0.2);
  }
});

test('what the caller does wrong with a cascade is named', () => {
  const one = { confidence: [1], wrong: [0] };
  const call =
    (stages: Parameters<typeof cascadeThresholds>[0], options: Partial<CascadeOptions> = {}) =>
    () =>
      cascadeThresholds(stages, { alpha: 0.1, ...options });
  expect(call([one, { confidence: [1, 1], wrong: [0] }])).toThrow(
    'stage 1 has 2 confidences and 1 labels, the first has 1',
  );
  expect(call([{ confidence: [1], wrong: [2] }])).toThrow(
    'stages[0].wrong[0] must be 0, 1 or NaN for missing, found 2',
  );
  expect(call([{ confidence: [1], wrong: [NaN] }])).toThrow(
    'stages[0].wrong[0] is missing: leave the item out of all stages',
  );
  expect(call([one], { method: 'disjoint' })).toThrow("'disjoint' needs the part of each of 1 items, found none");
  expect(call([one], { method: 'disjoint', parts: [1] })).toThrow('parts[0] must be a stage below 1, found 1');
  expect(call([one], { method: 'disjoint', parts: [0.5] })).toThrow('parts[0] must be a stage below 1, found 0.5');
  expect(call([one], { method: 'other' as 'path' })).toThrow("method must be 'path' or 'disjoint', found other");
  expect(call([])()).toMatchObject({ value: null, reason: 'no-data', detail: 'needs at least one stage and one item' });
});
