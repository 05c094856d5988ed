import { join } from 'node:path';

import {
  bestRepeats,
  clusteredMean,
  type Estimate,
  facetStudy,
  type FacetStudy,
  jointRasch,
  type JointRasch,
  type Matrix,
  matrixOf,
  raterSeverity,
  type RaterSeverity,
  raterStudy,
  type RaterStudy,
  repeatStudy,
  type RepeatStudy,
  twoWayMean,
  type TwoWayMean,
} from '@assize/stats';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source, type Unit } from './figure.ts';
import { errorOf } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const python: Source = { kind: 'recomputed', cite: 'Python' };

/** A result that has a value; a study that cannot be made here is a fault of the reproduction. */
function made<T extends object>(result: T | { value: null; detail: string }): T {
  if ('detail' in result) throw new RangeError(result.detail);
  return result;
}

// LLMBar: 65 judges under a prompt by 419 items, right when the gold wins in both orders.

const output = z.union([z.literal(1), z.literal(2)]);
const goldItem = z.object({ item_id: z.string(), gold: output });
const verdict = z.object({
  item_id: z.string(),
  judge: z.string(),
  strategy: z.string(),
  verdict_order_12: output.nullable(),
  verdict_order_21: output.nullable(),
});

function loadAnswers(folder: string) {
  const golds = recordsOf(join(folder, 'items.jsonl'), goldItem);
  const places = new Map(golds.map(({ item_id: item }, place) => [item, place]));
  const judges = new Map<string, Float64Array>();
  for (const each of recordsOf(join(folder, 'verdicts.jsonl.gz'), verdict)) {
    const name = `${each.judge} ${each.strategy}`;
    const row = judges.get(name) ?? new Float64Array(golds.length);
    judges.set(name, row);
    const place = places.get(each.item_id)!;
    const { gold } = golds[place]!;
    row[place] = Number(each.verdict_order_12 === gold && each.verdict_order_21 === gold);
  }
  const names = [...judges.keys()];
  return { names, fit: made<JointRasch>(jointRasch(matrixOf([...judges.values()]))) };
}
type Answers = ReturnType<typeof loadAnswers>;

const abilities: Record<string, [value: string, se: string]> = {
  'GPT-4 Vanilla': ['2.586604', '.165413'],
  'GPT-4 CoT': ['2.064841', '.150803'],
  'PaLM2 Vanilla': ['.516646', '.128312'],
  'LLaMA2 Vanilla': ['-1.196196', '.136251'],
  'Falcon Vanilla': ['-1.562882', '.141874'],
  'ChatGPT Vanilla': ['-1.943154', '.149172'],
};
const ability = ({ names, fit }: Answers, name: string): Estimate => fit.rows[names.indexOf(name)]!;

function spread(estimates: readonly (Estimate | null)[]): number {
  const values = estimates.flatMap((each) => (each === null ? [] : [each.value]));
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
}

const answers = figureFor<Answers>;

export const raschOnLlmbar = defineReproduction({
  set: 'llmbar',
  title: 'LLMBar, Rasch: 65 judges and prompts by 419 items, right in both orders',
  files: ['items.jsonl', 'verdicts.jsonl.gz'],
  load: async (folder) => loadAnswers(folder),
  figures: [
    answers('Rasch: items kept', python, '406', 'count', ({ fit }) => fit.columnsKept),
    answers('Rasch: log likelihood', python, '-9683.4064', 'score', ({ fit }) => fit.logLik),
    answers('Rasch: deviation of difficulties', python, '2.064365', 'score', ({ fit }) => spread(fit.columns)),
    ...Object.entries(abilities).flatMap(([name, [value, se]]) => [
      answers(`Rasch: ability of ${name}`, python, value, 'score', (r) => ability(r, name)),
      answers(`Rasch: standard error of ${name}`, python, se, 'se', (r) => errorOf(ability(r, name))),
    ]),
  ],
});

// LLM-Rubric: severity of 24 raters on Q0, 0 being "not applicable".

const human = z.object({ text_id: z.string(), rater: z.string(), ratings: z.object({ Q0: z.number().int() }) });

/** The number of a name, by first appearance. */
function numberOf(known: Map<string, number>, name: string): number {
  const place = known.get(name) ?? known.size;
  known.set(name, place);
  return place;
}

function loadSeverity(folder: string) {
  const records = recordsOf(join(folder, 'human.synth.jsonl'), human).filter(({ ratings }) => ratings.Q0 > 0);
  const [texts, raters] = [new Map<string, number>(), new Map<string, number>()];
  const fit = made<RaterSeverity>(
    raterSeverity({
      scores: records.map(({ ratings }) => ratings.Q0),
      items: records.map(({ text_id: text }) => numberOf(texts, text)),
      raters: records.map(({ rater }) => numberOf(raters, rater)),
    }),
  );
  return { fit, raters };
}
type Severity = ReturnType<typeof loadSeverity>;

/** What a rater adds to a score: severity turned round. */
const added = ({ fit, raters }: Severity, name: string): number =>
  -fit.raters.find(({ id }) => id === raters.get(name))!.value;
const severity = figureFor<Severity>;

export const severityOnLlmRubric = defineReproduction({
  set: 'llm-rubric',
  title: 'LLM-Rubric, severity of 24 raters on Q0 of the synthetic conversations',
  files: ['human.synth.jsonl'],
  load: async (folder) => loadSeverity(folder),
  figures: [
    severity('severity: ratings', python, '735', 'count', ({ fit }) => fit.n),
    severity('severity: raters', python, '24', 'count', ({ fit }) => fit.raters.length),
    severity('severity: deviation of raters', python, '.383468', 'score', ({ fit }) => fit.severitySd),
    severity('severity: what r17 adds', python, '-.6694', 'score', (r) => added(r, 'r17')),
    severity('severity: what r8 adds', python, '.9175', 'score', (r) => added(r, 'r8')),
    severity('severity: residual deviation', python, '.714071', 'score', ({ fit }) => fit.residualSd ?? Number.NaN),
  ],
});

// SummEval-OP: 13 systems by 32 documents by 3 people.

const score = z.number().int().min(1).max(5);
const summary = z.object({
  doc_id: z.number().int(),
  system: z.string(),
  human: z.record(z.string(), z.object({ r1: score, r2: score, r3: score })),
});
const designs = [
  { items: 1, raters: 1 },
  { items: 8, raters: 1 },
  { items: 8, raters: 3 },
  { items: 32, raters: 1 },
  { items: 32, raters: 3 },
  { items: 100, raters: 1 },
];

function loadSummaries(folder: string) {
  const records = recordsOf(join(folder, 'ratings.jsonl'), summary);
  const systems = [...new Set(records.map(({ system }) => system))];
  const people = ['r1', 'r2', 'r3'] as const;
  const of = (criterion: string): number[] =>
    records.flatMap((record) => people.map((person) => record.human[criterion]![person]));
  const thrice = <T>(pick: (record: (typeof records)[number], place: number) => T): T[] =>
    records.flatMap((record, place) => people.map(() => pick(record, place)));
  const raters = records.flatMap(() => people.map((_, place) => place));
  const facets = (criterion: string): FacetStudy =>
    made<FacetStudy>(
      facetStudy(
        {
          values: of(criterion),
          targets: thrice(({ system }) => systems.indexOf(system)),
          items: thrice(({ doc_id: document }) => document),
          raters,
        },
        { designs },
      ),
    );
  const pooled = (criterion: string): RaterStudy => {
    const table: Matrix = { values: of(criterion), rows: records.length, columns: 3 };
    return made<RaterStudy>(raterStudy(table, { designs: [1, 3, 5, 10] }));
  };
  const items = thrice((_, place) => place);
  const level = of('specificity');
  return {
    studies: new Map(['relevance', 'fluency', 'aspect_coverage'].map((name) => [name, facets(name)])),
    pooled: new Map(['relevance', 'faithfulness'].map((name) => [name, pooled(name)])),
    level: made<TwoWayMean>(twoWayMean(level, { items, raters, smallSample: false })),
    naive: clusteredMean(level, { smallSample: false }),
    personal: people.map((_, person) => clusteredMean(level.filter((__, row) => row % 3 === person))),
  };
}
type Summaries = ReturnType<typeof loadSummaries>;

const componentNames = ['target', 'item', 'rater', 'targetItem', 'targetRater', 'itemRater', 'residual'] as const;
const componentsOf: Record<string, string> = {
  relevance: '.67051 -.02279 .05499 .06073 .09297 .11762 .36423',
  fluency: '.61631 -.01157 .14367 .03300 .03944 .09859 .15821',
  aspect_coverage: '.99885 -.01376 .13224 .08495 .02334 .08485 .28522',
};
const coefficientsOf: Record<string, string> = {
  relevance: '.5642/.4926 .8211/.7565 .9258/.8970 .8632/.8026 .9481/.9226 .8734',
  fluency: '.7277/.5658 .9068/.7375 .9627/.8904 .9314/.7623 .9750/.9049',
  aspect_coverage: '.7174/.6206 .9348/.8246 .9706/.9277 .9662/.8547 .9868/.9448',
};
const pooledOf: Record<string, string> = {
  relevance: '.65902 .06533 .56448 .5386 .7779 .8537 .9211',
  faithfulness: '1.23666 .06232 .64361 .6577 .8522 .9057 .9505',
};
const summaries = figureFor<Summaries>;

function pooledFigure(study: RaterStudy, place: number) {
  return place < 3 ? [study.item, study.rater, study.residual][place]! : study.designs[place - 3]!.generalizability;
}

export const studiesOnSummevalOp = defineReproduction({
  set: 'summeval-op',
  title: 'SummEval-OP, generalizability: 13 systems by 32 documents by 3 people',
  files: ['ratings.jsonl'],
  load: async (folder) => loadSummaries(folder),
  figures: [
    ...Object.entries(componentsOf).flatMap(([name, line]) =>
      line
        .split(' ')
        .map((printed, place) =>
          summaries(
            `${name}: variance of ${componentNames[place]!}`,
            python,
            printed,
            'score',
            ({ studies }) => studies.get(name)!.components[componentNames[place]!],
            `${name}: seven variances`,
          ),
        ),
    ),
    ...Object.entries(coefficientsOf).flatMap(([name, line]) =>
      line.split(' ').flatMap((pair, place) =>
        pair.split('/').map((printed, which) => {
          const { items, raters } = designs[place]!;
          const coefficient = which === 0 ? 'generalizability' : 'dependability';
          return summaries(
            `${name}: ${coefficient} of ${items} × ${raters}`,
            python,
            printed,
            'coefficient',
            ({ studies }) => studies.get(name)!.designs[place]![coefficient],
            `${name}: E rho² and Phi by design`,
          );
        }),
      ),
    ),
    ...Object.entries(pooledOf).flatMap(([name, line]) =>
      line
        .split(' ')
        .map((printed, place) =>
          summaries(
            `${name}, 416 summaries: figure ${place + 1} of item, rater, residual, 1, 3, 5, 10 raters`,
            python,
            printed,
            place < 3 ? 'score' : 'coefficient',
            ({ pooled }) => pooledFigure(pooled.get(name)!, place),
            `${name}: summaries by people`,
          ),
        ),
    ),
    summaries('specificity: mean', python, '3.3886', 'score', ({ level }) => level),
    summaries('specificity: standard error, naive', python, '.0343', 'se', ({ naive }) => errorOf(naive)),
    summaries(
      'specificity: standard error by items',
      python,
      '.0444',
      'se',
      ({ level }) => level.seItems ?? Number.NaN,
    ),
    summaries('specificity: by raters', python, '.3158', 'se', ({ level }) => level.seRaters ?? Number.NaN),
    summaries('specificity: standard error both ways', python, '.3170', 'se', ({ level }) => errorOf(level)),
    ...['2.94', '3.07', '4.16'].map((printed, person) =>
      summaries(`specificity: mean of r${person + 1}`, python, printed, 'score', ({ personal }) => personal[person]!),
    ),
  ],
});

// GPT-4 three times on each answer.

const scored = z.object({ bench: z.enum(['vicuna', 'mt_bench']), scores: z.tuple([score, score, score]) });

function loadRepeats(folder: string) {
  const records = recordsOf(join(folder, 'items.jsonl.gz'), scored);
  const study = (bench: string): RepeatStudy => {
    const rows = records.filter((record) => record.bench === bench).map(({ scores }) => scores);
    return made<RepeatStudy>(repeatStudy(matrixOf(rows), { designs: [1, 3, 10] }));
  };
  return { mt_bench: study('mt_bench'), vicuna: study('vicuna') };
}
type Repeats = ReturnType<typeof loadRepeats>;

const repeatsOf: Record<keyof Repeats, string> = {
  mt_bench: '1.472446 .257292 .8513 .9450 .9828 .0735 .0698',
  vicuna: '.565013 .134375 .8079 .9265 .9768 .0468 .0437',
};
const repeatFigures: [string, Unit, (study: RepeatStudy) => ReturnType<PlannedFigure<Repeats>['ours']>][] = [
  ['variance of items', 'score', ({ item }) => item],
  ['variance of repeats', 'score', ({ repeat }) => repeat],
  ['reliability of 1', 'coefficient', (study) => study.designs[0]!.reliability],
  ['reliability of 3', 'coefficient', (study) => study.designs[1]!.reliability],
  ['reliability of 10', 'coefficient', (study) => study.designs[2]!.reliability],
  ['standard error of the mean with 1', 'se', (study) => study.designs[0]!.seOfMean],
  ['standard error of the mean with 3', 'se', (study) => study.designs[1]!.seOfMean],
];
const repeats = figureFor<Repeats>;
const best = ({ mt_bench: study }: Repeats) =>
  bestRepeats({ between: study.item.value, within: study.repeat.value, itemCost: 10, ratingCost: 1 });

export const repeatsOfGpt4 = defineReproduction({
  set: 'gpt4-absolute-3x',
  title: 'GPT-4 scores, what repeats buy: 320 answers of MT-bench, 320 of Vicuna-bench',
  files: ['items.jsonl.gz'],
  load: async (folder) => loadRepeats(folder),
  figures: [
    ...(['mt_bench', 'vicuna'] as const).flatMap((bench) =>
      repeatsOf[bench].split(' ').map((printed, place) => {
        const [what, unit, ours] = repeatFigures[place]!;
        return repeats(`${bench}, repeats: ${what}`, python, printed, unit, (r) => ours(r[bench]));
      }),
    ),
    repeats('mt_bench, repeats: optimum at 10 to 1', python, '1.32', 'score', (r) => best(r).exact),
    repeats('mt_bench, repeats: whole optimum at 10 to 1', python, '1', 'count', (r) => best(r).repeats),
  ],
});

// DICES-350: how often 123 raters say unsafe, by conversation and by stored column.

const conversation = z.object({ ratings: z.array(z.enum(['Yes', 'No', 'Unsure'])) });

function loadUnsafe(folder: string) {
  const records = recordsOf(join(folder, 'ratings.jsonl'), conversation);
  const values = records.flatMap(({ ratings }) => ratings.map((label) => Number(label === 'Yes')));
  const items = records.flatMap(({ ratings }, place) => ratings.map(() => place));
  const raters = records.flatMap(({ ratings }) => ratings.map((_, place) => place));
  return {
    level: made<TwoWayMean>(twoWayMean(values, { items, raters, smallSample: false })),
    naive: clusteredMean(values, { smallSample: false }),
  };
}
type Unsafe = ReturnType<typeof loadUnsafe>;
const unsafe = figureFor<Unsafe>;

export const twoWayOnDices = defineReproduction({
  set: 'dices-350',
  title: 'DICES-350, share of "unsafe" clustered both ways',
  files: ['ratings.jsonl'],
  load: async (folder) => loadUnsafe(folder),
  figures: [
    unsafe('share of Yes', python, '.3267', 'share', ({ level }) => level),
    unsafe('share of Yes: standard error, naive', python, '.00226', 'se', ({ naive }) => errorOf(naive)),
    unsafe('share of Yes: by conversations', python, '.01083', 'se', ({ level }) => level.seItems ?? Number.NaN),
    unsafe('share of Yes: by columns', python, '.01768', 'se', ({ level }) => level.seRaters ?? Number.NaN),
  ],
});
