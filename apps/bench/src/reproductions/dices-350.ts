import { join } from 'node:path';

import { buildTable, filterRows, pivot } from '@assize/datasets';
import { krippendorffAlpha } from '@assize/stats';
import { type CriterionCase, criterionCase, statisticAgainst } from '@assize/trial';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source } from './figure.ts';
import { columnOf, criterion, matrixOfPivot, recordedRating, settings } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

/** In the order that makes them ordinal: safe, unsure, unsafe. */
const labels = ['No', 'Unsure', 'Yes'];
const conversation = z.object({
  item_id: z.number().int(),
  ratings: z.array(z.enum(['No', 'Unsure', 'Yes'])),
  expert: z.enum(['No', 'Yes']),
});

const python: Source = { kind: 'recomputed', cite: 'Python' };

async function load(folder: string) {
  const records = recordsOf(join(folder, 'ratings.jsonl'), conversation);
  const table = await buildTable(
    records.flatMap(({ item_id: id, ratings, expert }) =>
      [...ratings.map((value, place): [string, string] => [`r${place}`, value]), ['expert', expert]].map(
        ([rater, value]) => recordedRating('person', { item: String(id), rater: rater!, criterion: 'unsafe' }, value!),
      ),
    ),
    { criteria: [criterion('unsafe', { kind: 'nominal', labels })] },
  );
  const crowd = table.raters.filter((rater) => rater !== 'expert');
  return {
    expert: columnOf(pivot(filterRows(table, { rater: 'expert' }), 'unsafe'), 'expert'),
    crowd: pivot(filterRows(table, { rater: crowd }), 'unsafe'),
    // The expert stands where a judge would: held against what most of the crowd say.
    one: criterionCase(table, 0, 'expert', crowd),
  };
}
type Recorded = Awaited<ReturnType<typeof load>>;

const row = figureFor<Recorded>;
const count = (values: Float64Array, label: string): number => values.filter((value) => labels[value] === label).length;
const against = (statistic: string, { one }: Recorded) =>
  statisticAgainst(statistic, one, one.verdicts, plurality(one), settings);

/**
 * What most of the crowd say. An even split, of which there are two, goes to the label that was given first: so the reference
 * has it, while a trial leaves such items out and counts them.
 */
function plurality({ consensus, labels: said }: CriterionCase): Float64Array {
  return consensus.values.map((value, unit) => {
    if (!Number.isNaN(value)) return value;
    const votes = labels.map((_, code) => said.filter((rater) => rater[unit] === code).length);
    const most = Math.max(...votes);
    return said.map((rater) => rater[unit]!).find((code) => votes[code] === most) ?? Number.NaN;
  });
}

const figures: PlannedFigure<Recorded>[] = [
  row('crowd: alpha, nominal', python, '.1609', 'coefficient', ({ crowd }) => krippendorffAlpha(matrixOfPivot(crowd))),
  row('crowd: alpha, ordinal', python, '.1910', 'coefficient', ({ crowd }) =>
    krippendorffAlpha(matrixOfPivot(crowd), { metric: 'ordinal' }),
  ),
  row('crowd: even splits', python, '2', 'count', ({ one }) => one.consensus.split),
  row('crowd plurality with expert: accuracy', python, '.6543', 'share', (r) => against('agreement', r)),
  row('crowd plurality with expert: kappa', python, '.3086', 'coefficient', (r) => against('kappa', r)),
  ...Object.entries({ No: '26292', Yes: '14064', Unsure: '2694' }).map(([label, printed]) =>
    row(`crowd ratings ${label}`, python, printed, 'count', ({ crowd }) => count(crowd.value, label)),
  ),
  ...['No', 'Yes'].map((label) =>
    row(`expert labels ${label}`, python, '175', 'count', ({ expert }) => count(expert, label)),
  ),
];

export const dices350 = defineReproduction({
  set: 'dices-350',
  title: 'DICES-350: 350 conversations, 123 raters, one expert',
  files: ['ratings.jsonl'],
  load,
  figures,
});
