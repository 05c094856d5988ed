import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
  auroc,
  brierScore,
  crossFitCalibration,
  debiasedCalibrationError,
  logLoss,
  matrixOf,
  normalCdf,
  normalQuantile,
  type Random,
  rankedProbabilityScore,
  reliabilityCurve,
} from '@assize/stats';
import { z } from 'zod';

import { recordsOf } from '../../reproductions/reproduction.ts';
import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';
import { normal } from '../normal-draw.ts';

type Sample = { p: Float64Array; y: Float64Array; clusters: Uint32Array };
type Interval = (sample: Sample, random: Random) => Observed;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A judge that says one of ten probabilities; `truth` is how often each comes true. */
interface Judge {
  readonly name: string;
  readonly said: readonly number[];
  readonly truth: readonly number[];
}

const tenths = Array.from({ length: 10 }, (_, i) => 0.05 + i / 10);
const calibrated: Judge = { name: 'calibrated judge, 10 levels', said: tenths, truth: tenths };
const overconfident: Judge = {
  name: 'overconfident judge (temperature 2), 10 levels',
  said: tenths,
  truth: tenths.map((p) => sigmoid(Math.log(p / (1 - p)) / 2)),
};
/** Levels around a rare outcome, calibrated. */
const rare = (prevalence: number): Judge => {
  const said = tenths.map((t) => 2 * prevalence * t);
  return { name: `calibrated judge of a rare outcome (${prevalence})`, said, truth: said };
};

const meanOf = (judge: Judge, score: (p: number, q: number) => number): number =>
  judge.said.reduce((total, p, i) => total + score(p, judge.truth[i]!), 0) / judge.said.length;

const brierOf = (judge: Judge) => meanOf(judge, (p, q) => q * (1 - p) ** 2 + (1 - q) * p ** 2);
const logLossOf = (judge: Judge) => meanOf(judge, (p, q) => -q * Math.log(p) - (1 - q) * Math.log1p(-p));
const errorOf = (judge: Judge) => meanOf(judge, (p, q) => (p - q) ** 2);
const aurocOf = ({ truth }: Judge): number => {
  let [twice, ones] = [0, 0];
  for (const [i, q] of truth.entries()) {
    ones += q;
    for (const [j, other] of truth.entries()) twice += q * (1 - other) * (i > j ? 2 : i === j ? 1 : 0);
  }
  return twice / (2 * ones * (truth.length - ones));
};

/**
 * Rows of a judge; clusters share the level of the judge and, half of the time, the outcome, so that both are alike within
 * them while each row by itself is as without clusters.
 */
function sampleOf(judge: Judge, n: number, size: number, random: Random): Sample {
  const sample = { p: new Float64Array(n), y: new Float64Array(n), clusters: new Uint32Array(n) };
  let [level, shared] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (i % size === 0) {
      level = Math.floor(random.next() * judge.said.length);
      shared = random.next() < judge.truth[level]! ? 1 : 0;
    }
    const own = random.next() < judge.truth[level]! ? 1 : 0;
    sample.p[i] = judge.said[level]!;
    sample.y[i] = size > 1 && random.next() < 0.5 ? shared : own;
    sample.clusters[i] = Math.floor(i / size);
  }
  return sample;
}

function judgeRow(
  interval: string,
  page: string,
  judge: Judge,
  [n, size]: readonly [number, number],
  truth: number,
  documented: boolean,
  draws: number,
  of: Interval,
): CoverageRow {
  const prevalence = meanOf(judge, (_, q) => q);
  return {
    interval,
    page,
    population: size > 1 ? `${judge.name}, clusters of ${size}` : judge.name,
    n,
    prevalence: Number(prevalence.toPrecision(6)),
    clustered: size > 1,
    level: 0.95,
    truth,
    documented,
    draws,
    observe: (random) => of(sampleOf(judge, n, size, random.stream('sample')), random),
  };
}

/** Rows of the rarer outcome that a sample holds, or clusters of it. */
const rarerOf = (judge: Judge, n: number) =>
  n *
  Math.min(
    meanOf(judge, (_, q) => q),
    meanOf(judge, (_, q) => 1 - q),
  );

const shapes: readonly (readonly [number, number])[] = [
  [20, 1],
  [100, 1],
  [1000, 1],
  [100, 5],
  [500, 5],
];
const large = [2000, 5] as const;

const judges = [calibrated, overconfident, rare(0.01), rare(0.05)];

const scores: Record<'brierScore' | 'logLoss', { of: Interval; truth: (judge: Judge) => number }> = {
  brierScore: { of: ({ p, y, clusters }) => brierScore(p, y, { clusters }), truth: brierOf },
  logLoss: { of: ({ p, y, clusters }) => logLoss(p, y, { clusters }), truth: logLossOf },
};

function scoreRows(): CoverageRow[] {
  return (['brierScore', 'logLoss'] as const).flatMap((name) => {
    const { of: observe, truth } = scores[name];
    return judges.flatMap((judge) =>
      shapes.map((shape) =>
        judgeRow(
          `${name}, skewness-adjusted t`,
          'brier-score',
          judge,
          shape,
          truth(judge),
          rarerOf(judge, shape[0]) >= 5 * shape[1] && (shape[1] === 1 || shape[0] / shape[1] >= 50),
          shape[0] >= 1000 ? 600 : 1000,
          observe,
        ),
      ),
    );
  });
}

function bootstrapScoreRows(): CoverageRow[] {
  const kinds = [
    [[100, 1], 'percentile'],
    [[500, 5], 'percentile'],
    [[100, 1], 'bca'],
  ] as const;
  return kinds.map(([shape, bootstrap]) =>
    judgeRow(
      `brierScore, bootstrap ${bootstrap}`,
      'brier-score',
      overconfident,
      shape,
      brierOf(overconfident),
      true,
      400,
      ({ p, y, clusters }, random) => brierScore(p, y, { clusters, random, replicates: 1000, bootstrap }),
    ),
  );
}

function rankedScoreOf(row: readonly number[], label: number): number {
  let [below, total] = [0, 0];
  for (let k = 0; k < 3; k++) {
    below += row[k]!;
    total += (below - (label <= k ? 1 : 0)) ** 2;
  }
  return total;
}

function rankedRows(): CoverageRow[] {
  // Four grades: a judge's distribution by level, a person's grade from a flatter one.
  const said = [
    [0.7, 0.2, 0.08, 0.02],
    [0.2, 0.5, 0.2, 0.1],
    [0.05, 0.25, 0.5, 0.2],
    [0.02, 0.08, 0.2, 0.7],
  ];
  const truth = said.map((row) => row.map((p) => 0.6 * p + 0.1));
  const expected =
    truth.reduce(
      (sum, row, i) => sum + row.reduce((part, q, label) => part + q * rankedScoreOf(said[i]!, label), 0),
      0,
    ) / 4;
  return [20, 100, 1000].map((n) => ({
    interval: 'rankedProbabilityScore, skewness-adjusted t',
    page: 'ordinal-calibration',
    population: 'four grades, a judge too sure of itself',
    n,
    clustered: false,
    level: 0.95,
    truth: expected,
    documented: true,
    draws: 1000,
    observe(random) {
      const rows: number[][] = [];
      const labels = Array.from({ length: n }, () => {
        const level = Math.floor(random.next() * 4);
        rows.push(said[level]!);
        let [u, label] = [random.next(), 0];
        while (label < 3 && u >= truth[level]![label]!) u -= truth[level]![label++]!;
        return label;
      });
      return rankedProbabilityScore(matrixOf(rows), labels);
    },
  }));
}

function reliabilityRows(): CoverageRow[] {
  return [...shapes, large]
    .filter(([n]) => n >= 100)
    .flatMap((shape) =>
      [overconfident, rare(0.05)].map((judge) =>
        judgeRow(
          'reliabilityCurve, one bin',
          'reliability-curve',
          judge,
          shape,
          judge.truth[7]!,
          (shape[0] / 10) * judge.truth[7]! >= 2 * shape[1] && (shape[0] / shape[1] >= 200 || shape[1] === 1),
          shape === large ? 400 : 1000,
          ({ p, y, clusters }) => {
            const curve = reliabilityCurve(p, y, {
              bins: judge === overconfident ? 10 : 100,
              binning: 'equal-width',
              ...(shape[1] > 1 && { clusters }),
            });
            const none = { value: null, reason: 'no-data' } as const;
            if (!('bins' in curve)) return none;
            return curve.bins.find((bin) => Math.abs(bin.meanProbability - judge.said[7]!) < 1e-9) ?? none;
          },
        ),
      ),
    );
}

const milder = (p: number): number => sigmoid(Math.log(p / (1 - p)) / 1.5);

function debiasedRows(): CoverageRow[] {
  const rows = [calibrated, overconfident].flatMap((judge) =>
    [...shapes, judge === calibrated ? ([10_000, 1] as const) : ([5000, 5] as const)].map((shape) =>
      judgeRow(
        'debiasedCalibrationError, 10 equal-width bins',
        'calibration-error',
        judge,
        shape,
        errorOf(judge),
        shape[0] / shape[1] >= 100,
        shape[0] > 1000 ? 400 : 1000,
        ({ p, y, clusters }) =>
          debiasedCalibrationError(p, y, {
            bins: 10,
            binning: 'equal-width',
            ...(shape[1] > 1 && { clusters }),
          }),
      ),
    ),
  );
  // A judge with all probabilities; the truth is that of 15 equal slices of the scale, by fine steps within each.
  const slices = Array.from({ length: 15 }, (_, b) => {
    let gap = 0;
    for (let s = 0; s < 2000; s++) {
      const p = (b + (s + 0.5) / 2000) / 15;
      gap += (p - milder(p)) / 2000;
    }
    return gap ** 2 / 15;
  });
  const truth = slices.reduce((a, b) => a + b, 0);
  return [
    ...rows,
    ...[100, 300, 1000, 3000].map((n): CoverageRow => ({
      interval: 'debiasedCalibrationError, 15 equal-mass bins',
      page: 'calibration-error',
      population: 'uniform probabilities, temperature 1.5',
      n,
      prevalence: 0.5,
      clustered: false,
      level: 0.95,
      truth,
      documented: true,
      draws: n > 1000 ? 400 : 1000,
      observe(random) {
        const p = Float64Array.from({ length: n }, () => random.next());
        return debiasedCalibrationError(
          p,
          p.map((x) => (random.next() < milder(x) ? 1 : 0)),
        );
      },
    })),
  ];
}

/** Normal scores, `apart` standard deviations higher where the outcome is 1; a cluster shifts all its scores together. */
function binormal(
  n: number,
  prevalence: number,
  area: number,
  size: number,
  options: { interval: string; bootstrap?: 'percentile' | 'bca' },
): CoverageRow {
  const apart = normalQuantile(area) * Math.SQRT2;
  return {
    interval: options.interval,
    page: 'auroc',
    population: `binormal scores, area ${area}${size > 1 ? `, clusters of ${size} with intraclass correlation 0.5` : ''}`,
    n,
    prevalence,
    clustered: size > 1,
    level: 0.95,
    truth: size > 1 ? normalCdf(apart / 2) : area,
    documented:
      n * prevalence >= (area > 0.9 ? 100 : 10) &&
      (size === 1 || n / size >= 50) &&
      (!options.bootstrap || (n * prevalence >= 50 && (size === 1 || n / size >= 200))),
    draws: options.bootstrap || n >= 1000 ? 400 : 1000,
    observe(random) {
      const p = new Float64Array(n);
      const y = new Float64Array(n);
      const clusters = new Uint32Array(n);
      let shift = 0;
      for (let i = 0; i < n; i++) {
        if (size > 1 && i % size === 0) shift = normal(random);
        y[i] = random.next() < prevalence ? 1 : 0;
        p[i] = apart * y[i]! + normal(random) + shift;
        clusters[i] = Math.floor(i / size);
      }
      return auroc(p, y, {
        ...(size > 1 && { clusters }),
        ...(options.bootstrap && { random, replicates: 500, bootstrap: options.bootstrap }),
      });
    },
  };
}

function aurocRows(): CoverageRow[] {
  return [
    ...[20, 100, 1000].flatMap((n) =>
      [0.05, 0.2, 0.5].flatMap((prevalence) =>
        [0.75, 0.95].map((area) => binormal(n, prevalence, area, 1, { interval: 'auroc, DeLong on logits' })),
      ),
    ),
    ...[100, 500, 2000].flatMap((n) =>
      [0.2, 0.5].map((prevalence) =>
        binormal(n, prevalence, 0.85, 5, { interval: 'auroc, cluster-robust DeLong on logits' }),
      ),
    ),
    binormal(100, 0.5, 0.75, 1, { interval: 'auroc, bootstrap bca', bootstrap: 'bca' }),
    binormal(100, 0.5, 0.75, 1, { interval: 'auroc, bootstrap percentile', bootstrap: 'percentile' }),
    binormal(100, 0.2, 0.95, 1, { interval: 'auroc, bootstrap percentile', bootstrap: 'percentile' }),
    binormal(500, 0.5, 0.85, 5, { interval: 'auroc, bootstrap percentile', bootstrap: 'percentile' }),
    judgeRow(
      'auroc, DeLong on logits',
      'auroc',
      overconfident,
      [200, 1],
      aurocOf(overconfident),
      true,
      1000,
      ({ p, y }) => auroc(p, y),
    ),
  ];
}

function crossFitRows(): CoverageRow[] {
  const perfect = { ...overconfident, said: overconfident.truth };
  const x = overconfident.said.map((p) => Math.log(p / (1 - p)));
  const spread = overconfident.truth.map((q) => q * (1 - q));
  const squared = (weight: (v: number) => number) =>
    x.reduce((sum, value, i) => sum + value ** 2 * weight(spread[i]!), 0);
  /**
   * What a calibrator fitted on four fifths of the rows costs, to the first order: E[(x v)²]/E[x² v] over as many rows, v = q(1 − q);
   * rows of a cluster of 5 share a quarter of their variance, which makes them worth half.
   */
  const cost = ([n, size]: readonly [number, number]) =>
    ((squared((v) => v * v) / squared((v) => v)) * (size > 1 ? 2 : 1)) / (0.8 * n);
  const before = brierOf(overconfident);
  return (
    [
      [200, 1],
      [500, 1],
      [500, 5],
    ] as const
  ).flatMap((shape) =>
    (['after', 'gain'] as const).map((which) =>
      judgeRow(
        `crossFitCalibration, temperature, ${which}`,
        'cross-fitting',
        overconfident,
        shape,
        which === 'after' ? brierOf(perfect) + cost(shape) : before - brierOf(perfect) - cost(shape),
        shape[0] >= 500 && (which === 'after' || shape[1] === 1),
        400,
        ({ p, y, clusters }) => {
          const fit = crossFitCalibration(p, y, { clusters });
          return 'calibrator' in fit ? fit[which].brier : fit;
        },
      ),
    ),
  );
}

const answer = z.object({
  question_id: z.number(),
  human_final: z.number().nullable(),
  bem_probs: z.array(z.number()).nullable().optional(),
});

/** 100 questions of openqa-eval, drawn with replacement, with all their answers: the probabilities of BEM. */
function recordedRows(folder: string | undefined): CoverageRow[] {
  const file = folder === undefined ? undefined : join(folder, 'openqa-eval', 'items.jsonl');
  if (file === undefined || !existsSync(file)) return [];
  const byQuestion = new Map<number, { p: number; y: number }[]>();
  for (const { question_id: question, human_final: y, bem_probs: probabilities } of recordsOf(file, answer)) {
    if (y === null || !probabilities?.length) continue;
    const rows = byQuestion.get(question) ?? [];
    byQuestion.set(question, [...rows, { p: Math.max(...probabilities), y }]);
  }
  const questions = [...byQuestion.values()];
  const all = questions.flat();
  const [p, y] = [all.map((row) => row.p), all.map((row) => row.y)];
  const ids = questions.flatMap((rows, g) => rows.map(() => g));
  const binned = { bins: 10, binning: 'equal-width' } as const;
  const plainError = scoreSquared(p, y);
  const kinds: [string, string, number, Interval][] = [
    [
      'brierScore, skewness-adjusted t',
      'brier-score',
      valueOf(brierScore(p, y)),
      (s) => brierScore(s.p, s.y, { clusters: s.clusters }),
    ],
    [
      'logLoss, skewness-adjusted t',
      'brier-score',
      valueOf(logLoss(p, y)),
      (s) => logLoss(s.p, s.y, { clusters: s.clusters }),
    ],
    [
      'auroc, cluster-robust DeLong on logits',
      'auroc',
      valueOf(auroc(p, y, { clusters: ids })),
      (s) => auroc(s.p, s.y, { clusters: s.clusters }),
    ],
    [
      'debiasedCalibrationError, 10 equal-width bins',
      'calibration-error',
      plainError,
      (s) => debiasedCalibrationError(s.p, s.y, { ...binned, clusters: s.clusters }),
    ],
  ];
  return kinds.flatMap(([interval, page, truth, of]) =>
    [30, 100].map((count): CoverageRow => ({
      interval,
      page,
      population: `openqa-eval, BEM, ${count} questions drawn with their answers`,
      n: Math.round((count * all.length) / questions.length),
      prevalence: 0.548,
      clustered: true,
      level: 0.95,
      truth,
      documented: count >= 100,
      draws: 600,
      observe(random) {
        const rows: { p: number; y: number }[] = [];
        const clusters: number[] = [];
        for (let g = 0; g < count; g++) {
          const drawn = questions[Math.floor(random.next() * questions.length)]!;
          for (const row of drawn) {
            rows.push(row);
            clusters.push(g);
          }
        }
        return of(
          {
            p: Float64Array.from(rows, (row) => row.p),
            y: Float64Array.from(rows, (row) => row.y),
            clusters: Uint32Array.from(clusters),
          },
          random,
        );
      },
    })),
  );
}

function valueOf(result: { value: number | null }): number {
  if (result.value === null) throw new RangeError('the recorded population has no value');
  return result.value;
}

/** Of the recorded rows as a population: there is no chance in it to take away. */
function scoreSquared(p: number[], y: number[]): number {
  const sums = Array.from({ length: 10 }, () => ({ n: 0, gap: 0 }));
  p.forEach((x, i) => {
    const bin = sums[Math.min(9, Math.floor(x * 10))]!;
    bin.n++;
    bin.gap += x - y[i]!;
  });
  return sums.reduce((total, { n, gap }) => total + (n === 0 ? 0 : (gap / n) ** 2 * (n / p.length)), 0);
}

export const calibrationRows: CoverageFamily = (folder) => [
  ...scoreRows(),
  ...bootstrapScoreRows(),
  ...rankedRows(),
  ...reliabilityRows(),
  ...debiasedRows(),
  ...aurocRows(),
  ...crossFitRows(),
  ...recordedRows(folder),
];
