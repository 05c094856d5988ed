import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clusteredMean,
  type Estimate,
  mean,
  quantile,
  seededRandom,
  stratifiedBootstrap,
  studentisedBootstrap,
  type StudentisedEstimate,
  variance,
  withJackknifeError,
} from '../src/index.ts';

const costs = [0.2, 0.3, 0.3, 0.4, 0.5, 0.5, 0.7, 0.8, 0.9, 1.1, 1.4, 1.9, 2.6, 4.8, 9.5];
const alone = costs.map((_, row) => row);
const at = (values: readonly number[], rows: Uint32Array): number[] => Array.from(rows, (row) => values[row]!);
const withFormula = (values: readonly number[]) => (rows: Uint32Array) => {
  const drawn = at(values, rows);
  return { value: mean(drawn), se: Math.sqrt(variance(drawn) / drawn.length) };
};
const options = { random: seededRandom(1), replicates: 400 };

describe('studentisedBootstrap', () => {
  test('turns the quantiles of the studentised distances round', () => {
    const seen: number[] = [];
    const plain = withFormula(costs);
    const { value, se } = plain(Uint32Array.from(alone));
    let first = true;
    const found = studentisedBootstrap(
      alone,
      (rows) => {
        const drawn = plain(rows);
        if (!first) seen.push((drawn.value - value) / drawn.se);
        first = false;
        return drawn;
      },
      options,
    ) as StudentisedEstimate;
    expect(seen).toHaveLength(400);
    const [low, high] = [quantile(seen, 0.025), quantile(seen, 0.975)];
    expect(found.quantiles).toEqual([expect.closeTo(low, 10), expect.closeTo(high, 10)]);
    expect(found.interval).toEqual([expect.closeTo(value - high * se, 10), expect.closeTo(value - low * se, 10)]);
    expect(found).toMatchObject({ value, se, n: 15, groups: 15, replicates: 400, undefinedReplicates: 0 });
    expect(found.method).toBe('bootstrap-t, B = 400');
    expect(found.notes).toEqual(['few clusters: 15, the interval is rough below 20']);
    // Skewed to the right: the upper arm is the longer one.
    expect(found.interval![1] - value).toBeGreaterThan(value - found.interval![0]);
  });

  test('is the same for the same seed, and moves with a shift and a stretch', () => {
    const base = studentisedBootstrap(alone, withFormula(costs), options) as Estimate;
    expect(studentisedBootstrap(alone, withFormula(costs), options)).toEqual(base);
    const moved = costs.map((x) => 10 - 2 * x);
    const other = studentisedBootstrap(alone, withFormula(moved), options) as Estimate;
    expect(other.interval![0]).toBeCloseTo(10 - 2 * base.interval![1], 10);
    expect(other.interval![1]).toBeCloseTo(10 - 2 * base.interval![0], 10);
  });

  test('the jackknife of a mean is its formula, of clusters as of rows', () => {
    const jackknife = withJackknifeError(alone, (rows) => mean(at(costs, rows)));
    const drawn = Uint32Array.of(3, 3, 3, 8, 1, 14);
    expect(jackknife(drawn)!.se).toBeCloseTo(withFormula(costs)(drawn).se, 12);
    const documents = [0, 0, 1, 1, 2, 2];
    const values = [1, 3, 2, 2, 7, 9];
    const clustered = withJackknifeError(documents, (rows) => mean(at(values, rows)));
    // Document 1 twice, document 2 once: three units with means 2, 2, 8.
    const found = clustered(Uint32Array.of(2, 3, 2, 3, 4, 5))!;
    expect(found.value).toBe(4);
    expect(found.se).toBeCloseTo(Math.sqrt(variance([2, 2, 8]) / 3), 12);
    const whole = clustered(Uint32Array.of(0, 1, 2, 3, 4, 5))!;
    expect(whole.se).toBeCloseTo(Math.sqrt(variance([2, 2, 8]) / 3), 12);
    expect(clustered(Uint32Array.of(0, 1))).toBeNull();
  });

  test('gives the statistic its rows cluster after cluster', () => {
    const documents = [4, 9, 4, 9, 4, 2, 3, 1];
    studentisedBootstrap(
      documents,
      (rows) => {
        for (let i = 0; i < rows.length; i++) {
          if (rows[i] === 0) expect(Array.from(rows.subarray(i, i + 3))).toEqual([0, 2, 4]);
          if (rows[i] === 1) expect(Array.from(rows.subarray(i, i + 2))).toEqual([1, 3]);
        }
        return { value: rows.length, se: 1 };
      },
      { ...options, replicates: 30 },
    );
  });

  test('says why it cannot', () => {
    const one = () => ({ value: 1, se: 1 });
    expect(studentisedBootstrap([], one, options)).toMatchObject({ reason: 'no-data' });
    expect(studentisedBootstrap([0, 1, 2, 3], one, options)).toMatchObject({
      reason: 'too-few-clusters',
      detail: 'needs 5 clusters, found 4',
    });
    expect(studentisedBootstrap(alone, () => null, options)).toMatchObject({ reason: 'not-identified' });
    expect(studentisedBootstrap(alone, () => ({ value: 3, se: 0 }), options)).toMatchObject({
      value: 3,
      se: 0,
      interval: null,
      notes: ['no interval: the standard error is 0, which says nothing about certainty'],
    });
    const sparse = studentisedBootstrap(
      alone,
      (rows) => (rows.includes(14) || rows.length === 0 ? withFormula(costs)(rows) : null),
      options,
    ) as StudentisedEstimate;
    expect(sparse.interval).toBeNull();
    expect(sparse.notes!.at(-1)).toBe('no interval: more than 5% of the replicates are not defined');
    expect(sparse.replicates + sparse.undefinedReplicates).toBe(400);
    expect(() => studentisedBootstrap(alone, () => ({ value: NaN, se: 1 }), options)).toThrow(
      'a statistic must return a finite value and se, or null, found NaN and 1',
    );
    expect(() => studentisedBootstrap(alone, () => ({ value: 1, se: -1 }), options)).toThrow('found 1 and -1');
    expect(() => studentisedBootstrap(alone, one, { ...options, replicates: 0 })).toThrow(
      'replicates must be at least 1',
    );
  });
});

describe('stratifiedBootstrap', () => {
  const strata = [0, 0, 0, 1, 1, 1];
  const values = [1, 2, 4, 10, 13, 19];
  const average = (rows: Uint32Array): number => mean(at(values, rows));

  test('draws as many from each stratum as there were, whole clusters', () => {
    const clusters = [0, 0, 1, 2, 2, 3, 4, 5];
    const layers = [7, 7, 7, 7, 7, 8, 8, 8];
    stratifiedBootstrap(
      8,
      (rows) => {
        const drawn = Array.from(rows);
        expect(drawn.filter((row) => row >= 5)).toHaveLength(3);
        for (const pair of [
          [0, 1],
          [3, 4],
        ]) {
          expect(drawn.filter((row) => row === pair[0]).length).toBe(drawn.filter((row) => row === pair[1]).length);
        }
        return rows.length;
      },
      { random: seededRandom(2), strata: layers, clusters, replicates: 50 },
    );
  });

  test('has the spread of all resamples within strata', () => {
    const found = stratifiedBootstrap(6, average, { random: seededRandom(4), strata, replicates: 20_000 }) as Estimate;
    // Variance of the mean of 6: (Σ over strata of 3 · population variance)/36.
    const spread = (list: number[]) => (3 * variance(list) * 2) / 3;
    const wanted = Math.sqrt((spread(values.slice(0, 3)) + spread(values.slice(3))) / 36);
    expect(Math.abs(found.se! / wanted - 1)).toBeLessThan(0.02);
    const all: number[] = [];
    for (let i = 0; i < 729; i++) {
      const digits = [0, 1, 2, 3, 4, 5].map((k) => Math.floor(i / 3 ** k) % 3);
      all.push(mean(digits.map((digit, k) => values[k < 3 ? digit : 3 + digit]!)));
    }
    expect(Math.abs(found.interval![0] - quantile(all, 0.025))).toBeLessThan(0.35);
    expect(Math.abs(found.interval![1] - quantile(all, 0.975))).toBeLessThan(0.35);
    expect(found).toMatchObject({ value: 49 / 6, n: 6, groups: 6, strata: 2 });
    expect(found.notes![0]).toBe('a stratum has 3 clusters: the interval is too narrow below 5');
  });

  test('is narrower than without strata where their means lie apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), (seed) => {
        const random = seededRandom(seed);
        const scores = Array.from({ length: 30 }, (_, i) => (i < 15 ? 0 : 10) + random.next());
        const layers = scores.map((_, i) => (i < 15 ? 0 : 1));
        const within = stratifiedBootstrap(30, (rows) => mean(at(scores, rows)), {
          random,
          strata: layers,
          replicates: 100,
        });
        const across = clusteredMean(scores) as Estimate;
        expect((within as Estimate).se!).toBeLessThan(across.se! / 3);
        expect((within as Estimate).notes).toBeUndefined();
      }),
      { seed: 42, numRuns: 10 },
    );
  });

  test('says why it cannot, and what is wrong with the input', () => {
    const base = { random: seededRandom(1), replicates: 20 };
    expect(stratifiedBootstrap(0, average, { ...base, strata: [] })).toMatchObject({ reason: 'no-data' });
    expect(stratifiedBootstrap(4, average, { ...base, strata: [0, 0, 1, 1] })).toMatchObject({
      reason: 'too-few-clusters',
      detail: 'needs 5 clusters, found 4',
    });
    expect(stratifiedBootstrap(6, average, { ...base, strata: [0, 0, 0, 0, 0, 9] })).toMatchObject({
      reason: 'too-few-clusters',
      detail: 'the stratum of row 5 has one cluster, whose spread nobody knows: join it to another',
    });
    expect(stratifiedBootstrap(6, () => null, { ...base, strata })).toMatchObject({ reason: 'not-identified' });
    expect(stratifiedBootstrap(6, () => 3, { ...base, strata })).toMatchObject({ value: 3, interval: null });
    expect(() => stratifiedBootstrap(6, average, { ...base, strata, clusters: [0, 0, 1, 1, 2, 3] })).toThrow(
      'the cluster of row 3 lies in two strata',
    );
    expect(() => stratifiedBootstrap(6, average, { ...base, strata: [0] })).toThrow('6 rows but 1 cluster ids');
    expect(() => stratifiedBootstrap(1.5, average, { ...base, strata })).toThrow('rows must be a count, found 1.5');
    expect(() => stratifiedBootstrap(6, () => NaN, { ...base, strata })).toThrow(
      'a statistic must return a finite number or null, found NaN',
    );
    expect(() => stratifiedBootstrap(6, average, { ...base, strata, replicates: 0 })).toThrow(
      'replicates must be at least 1',
    );
  });
});
