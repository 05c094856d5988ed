import { join } from 'node:path';

import { buildTable, pivot } from '@assize/datasets';
import { cohenKappa, percentAgreement, proportion, proportionDifference } from '@assize/stats';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source } from './figure.ts';
import { columnOf, criterion, endOf, recordedRating } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const binary = z.union([z.literal(0), z.literal(1)]).nullable();
const label = z.object({ label: binary });
const answer = z.object({
  item_id: z.string(),
  models: z.array(z.string()),
  human: z.object({ r1: binary, r2: binary }),
  human_final: binary,
  judges: z.object({ 'gpt-4': label, 'text-davinci-003': label }),
  bem_probs: z.array(z.number().min(0).max(1)).nullable().optional(),
});

const python: Source = { kind: 'recomputed', cite: 'Python' };
const zeroShot = 'text-davinci-003_zeroshot';

async function load(folder: string) {
  const records = recordsOf(join(folder, 'items.jsonl'), answer);
  const ratings = records.flatMap(({ item_id: item, human, human_final: final, judges, bem_probs: probabilities }) => {
    const about = (rater: string) => ({ item, rater, criterion: 'correct' });
    return [
      ...Object.entries({ ...human, final }).flatMap(([rater, value]) =>
        value === null ? [] : [recordedRating('person', about(rater), value)],
      ),
      ...Object.entries(judges).map(([rater, { label: value }]) => recordedRating('model', about(rater), value)),
      recordedRating('model', about('bem'), probabilities?.length ? Number(Math.max(...probabilities) >= 0.5) : null),
    ];
  });
  const table = await buildTable(ratings, { criteria: [criterion('correct', { kind: 'binary' })] });
  const said = pivot(table, 'correct');
  const items = new Map(table.items.map((item, place) => [item, place]));
  // An answer stands in as many rows as systems gave it.
  const rows = records.flatMap(({ item_id: item, models }) =>
    models.map((system) => ({ system, unit: items.get(item)! })),
  );
  const column = (rater: string): Float64Array => columnOf(said, rater);
  return { column, rows };
}
type Recorded = Awaited<ReturnType<typeof load>>;

/** How often a judge says "correct" of a system's answers that people call right (1) or wrong (0). */
function approvals(
  { column, rows }: Recorded,
  judge: string,
  human: 0 | 1,
  own: boolean,
): { successes: number; n: number } {
  const [people, verdicts] = [column('final'), column(judge)];
  const chosen = rows.filter(
    ({ system, unit }) => (system === zeroShot) === own && people[unit] === human && !Number.isNaN(verdicts[unit]!),
  );
  return { successes: chosen.filter(({ unit }) => verdicts[unit] === 1).length, n: chosen.length };
}

const gap = (recorded: Recorded, judge: string, human: 0 | 1) =>
  proportionDifference(approvals(recorded, judge, human, true), approvals(recorded, judge, human, false));

function shareCorrect({ column, rows }: Recorded, rater: string, system: string) {
  const said = rows.filter((each) => each.system === system).map(({ unit }) => column(rater)[unit]!);
  return proportion(said.filter((value) => value === 1).length, said.filter((value) => !Number.isNaN(value)).length);
}

const row = figureFor<Recorded>;
const agreement = ({ column }: Recorded, first: string, second: string) =>
  percentAgreement(column(first), column(second));
const kappa = ({ column }: Recorded, first: string, second: string) =>
  cohenKappa(column(first), column(second), { categories: 2 });

const bySystem: Record<string, string> = {
  'text-davinci-003_fewshot-n64': '76.4',
  [zeroShot]: '71.2',
  EMDR2: '80.1',
  'FiD-KD': '73.3',
  R2D2: '71.3',
  Rocketv2_FiD: '70.2',
  'GAR-plus_FiD': '69.0',
  EviGen: '67.2',
  Contriever_FiD: '66.3',
  'ANCE-plus_FiD': '65.7',
  FiD: '64.7',
  DPR: '62.6',
};

const figures: PlannedFigure<Recorded>[] = [
  row('r1 with r2: agreement', python, '.8685', 'share', (r) => agreement(r, 'r1', 'r2')),
  row('r1 with r2: answers rated by both', python, '1483', 'count', (r) => agreement(r, 'r1', 'r2').n),
  row('r1 with r2: kappa', python, '.7347', 'coefficient', (r) => kappa(r, 'r1', 'r2')),
  ...(
    [
      ['gpt-4', '.8481', '.6953', '1488'],
      ['text-davinci-003', '.8376', '.6745', '1490'],
    ] as const
  ).flatMap(([judge, accuracy, coefficient, n]) => [
    row(`${judge}: accuracy`, python, accuracy, 'share', (r) => agreement(r, judge, 'final')),
    row(`${judge}: kappa with people`, python, coefficient, 'coefficient', (r) => kappa(r, judge, 'final')),
    row(`${judge}: answers with both labels`, python, n, 'count', (r) => agreement(r, judge, 'final').n),
  ]),
  row('BEM at 0.5: accuracy', python, '.8065', 'share', (r) => agreement(r, 'bem', 'final')),
  ...Object.entries(bySystem).map(([system, printed]) =>
    row(`correct by people: ${system}`, python, printed, 'percent', (r) => shareCorrect(r, 'final', system)),
  ),
  row(`correct by text-davinci-003: ${zeroShot}`, python, '77.6', 'percent', (r) =>
    shareCorrect(r, 'text-davinci-003', zeroShot),
  ),
  row('text-davinci-003, own answers: approves wrong ones', python, '.411765', 'share', (r) =>
    rate(approvals(r, 'text-davinci-003', 0, true)),
  ),
  row('text-davinci-003, others: approves wrong ones', python, '.172449', 'share', (r) =>
    rate(approvals(r, 'text-davinci-003', 0, false)),
  ),
  row('text-davinci-003: own minus others, wrong answers', python, '.239316', 'share', (r) =>
    gap(r, 'text-davinci-003', 0),
  ),
  row('text-davinci-003: that difference, lower end', python, '.137621', 'share', (r) =>
    endOf(gap(r, 'text-davinci-003', 0), 0),
  ),
  row('text-davinci-003: that difference, upper end', python, '.347869', 'share', (r) =>
    endOf(gap(r, 'text-davinci-003', 0), 1),
  ),
  row('text-davinci-003: own minus others, right answers', python, '.049640', 'share', (r) =>
    gap(r, 'text-davinci-003', 1),
  ),
  row('gpt-4: own minus others, wrong answers', python, '.035714', 'share', (r) => gap(r, 'gpt-4', 0)),
  row('gpt-4: own minus others, right answers', python, '.021181', 'share', (r) => gap(r, 'gpt-4', 1)),
];

function rate({ successes, n }: { successes: number; n: number }) {
  return proportion(successes, n);
}

export const openqaEval = defineReproduction({
  set: 'openqa-eval',
  title: 'OpenQA-eval: 1,490 answers, two people and an adjudicator, two judges',
  files: ['items.jsonl'],
  load,
  figures,
});
