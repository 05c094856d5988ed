import { join } from 'node:path';

import { buildTable, filterRows, type Pivot, pivot, sliceByFacet } from '@assize/datasets';
import {
  clusteredProportion,
  type IccForm,
  intraclassCorrelation,
  krippendorffAlpha,
  type Matrix,
  mean,
  pairwiseAgreement,
  pearson,
} from '@assize/stats';
import { criterionCase } from '@assize/trial';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source, type Unit } from './figure.ts';
import { columnOf, criterion, examined, measured, recordedRating, rowsOf } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const score = z.number().int().min(1).max(5);
const scored = z.object({
  item_id: z.string(),
  bench: z.enum(['vicuna', 'mt_bench']),
  question_id: z.number(),
  response_model: z.string(),
  judge: z.string(),
  scores: z.tuple([score, score, score]),
});

const python: Source = { kind: 'recomputed', cite: 'Python' };
const samples = [0, 1, 2];

async function load(folder: string) {
  const records = recordsOf(join(folder, 'items.jsonl.gz'), scored);
  const named = (of: (record: (typeof records)[number]) => string) =>
    new Map(records.map((record) => [record.item_id, of(record)]));
  const table = await buildTable(
    records.flatMap(({ item_id: item, judge: rater, scores }) =>
      scores.map((value, sample) => recordedRating('model', { item, rater, criterion: 'quality', sample }, value)),
    ),
    {
      criteria: [criterion('quality', { kind: 'ordinal', levels: [1, 2, 3, 4, 5] })],
      facets: {
        bench: named(({ bench }) => bench),
        model: named(({ bench, response_model: model }) => `${bench} ${model}`),
      },
      groups: named(({ bench, question_id: question }) => `${bench} ${question}`),
    },
  );
  const parts = new Map([['all', table], ...sliceByFacet(table, 'bench')]);
  const prepared = new Map(
    [...parts].map(([name, part]) => {
      const bySample = samples.map((sample): Pivot => pivot(filterRows(part, { sample }), 'quality'));
      const columns = bySample.map((each) => columnOf(each, 'gpt-4'));
      const rows = columns[0]!.length;
      // Samples stand where raters would.
      const values = Float64Array.from({ length: rows * 3 }, (_, at) => columns[at % 3]![Math.floor(at / 3)]!);
      const matrix: Matrix = { values, rows, columns: 3 };
      const repeat = examined('repeatability', criterionCase(part, 0, 'gpt-4', []), part);
      return [name, { columns, matrix, repeat }];
    }),
  );
  return { prepared, models: sliceByFacet(table, 'model'), table };
}
type Recorded = Awaited<ReturnType<typeof load>>;
type Part = ReturnType<Recorded['prepared']['get']> & {};

const figureOf = figureFor<Recorded>;
const alpha = (metric: 'nominal' | 'ordinal' | 'interval') => (part: Part) =>
  krippendorffAlpha(part.matrix, { metric });
const icc = (form: IccForm) => (part: Part) => intraclassCorrelation(part.matrix, { form });
const repeated = (statistic: string) => (part: Part) => measured(part.repeat, statistic);

function wide({ matrix }: Part) {
  return clusteredProportion(rowsOf(matrix).map((row) => Number(Math.max(...row) - Math.min(...row) >= 2)));
}

/** Figures of all items, of Vicuna-bench, of MT-bench. */
const triples: [string, Unit, [string, string, string], (part: Part) => ReturnType<typeof measured>][] = [
  ['repetition stability', 'share', ['.834896', '.871875', '.797917'], repeated('repetition-stability')],
  ['all three equal', 'share', ['.531250', '.621875', '.440625'], repeated('all-equal')],
  ['agreement of repetitions', 'share', ['.678646', '.745833', '.611458'], repeated('agreement-of-repetitions')],
  [
    'agreement of repetitions, as raters',
    'share',
    ['.678646', '.745833', '.611458'],
    ({ matrix }) => pairwiseAgreement(matrix),
  ],
  ['mean standard deviation', 'score', ['.292529', '.222601', '.362458'], repeated('spread-of-repetitions')],
  ['range of 2 or more', 'share', ['.039062', '.006250', '.071875'], wide],
  ['ICC(1,1)', 'coefficient', ['.851759', '.807868', '.851254'], icc('ICC(1,1)')],
  ['ICC(1,3)', 'coefficient', ['.945167', '.926548', '.944960'], icc('ICC(1,k)')],
  ['alpha, interval', 'coefficient', ['.851627', '.807544', '.850989'], alpha('interval')],
  ['alpha, ordinal', 'coefficient', ['.781225', '.723442', '.814523'], alpha('ordinal')],
  ['alpha, ordinal, of the trial', 'coefficient', ['.781225', '.723442', '.814523'], repeated('alpha-ordinal')],
  ['alpha, nominal', 'coefficient', ['.538969', '.582157', '.487422'], alpha('nominal')],
];

const means = {
  'vicuna llama-2-chat': '4.321',
  'vicuna chat_gpt': '4.283',
  'vicuna wizard': '4.129',
  'vicuna vicuna': '3.850',
  'mt_bench chatgpt': '3.817',
  'mt_bench llama2_chat_13b': '3.479',
  'mt_bench wizardlm_13b': '3.392',
  'mt_bench vicuna_13b': '3.267',
};

const figures: PlannedFigure<Recorded>[] = [
  ...triples.flatMap(([what, unit, printed, ours]) =>
    ['all', 'vicuna', 'mt_bench'].map((part, place) =>
      figureOf(`${part}: ${what}`, python, printed[place]!, unit, ({ prepared }) => ours(prepared.get(part)!)),
    ),
  ),
  figureOf('all: Cronbach alpha, which is ICC(3,3)', python, '.945144', 'coefficient', ({ prepared }) =>
    icc('ICC(3,k)')(prepared.get('all')!),
  ),
  figureOf('all: Pearson of samples 1 and 2', python, '.8401', 'coefficient', ({ prepared }) => {
    const { columns } = prepared.get('all')!;
    return pearson(columns[0]!, columns[1]!);
  }),
  // Levels are held by their place, from 0.
  ...['118', '188', '202', '831', '581'].map((printed, level) =>
    figureOf(
      `scores of ${level + 1}`,
      python,
      printed,
      'count',
      ({ table }) => table.value.filter((v) => v === level).length,
    ),
  ),
  figureOf('mean score', python, '3.817188', 'score', ({ table }) => 1 + mean(table.value)),
  ...Object.entries(means).map(([model, printed]) =>
    figureOf(`mean score: ${model}`, python, printed, 'score', ({ models }) => 1 + mean(models.get(model)!.value)),
  ),
];

export const gpt4Absolute = defineReproduction({
  set: 'gpt4-absolute-3x',
  title: 'GPT-4 scores, three samples each: 640 responses',
  files: ['items.jsonl.gz'],
  load,
  figures,
});
