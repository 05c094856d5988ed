import { join } from 'node:path';

import { buildTable, filterRows, pivot, sliceByFacet } from '@assize/datasets';
import {
  categoryCounts,
  clusteredMean,
  clusteredProportion,
  cohenKappa,
  fleissKappa,
  mcNemar,
  type Matrix,
  matrixOf,
  mean,
  pairedProportionDifference,
  pairwiseAgreement,
  percentAgreement,
} from '@assize/stats';
import { type CriterionCase, criterionCase, statisticAgainst, withUnrated } from '@assize/trial';
import { z } from 'zod';

import { compareWithin, type Figure, figureFor, type PlannedFigure, type Source, type Unit } from './figure.ts';
import {
  criterion,
  endOf,
  errorOf,
  examined,
  inOrder,
  matrixOfPivot,
  measured,
  recordedRating,
  rowsOf,
  settings,
  valueOf,
} from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const output = z.union([z.literal(1), z.literal(2)]);
const goldItem = z.object({ item_id: z.string(), subset: z.string(), gold: output });
const verdict = z.object({
  item_id: z.string(),
  judge: z.string(),
  strategy: z.string(),
  verdict_order_12: output.nullable(),
  verdict_order_21: output.nullable(),
});
/** "70 / 100 = 70.0%" */
const fraction = z
  .templateLiteral([z.number(), ' / ', z.number(), ' = ', z.number(), '%'])
  .transform((text) => Number(text.split(' ')[0]) / Number(text.split(' ')[2]));
const cell = z.object({
  subset: z.string(),
  judge: z.string(),
  strategy: z.string(),
  n: z.number().int(),
  statistics: z.object({
    correct_False: fraction,
    correct_True: fraction,
    correct_average: z.templateLiteral([z.number(), '%']).transform((text) => Number(text.slice(0, -1)) / 100),
    correct_both: fraction,
    equal: fraction,
    kappa_agreement: z.number().nullable(),
  }),
});

const paper: Source = { kind: 'published', cite: 'Zeng et al. 2024, ICLR, Table 2' };
const authors: Source = { kind: 'published', cite: 'Zeng et al. 2024, the authors’ statistics.json' };
const python: Source = { kind: 'recomputed', cite: 'Python' };
const subsets = ['natural', 'neighbor', 'gptinst', 'gptout', 'manual'];

/** The verdicts of one judge under one strategy, in the order given and reversed, on the same items. */
interface BothOrders {
  given: CriterionCase;
  reversed: CriterionCase;
}

/** The source numbers outputs from 1. */
const winner = (value: 1 | 2 | null): number | null => (value === null ? null : value - 1);

async function load(folder: string) {
  const golds = recordsOf(join(folder, 'items.jsonl'), goldItem);
  const verdicts = recordsOf(join(folder, 'verdicts.jsonl.gz'), verdict);
  const statistics = recordsOf(join(folder, 'source_statistics.jsonl'), cell);
  const table = await buildTable(
    [
      ...golds.map(({ item_id: item, gold }) =>
        recordedRating('person', { item, rater: 'gold', criterion: 'better' }, gold - 1),
      ),
      ...verdicts.flatMap(({ item_id: item, judge, strategy, ...shown }) => {
        const about = { item, rater: `${judge} ${strategy}`, criterion: 'better' };
        return [
          recordedRating('model', { ...about, order: [0, 1] }, winner(shown.verdict_order_12)),
          recordedRating('model', { ...about, order: [1, 0] }, winner(shown.verdict_order_21)),
        ];
      }),
    ],
    {
      criteria: [criterion('better', { kind: 'preference', ties: false })],
      facets: { subset: new Map(golds.map(({ item_id: item, subset }) => [item, subset])) },
    },
  );
  const parts = new Map([['all', table], ...sliceByFacet(table, 'subset')]);
  const orders = new Map([...parts].map(([name, part]) => [name, [inOrder(part, [0, 1]), inOrder(part, [1, 0])]]));
  const seen = new Map<string, BothOrders>();
  const both = (part: string, rater: string): BothOrders => {
    const key = `${part}/${rater}`;
    const known = seen.get(key);
    if (known) return known;
    const [given, reversed] = orders.get(part)!.map((each) => criterionCase(each, 0, rater, ['gold']));
    const made = { given: given!, reversed: reversed! };
    seen.set(key, made);
    return made;
  };
  return { table, given: orders.get('all')![0]!, both, statistics };
}
type Recorded = Awaited<ReturnType<typeof load>>;

/** A verdict that could not be read is a wrong one. */
const wrongIfNone = (one: CriterionCase): Float64Array => withUnrated(one, 'wrong', one.consensus.values);
const accuracy = (one: CriterionCase) =>
  statisticAgainst('agreement', one, wrongIfNone(one), one.consensus.values, settings);
const meanAccuracy = ({ given, reversed }: BothOrders): number =>
  mean([valueOf(accuracy(given)), valueOf(accuracy(reversed))]);
/** As the authors count: two unreadable verdicts are equal. */
const sameVerdict = ({ given, reversed }: BothOrders) => percentAgreement(wrongIfNone(given), wrongIfNone(reversed));

function bothRight({ given, reversed }: BothOrders) {
  return clusteredProportion(
    given.consensus.values.map((gold, unit) =>
      Number(given.verdicts[unit] === gold && reversed.verdicts[unit] === gold),
    ),
  );
}

/** As the authors count in kappa: what is not a verdict for the first output counts as one for the second. */
const secondIfNone = ({ verdicts }: CriterionCase): Float64Array => verdicts.map((value) => (value === 0 ? 0 : 1));
const kappaOfOrders = ({ given, reversed }: BothOrders) =>
  cohenKappa(secondIfNone(given), secondIfNone(reversed), { categories: 2 });

const position = ({ table }: Recorded, rater: string, statistic: string) =>
  measured(examined('position-bias', criterionCase(table, 0, rater, ['gold']), table), statistic);

/** All 325 cells of the authors' own statistics, six figures each. */
function cells({ both, statistics }: Recorded): Figure[] {
  return statistics.flatMap(({ subset, judge, strategy, n, statistics: theirs }) => {
    const here = both(subset, `${judge} ${strategy}`);
    const figure = (what: string, unit: Unit, reference: number, ours: Parameters<typeof compareWithin>[1]): Figure =>
      compareWithin(
        {
          id: `cell/${subset}/${judge}/${strategy}/${what.replaceAll(' ', '-')}`,
          what: `${judge} ${strategy}, ${subset}: ${what}`,
          source: authors,
          unit,
          fold: `${judge} ${strategy}: five subsets`,
          reference,
          tolerance: 1e-9,
        },
        ours,
      );
    return [
      figure('items', 'count', n, here.given.length),
      figure('accuracy in the order given', 'share', theirs.correct_False, accuracy(here.given)),
      figure('accuracy reversed', 'share', theirs.correct_True, accuracy(here.reversed)),
      figure('mean accuracy', 'share', theirs.correct_average, meanAccuracy(here)),
      figure('right in both orders', 'share', theirs.correct_both, bothRight(here)),
      figure('same verdict in both orders', 'share', theirs.equal, sameVerdict(here)),
      ...(theirs.kappa_agreement === null
        ? []
        : [figure('kappa of the orders', 'coefficient', theirs.kappa_agreement, kappaOfOrders(here))]),
    ];
  });
}

/** GPT-4, mean accuracy / agreement of the two orders in percent, by subset. The paper's star is a prompt with rules. */
const tableTwo: Record<string, string> = {
  Vanilla_NoRules: '93.5/97.0 64.2/89.6 76.6/90.2 76.6/87.2 75.0/89.1',
  Vanilla: '95.5/95.0 78.7/93.3 86.4/94.6 77.7/93.6 80.4/82.6',
  CoT: '94.5/91.0 75.0/90.3 83.2/90.2 74.5/87.2 73.9/82.6',
  Swap: '94.5/97.0 77.6/97.0 88.0/95.7 73.4/97.9 81.5/93.5',
  Swap_CoT: '94.0/100 78.7/99.3 85.3/96.7 79.8/97.9 77.2/93.5',
  Metrics_Reference: '96.0/96.0 85.4/94.8 89.7/90.2 72.3/83.0 83.7/84.8',
};

/** All 419 items: accuracy given, reversed, mean; right in both; position consistency; preference fairness. */
const overall: Record<string, string> = {
  'GPT-4 Vanilla': '.828162 .861575 .844869 .809069 .928401 -.023866',
  'GPT-4 Vanilla_NoRules': '.761337 .768496 .764916 .720764 .911695 -.002387',
  'GPT-4 CoT': '.811456 .813842 .812649 .758950 .892601 -.045346',
  'GPT-4 Swap_CoT': '.840095 .835322 .837709 .828162 .980907 .000000',
  'GPT-4 Metrics_Reference': '.861575 .883055 .872315 .830549 .916468 -.050119',
  'ChatGPT Vanilla': '.405728 .393795 .399761 .229117 .658711 -.293556',
  'ChatGPT-0301 Vanilla': '.489260 .472554 .480907 .269690 .577566 -.341289',
  'LLaMA2 Vanilla': '.441527 .441527 .441527 .317422 .752998 -.117506',
  'PaLM2 Vanilla': '.680191 .715990 .698091 .560859 .722892 -.122892',
  'Falcon Vanilla': '.556086 .572792 .564439 .272076 .415274 -.551313',
  'Falcon CoT': '.515513 .525060 .520286 .085919 .127404 -.867788',
};
const overallColumns: [string, Unit, (recorded: Recorded, rater: string) => ReturnType<typeof measured> | number][] = [
  ['accuracy in the order given', 'share', ({ both }, rater) => accuracy(both('all', rater).given)],
  ['accuracy reversed', 'share', ({ both }, rater) => accuracy(both('all', rater).reversed)],
  ['mean accuracy', 'share', ({ both }, rater) => meanAccuracy(both('all', rater))],
  ['right in both orders', 'share', ({ both }, rater) => bothRight(both('all', rater))],
  ['position consistency', 'share', (recorded, rater) => position(recorded, rater, 'position-consistency')],
  ['preference fairness', 'coefficient', (recorded, rater) => position(recorded, rater, 'preference-fairness')],
];

const consistent = ({ given, reversed }: BothOrders, unit: number): boolean =>
  given.verdicts[unit] === reversed.verdicts[unit];
const rightShare = ({ given, reversed }: BothOrders, unit: number): number =>
  mean([given, reversed].map(({ verdicts, consensus }) => Number(verdicts[unit] === consensus.values[unit])));

/**
 * Whether swapping the order inside the prompt makes a judge consistent: CoT against Swap_CoT, on the items that have all
 * four verdicts.
 */
function swapped({ both }: Recorded, judge: string) {
  const [before, after] = [both('all', `${judge} CoT`), both('all', `${judge} Swap_CoT`)];
  const counts = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
  const all = [before.given, before.reversed, after.given, after.reversed];
  const gains = new Float64Array(before.given.length).fill(Number.NaN);
  for (let unit = 0; unit < gains.length; unit++) {
    if (all.some(({ verdicts }) => Number.isNaN(verdicts[unit]))) continue;
    const [now, then] = [consistent(after, unit), consistent(before, unit)];
    counts[now ? (then ? 'both' : 'firstOnly') : then ? 'secondOnly' : 'neither']++;
    gains[unit] = rightShare(after, unit) - rightShare(before, unit);
  }
  return { counts, gain: clusteredMean(gains), difference: pairedProportionDifference(counts) };
}

/** The verdicts of all pairwise strategies of a judge, order given, on the items that all could decide. */
function acrossStrategies({ given }: Recorded, judge: string): Matrix {
  const strategies = given.raters.filter(
    (rater) => rater.startsWith(`${judge} `) && !rater.startsWith(`${judge} Rating`),
  );
  const all = rowsOf(matrixOfPivot(pivot(filterRows(given, { rater: strategies }), 'better')));
  return matrixOf(all.filter((unit) => !unit.includes(Number.NaN)));
}

const unanimous = (matrix: Matrix) =>
  clusteredProportion(rowsOf(matrix).map((unit) => Number(new Set(unit).size === 1)));

const row = figureFor<Recorded>;
const mitigation = {
  'GPT-4': ['374', '37', '0', '8', '1.46e-11', '.088305', '.062652', '.119333', '.025060', '.008611'],
  ChatGPT: ['236', '65', '8', '102', '3.23e-12', '.138686', '.099726', '.177148', '.010949', '.010949'],
};
const sensitivity = {
  'GPT-4': ['10', '418', '.908400', '.816742', '.763158'],
  ChatGPT: ['10', '413', '.831423', '.638490', '.535109'],
  LLaMA2: ['10', '413', '.776594', '.551699', '.392252'],
  Falcon: ['10', '416', '.831090', '.448881', '.557692'],
  PaLM2: ['8', '408', '.823179', '.643181', '.509804'],
};

const figures: PlannedFigure<Recorded>[] = [
  ...Object.entries(tableTwo).flatMap(([strategy, line]) =>
    line.split(' ').flatMap((printed, place) => {
      const [right = '', same = ''] = printed.split('/');
      const what = `GPT-4 ${strategy}, ${subsets[place]!}`;
      const here = ({ both }: Recorded) => both(subsets[place]!, `GPT-4 ${strategy}`);
      const fold = `GPT-4 ${strategy}: Table 2, five subsets`;
      return [
        row(`${what}: mean accuracy`, paper, right, 'percent', (r) => meanAccuracy(here(r)), fold),
        row(`${what}: agreement of orders`, paper, same, 'percent', (r) => sameVerdict(here(r)), fold),
      ];
    }),
  ),
  ...Object.entries(overall).flatMap(([rater, line]) =>
    line
      .split(' ')
      .map((printed, place): [string, (typeof overallColumns)[number]] => [printed, overallColumns[place]!])
      .map(([printed, [what, unit, ours]]) =>
        row(`${rater}: ${what}`, python, printed, unit, (r) => ours(r, rater), `${rater}: all 419 items`),
      ),
  ),
  ...Object.entries(mitigation).flatMap(([judge, printed]) => {
    const figure = (what: string, place: number, unit: Unit, ours: PlannedFigure<Recorded>['ours']) =>
      row(`${judge}, Swap_CoT after CoT: ${what}`, python, printed[place]!, unit, ours, `${judge}: Swap_CoT after CoT`);
    const interval = (end: 0 | 1) => (r: Recorded) => endOf(swapped(r, judge).difference, end);
    return [
      figure('consistent in both', 0, 'count', (r) => swapped(r, judge).counts.both),
      figure('consistent after only', 1, 'count', (r) => swapped(r, judge).counts.firstOnly),
      figure('consistent before only', 2, 'count', (r) => swapped(r, judge).counts.secondOnly),
      figure('consistent in neither', 3, 'count', (r) => swapped(r, judge).counts.neither),
      figure('McNemar, exact', 4, 'p', (r) => {
        const { firstOnly, secondOnly } = swapped(r, judge).counts;
        return mcNemar(firstOnly, secondOnly).p;
      }),
      figure('gain in consistency', 5, 'share', (r) => swapped(r, judge).difference),
      figure('gain in consistency, lower end', 6, 'share', interval(0)),
      figure('gain in consistency, upper end', 7, 'share', interval(1)),
      figure('gain in accuracy', 8, 'share', (r) => swapped(r, judge).gain),
      figure('gain in accuracy, standard error', 9, 'se', (r) => errorOf(swapped(r, judge).gain)),
    ];
  }),
  ...Object.entries(sensitivity).flatMap(([judge, printed]) => {
    const figure = (
      what: string,
      place: number,
      unit: Unit,
      ours: (matrix: Matrix) => ReturnType<typeof measured> | number,
    ) =>
      row(
        `${judge}, between strategies: ${what}`,
        python,
        printed[place]!,
        unit,
        (r) => ours(acrossStrategies(r, judge)),
        `${judge}: agreement between its strategies`,
      );
    return [
      figure('strategies', 0, 'count', ({ columns }) => columns),
      figure('items that all decide', 1, 'count', ({ rows }) => rows),
      figure('mean pairwise agreement', 2, 'share', (matrix) => pairwiseAgreement(matrix)),
      figure('Fleiss kappa', 3, 'coefficient', (matrix) => fleissKappa(categoryCounts(matrix, 2))),
      figure('unanimous', 4, 'share', (matrix) => unanimous(matrix)),
    ];
  }),
];

export const llmbar = defineReproduction({
  set: 'llmbar',
  title: 'LLMBar: 419 pairs with gold, six judges, 65 prompts, both orders',
  files: ['items.jsonl', 'verdicts.jsonl.gz', 'source_statistics.jsonl'],
  load,
  figures,
  more: cells,
});
