import { join } from 'node:path';

import {
  allocateCalibration,
  judgeErrorRates,
  mean,
  pearson,
  planActiveLabels,
  planLabels,
  predictionGain,
  predictionPoweredMean,
  type PredictionPoweredOptions,
  predictionPoweredWinRate,
  proportion,
  roganGladen,
  stratifiedPredictionPoweredMean,
} from '@assize/stats';
import { z } from 'zod';

import { calibrationOf, judgeAloneFigure, judgedOf, sampleFigures } from './corrected-samples.ts';
import { figureFor, type Ours, type PlannedFigure, type Source } from './figure.ts';
import { endOf, errorOf } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const python: Source = { kind: 'recomputed', cite: 'Python' };
const label = z.union([z.literal(0), z.literal(1)]).nullable();
const answer = z.object({
  question_id: z.number(),
  models: z.array(z.string()),
  human_final: label,
  judges: z.object({ 'gpt-4': z.object({ label }), 'text-davinci-003': z.object({ label }) }),
  bem_probs: z.array(z.number().min(0).max(1)).nullable().optional(),
});

/** Answers with a label of gpt-4; those with BEM's probabilities besides are the population of the examples. */
async function load(folder: string) {
  const labelled = recordsOf(join(folder, 'items.jsonl'), answer).filter(
    ({ human_final: human, judges }) => human !== null && judges['gpt-4'].label !== null,
  );
  const rows = labelled.filter(({ bem_probs: bem }) => bem !== null && bem !== undefined && bem.length > 0);
  const columns = (of: typeof rows) => ({
    human: Float64Array.from(of, ({ human_final: human }) => human!),
    gpt4: Float64Array.from(of, ({ judges }) => judges['gpt-4'].label!),
    davinci: Float64Array.from(of, ({ judges }) => judges['text-davinci-003'].label ?? Number.NaN),
    question: Float64Array.from(of, ({ question_id: question }) => question),
    bem: Float64Array.from(of, ({ bem_probs: bem }) => Math.max(0, ...(bem ?? []))),
  });
  const systems = [...new Set(labelled.flatMap(({ models }) => models))].toSorted();
  return {
    systems,
    bySystem: new Map(
      systems.map((system) => [system, columns(labelled.filter(({ models }) => models.includes(system)))]),
    ),
    pooled: columns(labelled),
    all: columns(rows),
    part: columns(rows.filter((_, i) => i % 7 === 0)),
    rest: columns(rows.filter((_, i) => i % 7 !== 0)),
  };
}
type Recorded = Awaited<ReturnType<typeof load>>;
type Columns = Recorded['all'];

const row = figureFor<Recorded>;

const seventh = ({ part, rest }: Recorded, options: PredictionPoweredOptions = {}) =>
  predictionPoweredMean(part.human, part.gpt4, rest.gpt4, { labelDesign: 'random', interval: 'z', ...options });
const seventhClustered = (recorded: Recorded) =>
  seventh(recorded, { clusters: { labelled: recorded.part.question, unlabelled: recorded.rest.question } });
const seventhCorrected = ({ part, rest }: Recorded) =>
  roganGladen(judgedOf(rest.gpt4), calibrationOf(part.human, part.gpt4));
const lambdaOf = (found: ReturnType<typeof predictionPoweredMean>): Ours =>
  found.value === null ? found : found.lambda;

type Judge = 'gpt4' | 'davinci';

/** Mean absolute distance from people's share over the systems, of the judge's own share or of the shared correction. */
function meanError(recorded: Recorded, judge: Judge, corrected: boolean): number {
  return mean(
    recorded.systems.map((system) => {
      const own = recorded.bySystem.get(system)!;
      return Math.abs(
        (corrected ? shared(recorded, judge, system) : rawShare(recorded, judge, system)) - mean(own.human),
      );
    }),
  );
}

const rawShare = ({ bySystem }: Recorded, judge: Judge, system: string): number => {
  const { positives, n } = judgedOf(bySystem.get(system)![judge]);
  return positives / n;
};

function shared(recorded: Recorded, judge: Judge, system: string): number {
  const calibration = calibrationOf(recorded.pooled.human, recorded.pooled[judge]);
  return roganGladen(judgedOf(recorded.bySystem.get(system)![judge]), calibration).value ?? Number.NaN;
}

function ratesOf(recorded: Recorded, judge: Judge) {
  const parts = recorded.systems.map((system) => recorded.bySystem.get(system)!);
  const together = (of: (part: Columns) => Float64Array) => parts.flatMap((part) => [...of(part)]);
  return judgeErrorRates(
    together((part) => part.human),
    together((part) => part[judge]),
    parts.flatMap((part, system) => Array.from(part.human, () => system)),
  );
}

const none = (values: Float64Array): Float64Array => values.map(() => 0);

const strata = ({ all, part, rest }: Recorded, blind: boolean) => {
  const share = mean(all.gpt4);
  return stratifiedPredictionPoweredMean(
    part.human,
    blind ? none(part.davinci) : part.davinci,
    part.gpt4,
    blind ? none(rest.davinci) : rest.davinci,
    rest.gpt4,
    {
      labelDesign: 'random',
      interval: 'z',
      shares: new Map([
        [0, 1 - share],
        [1, share],
      ]),
    },
  );
};

const inStratum = (recorded: Recorded, place: 0 | 1, figure: 'value' | 'se' | 'lambda'): Ours => {
  const found = strata(recorded, false);
  return found.value === null ? found : found.strata[place]![figure];
};

const both = ({ gpt4, davinci }: Columns): Float64Array => gpt4.map((f, i) => (f + davinci[i]!) / 2);

const averaged = ({ part, rest }: Recorded) => {
  return predictionPoweredMean(part.human, both(part), both(rest), { labelDesign: 'random', interval: 'z' });
};

/** The standard deviation that the draw of 200 labels adds, the population being all 1,486 answers. */
function correctionSpread({ all }: Recorded, uncertainty: (f: number, y: number) => number, tau: number): number {
  const wanted = all.bem.map((f, i) => uncertainty(f, all.human[i]!));
  // A draw without an even part gives 0 where the uncertainty is 0; there the error is 0 too.
  const { probabilities } = planActiveLabels(wanted, 200, { tau });
  let total = 0;
  all.human.forEach((y, i) => (total += (y - all.bem[i]!) ** 2 * (1 / probabilities[i]! - 1)));
  return Math.sqrt(total) / all.human.length;
}

const smaller = (f: number): number => Math.min(f, 1 - f);
const rooted = (f: number): number => Math.sqrt(f * (1 - f));
const lee = () =>
  roganGladen({ positives: 400, n: 1000 }, { truePositives: 180, positives: 200, trueNegatives: 140, negatives: 200 });
const allocated = () => allocateCalibration(200, { p: 0.4, q0: 0.7, q1: 0.9, perClass: 10 });

const figures: PlannedFigure<Recorded>[] = [
  row('Lee et al., their example: value', python, '.1666667', 'share', lee),
  row('Lee et al., their example: lower end', python, '.0563507', 'share', () => endOf(lee(), 0)),
  row('Lee et al., their example: upper end', python, '.2627330', 'share', () => endOf(lee(), 1)),
  row('Lee et al., their example: standard error', python, '.0526495', 'se', () => errorOf(lee())),
  row('Lee et al., allocation of 200 labels: wrong ones', python, '136', 'count', () => allocated().m0),
  row('Lee et al., allocation of 200 labels: right ones', python, '64', 'count', () => allocated().m1),

  row('text-davinci-003: pooled q1', python, '.817402', 'share', (r) => pooledRate(r, 'positives')),
  row('text-davinci-003: pooled q0', python, '.863095', 'share', (r) => pooledRate(r, 'negatives')),
  row(
    'text-davinci-003: smallest J of a system',
    python,
    '.5190',
    'share',
    (r) => ratesOf(r, 'davinci').youdenRange![0],
  ),
  row(
    'text-davinci-003: largest J of a system',
    python,
    '.7482',
    'share',
    (r) => ratesOf(r, 'davinci').youdenRange![1],
  ),
  row('gpt-4: smallest J of a system', python, '.6514', 'share', (r) => ratesOf(r, 'gpt4').youdenRange![0]),
  row('gpt-4: largest J of a system', python, '.7360', 'share', (r) => ratesOf(r, 'gpt4').youdenRange![1]),
  row('zero-shot davinci by people', python, '.7143', 'share', (r) => mean(r.bySystem.get(zeroShot)!.human)),
  row('zero-shot davinci by itself', python, '.7755', 'share', (r) => rawShare(r, 'davinci', zeroShot)),
  row('zero-shot davinci, corrected by pooled rates', python, '.9384', 'share', (r) => shared(r, 'davinci', zeroShot)),
  row('DPR by gpt-4', python, '.5862', 'share', (r) => rawShare(r, 'gpt4', 'DPR')),
  row('DPR by gpt-4, corrected by pooled rates', python, '.6485', 'share', (r) => shared(r, 'gpt4', 'DPR')),
  row('DPR by people', python, '.6284', 'share', (r) => mean(r.bySystem.get('DPR')!.human)),
  row('text-davinci-003: mean error over systems', python, '.0377', 'share', (r) => meanError(r, 'davinci', false)),
  row('text-davinci-003: the same, corrected by pooled rates', python, '.0866', 'share', (r) =>
    meanError(r, 'davinci', true),
  ),
  row('gpt-4: mean error over systems', python, '.0392', 'share', (r) => meanError(r, 'gpt4', false)),
  row('gpt-4: the same, corrected by pooled rates', python, '.0547', 'share', (r) => meanError(r, 'gpt4', true)),

  row('population: answers', python, '1486', 'count', ({ all }) => all.human.length),
  row('population: right by people', python, '.549125', 'share', ({ all }) => mean(all.human)),
  row('population: right by gpt-4', python, '.516151', 'share', ({ all }) => mean(all.gpt4)),
  row('population: correlation of people and gpt-4', python, '.698', 'coefficient', ({ all }) =>
    pearson(all.human, all.gpt4),
  ),
  row('first 200 answers: right by people', python, '.62', 'share', ({ all }) => mean(all.human.subarray(0, 200))),
  row('every 7th labelled: labels', python, '213', 'count', ({ part }) => part.human.length),
  row('every 7th labelled: classical', python, '.525822', 'share', (r) => seventh(r, { lambda: 0 })),
  row('every 7th labelled: classical, SE', python, '.034214', 'se', (r) => errorOf(seventh(r, { lambda: 0 }))),
  row('every 7th labelled: λ = 1', python, '.514533', 'share', (r) => seventh(r, { lambda: 1 })),
  row('every 7th labelled: λ = 1, SE', python, '.030026', 'se', (r) => errorOf(seventh(r, { lambda: 1 }))),
  row('every 7th labelled: λ', python, '.597198', 'coefficient', (r) => lambdaOf(seventh(r))),
  row('every 7th labelled: PPI++', python, '.519080', 'share', (r) => seventh(r)),
  row('every 7th labelled: PPI++, SE', python, '.026098', 'se', (r) => errorOf(seventh(r))),
  row('every 7th labelled: PPI++, lower end', python, '.467928', 'share', (r) => endOf(seventh(r), 0)),
  row('every 7th labelled: PPI++, upper end', python, '.570232', 'share', (r) => endOf(seventh(r), 1)),
  row('every 7th labelled: PPI++, SE by question', python, '.028864', 'se', (r) => errorOf(seventhClustered(r))),
  row('every 7th labelled: Rogan-Gladen', python, '.509665', 'share', seventhCorrected),
  row('every 7th labelled: Rogan-Gladen, lower end', python, '.427674', 'share', (r) => endOf(seventhCorrected(r), 0)),
  row('every 7th labelled: Rogan-Gladen, upper end', python, '.589987', 'share', (r) => endOf(seventhCorrected(r), 1)),

  ...(
    [
      [0.7, 0.01, '.614880'],
      [0.7, 0.1, '.875165'],
      [0.9, 0.01, '.276560'],
      [0.5, 0.01, '.839103'],
    ] as const
  ).map(([correlation, costRatio, printed]) =>
    row(
      `cost per label at r = ${correlation}, judge at ${costRatio}`,
      python,
      printed,
      'coefficient',
      () => planLabels(100, { correlation, costRatio }).costPerLabel,
    ),
  ),
  ...(
    [
      [0.5, 0, '1.333'],
      [0.7, 0, '1.961'],
      [0.9, 0, '5.263'],
      [0.5, 0.1, '1.294'],
      [0.7, 0.1, '1.803'],
      [0.9, 0.1, '3.793'],
    ] as const
  ).map(([r, ratio, printed]) =>
    row(`gain at r = ${r}, n/N = ${ratio}`, python, printed, 'coefficient', () => predictionGain(r, ratio)),
  ),

  row('strata by gpt-4: lambda, wrong by it', python, '0', 'coefficient', (r) => inStratum(r, 0, 'lambda')),
  row('strata by gpt-4: lambda, right by it', python, '.394537', 'coefficient', (r) => inStratum(r, 1, 'lambda')),
  row('strata by gpt-4: wrong by it', python, '.158416', 'share', (r) => inStratum(r, 0, 'value')),
  row('strata by gpt-4: wrong by it, SE', python, '.036332', 'se', (r) => inStratum(r, 0, 'se')),
  row('strata by gpt-4: right by it', python, '.864898', 'share', (r) => inStratum(r, 1, 'value')),
  row('strata by gpt-4: right by it, SE', python, '.030874', 'se', (r) => inStratum(r, 1, 'se')),
  row('strata by gpt-4: total', python, '.523067', 'share', (r) => strata(r, false)),
  row('strata by gpt-4: total, SE', python, '.023727', 'se', (r) => errorOf(strata(r, false))),
  row('strata by gpt-4 alone: total', python, '.519064', 'share', (r) => strata(r, true)),
  row('strata by gpt-4 alone: total, SE', python, '.024501', 'se', (r) => errorOf(strata(r, true))),
  row('mean of both judges as the score: SE', python, '.026111', 'se', (r) => errorOf(averaged(r))),

  row('200 labels, even draw: SD of the correction', python, '.026489', 'se', (r) => correctionSpread(r, () => 1, 1)),
  row('200 labels, u = min(f, 1 − f), τ = .5', python, '.027856', 'se', (r) => correctionSpread(r, smaller, 0.5)),
  row('200 labels, u = min(f, 1 − f), τ = .25', python, '.030933', 'se', (r) => correctionSpread(r, smaller, 0.25)),
  row('200 labels, u = √(f(1 − f)), τ = .5', python, '.025801', 'se', (r) => correctionSpread(r, rooted, 0.5)),
  row('200 labels, u = √(f(1 − f)), τ = .2', python, '.026151', 'se', (r) => correctionSpread(r, rooted, 0.2)),
  row('200 labels, u = |Y − f|', python, '.011975', 'se', (r) =>
    correctionSpread(r, (f, y) => Math.abs(y - f), Number.MIN_VALUE),
  ),
];

const zeroShot = 'text-davinci-003_zeroshot';

function pooledRate({ pooled }: Recorded, of: 'positives' | 'negatives') {
  const counts = calibrationOf(pooled.human, pooled.davinci);
  return proportion(counts[of === 'positives' ? 'truePositives' : 'trueNegatives'], counts[of]);
}

export const correctedOpenqa = defineReproduction({
  set: 'openqa-eval',
  title: 'OpenQA-eval: estimates corrected by people, and their coverage in 5,000 samples',
  files: ['items.jsonl'],
  load,
  figures,
  more: ({ all }) => [...sampleFigures(all), judgeAloneFigure(all)],
});

const verdict = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const pair = z.object({
  majority: verdict,
  judges: z.object({ 'gpt-3.5-turbo': z.object({ verdict: verdict.nullable() }) }),
});
/** Wins of the first response; a tie or an unreadable verdict is half a win. */
const won = (said: 0 | 1 | 2 | null): number => (said === 1 ? 1 : said === 2 ? 0 : 0.5);

const fifths = (values: Float64Array, labelled: boolean): Float64Array =>
  values.filter((_, i) => (i % 5 === 0) === labelled);

async function loadPairs(folder: string) {
  const pairs = recordsOf(join(folder, 'pairs.jsonl'), pair);
  const human = Float64Array.from(pairs, ({ majority }) => won(majority));
  const judge = Float64Array.from(pairs, ({ judges }) => won(judges['gpt-3.5-turbo'].verdict));
  const rate = (options: PredictionPoweredOptions = {}) =>
    predictionPoweredWinRate(fifths(human, true), fifths(judge, true), fifths(judge, false), {
      labelDesign: 'random',
      interval: 'z',
      ...options,
    });
  return { human, judge, rate };
}
type Pairs = Awaited<ReturnType<typeof loadPairs>>;
const pairRow = figureFor<Pairs>;

export const correctedPandalm = defineReproduction<Pairs>({
  set: 'pandalm',
  title: 'PandaLM: a win rate from 200 verdicts of people and 999 of a judge',
  files: ['pairs.jsonl'],
  load: loadPairs,
  figures: [
    pairRow('win rate by people', python, '.474975', 'share', ({ human }) => mean(human)),
    pairRow('win rate by gpt-3.5-turbo', python, '.491992', 'share', ({ judge }) => mean(judge)),
    pairRow('correlation of both', python, '.584877', 'coefficient', ({ human, judge }) => pearson(human, judge)),
    pairRow('every 5th labelled: classical', python, '.447500', 'share', ({ rate }) => rate({ lambda: 0 })),
    pairRow('every 5th labelled: classical, SE', python, '.033053', 'se', ({ rate }) => errorOf(rate({ lambda: 0 }))),
    pairRow('every 5th labelled: λ', python, '.419106', 'coefficient', ({ rate }) => lambdaOf(rate())),
    pairRow('every 5th labelled: PPI++', python, '.452474', 'share', ({ rate }) => rate()),
    pairRow('every 5th labelled: PPI++, SE', python, '.028847', 'se', ({ rate }) => errorOf(rate())),
    pairRow('every 5th labelled: PPI++, lower end', python, '.395935', 'share', ({ rate }) => endOf(rate(), 0)),
    pairRow('every 5th labelled: PPI++, upper end', python, '.509013', 'share', ({ rate }) => endOf(rate(), 1)),
  ],
});
