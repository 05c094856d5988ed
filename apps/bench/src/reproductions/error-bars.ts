import { join } from 'node:path';

import {
  calibrateScores,
  calibrateSets,
  cascadeOperatingPoints,
  clusteredMean,
  confidenceSequence,
  conformalSets,
  designEffect,
  extendSequence,
  gateSampleSize,
  isEstimate,
  labelBudget,
  matrixOf,
  mcNemar,
  normalQuantile,
  pairedSampleSize,
  pilotLabelBudget,
  releaseGate,
  repeatedRuns,
  repeatedRunsError,
  riskCoverage,
  scoreLevels,
  selectiveThreshold,
  sequenceEstimate,
  type SequenceMethod,
  startSequence,
  variance,
} from '@assize/stats';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source } from './figure.ts';
import { endOf, errorOf } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const python: Source = { kind: 'recomputed', cite: 'Python' };
const miller: Source = { kind: 'published', cite: 'Miller 2024, arXiv:2411.00640' };

const binary = z.union([z.literal(0), z.literal(1)]).nullable();
const label = z.object({ label: binary });
const answer = z.object({
  question_id: z.number(),
  human_final: binary,
  judges: z.object({ 'gpt-4': label, 'text-davinci-003': label }),
  bem_probs: z.array(z.number().min(0).max(1)).nullable().optional(),
});
type Answer = z.infer<typeof answer>;

/** Agreement with people, 1 or 0, of a judge on each answer. */
function agreement(answers: readonly Answer[], judge: 'gpt-4' | 'text-davinci-003'): Float64Array {
  return Float64Array.from(answers, ({ judges, human_final: human }) => Number(judges[judge].label === human));
}

function loadAnswers(folder: string) {
  const records = recordsOf(join(folder, 'items.jsonl'), answer);
  const withBem = records.filter(({ bem_probs: probabilities }) => probabilities?.length);
  // The answers that every rater, BEM among them, has judged.
  const rated = withBem.filter(({ judges }) => judges['gpt-4'].label !== null);
  const bem = Float64Array.from(withBem, ({ bem_probs: probabilities }) => Math.max(...probabilities!));
  const human = Float64Array.from(withBem, ({ human_final: final }) => final!);
  const confidence = bem.map((p) => Math.max(p, 1 - p));
  const wrong = bem.map((p, i) => Number(Number(p >= 0.5) !== human[i]));
  // Folds of whole questions, by their rank.
  const ranks = new Map(
    [...new Set(withBem.map(({ question_id: id }) => id))].toSorted((a, b) => a - b).map((id, i) => [id, i]),
  );
  const calibrates = withBem.map(({ question_id: id }) => ranks.get(id)! % 5 < 2);
  return {
    questions: rated.map(({ question_id: question }) => question),
    human: Float64Array.from(rated, ({ human_final: final }) => final!),
    gpt4: agreement(rated, 'gpt-4'),
    davinci: agreement(rated, 'text-davinci-003'),
    bem: { p: bem, human, confidence, wrong, calibrates },
    // A reply without a verdict is read as "incorrect".
    gpt4OfBem: Float64Array.from(withBem, ({ judges, human_final: final }) =>
      Number((judges['gpt-4'].label ?? 0) === final),
    ),
  };
}
type Answers = ReturnType<typeof loadAnswers>;

const row = figureFor<Answers>;
const unadjusted = { smallSample: false };

function clusteredError(values: Float64Array, questions: number[] | undefined): number {
  return errorOf(clusteredMean(values, { clusters: questions, ...unadjusted }));
}

function lost({ gpt4, davinci }: Answers): Float64Array {
  return davinci.map((x, i) => x - gpt4[i]!);
}

/** The one-sided 95 % lower bound of the difference, by the normal distribution as the reference has it. */
function lowerBound(answers: Answers, clusters: number[] | undefined): number {
  const gate = releaseGate(lost(answers), { margin: 0.03, clusters, smallSample: clusters === undefined });
  if (!('verdict' in gate)) return Number.NaN;
  return gate.difference.value - normalQuantile(0.95) * (gate.difference.se ?? Number.NaN);
}

function verdictIs(answers: Answers, margin: number, verdict: string): number {
  const gate = releaseGate(lost(answers), { margin, clusters: answers.questions });
  return Number('verdict' in gate && gate.verdict === verdict);
}

/** The first number of answers at which the lower end is above a bound; betting: the first grid point that is accepted. */
function firstAbove({ gpt4 }: Answers, method: SequenceMethod, bound: number): number {
  const sequence = startSequence({ method });
  const step = method === 'betting' ? 1e-3 : 0;
  for (const [i, x] of gpt4.entries()) {
    extendSequence(sequence, x);
    if (endOf(sequenceEstimate(sequence), 0) + step > bound + 1e-9) return i + 1;
  }
  return Number.NaN;
}

function sequenceEnd({ gpt4 }: Answers, t: number, method: SequenceMethod, end: 0 | 1): number {
  return endOf(confidenceSequence(gpt4.subarray(0, t), { method }), end);
}

const only = (values: Float64Array, keep: boolean[]): Float64Array => values.filter((_, i) => keep[i]);
const others = (keep: boolean[]): boolean[] => keep.map((x) => !x);

function threshold({ bem: { confidence, wrong, calibrates } }: Answers, alpha: number) {
  const found = selectiveThreshold(only(confidence, calibrates), only(wrong, calibrates), { alpha });
  if (found.value === null) return null;
  const test = others(calibrates);
  const accepted = only(confidence, test).map((c) => Number(c >= found.value));
  const errors = only(wrong, test).filter((_, i) => accepted[i] === 1);
  return {
    ...found,
    testRisk: errors.reduce((a, b) => a + b, 0) / errors.length,
    testCoverage: errors.length / accepted.length,
  };
}

function thresholdFigures(alpha: number, printed: Record<string, string>): PlannedFigure<Answers>[] {
  const { value, errors, accepted, upper, risk, coverage } = printed;
  const name = `BEM, error at most ${alpha}`;
  return [
    row(`${name}: threshold`, python, value!, 'share', (r) => threshold(r, alpha)?.value ?? Number.NaN),
    row(
      `${name}: wrong in calibration`,
      python,
      errors!,
      'count',
      (r) => threshold(r, alpha)?.calibration.errors ?? Number.NaN,
    ),
    row(
      `${name}: accepted in calibration`,
      python,
      accepted!,
      'count',
      (r) => threshold(r, alpha)?.calibration.n ?? Number.NaN,
    ),
    row(`${name}: bound`, python, upper!, 'share', (r) => threshold(r, alpha)?.calibration.upper ?? Number.NaN),
    row(`${name}: error on the test part`, python, risk!, 'share', (r) => threshold(r, alpha)?.testRisk ?? Number.NaN),
    row(
      `${name}: coverage of the test part`,
      python,
      coverage!,
      'share',
      (r) => threshold(r, alpha)?.testCoverage ?? Number.NaN,
    ),
  ];
}

function setsOfBem({ bem: { p, human, calibrates } }: Answers, alpha: number) {
  const rows = (keep: boolean[]) => matrixOf(Array.from(only(p, keep), (x) => [1 - x, x]));
  const calibration = calibrateSets(rows(calibrates), only(human, calibrates), { alpha });
  if ('value' in calibration) throw new RangeError(calibration.detail);
  const test = others(calibrates);
  const truth = only(human, test);
  const { member, sizes } = conformalSets(calibration, rows(test));
  return {
    ...calibration,
    coverage: truth.reduce((total, y, i) => total + member[2 * i + y]!, 0) / truth.length,
    size: sizes.reduce((a, b) => a + b, 0) / truth.length,
    singletons: sizes.filter((size) => size === 1).length / truth.length,
  };
}

const area = ({ bem: { confidence, wrong } }: Answers) => {
  const found = riskCoverage(confidence, wrong, { at: [0.5, 0.8] });
  if (!isEstimate(found)) throw new RangeError('no curve');
  return found;
};

function frontierAt({ bem: { confidence, wrong }, gpt4OfBem }: Answers, at: number) {
  const stages = [
    { confidence, correct: wrong.map((x) => 1 - x), cost: 0 },
    { confidence: confidence.map(() => 1), correct: gpt4OfBem, cost: 1 },
  ];
  return cascadeOperatingPoints(stages, { thresholds: [at] })[0]!;
}

const sequences = (
  [
    [50, '.682122', '1', '.717', '.988'],
    [100, '.744478', '.989534', '.758', '.964'],
    [200, '.776942', '.947302', '.784', '.944'],
    [500, '.804841', '.915760', '.808', '.923'],
    [1000, '.819288', '.900908', '.822', '.910'],
    [1486, '.819406', '.888848', '.821', '.899'],
  ] as const
).flatMap(([t, low, high, accepted, last]) => [
  row(`empirical Bernstein at ${t}: lower`, python, low, 'share', (r) => sequenceEnd(r, t, 'empirical-bernstein', 0)),
  row(`empirical Bernstein at ${t}: upper`, python, high, 'share', (r) => sequenceEnd(r, t, 'empirical-bernstein', 1)),
  // The product gives the grid points just outside the accepted ones.
  row(`betting at ${t}: first accepted`, python, accepted, 'share', (r) => sequenceEnd(r, t, 'betting', 0) + 1e-3),
  row(`betting at ${t}: last accepted`, python, last, 'share', (r) => sequenceEnd(r, t, 'betting', 1) - 1e-3),
]);

const onAnswers: PlannedFigure<Answers>[] = [
  row('paired n at δ .03, ω² 1/9', miller, '969', 'score', () => pairedSampleSize(0.03, { omega2: 1 / 9 }).exact),
  row(
    'paired n with noise 1/6 each, one run',
    python,
    '3875.99',
    'score',
    () => pairedSampleSize(0.03, { omega2: 1 / 9, noise: [1 / 6, 1 / 6] }).exact,
  ),
  row(
    'paired n with noise 1/6 each, ten runs',
    python,
    '1259.70',
    'score',
    () => pairedSampleSize(0.03, { omega2: 1 / 9, noise: [1 / 6, 1 / 6], repeats: [10, 10] }).exact,
  ),
  row(
    'labels for accuracy .85 ± .03',
    python,
    '544.2',
    'score',
    () => labelBudget({ rate: 0.85, halfWidth: 0.03 }).exact,
  ),
  row(
    'labels for accuracy .85 ± .03 at the design effect',
    python,
    '932',
    'score',
    () => labelBudget({ rate: 0.85, halfWidth: 0.03, designEffect: 1.713 }).exact,
  ),
  row(
    'labels for kappa ± .1 from the PandaLM pilot',
    python,
    '2.1e2',
    'score',
    () => pilotLabelBudget({ se: 0.0234, n: 999, halfWidth: 0.1 }).exact,
  ),
  row('people: design effect', python, '2.3745', 'coefficient', (r) => designEffect(r.human, r.questions)),
  row('people: clustered standard error', python, '.019897', 'se', (r) => clusteredError(r.human, r.questions)),
  row('people: naive standard error', python, '.012912', 'se', (r) => Math.sqrt(variance(r.human) / r.human.length)),
  row('gpt-4 agreement: design effect', python, '1.7130', 'coefficient', (r) => designEffect(r.gpt4, r.questions)),
  row('gpt-4 agreement: effective n', python, '867.49', 'score', (r) => {
    const found = designEffect(r.gpt4, r.questions);
    return found.value === null ? Number.NaN : (found.nEffective ?? Number.NaN);
  }),
  row('gpt-4 agreement: clustered standard error', python, '.012174', 'se', (r) => clusteredError(r.gpt4, r.questions)),
  row('paired difference: design effect', python, '1.3660', 'coefficient', (r) => designEffect(lost(r), r.questions)),
  row('paired difference: clustered standard error', python, '.009853', 'se', (r) =>
    clusteredError(lost(r), r.questions),
  ),
  row('paired difference: exact McNemar p', python, '.263796', 'p', (r) => {
    const d = lost(r);
    return mcNemar(d.filter((x) => x > 0).length, d.filter((x) => x < 0).length).p;
  }),
  row('gate: one-sided lower bound, clustered', python, '-.026302', 'share', (r) => lowerBound(r, r.questions)),
  row('gate: one-sided lower bound, naive', python, '-.023962', 'share', (r) => lowerBound(r, undefined)),
  row('gate: passes at margin .03', python, '1', 'count', (r) => verdictIs(r, 0.03, 'PASS')),
  row('gate: inconclusive at margin .02', python, '1', 'count', (r) => verdictIs(r, 0.02, 'INCONCLUSIVE')),
  row('gate: items for margin .02, no clusters', python, '1632.5', 'score', (r) =>
    gateSampleSize({ sd: Math.sqrt(variance(lost(r))), margin: 0.02 }),
  ),
  row('gate: items for margin .02', python, '2230', 'score', () =>
    gateSampleSize({ sd: 0.324995, margin: 0.02, designEffect: 1.366 }),
  ),
  row('gate: items for margin .03', python, '991', 'score', () =>
    gateSampleSize({ sd: 0.324995, margin: 0.03, designEffect: 1.366 }),
  ),
  ...sequences,
  row('empirical Bernstein: answers until above .75', python, '88', 'count', (r) =>
    firstAbove(r, 'empirical-bernstein', 0.75),
  ),
  row('empirical Bernstein: answers until above .80', python, '405', 'count', (r) =>
    firstAbove(r, 'empirical-bernstein', 0.8),
  ),
  row('betting: answers until above .75', python, '35', 'count', (r) => firstAbove(r, 'betting', 0.75)),
  row('betting: answers until above .80', python, '370', 'count', (r) => firstAbove(r, 'betting', 0.8)),
  // To five digits: the reference leaves 18 pairs of equal confidence in the order of the file, where ours averages over both.
  row('BEM: area under risk-coverage', python, '.11018', 'share', area),
  row('BEM: excess area', python, '.09004', 'share', (r) => area(r).excess),
  row('BEM: error when all is accepted', python, '.193548', 'share', (r) => area(r).risk),
  row('BEM: error at coverage .5', python, '.090054', 'share', (r) => area(r).at[0]!),
  row('BEM: error at coverage .8', python, '.157983', 'share', (r) => area(r).at[1]!),
  ...thresholdFigures(0.15, {
    value: '.94',
    errors: '50',
    accepted: '423',
    upper: '.140867',
    risk: '.138843',
    coverage: '.675223',
  }),
  ...thresholdFigures(0.1, {
    value: '.965',
    errors: '18',
    accepted: '246',
    upper: '.099243',
    risk: '.074074',
    coverage: '.361607',
  }),
  row('BEM, error at most 0.05: no threshold', python, '1', 'count', (r) => Number(threshold(r, 0.05) === null)),
  row('BEM sets, alpha .1: rank', python, '534', 'count', (r) => setsOfBem(r, 0.1).rank),
  row('BEM sets, alpha .1: quantile', python, '.934140', 'share', (r) => setsOfBem(r, 0.1).quantile ?? Number.NaN),
  row('BEM sets, alpha .1: coverage', python, '.895089', 'share', (r) => setsOfBem(r, 0.1).coverage),
  row('BEM sets, alpha .1: mean size', python, '1.2891', 'score', (r) => setsOfBem(r, 0.1).size),
  row('BEM sets, alpha .1: singletons', python, '.7109', 'share', (r) => setsOfBem(r, 0.1).singletons),
  row('BEM sets, alpha .2: rank', python, '475', 'count', (r) => setsOfBem(r, 0.2).rank),
  row('BEM sets, alpha .2: quantile', python, '.367749', 'share', (r) => setsOfBem(r, 0.2).quantile ?? Number.NaN),
  row('BEM sets, alpha .2: coverage', python, '.760045', 'share', (r) => setsOfBem(r, 0.2).coverage),
  row('BEM sets, alpha .2: mean size', python, '.9464', 'score', (r) => setsOfBem(r, 0.2).size),
  ...(
    [
      [0.5, '1.0000', '.806452'],
      [0.7, '.9140', '.824597'],
      [0.8, '.8642', '.831989'],
      [0.9, '.8038', '.836694'],
      [0.95, '.5988', '.849462'],
      [0.99, '.1418', '.849462'],
    ] as const
  ).flatMap(([at, share, accuracy]) => [
    row(`BEM then gpt-4 at ${at}: share of BEM`, python, share, 'share', (r) => frontierAt(r, at).shares[0]!),
    row(`BEM then gpt-4 at ${at}: accuracy`, python, accuracy, 'share', (r) => frontierAt(r, at).accuracy),
  ]),
  row('all gpt-4: accuracy', python, '.848790', 'share', (r) => clusteredMean(r.gpt4OfBem)),
];

export const openqaErrorBars = defineReproduction({
  set: 'openqa-eval',
  title: 'OpenQA-eval: error bars, gates, early stopping and selective judging',
  files: ['items.jsonl'],
  load: async (folder) => loadAnswers(folder),
  figures: onAnswers,
});

const person = z.object({ text_id: z.string(), ratings: z.record(z.string(), z.number()) });
const judged = z.object({ text_id: z.string(), criterion: z.string(), probs: z.array(z.number()) });

function loadScores(folder: string) {
  const human = recordsOf(join(folder, 'human.real.jsonl'), person);
  const expected = new Map(
    recordsOf(join(folder, 'judge.real.jsonl'), judged)
      .filter(({ criterion }) => criterion === 'Q0')
      .map(({ text_id: text, probs }) => [text, probs.reduce((total, p, i) => total + (i + 1) * p, 0)]),
  );
  const rows = human.map(({ text_id: text, ratings }) => ({ truth: ratings['Q0']!, predicted: expected.get(text)! }));
  return { even: rows.filter((_, i) => i % 2 === 0), odd: rows.filter((_, i) => i % 2 === 1) };
}
type Scores = ReturnType<typeof loadScores>;

function setsOfScores({ even, odd }: Scores, alpha: number) {
  const calibration = calibrateScores(
    even.map(({ predicted }) => predicted),
    even.map(({ truth }) => truth),
    { alpha },
  );
  if ('value' in calibration) throw new RangeError(calibration.detail);
  const sets = odd.map(({ predicted }) => scoreLevels(calibration, predicted, [1, 2, 3, 4]));
  return {
    ...calibration,
    coverage: odd.filter(({ truth }, i) => sets[i]!.includes(truth)).length / odd.length,
    size: sets.reduce((total, set) => total + set.length, 0) / odd.length,
  };
}

const score = figureFor<Scores>;
export const llmRubricSets = defineReproduction({
  set: 'llm-rubric',
  title: 'LLM-Rubric: conformal sets of scores, 112 conversations to calibrate, 111 to test',
  files: ['human.real.jsonl', 'judge.real.jsonl'],
  load: async (folder) => loadScores(folder),
  figures: (
    [
      [0.1, '102', '1.629967', '.945946', '2.919'],
      [0.2, '91', '1.358981', '.873874', '2.604'],
    ] as const
  ).flatMap(([alpha, rank, quantile, coverage, size]) => [
    score(`Q0, alpha ${alpha}: rank`, python, rank, 'count', (r) => setsOfScores(r, alpha).rank),
    score(
      `Q0, alpha ${alpha}: quantile`,
      python,
      quantile,
      'score',
      (r) => setsOfScores(r, alpha).quantile ?? Number.NaN,
    ),
    score(`Q0, alpha ${alpha}: coverage`, python, coverage, 'share', (r) => setsOfScores(r, alpha).coverage),
    score(`Q0, alpha ${alpha}: mean size`, python, size, 'score', (r) => setsOfScores(r, alpha).size),
  ]),
});

const thrice = z.object({
  bench: z.enum(['vicuna', 'mt_bench']),
  scores: z.tuple([z.number(), z.number(), z.number()]),
});

function loadRepeats(folder: string) {
  const records = recordsOf(join(folder, 'items.jsonl.gz'), thrice);
  return (bench: 'vicuna' | 'mt_bench') => {
    const rows = records.filter((record) => record.bench === bench).map(({ scores }) => scores);
    const found = repeatedRuns(matrixOf(rows));
    if (!isEstimate(found) || found.within === null) throw new RangeError('no repeats');
    return { n: found.n, between: found.between, within: found.within };
  };
}
type Repeats = ReturnType<typeof loadRepeats>;

const repeat = figureFor<Repeats>;
export const repeatErrors = defineReproduction({
  set: 'gpt4-absolute-3x',
  title: 'GPT-4 three times: what repeats buy',
  files: ['items.jsonl.gz'],
  load: async (folder) => loadRepeats(folder),
  figures: (
    [
      ['mt_bench', '1.472446', '.257292', '.0735', '.0698'],
      ['vicuna', '.565013', '.134375', '.0468', '.0437'],
    ] as const
  ).flatMap(([bench, between, within, one, three]) => [
    repeat(`${bench}: variance between items`, python, between, 'score', (r) => r(bench).between),
    repeat(`${bench}: variance between runs of an item`, python, within, 'score', (r) => r(bench).within),
    repeat(`${bench}: standard error with one run`, python, one, 'se', (r) =>
      repeatedRunsError(r(bench), { n: r(bench).n, repeats: 1 }),
    ),
    repeat(`${bench}: standard error with three runs`, python, three, 'se', (r) =>
      repeatedRunsError(r(bench), { n: r(bench).n, repeats: 3 }),
    ),
  ]),
});
