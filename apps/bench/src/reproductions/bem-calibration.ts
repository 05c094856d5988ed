import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  applyCalibrator,
  auroc,
  brierScore,
  type Calibrator,
  type CalibratorKind,
  calibrationTest,
  crossFitCalibration,
  type CrossFitCalibration,
  debiasedCalibrationError,
  expectedCalibrationError,
  expectedScores,
  logLoss,
  matrixOf,
  mean,
  pearson,
  rankedProbabilityScore,
  type ScoreDecomposition,
  scoreDecomposition,
  seededRandom,
  smoothCalibrationError,
  spiegelhalterTest,
} from '@assize/stats';
import { z } from 'zod';

import { figureFor, type Ours, type PlannedFigure, type Source } from './figure.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const python: Source = { kind: 'recomputed', cite: 'Python' };

const answer = z.object({
  question_id: z.number(),
  human_final: z.number().nullable(),
  bem_probs: z.array(z.number().min(0).max(1)).nullable().optional(),
});
const vectors = z.object({
  cases: z.array(z.object({ id: z.string(), input: z.object({ p: z.array(z.number()), y: z.array(z.number()) }) })),
});

type Forecasts = { p: number[]; y: number[] };
type Recorded = Forecasts & {
  questions: number[];
  fits: Record<string, CrossFitCalibration>;
  /** Made-up forecasts of the golden vectors, where these lie beside the data. */
  vector: (id: string) => Forecasts;
};

const width = (bins: number) => ({ bins, binning: 'equal-width' }) as const;

function load(folder: string): Promise<Recorded> {
  const rows = recordsOf(join(folder, 'items.jsonl'), answer).flatMap(
    ({ question_id: question, human_final: y, bem_probs: probabilities }) =>
      y === null || !probabilities?.length ? [] : [{ question, y, p: Math.max(...probabilities) }],
  );
  const [p, y, questions] = [rows.map((row) => row.p), rows.map((row) => row.y), rows.map((row) => row.question)];
  const fits = Object.fromEntries(
    (['temperature', 'platt', 'beta', 'isotonic', 'histogram'] as const).map((kind) => {
      const fit = crossFitCalibration(p, y, { kind, clusters: questions, ...width(10) });
      if (!('calibrator' in fit)) throw new RangeError(`${kind}: ${fit.detail}`);
      return [kind, fit];
    }),
  );
  const file = join(folder, '../golden/calibration.json');
  const cases = existsSync(file) ? vectors.parse(JSON.parse(readFileSync(file, 'utf8'))).cases : [];
  const vector = (id: string): Forecasts => {
    const found = cases.find((one) => one.id === `calibration/${id}`);
    if (found === undefined) throw new RangeError(`golden/calibration.json has no case ${id}`);
    return found.input;
  };
  return Promise.resolve({ p, y, questions, fits, vector });
}

const row = figureFor<Recorded>;
const bem = (what: string, printed: string, ours: (r: Recorded) => Ours): PlannedFigure<Recorded> =>
  row(`BEM: ${what}`, python, printed, 'score', ours);

function parts({ p, y }: Forecasts, options: Parameters<typeof scoreDecomposition>[2]): ScoreDecomposition {
  const found = scoreDecomposition(p, y, options);
  if (found.value === null) throw new RangeError(found.detail);
  return found;
}

function rootOf(found: ReturnType<typeof debiasedCalibrationError>): number {
  if (found.value === null) throw new RangeError(found.detail);
  return found.root;
}

function parameter({ fits }: Recorded, kind: CalibratorKind, name: string): number {
  const value = (fits[kind]!.calibrator as Calibrator & Record<string, unknown>)[name];
  if (typeof value !== 'number') throw new RangeError(`${kind} has no parameter ${name}`);
  return value;
}

const measures: PlannedFigure<Recorded>[] = [
  row('BEM: answers with a label and probabilities', python, '1488', 'count', ({ p }) => p.length),
  bem('ECE, 10 bins of equal width', '.119044', ({ p, y }) => expectedCalibrationError(p, y, width(10))),
  bem('ECE, 10 bins of equal mass', '.120298', ({ p, y }) => expectedCalibrationError(p, y, { bins: 10 })),
  bem('ECE, 15 bins of equal width', '.124003', ({ p, y }) => expectedCalibrationError(p, y, width(15))),
  bem('largest gap of 10 bins', '.189796', ({ p, y }) => {
    const found = expectedCalibrationError(p, y, width(10));
    return found.value === null ? found : found.maximum;
  }),
  bem('debiased L2 error, 10 bins of equal width', '.131744', ({ p, y }) =>
    rootOf(debiasedCalibrationError(p, y, width(10))),
  ),
  bem('Brier score', '.161951', ({ p, y }) => brierScore(p, y)),
  bem('log loss', '.562659', ({ p, y }) => logLoss(p, y)),
  bem('AUROC', '.852703', ({ p, y }) => auroc(p, y)),
  bem('Brier score in 10 bins: reliability', '.018712', (r) => parts(r, width(10)).reliability),
  bem('Brier score in 10 bins: resolution', '.103685', (r) => parts(r, width(10)).resolution),
  bem('Brier score in 10 bins: uncertainty', '.247659', (r) => parts(r, width(10)).uncertainty),
  bem('Brier score in 10 bins: variance within', '.000292', (r) => parts(r, width(10)).withinVariance!),
  bem('Brier score in 10 bins: covariance within', '.001027', (r) => parts(r, width(10)).withinCovariance!),
  bem('smooth calibration error', '.1137', ({ p, y }) => smoothCalibrationError(p, y)),
];

/** In-sample Brier score; out of fold: Brier score, log loss, ECE in 10 bins of equal width. */
const crossFitted: Record<string, [string, string, string | null, string]> = {
  temperature: ['.145932', '.146397', '.457877', '.0470'],
  platt: ['.145192', '.146036', '.454874', '.0282'],
  beta: ['.144487', '.145649', '.454555', '.0175'],
  isotonic: ['.140187', '.145868', null, '.0097'],
  histogram: ['.144962', '.148856', '.463531', '.0259'],
};

const calibrators: PlannedFigure<Recorded>[] = [
  ...Object.entries(crossFitted).flatMap(([kind, [inSample, brier, loss, error]]) => [
    bem(`${kind}: Brier score in sample`, inSample, ({ p, y, fits }) =>
      brierScore(applyCalibrator(fits[kind]!.calibrator, p), y),
    ),
    bem(`${kind}: Brier score out of fold`, brier, ({ fits }) => fits[kind]!.after.brier),
    bem(`${kind}: ECE out of fold`, error, ({ fits }) => fits[kind]!.after.calibrationError),
    ...(loss === null ? [] : [bem(`${kind}: log loss out of fold`, loss, ({ fits }) => fits[kind]!.after.logLoss)]),
  ]),
  // One answer gets probability 0 of what it is: the figure was made with a floor of 1e-12 below the logarithm, not 1e-15.
  bem('isotonic: log loss out of fold, clipped at 1e-12', '.475296', ({ y, fits }) =>
    logLoss(
      fits['isotonic']!.outOfFold.map((p) => Math.min(Math.max(p, 1e-12), 1 - 1e-12)),
      y,
    ),
  ),
  bem('temperature', '2.014785', (r) => parameter(r, 'temperature', 'temperature')),
  bem('Platt: slope', '.512059', (r) => parameter(r, 'platt', 'slope')),
  bem('Platt: intercept', '.238179', (r) => parameter(r, 'platt', 'intercept')),
  bem('beta: a', '.346363', (r) => parameter(r, 'beta', 'a')),
  // The source prints .636837; its optimiser stopped 2e-6 short of the maximum, which statsmodels' GLM puts where ours is.
  bem('beta: b', '.63684', (r) => parameter(r, 'beta', 'b')),
  bem('beta: c', '-.191764', (r) => parameter(r, 'beta', 'c')),
];

function tested(forecasts: Forecasts): Exclude<ReturnType<typeof calibrationTest>, { value: null }> {
  const found = calibrationTest(forecasts.p, forecasts.y, {
    random: seededRandom(1),
    replicates: 20_000,
    ...width(15),
  });
  if ('value' in found) throw new RangeError(found.detail);
  return found;
}

function spiegelhalter({ p, y }: Forecasts): Ours {
  const found = spiegelhalterTest(p, y);
  return 'statistic' in found ? found.statistic! : found;
}

// What was drawn at random there (2,000 times) is printed here with the digits that the draws can carry.
const madeUp: PlannedFigure<Recorded>[] = (
  [
    ['overconfident-200', '.079355', '2.405', '.0695', '.08'],
    ['calibrated-500', '.041662', '-.034', '.0328', '.05'],
  ] as const
).flatMap(([id, error, z_, smooth, chance]) => [
  row(`${id}: ECE, 15 bins of equal width`, python, error, 'score', ({ vector }) =>
    expectedCalibrationError(vector(id).p, vector(id).y, width(15)),
  ),
  row(
    `${id}: mean ECE of a calibrated forecaster`,
    python,
    chance,
    'score',
    ({ vector }) => tested(vector(id)).nullMean,
  ),
  row(`${id}: Spiegelhalter z`, python, z_, 'score', ({ vector }) => spiegelhalter(vector(id))),
  row(`${id}: smooth calibration error`, python, smooth, 'score', ({ vector }) =>
    smoothCalibrationError(vector(id).p, vector(id).y),
  ),
]);

export const bemCalibration = defineReproduction({
  set: 'openqa-eval',
  title: 'OpenQA-eval: how the probabilities of BEM are calibrated, and what calibrators bring',
  files: ['items.jsonl'],
  load,
  figures: [
    ...measures,
    ...calibrators,
    ...madeUp,
    row('overconfident-200: p of its ECE', python, '.6', 'p', ({ vector }) => tested(vector('overconfident-200')).p),
    row(
      'overconfident-200: 95% point of a calibrated ECE',
      python,
      '.113',
      'score',
      ({ vector }) => tested(vector('overconfident-200')).nullUpper,
    ),
  ],
});

const human = z.object({ text_id: z.string(), ratings: z.record(z.string(), z.number()) });
const judged = z.object({ text_id: z.string(), criterion: z.string(), probs: z.array(z.number()) });

type Graded = { scores: number[]; expected: Float64Array; distributions: number[][] };

/** Overall satisfaction (Q0): people's grades 1 to 4 and the judge's probabilities of them. */
function loadGraded(folder: string): Promise<Graded> {
  const byText = new Map(
    recordsOf(join(folder, 'judge.real.jsonl'), judged)
      .filter(({ criterion }) => criterion === 'Q0')
      .map(({ text_id: id, probs }) => [id, probs]),
  );
  const rows = recordsOf(join(folder, 'human.real.jsonl'), human).flatMap(({ text_id: id, ratings }) => {
    const [score, probs] = [ratings['Q0'], byText.get(id)];
    return score === undefined || score === 0 || probs === undefined ? [] : [{ score, probs }];
  });
  const distributions = rows.map(({ probs }) => probs);
  const expected = expectedScores(matrixOf(distributions), [1, 2, 3, 4]);
  return Promise.resolve({ scores: rows.map(({ score }) => score), expected, distributions });
}

const rmse = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.sqrt(mean(b.map((value, i) => (a[i]! - value) ** 2)));
const graded = figureFor<Graded>;

export const llmRubricExpected = defineReproduction({
  set: 'llm-rubric',
  title: 'LLM-Rubric, real conversations: expected scores from label probabilities, overall satisfaction',
  files: ['judge.real.jsonl', 'human.real.jsonl'],
  load: loadGraded,
  figures: [
    graded('expected score: conversations', python, '223', 'count', ({ scores }) => scores.length),
    graded('expected score: RMSE', { kind: 'published', cite: 'repository README' }, '.918676', 'score', (r) =>
      rmse(r.expected, r.scores),
    ),
    graded('expected score: Pearson', { kind: 'published', cite: 'repository README' }, '.177301', 'coefficient', (r) =>
      pearson(r.expected, r.scores),
    ),
    graded('expected score: mean of the judge', python, '3.2829', 'score', ({ expected }) => mean(expected)),
    graded('expected score: mean of people', python, '2.8251', 'score', ({ scores }) => mean(scores)),
    graded('expected score, shifted to the mean of people: RMSE', python, '.796510', 'score', (r) =>
      rmse(
        r.expected.map((x) => x + mean(r.scores) - mean(r.expected)),
        r.scores,
      ),
    ),
    graded('always the mean of people: RMSE', python, '.792847', 'score', ({ scores }) =>
      rmse(
        scores.map(() => mean(scores)),
        scores,
      ),
    ),
    graded('ranked probability score', python, '.539320', 'score', ({ distributions, scores }) =>
      rankedProbabilityScore(
        matrixOf(distributions),
        scores.map((score) => score - 1),
      ),
    ),
  ],
});
