import {
  activeMean,
  calibratedMean,
  certifyBelow,
  drawActiveLabels,
  humanErrorRate,
  planActiveLabels,
  type Random,
  roganGladen,
  roganGladenClasses,
  shiftedMean,
} from '@assize/stats';

import type { CoverageRow } from '../coverage-row.ts';
import { coin, type Draw, row, sample } from './corrected-populations.ts';

function successes(n: number, p: number, random: Random): number {
  let count = 0;
  for (let i = 0; i < n; i++) count += coin(random, p);
  return count;
}

function judgedCounts(theta: number, [q0, q1]: readonly [number, number], n: number, m: number, random: Random) {
  const judged = { positives: successes(n, theta * q1 + (1 - theta) * (1 - q0), random), n };
  const calibration = {
    truePositives: successes(m, q1, random),
    positives: m,
    trueNegatives: successes(m, q0, random),
    negatives: m,
  };
  return { judged, calibration };
}

function leeRow(theta: number, rates: readonly [number, number], n: number, m: number): CoverageRow {
  return row(
    'roganGladen, lee',
    'rogan-gladen',
    `share ${theta}, q0 = ${rates[0]}, q1 = ${rates[1]}, ${m} labels of each class`,
    { n, prevalence: theta, truth: theta, documented: true, draws: n >= 10_000 ? 500 : 2000 },
    (random) => {
      const { judged, calibration } = judgedCounts(theta, rates, n, m, random);
      return roganGladen(judged, calibration);
    },
  );
}

function certificateRow(method: 'lee' | 'exact', theta: number, n: number, m: number): CoverageRow {
  return row(
    `certifyBelow, ${method}, upper end`,
    'certification',
    `failure rate ${theta}, q0 = .95, q1 = .9, ${m} labels of each class`,
    { n, prevalence: theta, truth: theta, documented: true, draws: 2000 },
    (random) => {
      const { judged, calibration } = judgedCounts(theta, [0.95, 0.9], n, m, random);
      return certifyBelow(0.5, judged, calibration, { method });
    },
  );
}

/** A class drawn by its share. */
function drawClass(shares: readonly number[], random: Random): number {
  let [u, place] = [random.next(), 0];
  while (place < shares.length - 1 && u >= shares[place]!) u -= shares[place++]!;
  return place;
}

function classesRow(n: number, m: number): CoverageRow {
  const [shares, confusion] = [
    [0.5, 0.3, 0.2],
    [
      [0.8, 0.1, 0.1],
      [0.1, 0.8, 0.1],
      [0.1, 0.2, 0.7],
    ],
  ];
  return row(
    'roganGladenClasses, bootstrap',
    'rogan-gladen',
    `3 classes, second share, ${m} labels of each class`,
    { n, prevalence: 0.3, truth: 0.3, documented: m >= 50, draws: 400 },
    (random) => {
      const [judged, counts] = [new Float64Array(3), new Float64Array(9)];
      for (let i = 0; i < n; i++) judged[drawClass(confusion[drawClass(shares, random)]!, random)]!++;
      for (let b = 0; b < 3; b++) for (let i = 0; i < m; i++) counts[3 * b + drawClass(confusion[b]!, random)]!++;
      const found = roganGladenClasses(
        judged,
        { values: counts, rows: 3, columns: 3 },
        { random: random.stream('bootstrap'), replicates: 200 },
      );
      return 'value' in found ? found : found.shares[1]!;
    },
  );
}

function humanErrorRow(pairs: number, error: number): CoverageRow {
  return row(
    'humanErrorRate, wilson carried over',
    'judge-error-rates',
    `people err on ${error}`,
    { n: pairs, prevalence: error, truth: error, documented: pairs >= 50, draws: 2000 },
    (random) => humanErrorRate(successes(pairs, 1 - 2 * error * (1 - error), random), pairs),
  );
}

function activeRow(labels: number, design: 'poisson' | 'systematic'): CoverageRow {
  return row(
    `activeMean, ${design}`,
    'active-labelling',
    '1,000 items, calibrated judge, u = √(f(1 − f)), τ = .5',
    { n: labels, truth: 0.5, documented: true, draws: 500 },
    (random) => {
      const items = 1000;
      const judge = Float64Array.from({ length: items }, () => random.next());
      const truth = judge.map((f) => coin(random, f));
      const { probabilities } = planActiveLabels(
        judge.map((f) => Math.sqrt(f * (1 - f))),
        labels,
      );
      const human = new Float64Array(items).fill(NaN);
      for (const place of drawActiveLabels(probabilities, random, { design })) human[place] = truth[place]!;
      return activeMean(human, judge, probabilities);
    },
  );
}

/** The target has harder items: the density of x goes from 2(1 − x) to 2x, the label depends on x alone. */
function shiftedRow(n: number): CoverageRow {
  return row(
    'shiftedMean, default',
    'covariate-shift',
    'source density uniform, target density .5 + x, true weights, N = 1000',
    { n, truth: 0.2 + 0.6 * (0.25 + 1 / 3), documented: true, draws: 1000 },
    (random) => {
      const [human, judge, weights] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
      const answer = (x: number) => {
        const y = coin(random, 0.2 + 0.6 * x);
        return [y, random.next() < 0.8 ? y : 1 - y] as const;
      };
      for (let i = 0; i < n; i++) {
        const x = random.next();
        [human[i], judge[i]] = answer(x);
        weights[i] = 0.5 + x;
      }
      // The inverse of the distribution function x/2 + x²/2.
      const target = Float64Array.from({ length: 1000 }, () => answer((-1 + Math.sqrt(1 + 8 * random.next())) / 2)[1]);
      return shiftedMean(human, judge, weights, target, { clipAt: 1 });
    },
  );
}

function calibratedRow(n: number, folds: number): CoverageRow {
  return row(
    `calibratedMean, ${folds} folds`,
    'calibrated-mean',
    'P(right) = score², target as the source, N = 1000',
    { n, truth: 1 / 3, documented: n >= 100, draws: 400 },
    (random) => {
      const draw: Draw = () => {
        const score = random.next();
        return [coin(random, score * score), score];
      };
      const { human, judge, unlabelled } = sample(draw, n, 1000, random);
      return calibratedMean(human, judge, unlabelled, { folds });
    },
  );
}

/** Rows of corrections by error rates, of active labelling, of shifts and of calibration. */
export const correctedRateRows: readonly CoverageRow[] = [
  ...[0.05, 0.3, 0.5].flatMap((theta) =>
    (
      [
        [0.7, 0.9],
        [0.95, 0.9],
      ] as const
    ).flatMap((rates) => [
      leeRow(theta, rates, 100, 20),
      leeRow(theta, rates, 1000, 20),
      leeRow(theta, rates, 1000, 200),
    ]),
  ),
  leeRow(0.3, [0.9, 0.8], 10_000, 100),
  ...(['lee', 'exact'] as const).flatMap((method) =>
    [0.01, 0.05, 0.2].flatMap((theta) => [
      certificateRow(method, theta, 200, 50),
      certificateRow(method, theta, 1000, 200),
    ]),
  ),
  ...[20, 50, 200].map((m) => classesRow(500, m)),
  ...[20, 50, 100, 1000].flatMap((pairs) => [0.02, 0.1, 0.3].map((error) => humanErrorRow(pairs, error))),
  ...[20, 50, 100, 300].flatMap((labels) => [activeRow(labels, 'poisson'), activeRow(labels, 'systematic')]),
  ...[50, 100, 400].map(shiftedRow),
  ...[20, 50, 100, 200].map((n) => calibratedRow(n, 10)),
  calibratedRow(200, 20),
];
