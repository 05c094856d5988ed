import { join } from 'node:path';

import { buildTable, pivot, sliceByFacet } from '@assize/datasets';
import { type AlphaMetric, krippendorffAlpha, mean, spearman } from '@assize/stats';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source } from './figure.ts';
import { columnOf, criterion, matrixOfPivot, recordedRating, valueOf } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const score = z.number().int().min(1).max(5);
const rated = z.object({
  item_id: z.string(),
  system: z.string(),
  human: z.record(z.string(), z.object({ r1: score, r2: score, r3: score })),
});

const python: Source = { kind: 'recomputed', cite: 'Python' };
const people = ['r1', 'r2', 'r3'];

/** Alpha of intervals, alpha of ordered levels, mean Spearman of a person with the mean of the others. */
const byCriterion: Record<string, [string, string, string]> = {
  fluency: ['.5517', '.2765', '.4320'],
  coherence: ['.4334', '.2637', '.3925'],
  relevance: ['.5025', '.4088', '.4840'],
  faithfulness: ['.6323', '.5207', '.5874'],
  aspect_coverage: ['.6435', '.6038', '.7324'],
  sentiment_consistency: ['.4118', '.3509', '.5700'],
  specificity: ['.3357', '.2979', '.5953'],
};
const names = Object.keys(byCriterion);

async function load(folder: string) {
  const records = recordsOf(join(folder, 'ratings.jsonl'), rated);
  const table = await buildTable(
    records.flatMap(({ item_id: item, human }) =>
      Object.entries(human).flatMap(([name, scores]) =>
        Object.entries(scores).map(([rater, value]) =>
          recordedRating('person', { item, rater, criterion: name }, value),
        ),
      ),
    ),
    {
      criteria: names.map((name) => criterion(name, { kind: 'ordinal', levels: [1, 2, 3, 4, 5] })),
      facets: { system: new Map(records.map(({ item_id: item, system }) => [item, system])) },
    },
  );
  const pivots = new Map(names.map((name) => [name, pivot(table, name)]));
  return { pivots, systems: sliceByFacet(table, 'system') };
}
type Recorded = Awaited<ReturnType<typeof load>>;

function alpha({ pivots }: Recorded, chosen: readonly string[], metric: AlphaMetric) {
  const matrices = chosen.map((name) => matrixOfPivot(pivots.get(name)!));
  const values = Float64Array.from(matrices.flatMap((matrix) => Array.from(matrix.values)));
  return krippendorffAlpha({ values, rows: values.length / people.length, columns: people.length }, { metric });
}

/** Each person against the mean of the two others. */
function leftOut({ pivots }: Recorded, name: string): number {
  const columns = people.map((person) => columnOf(pivots.get(name)!, person));
  return mean(
    columns.map((own, place) => {
      const others = columns.filter((_, other) => other !== place);
      return valueOf(
        spearman(
          own,
          own.map((_, unit) => mean(others.map((column) => column[unit]!))),
        ),
      );
    }),
  );
}

/** The mean score of a system, as people write it: levels are held by their place, from 0. */
function meanScore({ systems }: Recorded, system: string): number {
  return 1 + mean(systems.get(system)!.value);
}

const row = figureFor<Recorded>;
const systemMeans = {
  'gpt-4': '4.77',
  'SOLAR-10.7B-Instruct-v1.0': '4.45',
  'Mistral-7B-Instruct-v0.2': '4.45',
  'chatgpt-3.5-turbo': '4.35',
  'human-summaries': '3.81',
  plansum: '1.66',
};

const figures: PlannedFigure<Recorded>[] = [
  ...Object.entries(byCriterion).flatMap(([name, [interval, ordinal, others]]) => [
    row(`${name}: alpha, interval`, python, interval, 'coefficient', (r) => alpha(r, [name], 'interval')),
    row(`${name}: alpha, ordinal`, python, ordinal, 'coefficient', (r) => alpha(r, [name], 'ordinal')),
    row(`${name}: Spearman with the others, mean of three`, python, others, 'coefficient', (r) => leftOut(r, name)),
  ]),
  row('all criteria pooled: alpha, interval', python, '.5478', 'coefficient', (r) => alpha(r, names, 'interval')),
  row('all criteria pooled: alpha, ordinal', python, '.4719', 'coefficient', (r) => alpha(r, names, 'ordinal')),
  ...Object.entries(systemMeans).map(([system, printed]) =>
    row(`mean score of ${system}`, python, printed, 'score', (r) => meanScore(r, system)),
  ),
];

export const summevalOp = defineReproduction({
  set: 'summeval-op',
  title: 'SummEval-OP: 416 summaries, seven criteria, three people',
  files: ['ratings.jsonl'],
  load,
  figures,
});
