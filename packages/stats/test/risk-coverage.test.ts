import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEstimate, riskCoverage, seededRandom } from '../src/index.ts';
import { sound } from './sound.ts';

const confidence = [0.9, 0.9, 0.8, 0.7, 0.7, 0.7, 0.6];
const losses = [0, 1, 0, 1, 0, 0, 1];

function found(...args: Parameters<typeof riskCoverage>) {
  const result = riskCoverage(...args);
  if (!isEstimate(result)) throw new Error(result.detail);
  sound(result, 'risk-coverage');
  return result;
}

test('equal confidence counts as one step: the mean over all orders, by brute force in Python', () => {
  const result = found(confidence, losses, { at: [1 / 7, 0.5, 1] });
  expect(result.value).toBeCloseTo(0.39455782312925164, 12);
  expect(result.excess.value).toBeCloseTo(0.2571428571428571, 12);
  expect(result.risk).toBeCloseTo(3 / 7, 12);
  expect(result.at.map(({ coverage, value }) => [coverage, value])).toEqual([
    [1 / 7, 0.5],
    [0.5, 1 / 3],
    [1, 3 / 7],
  ]);
  expect(result).toMatchObject({ n: 7, level: 0.95, interval: null, method: 'risk-coverage, AURC' });
  expect(result.notes).toEqual(['no interval: it is a bootstrap, which needs `random`']);
  expect(result.excess.method).toBe('risk-coverage, excess AURC');
});

test('the curve has one point per confidence, from the surest down', () => {
  const { curve } = found(confidence, losses);
  expect([...curve.confidence]).toEqual([0.9, 0.8, 0.7, 0.6]);
  expect([...curve.coverage]).toEqual([2 / 7, 3 / 7, 6 / 7, 1]);
  expect([...curve.risk]).toEqual([1 / 2, 1 / 3, 2 / 6, 3 / 7]);
  expect([...found([0, 0], [1, 1]).curve.confidence]).toEqual([0]);
});

test('a perfect confidence has no excess, and one without information the risk itself', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 1, maxLength: 30 }), (loss) => {
      expect(
        found(
          loss.map((x) => -x),
          loss,
        ).excess.value,
      ).toBeCloseTo(0, 12);
      const flat = found(
        loss.map(() => 0.5),
        loss,
      );
      expect(flat.value).toBeCloseTo(flat.risk, 12);
    }),
    { seed: 42 },
  );
});

test('depends on the order of the confidence only', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0, 1)), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(rows, (list) => {
      const [c, loss] = [list.map(([x]) => x), list.map(([, y]) => y)];
      const [plain, warped] = [
        found(c, loss),
        found(
          c.map((x) => Math.exp(x)),
          loss,
        ),
      ];
      expect(warped.value).toBe(plain.value);
      const turned = found(c.toReversed(), loss.toReversed());
      expect(turned.value).toBeCloseTo(plain.value, 12);
    }),
    { seed: 42 },
  );
});

test('with random comes an interval: BCa by default, percentile on request, over clusters where given', () => {
  const random = seededRandom(1);
  const c = Array.from({ length: 60 }, () => random.next());
  const loss = c.map((x) => (random.next() < x ? 0 : 1));
  const options = { random: seededRandom(2), replicates: 200, at: [0.5] };
  const bca = found(c, loss, options);
  expect(bca.method).toBe('risk-coverage, AURC, bootstrap bca, B = 200');
  expect(bca.interval![0]).toBeLessThan(bca.value);
  expect(bca.interval![1]).toBeGreaterThan(bca.value);
  expect(bca.at[0]!.interval).not.toBeNull();
  expect(found(c, loss, options)).toEqual(bca);
  expect(found(c, loss, { ...options, bootstrap: 'percentile' }).method).toBe(
    'risk-coverage, AURC, bootstrap percentile, B = 200',
  );
  const clustered = found(c, loss, { ...options, clusters: c.map((_, i) => Math.floor(i / 6)) });
  expect(clustered).toMatchObject({ groups: 10, value: bca.value });
  expect(clustered.notes![0]).toBe('few clusters: 10, the interval is rough below 20');
  expect(found(c, loss, { interval: 'none' }).notes).toEqual(['no interval was asked for']);
});

test('a cluster drawn twice counts twice: rows doubled in their clusters leave the bootstrap as it was', () => {
  const c = Array.from({ length: 12 }, (_, i) => i % 5);
  const loss = c.map((_, i) => (i % 3 === 0 ? 1 : 0));
  const ids = c.map((_, i) => i);
  const options = { random: seededRandom(1), replicates: 50, bootstrap: 'percentile' as const };
  const once = found(c, loss, { ...options, clusters: ids });
  const twice = found([...c, ...c], [...loss, ...loss], { ...options, clusters: [...ids, ...ids] });
  expect(twice.curve.risk).toEqual(once.curve.risk);
  expect(twice.groups).toBe(12);
});

test('leaves out rows without confidence or loss', () => {
  expect(found([...confidence, NaN, 1], [...losses, 1, NaN]).value).toBe(found(confidence, losses).value);
});

test('large samples leave the table of harmonic numbers without a step', () => {
  const n = 1_500_000;
  // One step of equal confidence: the area is the risk; then two steps, all errors in the second.
  const second = Float64Array.from({ length: n }, (_, i) => (i < n / 2 ? 1 : 0));
  const result = found(
    second,
    second.map((x) => 1 - x),
  );
  // Mean over k > n/2 of (k − n/2)/k, an integral up to 1/n.
  expect(result.value).toBeCloseTo(0.5 - 0.5 * Math.LN2, 5);
  expect(
    found(
      second.map(() => 1),
      second,
    ).value,
  ).toBeCloseTo(0.5, 9);
});

test('says what is wrong', () => {
  expect(riskCoverage([], [])).toEqual({
    value: null,
    reason: 'no-data',
    detail: 'needs an answer with a confidence and a loss',
    n: 0,
    method: 'risk-coverage',
  });
  expect(found([1, 2, 3, 4], [0, 1, 0, 1], { random: seededRandom(1) }).notes).toEqual([
    'no interval: a bootstrap needs 5 items or clusters, found 4',
  ]);
  expect(() => riskCoverage([1], [])).toThrow('1 confidences but 0 losses');
  expect(() => riskCoverage([1, 1], [0, -1])).toThrow('losses[1] must be at least 0, found -1');
  expect(() => riskCoverage([1], [Infinity])).toThrow('losses[0] must be finite');
  expect(() => riskCoverage([1], [0], { at: [0] })).toThrow('at[0] must lie in (0, 1], found 0');
  expect(() => riskCoverage([1], [0], { at: [1, 1.1] })).toThrow('at[1] must lie in (0, 1], found 1.1');
  expect(() => riskCoverage([1], [0], { level: 1 })).toThrow('level must lie in (0, 1), found 1');
  expect(() => riskCoverage([1, 2], [0, 1], { clusters: [1] })).toThrow('2 rows but 1 cluster ids');
});
