import {
  clusteredMean,
  clusteredProportion,
  clusteredRatio,
  clusterBootstrap,
  type Random,
  samplingPearson,
  stratifiedBootstrap,
  studentisedBootstrap,
  twoWayMean,
} from '@assize/stats';

import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';
import { normal } from '../normal-draw.ts';

/** Every item by every rater; the level of a score moves with both. */
function twoWayRow(items: number, raters: number, raterVariance: number): CoverageRow {
  return {
    interval: 'twoWayMean',
    page: 'two-way-clusters',
    population: `${raters} raters, rater variance ${raterVariance}, item variance 1, residual .64`,
    n: items,
    clustered: true,
    level: 0.95,
    truth: 0,
    documented: true,
    draws: items * raters > 1000 ? 500 : 1000,
    observe(random): Observed {
      const severity = Array.from({ length: raters }, () => Math.sqrt(raterVariance) * normal(random));
      const n = items * raters;
      const [values, itemIds, raterIds] = [new Float64Array(n), new Uint32Array(n), new Uint32Array(n)];
      for (let i = 0, row = 0; i < items; i++) {
        const quality = normal(random);
        for (let r = 0; r < raters; r++, row++) {
          values[row] = quality + severity[r]! + 0.8 * normal(random);
          itemIds[row] = i;
          raterIds[row] = r;
        }
      }
      return twoWayMean(values, { items: itemIds, raters: raterIds });
    },
  };
}

/**
 * A population of two groups, 80% with mean 0 and 20% with mean 1, of which the small one was drawn with four times the
 * chance: half of the sample each. Weights are 1 over the chance.
 */
function oversampled(n: number, random: Random) {
  const [values, weights] = [new Float64Array(n), new Float64Array(n)];
  const clusters = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const small = random.next() < 0.5;
    values[i] = (small ? 1 : 0) + normal(random);
    weights[i] = small ? 1 : 4;
    clusters[i] = i;
  }
  return { values, weights };
}

function weightedRow(kind: 'mean' | 'proportion' | 'ratio' | 'difference' | 'pearson', n: number): CoverageRow {
  const names = {
    mean: 'clusteredMean, sampling weights',
    proportion: 'clusteredProportion, sampling weights',
    ratio: 'clusteredRatio, sampling weights',
    difference: 'clusteredMean of differences, sampling weights',
    pearson: 'samplingPearson',
  };
  // Proportion: rates .1 and .4. Pearson: y = x + noise, x with variance 1 + .16.
  const truths = { mean: 0.2, proportion: 0.16, ratio: 0.5, difference: 0.3, pearson: Math.sqrt(1.16 / 2.16) };
  return {
    interval: names[kind],
    page: 'weights',
    population: 'a fifth of the population drawn with four times the chance',
    n,
    clustered: false,
    level: 0.95,
    truth: truths[kind],
    documented: kind === 'pearson' ? n >= 1000 : n >= 30,
    draws: n >= 1000 ? 400 : 1000,
    observe(random): Observed {
      const { values, weights } = oversampled(n, random);
      const options = { weights: { sampling: weights } };
      switch (kind) {
        case 'mean':
          return clusteredMean(values, options);
        case 'proportion':
          return clusteredProportion(
            weights.map((w) => (random.next() < (w === 4 ? 0.1 : 0.4) ? 1 : 0)),
            options,
          );
        case 'ratio': {
          const below = values.map(() => 1 + random.next());
          return clusteredRatio(
            below.map((x) => x * 0.5 + 0.5 * normal(random)),
            below,
            options,
          );
        }
        case 'difference':
          return clusteredMean(
            values.map((x) => x - (x - 0.3 + 0.5 * normal(random))),
            options,
          );
        case 'pearson':
          return samplingPearson(
            values,
            values.map((x) => x + normal(random)),
            options,
          );
        default:
          throw new RangeError(`no such row: ${String(kind)}`);
      }
    },
  };
}

/** A table of distinct scores and how often each was seen. */
function frequencyRow(n: number): CoverageRow {
  return {
    interval: 'clusteredMean, frequency weights',
    page: 'weights',
    population: 'scores 1 to 5 as counts, skewed',
    n,
    clustered: false,
    level: 0.95,
    truth: 3.75,
    documented: true,
    draws: 2000,
    observe(random): Observed {
      const counts = [0, 0, 0, 0, 0];
      const shares = [0.05, 0.1, 0.2, 0.35, 0.3];
      for (let i = 0; i < n; i++) {
        let [u, score] = [random.next(), 0];
        while (score < 4 && u > shares[score]!) u -= shares[score++]!;
        counts[score]!++;
      }
      return clusteredMean([1, 2, 3, 4, 5], { weights: { frequency: counts } });
    },
  };
}

/** Log-normal scores: costs, lengths, latencies. */
function skewedRow(method: 'bootstrap-t' | 'percentile', n: number, size: number): CoverageRow {
  return {
    interval:
      method === 'bootstrap-t' ? 'studentisedBootstrap, mean' : 'clusterBootstrap percentile, mean, for comparison',
    page: 'studentised-bootstrap',
    population: size === 1 ? 'log-normal(0, 1)' : `log-normal(0, 1) in clusters of ${size}, shared in part`,
    n: n * size,
    clustered: size > 1,
    level: 0.95,
    truth: Math.exp(0.5),
    documented: method === 'bootstrap-t' && (n >= 100 || size > 1),
    draws: 400,
    observe(random): Observed {
      const groups = Uint32Array.from({ length: n * size }, (_, row) => Math.floor(row / size));
      const shared = Float64Array.from({ length: n }, () => normal(random));
      const values = Float64Array.from(groups, (g) =>
        Math.exp(size === 1 ? shared[g]! : Math.SQRT1_2 * (shared[g]! + normal(random))),
      );
      const options = { random: random.stream('resampling'), replicates: 300 };
      if (method === 'percentile') return clusterBootstrap(groups, (rows) => meanAt(values, rows), options);
      return studentisedBootstrap(groups, (rows) => meanWithError(values, rows, size), options);
    },
  };
}

function meanAt(values: Float64Array, rows: Uint32Array): number {
  let total = 0;
  for (const row of rows) total += values[row]!;
  return total / rows.length;
}

/** Rows come cluster after cluster, all of one size. */
function meanWithError(values: Float64Array, rows: Uint32Array, size: number): { value: number; se: number } {
  const value = meanAt(values, rows);
  const groups = rows.length / size;
  let squares = 0;
  for (let g = 0; g < groups; g++) {
    let total = 0;
    for (let i = 0; i < size; i++) total += values[rows[g * size + i]!]! - value;
    squares += total * total;
  }
  return { value, se: (Math.sqrt(squares) / rows.length) * Math.sqrt(groups / (groups - 1)) };
}

/** Three strata whose means lie far apart, their numbers fixed. */
function stratifiedRow(sizes: readonly number[]): CoverageRow {
  const n = sizes.reduce((a, b) => a + b, 0);
  const strata = Uint32Array.from(sizes.flatMap((size, s) => Array.from({ length: size }, () => s)));
  return {
    interval: 'stratifiedBootstrap, mean',
    page: 'stratified-bootstrap',
    population: `strata of ${sizes.join(', ')}, means 0, 2, 4`,
    n,
    clustered: false,
    level: 0.95,
    truth: sizes.reduce((total, size, s) => total + 2 * s * size, 0) / n,
    documented: Math.min(...sizes) >= 20,
    draws: 400,
    observe(random): Observed {
      const values = Float64Array.from(strata, (s) => 2 * s + normal(random));
      return stratifiedBootstrap(n, (rows) => meanAt(values, rows), {
        random: random.stream('resampling'),
        strata,
        replicates: 300,
      });
    },
  };
}

export const weightedMeanRows: CoverageFamily = () => [
  twoWayRow(20, 3, 0.3),
  twoWayRow(100, 3, 0.1),
  twoWayRow(100, 5, 0.5),
  twoWayRow(100, 10, 0.02),
  twoWayRow(150, 30, 0.1),
  twoWayRow(50, 50, 0.3),
  ...(['mean', 'proportion', 'ratio', 'difference', 'pearson'] as const).flatMap((kind) =>
    [10, 30, 100, 1000].map((n) => weightedRow(kind, n)),
  ),
  frequencyRow(30),
  frequencyRow(1000),
  ...(['bootstrap-t', 'percentile'] as const).flatMap((method) => [
    skewedRow(method, 10, 1),
    skewedRow(method, 40, 1),
    skewedRow(method, 200, 1),
    skewedRow(method, 40, 4),
  ]),
  stratifiedRow([5, 5, 5]),
  stratifiedRow([20, 40, 20]),
  stratifiedRow([50, 50, 100]),
];
