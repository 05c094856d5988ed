import { join } from 'node:path';

import { dawidSkene, type DawidSkene, type Matrix, matrixOf } from '@assize/stats';
import { z } from 'zod';

import { figureFor, type Source } from './figure.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const python: Source = { kind: 'recomputed', cite: 'Python' };

function fitted(ratings: Matrix, categories: number): DawidSkene {
  const found = dawidSkene(ratings, { categories });
  if (found.value === null) throw new RangeError(found.detail);
  return found;
}

const cell = (found: DawidSkene, rater: number, truth: number, said: number) =>
  found.raters[rater]!.confusion[truth]![said]!;

/** The most frequent label of the given ones; the lowest on equality. */
function majority(labels: readonly (number | null)[]): number {
  const count = (label: number) => labels.filter((one) => one === label).length;
  return [0, 1, 2].reduce((best, label) => (count(label) > count(best) ? label : best));
}

const equal = (labels: ArrayLike<number>, wanted: readonly (number | null)[]): number[] =>
  wanted.flatMap((label, i) => (label === null ? [] : [Number(labels[i] === label)]));
const share = (hits: readonly number[]): number => hits.reduce((a, b) => a + b, 0) / hits.length;

const verdict = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const pair = z.object({
  human: z.object({ r1: verdict, r2: verdict, r3: verdict }),
  judges: z.record(z.string(), z.object({ verdict: verdict.nullable() })),
});
type Pairs = { three: DawidSkene; five: DawidSkene; majority: number[] };
const onPairs = figureFor<Pairs>;

export const dawidSkeneOnPandalm = defineReproduction<Pairs>({
  set: 'pandalm',
  title: 'PandaLM: labels from three people, and from them and two judges, without gold',
  files: ['pairs.jsonl'],
  load: async (folder) => {
    const records = recordsOf(join(folder, 'pairs.jsonl'), pair);
    const people = records.map(({ human }) => [human.r1, human.r2, human.r3]);
    const judged = records.map(({ judges }, i) => [
      ...people[i]!,
      judges['gpt-3.5-turbo']?.verdict ?? null,
      judges['pandalm-7b']?.verdict ?? null,
    ]);
    return {
      three: fitted(matrixOf(people), 3),
      five: fitted(matrixOf(judged), 3),
      majority: people.map((labels) => majority(labels)),
    };
  },
  figures: [
    ...['.105435', '.422602', '.471964'].map((printed, k) =>
      onPairs(`Dawid-Skene of 3 people: share of ${k}`, python, printed, 'share', ({ three }) => three.prior[k]!),
    ),
    onPairs(
      'Dawid-Skene of 3 people: log-likelihood',
      python,
      '-1507.94739',
      'score',
      ({ three }) => three.logLikelihood,
    ),
    onPairs('Dawid-Skene of 3 people: iterations', python, '10', 'count', ({ three }) => three.iterations),
    ...[
      ['.88315', '.97312', '.96753'],
      ['.95792', '.94391', '.95252'],
      ['.95872', '.95159', '.98122'],
    ].flatMap((row, r) =>
      row.map((printed, k) =>
        onPairs(
          `Dawid-Skene of 3 people: r${r + 1} says ${k} of ${k}`,
          python,
          printed,
          'share',
          ({ three }) => cell(three, r, k, k),
          'Dawid-Skene of 3 people: sensitivities',
        ),
      ),
    ),
    onPairs('Dawid-Skene of 3 people: labels equal to the majority', python, '999', 'count', (r) => {
      return equal(r.three.labels, r.majority).filter((hit) => hit === 1).length;
    }),
    onPairs('Dawid-Skene of 3 people, 2 judges: log-likelihood', python, '-2935.54518', 'score', ({ five }) => {
      return five.logLikelihood;
    }),
    onPairs('Dawid-Skene of 3 people, 2 judges: iterations', python, '16', 'count', ({ five }) => five.iterations),
    ...[
      ['.05496', '.45367', '.49137'],
      ['.03139', '.80979', '.15881'],
      ['.04264', '.17998', '.77738'],
    ].flatMap((row, k) =>
      row.map((printed, l) =>
        onPairs(
          `Dawid-Skene: gpt-3.5-turbo says ${l} of ${k}`,
          python,
          printed,
          'share',
          ({ five }) => cell(five, 3, k, l),
          'Dawid-Skene of 3 people, 2 judges: gpt-3.5-turbo, 9 cells',
        ),
      ),
    ),
    onPairs('Dawid-Skene of 3 people, 2 judges: labels equal to the majority', python, '99.4', 'percent', (r) => {
      return share(equal(r.five.labels, r.majority));
    }),
  ],
});

const binary = z.union([z.literal(0), z.literal(1)]).nullable();
const label = z.object({ label: binary });
const answer = z.object({
  human_final: binary,
  judges: z.object({ 'gpt-4': label, 'text-davinci-003': label }),
  bem_verdict: binary.optional(),
});
type Answers = { found: DawidSkene; gpt4: number[]; human: number[]; votes: number[] };
const onAnswers = figureFor<Answers>;

/** How often the judge says `said` of what people say is so. */
function against({ gpt4, human }: Answers, said: 0 | 1): number {
  return share(human.flatMap((one, i) => (one === said ? [Number(gpt4[i] === said)] : [])));
}

export const dawidSkeneOnOpenqaEval = defineReproduction<Answers>({
  set: 'openqa-eval',
  title: 'OpenQA-eval: three judges aggregated without people flatter themselves',
  files: ['items.jsonl'],
  load: async (folder) => {
    const rows = recordsOf(join(folder, 'items.jsonl'), answer).flatMap((record) => {
      const said = [record.judges['gpt-4'].label, record.judges['text-davinci-003'].label, record.bem_verdict ?? null];
      return said.includes(null) || record.human_final === null ? [] : [{ said, human: record.human_final }];
    });
    return {
      found: fitted(matrixOf(rows.map(({ said }) => said)), 2),
      gpt4: rows.map(({ said }) => said[0]!),
      human: rows.map(({ human }) => human),
      votes: rows.map(({ said }) => majority(said)),
    };
  },
  figures: [
    onAnswers('Dawid-Skene of 3 judges: answers', python, '1486', 'count', ({ found }) => found.n),
    onAnswers('Dawid-Skene of 3 judges: share correct', python, '.4895', 'share', ({ found }) => found.prior[1]!),
    onAnswers('Dawid-Skene of 3 judges: gpt-4, sensitivity', python, '.961', 'share', ({ found }) => {
      return cell(found, 0, 1, 1);
    }),
    onAnswers('Dawid-Skene of 3 judges: gpt-4, specificity', python, '.911', 'share', ({ found }) => {
      return cell(found, 0, 0, 0);
    }),
    onAnswers('people: share correct', python, '.549', 'share', ({ human }) => share(human)),
    onAnswers('people: gpt-4, sensitivity', python, '.832', 'share', (r) => against(r, 1)),
    onAnswers('people: gpt-4, specificity', python, '.869', 'share', (r) => against(r, 0)),
    onAnswers('Dawid-Skene of 3 judges: accuracy of the labels', python, '.8546', 'share', ({ found, human }) => {
      return share(equal(found.labels, human));
    }),
    onAnswers('majority of 3 judges: accuracy of the labels', python, '.8546', 'share', ({ votes, human }) => {
      return share(equal(votes, human));
    }),
  ],
});
