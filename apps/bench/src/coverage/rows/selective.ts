import {
  calibrateScores,
  calibrateSets,
  conformalSets,
  evaluateOperatingPoint,
  isEstimate,
  matrixOf,
  type Random,
  riskCoverage,
  scoreInterval,
  weightedConformalQuantile,
} from '@assize/stats';

import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';

/** Confidence is uniform on (0.5, 1) and honest, so the risk at coverage c is c/4. */
const populationRisk = {
  AURC: 1 / 8,
  // The perfect order has no error up to coverage 0.75, then (c − 0.75)/c.
  'excess AURC': 1 / 8 - (0.25 + 0.75 * Math.log(0.75)),
  'risk at coverage 0.8': 0.2,
};

/** Clusters share their luck: half of the answers of a cluster are right or wrong by one and the same number. */
function area(statistic: keyof typeof populationRisk, n: number, size: number): CoverageRow {
  const clusters = Uint32Array.from({ length: n }, (_, i) => Math.floor(i / size));
  return {
    interval: `riskCoverage, ${statistic}, bootstrap`,
    page: 'risk-coverage',
    population: `honest confidence uniform on (0.5, 1)${size > 1 ? `, clusters of ${size}` : ''}`,
    n,
    clustered: size > 1,
    level: 0.95,
    truth: populationRisk[statistic],
    documented: n / size >= 300 || statistic === 'risk at coverage 0.8',
    draws: n === 300 ? 800 : 400,
    observe(random) {
      const confidence = new Float64Array(n);
      const wrong = new Float64Array(n);
      let luck = 0;
      for (let i = 0; i < n; i++) {
        if (i % size === 0) luck = random.next();
        confidence[i] = 0.5 + 0.5 * random.next();
        wrong[i] = (size > 1 && random.next() < 0.5 ? luck : random.next()) < confidence[i]! ? 0 : 1;
      }
      const options = { random, replicates: 400, at: [0.8], ...(size > 1 && { clusters }) };
      const found = riskCoverage(confidence, wrong, options);
      if (!isEstimate(found)) return found;
      return statistic === 'AURC' ? found : statistic === 'excess AURC' ? found.excess : found.at[0]!;
    },
  };
}

/** A judge's score and the true one, which lies around it with an error that grows with the score. */
function scored(random: Random): { predicted: number; truth: number; spread: number; group: number } {
  const predicted = 1 + 4 * random.next();
  const spread = predicted / 4;
  // Skewed on purpose: conformal intervals ask for nothing but exchangeability.
  return {
    predicted,
    truth: predicted + spread * (-Math.log(1 - random.next()) - 1),
    spread,
    group: predicted > 4 ? 1 : 0,
  };
}

/** The interval about a new item's truth: it holds 0 when it holds the truth. */
function around(interval: [number, number] | null, truth: number): Observed {
  return { interval: interval && [interval[0] - truth, interval[1] - truth] };
}

function scoreRow(n: number, kind: 'absolute' | 'scaled' | 'by group'): CoverageRow {
  return {
    interval: `scoreInterval, ${kind}`,
    page: 'conformal-sets',
    population: 'a new item; skewed error that grows with the score',
    n,
    clustered: false,
    level: 0.9,
    truth: 0,
    documented: true,
    draws: n >= 1000 ? 500 : 2000,
    observe(random) {
      const seen = Array.from({ length: n }, () => scored(random));
      const calibration = calibrateScores(
        seen.map(({ predicted }) => predicted),
        seen.map(({ truth }) => truth),
        {
          alpha: 0.1,
          ...(kind === 'scaled' && { spread: seen.map(({ spread }) => spread) }),
          ...(kind === 'by group' && { groups: seen.map(({ group }) => group) }),
        },
      );
      if ('value' in calibration) return calibration;
      // The promise of groups is for each of them: the new item is of the smaller one.
      let fresh = scored(random);
      const smaller = kind === 'by group' ? 1 : 0;
      while (fresh.group < smaller) fresh = scored(random);
      const options = kind === 'scaled' ? { spread: fresh.spread } : kind === 'by group' ? { group: fresh.group } : {};
      return around(scoreInterval(calibration, fresh.predicted, options), fresh.truth);
    },
  };
}

/** How much likelier a score is among new items. */
function weight(predicted: number): number {
  return (predicted - 1) / 4;
}

/** New items have higher scores than calibration items, by a known density ratio. */
function shifted(n: number, weighted: boolean): CoverageRow {
  return {
    interval: weighted ? 'weightedConformalQuantile' : 'scoreInterval, absolute',
    page: 'conformal-sets',
    population: 'a new item from a mixture with higher scores',
    n,
    clustered: false,
    level: 0.9,
    truth: 0,
    documented: weighted,
    draws: 2000,
    observe(random) {
      const seen = Array.from({ length: n }, () => scored(random));
      let fresh = scored(random);
      while (random.next() > weight(fresh.predicted)) fresh = scored(random);
      const found = weightedConformalQuantile(
        seen.map(({ predicted, truth }) => Math.abs(truth - predicted)),
        seen.map(({ predicted }) => (weighted ? weight(predicted) : 1)),
        weighted ? weight(fresh.predicted) : 1,
        { alpha: 0.1 },
      );
      if ('value' in found) return found;
      const { quantile } = found;
      const interval: [number, number] | null =
        quantile === null ? null : [fresh.predicted - quantile, fresh.predicted + quantile];
      return around(interval, fresh.truth);
    },
  };
}

function share(list: number[]): number[] {
  const total = list.reduce((a, b) => a + b, 0);
  return list.map((x) => x / total);
}

/** Probabilities of four levels around a middle; the true level is drawn from flatter ones, so the judge is too sure. */
function judged(random: Random): { p: number[]; label: number } {
  const middle = 4 * random.next() - 0.5;
  const raw = [0, 1, 2, 3].map((level) => Math.exp(-2 * Math.abs(level - middle)));
  const flat = raw.map(Math.sqrt);
  let [u, label] = [random.next(), 0];
  for (const x of share(flat)) {
    if (u < x || label === 3) break;
    u -= x;
    label++;
  }
  return { p: share(raw), label };
}

function setRow(n: number, kind: 'labels' | 'ordinal'): CoverageRow {
  return {
    interval: `conformalSets, ${kind}`,
    page: 'conformal-sets',
    population: 'a new item of four levels; a judge that is too sure',
    n,
    clustered: false,
    level: 0.9,
    truth: 0,
    documented: true,
    draws: n >= 1000 ? 400 : 2000,
    observe(random) {
      const seen = Array.from({ length: n }, () => judged(random));
      const calibration = calibrateSets(
        matrixOf(seen.map(({ p }) => p)),
        seen.map(({ label }) => label),
        { alpha: 0.1, kind },
      );
      if ('value' in calibration) return calibration;
      const fresh = judged(random);
      // The set as an interval of distances to the truth: a point away from 0 when the truth is not in it.
      return { interval: conformalSets(calibration, matrixOf([fresh.p])).member[fresh.label] === 1 ? [0, 0] : [1, 1] };
    },
  };
}

/** Cost and accuracy of a cascade of two honest judges at a fixed threshold, on items that did not choose it. */
function cascade(figure: 'cost' | 'accuracy', n: number): CoverageRow {
  return {
    interval: `evaluateOperatingPoint, ${figure}`,
    page: 'cost-accuracy-frontier',
    population: 'a judge that is believed from 0.8 on, then one that is right 0.9 of the time',
    n,
    clustered: false,
    level: 0.95,
    // From 0.8 on, two fifths of the items, the first judge is right 0.9 of the time; it costs 1 and the second 10.
    truth: figure === 'cost' ? 1 + 0.6 * 10 : 0.9,
    documented: true,
    draws: 2000,
    observe(random) {
      const confidence = Float64Array.from({ length: n }, () => 0.5 + 0.5 * random.next());
      const stages = [
        { confidence, correct: confidence.map((c) => (random.next() < c ? 1 : 0)), cost: 1 },
        { confidence, correct: confidence.map(() => (random.next() < 0.9 ? 1 : 0)), cost: 10 },
      ];
      return evaluateOperatingPoint(stages, { order: [0, 1], thresholds: [0.8] })[figure];
    },
  };
}

const areas = ['AURC', 'excess AURC', 'risk at coverage 0.8'] as const;

export const selectiveRows: CoverageFamily = () => [
  ...areas.flatMap((statistic) => [30, 100].map((n) => area(statistic, n, 1))),
  area('AURC', 300, 1),
  area('excess AURC', 300, 1),
  area('AURC', 500, 5),
  ...[9, 50, 200, 1000, 3000].map((n) => scoreRow(n, 'absolute')),
  scoreRow(200, 'scaled'),
  scoreRow(1000, 'by group'),
  shifted(200, true),
  shifted(200, false),
  ...[20, 100, 1000].flatMap((n) => [setRow(n, 'labels'), setRow(n, 'ordinal')]),
  ...[50, 300].flatMap((n) => [cascade('cost', n), cascade('accuracy', n)]),
];
