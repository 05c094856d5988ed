import { join } from 'node:path';

import {
  alternativeAnnotatorTest,
  type AlternativeAnnotatorOptions,
  type AlternativeAnnotatorTest,
  humanLikeness,
  matrixOf,
} from '@assize/stats';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source } from './figure.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const python: Source = { kind: 'recomputed', cite: 'Python' };

/** People by item and one judge by item, NaN where missing; and the test of them, which must have an answer. */
type Rated = { humans: (number | null)[][]; judge: Float64Array };

function tested({ humans, judge }: Rated, options: AlternativeAnnotatorOptions): AlternativeAnnotatorTest {
  const found = alternativeAnnotatorTest(matrixOf(humans), judge, options);
  if (found.value === null) throw new RangeError(`the test is not defined: ${found.detail}`);
  return found;
}

const floats = (values: readonly (number | null)[]): Float64Array => Float64Array.from(values, (x) => x ?? Number.NaN);

/** One figure per annotator, from what the test says of each. */
function each<Recorded>(
  what: string,
  printed: readonly string[],
  unit: 'share' | 'p' | 'score',
  pick: (one: AlternativeAnnotatorTest['annotators'][number]) => number,
  test: (recorded: Recorded) => AlternativeAnnotatorTest,
): PlannedFigure<Recorded>[] {
  return printed.map((text, place) =>
    figureFor<Recorded>(
      `${what}, annotator ${place + 1}`,
      python,
      text,
      unit,
      (r) => pick(test(r).annotators[place]!),
      what,
    ),
  );
}

const verdict = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const pair = z.object({
  human: z.object({ r1: verdict, r2: verdict, r3: verdict }),
  judges: z.record(z.string(), z.object({ verdict: verdict.nullable() })),
});

type Pairs = { people: number[][]; judges: Map<string, number[]> };
const onPairs = (r: Pairs, judge: string, options: AlternativeAnnotatorOptions, first = 999) =>
  tested({ humans: r.people.slice(0, first), judge: floats(r.judges.get(judge)!.slice(0, first)) }, options);
const gpt35 = (epsilon: number) => (r: Pairs) => onPairs(r, 'gpt-3.5-turbo', { epsilon });
const hundred = (r: Pairs) => onPairs(r, 'gpt-3.5-turbo', { epsilon: 0.25 }, 100);
const row = figureFor<Pairs>;

export const alternativeAnnotatorTestOnPandalm = defineReproduction<Pairs>({
  set: 'pandalm',
  title: 'PandaLM: may a judge replace one of three people? (a verdict that was not found is a tie)',
  files: ['pairs.jsonl'],
  load: async (folder) => {
    const records = recordsOf(join(folder, 'pairs.jsonl'), pair);
    return {
      people: records.map(({ human }) => [human.r1, human.r2, human.r3]),
      judges: new Map(
        ['gpt-3.5-turbo', 'pandalm-7b'].map((name) => [name, records.map((r) => r.judges[name]?.verdict ?? 0)]),
      ),
    };
  },
  figures: [
    ...each(
      'alt-test, gpt-3.5-turbo: judge wins or ties',
      ['.756757', '.753754', '.755756'],
      'share',
      (one) => one.judgeAdvantage.value,
      gpt35(0.2),
    ),
    ...each(
      'alt-test, gpt-3.5-turbo: person wins or ties',
      ['.979980', '.970971', '.982983'],
      'share',
      (one) => one.humanAdvantage.value,
      gpt35(0.2),
    ),
    ...each(
      'alt-test, gpt-3.5-turbo: mean difference',
      ['.223223', '.217217', '.227227'],
      'score',
      (one) => one.difference.value,
      gpt35(0.2),
    ),
    ...each(
      'alt-test, gpt-3.5-turbo: standard deviation',
      ['.462221', '.477829', '.458082'],
      'score',
      (one) => one.difference.sd,
      gpt35(0.2),
    ),
    ...each(
      'alt-test, gpt-3.5-turbo, epsilon .2: p',
      ['.943700', '.872484', '.969707'],
      'p',
      (one) => one.p,
      gpt35(0.2),
    ),
    row('alt-test, gpt-3.5-turbo: advantage probability', python, '.755422', 'share', (r) => gpt35(0.2)(r).advantage),
    ...[0, 0.05, 0.1, 0.15, 0.2].map((epsilon) =>
      row(
        `alt-test, gpt-3.5-turbo, epsilon ${epsilon}: winning rate`,
        python,
        '0',
        'count',
        (r) => gpt35(epsilon)(r).value,
        'alt-test, gpt-3.5-turbo, epsilon up to .2: winning rate',
      ),
    ),
    row('alt-test, pandalm-7b: advantage probability', python, '.714715', 'share', (r) => {
      return onPairs(r, 'pandalm-7b', { epsilon: 0.2 }).advantage;
    }),
    row('alt-test, pandalm-7b: winning rate', python, '0', 'count', (r) => {
      return onPairs(r, 'pandalm-7b', { epsilon: 0.2 }).value;
    }),
    ...each(
      'alt-test, first 100 pairs, epsilon .25: p',
      ['.046014', '.065627', '.065627'],
      'p',
      (one) => one.p,
      hundred,
    ),
    ...each(
      'alt-test, first 100 pairs, epsilon .25: adjusted p',
      ['.120316', '.120316', '.120316'],
      'p',
      (one) => one.pAdjusted,
      hundred,
    ),
    row('alt-test, first 100 pairs, epsilon .25: winning rate', python, '0', 'count', (r) => hundred(r).value),
    row('alt-test, first 100 pairs: unadjusted p below .05', python, '1', 'count', (r) => {
      return hundred(r).annotators.filter(({ p }) => p <= 0.05).length;
    }),
    row('mean kappa of a person with the others', python, '.864209', 'coefficient', (r) => likeness(r).kappaHumans),
    row('its standard deviation over people', python, '.006820', 'score', (r) => likeness(r).kappaHumansSd),
    row('gpt-3.5-turbo: mean kappa with people', python, '.481971', 'coefficient', (r) => likeness(r).kappaJudge),
    row('gpt-3.5-turbo: human-likeness z', python, '-56.0', 'score', (r) => likeness(r)),
  ],
});

function likeness(r: Pairs) {
  const found = humanLikeness(matrixOf(r.people), floats(r.judges.get('gpt-3.5-turbo')!), { categories: 3 });
  if (found.value === null) throw new RangeError(found.detail);
  return found;
}

const score = z.number().int().min(1).max(5);
const summary = z.object({ human: z.record(z.string(), z.object({ r1: score, r2: score, r3: score })) });
type Summaries = Map<string, Rated>;
const summaries = (name: string) => (r: Summaries) => tested(r.get(name)!, { epsilon: 0.15, alignment: 'negRmse' });

export const alternativeAnnotatorTestOnSummevalOp = defineReproduction<Summaries>({
  set: 'summeval-op',
  title: 'SummEval-OP: a person in the judge’s place against the other two',
  files: ['ratings.jsonl'],
  load: async (folder) => {
    const records = recordsOf(join(folder, 'ratings.jsonl'), summary);
    return new Map(
      ['relevance', 'aspect_coverage'].map((name) => {
        const scores = records.map(({ human }) => human[name]!);
        return [name, { humans: scores.map(({ r1, r2 }) => [r1, r2]), judge: floats(scores.map(({ r3 }) => r3)) }];
      }),
    );
  },
  figures: [
    ...each(
      'alt-test, relevance: judge wins or ties',
      ['.651442', '.661058'],
      'share',
      (one) => one.judgeAdvantage.value,
      summaries('relevance'),
    ),
    ...each(
      'alt-test, relevance: mean difference',
      ['.048077', '.093750'],
      'score',
      (one) => one.difference.value,
      summaries('relevance'),
    ),
    ...each(
      'alt-test, relevance: standard deviation',
      ['.805162', '.759429'],
      'score',
      (one) => one.difference.sd,
      summaries('relevance'),
    ),
    ...each('alt-test, relevance: p', ['.005084', '.065811'], 'p', (one) => one.p, summaries('relevance')),
    ...each(
      'alt-test, relevance: adjusted p',
      ['.015252', '.098717'],
      'p',
      (one) => one.pAdjusted,
      summaries('relevance'),
    ),
    ...each('alt-test, aspect coverage: p', ['.000142', '.999264'], 'p', (one) => one.p, summaries('aspect_coverage')),
    ...(
      [
        ['relevance', '.656250'],
        ['aspect_coverage', '.653846'],
      ] as const
    ).flatMap(([name, printed]) => [
      figureFor<Summaries>(`alt-test, ${name}: advantage probability`, python, printed, 'share', (r) => {
        return summaries(name)(r).advantage;
      }),
      figureFor<Summaries>(`alt-test, ${name}: winning rate`, python, '.5', 'share', (r) => summaries(name)(r).value),
      figureFor<Summaries>(`alt-test, ${name}: passes`, python, '1', 'count', (r) => {
        return Number(summaries(name)(r).passes);
      }),
    ]),
  ],
});

const binary = z.union([z.literal(0), z.literal(1)]).nullable();
const label = z.object({ label: binary });
const answer = z.object({
  human: z.object({ r1: binary, r2: binary }),
  judges: z.object({ 'gpt-4': label, 'text-davinci-003': label }),
});
type Answers = { people: (number | null)[][]; judges: Record<'gpt-4' | 'text-davinci-003', (number | null)[]> };
const answers = (judge: keyof Answers['judges'], epsilon: number) => (r: Answers) =>
  tested({ humans: r.people, judge: floats(r.judges[judge]) }, { epsilon });

export const alternativeAnnotatorTestOnOpenqaEval = defineReproduction<Answers>({
  set: 'openqa-eval',
  title: 'OpenQA-eval: may a judge replace one of two people?',
  files: ['items.jsonl'],
  load: async (folder) => {
    const records = recordsOf(join(folder, 'items.jsonl'), answer);
    return {
      people: records.map(({ human }) => [human.r1, human.r2]),
      judges: {
        'gpt-4': records.map(({ judges }) => judges['gpt-4'].label),
        'text-davinci-003': records.map(({ judges }) => judges['text-davinci-003'].label),
      },
    };
  },
  figures: [
    figureFor<Answers>('alt-test, gpt-4: answers', python, '1481', 'count', (r) => answers('gpt-4', 0.05)(r).n),
    figureFor<Answers>('alt-test, gpt-4: advantage probability', python, '.883187', 'share', (r) => {
      return answers('gpt-4', 0.05)(r).advantage;
    }),
    ...each(
      'alt-test, gpt-4: mean difference',
      ['.073599', '.029034'],
      'score',
      (one) => one.difference.value,
      answers('gpt-4', 0.05),
    ),
    ...each('alt-test, gpt-4, epsilon .05: p', ['.989457', '.037082'], 'p', (one) => one.p, answers('gpt-4', 0.05)),
    ...each(
      'alt-test, gpt-4, epsilon .05: adjusted p',
      ['1', '.111247'],
      'p',
      (one) => one.pAdjusted,
      answers('gpt-4', 0.05),
    ),
    ...each('alt-test, gpt-4, epsilon .1: p', ['.004944', '9.25e-10'], 'p', (one) => one.p, answers('gpt-4', 0.1)),
    ...each(
      'alt-test, gpt-4, epsilon .1: adjusted p',
      ['.007416', '2.78e-9'],
      'p',
      (one) => one.pAdjusted,
      answers('gpt-4', 0.1),
    ),
    figureFor<Answers>('alt-test, gpt-4, epsilon .05: winning rate', python, '0', 'count', (r) => {
      return answers('gpt-4', 0.05)(r).value;
    }),
    figureFor<Answers>('alt-test, gpt-4, epsilon .1: winning rate', python, '1', 'count', (r) => {
      return answers('gpt-4', 0.1)(r).value;
    }),
    figureFor<Answers>('alt-test, text-davinci-003: advantage probability', python, '.881996', 'share', (r) => {
      return answers('text-davinci-003', 0.1)(r).advantage;
    }),
    figureFor<Answers>('alt-test, text-davinci-003, epsilon .1: winning rate', python, '1', 'count', (r) => {
      return answers('text-davinci-003', 0.1)(r).value;
    }),
  ],
});
