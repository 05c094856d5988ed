import { join } from 'node:path';

import { buildTable, filterRows, pivot } from '@assize/datasets';
import { clusteredProportion } from '@assize/stats';
import { criterionCase } from '@assize/trial';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source, type Unit } from './figure.ts';
import { columnOf, criterion, errorOf, examined, inOrder, measured, recordedRating } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const letter = z.enum(['A', 'B', 'C']).nullable();
const verdict = z.object({
  judge: z.string(),
  repetition: z.number().int().min(1),
  question_id: z.string(),
  model_1: z.string(),
  model_2: z.string(),
  verdict_order_12: letter,
  verdict_order_21: letter,
});

const logs: Source = { kind: 'published', cite: 'Shi et al. 2024, arXiv:2406.07791, the authors’ logs' };
const python: Source = { kind: 'recomputed', cite: 'Python' };

/** Letters name places: A is what was shown first. */
function content(said: 'A' | 'B' | 'C' | null, first: 0 | 1): number | string | null {
  if (said === null) return null;
  return said === 'C' ? 'tie' : said === 'A' ? first : 1 - first;
}

async function load(folder: string) {
  const records = recordsOf(join(folder, 'verdicts.jsonl'), verdict);
  const itemOf = (row: (typeof records)[number]): string => `${row.question_id}/${row.model_1}/${row.model_2}`;
  const table = await buildTable(
    records.flatMap((record) => {
      const about = { item: itemOf(record), rater: record.judge, criterion: 'better', sample: record.repetition - 1 };
      return [
        recordedRating('model', { ...about, order: [0, 1] }, content(record.verdict_order_12, 0)),
        recordedRating('model', { ...about, order: [1, 0] }, content(record.verdict_order_21, 1)),
      ];
    }),
    {
      criteria: [criterion('better', { kind: 'preference', ties: true })],
      groups: new Map(records.map((record) => [itemOf(record), record.question_id])),
    },
  );
  const bySample = [0, 1, 2].map((sample) =>
    [
      [0, 1],
      [1, 0],
    ].map((order) => pivot(filterRows(inOrder(table, order), { sample }), 'better')),
  );
  const findings = new Map(
    table.raters.map((judge) => {
      const one = criterionCase(table, 0, judge, []);
      return [
        judge,
        { position: examined('position-bias', one, table), repeat: examined('repeatability', one, table) },
      ];
    }),
  );
  return { bySample, findings };
}
type Recorded = Awaited<ReturnType<typeof load>>;

/** Share of a judge's pairs, all repetitions or one, whose two verdicts are as wanted; a missing one is never. */
function sharePairs(
  { bySample }: Recorded,
  judge: string,
  wanted: (given: number, reversed: number) => boolean,
  only?: number,
) {
  const hits = bySample.flatMap((orders, sample) => {
    if (only !== undefined && sample !== only) return [];
    const [given, reversed] = orders.map((each) => columnOf(each, judge));
    return Array.from(given!, (verdictGiven, unit) => Number(wanted(verdictGiven, reversed![unit]!)));
  });
  return clusteredProportion(hits);
}

const consistent = (given: number, reversed: number): boolean => given === reversed;
const alwaysFirst = (given: number, reversed: number): boolean => given === 0 && reversed === 1;
const alwaysSecond = (given: number, reversed: number): boolean => given === 1 && reversed === 0;

/** Of all 288 pairs, a missing verdict counted as inconsistent: consistency, always first, always second; stability. */
const ofAll: Record<string, [string, string, string, string]> = {
  'gpt-4-0613': ['.8681', '.0417', '.0278', '.9688'],
  'gpt-4-0125-preview': ['.8681', '.0069', '.0347', '.9410'],
  'gpt-3.5-turbo-1106': ['.8194', '.0417', '.1250', '.9601'],
  'gpt-4-1106-preview': ['.8090', '.0174', '.0312', '.9358'],
  'claude-3-opus-20240229': ['.7778', '.0035', '.1771', '.9531'],
  'gpt-3.5-turbo-0125': ['.7639', '.0556', '.1007', '.9358'],
  'claude-3-sonnet-20240229': ['.7222', '.0104', '.1944', '.9288'],
  'claude-3-haiku-20240307': ['.6458', '.0451', '.2396', '.8941'],
  'gemini-pro': ['.6389', '.0243', '.2465', '.8854'],
};

/**
 * Of the pairs with both verdicts: n, consistency, its error, fairness, its error, stability, the sign test's p; then
 * disagreement in one order, between orders, excess inconsistency, its error. Errors are clustered by question.
 */
const ofParsed: Record<string, string[]> = {
  'gpt-4-0613': '288 .868056 .028338 -.041667 .033649 .968750 .073 .060764 .131944 .071181 .020295'.split(' '),
  'gpt-4-0125-preview': '288 .868056 .033241 .062500 .032216 .940972 .0051 .112847 .134259 .021412 .015840'.split(' '),
  'gpt-4-1106-preview': '288 .809028 .037362 .052083 .038794 .935764 .0581 .123264 .192130 .068866 .022933'.split(' '),
  'gpt-3.5-turbo-1106': '286 .825175 .034357 .090909 .042343 .960069 3.06e-4 .071678 .179487 .107809 .031061'.split(
    ' ',
  ),
  'gpt-3.5-turbo-0125': '266 .827068 .035291 .052632 .044699 .935764 .0541 .085185 .162907 .077722 .030309'.split(' '),
  'claude-3-opus-20240229': '288 .777778 .034632 .159722 .039788 .953125 3.54e-9 .093750 .223380 .129630 .033801'.split(
    ' ',
  ),
  'claude-3-sonnet-20240229':
    '287 .724739 .042543 .184669 .040511 .928819 1.08e-9 .132404 .272938 .140534 .032897'.split(' '),
  'claude-3-haiku-20240307':
    '287 .648084 .035096 .184669 .060067 .894097 1.18e-7 .209059 .342625 .133566 .037342'.split(' '),
  'gemini-pro': '286 .643357 .049687 .272727 .040923 .885417 6.13e-16 .215035 .342657 .127622 .032330'.split(' '),
};

const row = figureFor<Recorded>;
const position = (judge: string, statistic: string) => (r: Recorded) =>
  measured(r.findings.get(judge)!.position, statistic);
const stability = (judge: string) => (r: Recorded) => measured(r.findings.get(judge)!.repeat, 'repetition-stability');

/** What stands in each place of `ofParsed`. */
const columns: [string, Unit, (judge: string) => (recorded: Recorded) => ReturnType<typeof measured> | number][] = [
  ['pairs with both verdicts', 'count', (judge) => (r) => position(judge, 'position-consistency')(r).n],
  ['position consistency', 'share', (judge) => position(judge, 'position-consistency')],
  ['position consistency, error', 'se', (judge) => (r) => errorOf(position(judge, 'position-consistency')(r))],
  ['preference fairness', 'coefficient', (judge) => position(judge, 'preference-fairness')],
  ['preference fairness, error', 'se', (judge) => (r) => errorOf(position(judge, 'preference-fairness')(r))],
  ['repetition stability', 'share', stability],
  ['sign test of recency', 'p', (judge) => position(judge, 'sign-test-p')],
  ['disagreement within an order', 'share', (judge) => position(judge, 'disagreement-within-order')],
  ['disagreement between orders', 'share', (judge) => position(judge, 'disagreement-between-orders')],
  ['excess inconsistency', 'share', (judge) => position(judge, 'excess-inconsistency')],
  ['excess inconsistency, error', 'se', (judge) => (r) => errorOf(position(judge, 'excess-inconsistency')(r))],
];

const figures: PlannedFigure<Recorded>[] = [
  row('gpt-4-0613: consistent, repetition 1 (170 of 192 verdicts)', logs, '.8854', 'share', (r) =>
    sharePairs(r, 'gpt-4-0613', consistent, 0),
  ),
  ...Object.entries(ofAll).flatMap(([judge, [all, first, second, stable]]) => [
    row(`${judge}: consistent, of all pairs`, python, all, 'share', (r) => sharePairs(r, judge, consistent)),
    row(`${judge}: always first`, python, first, 'share', (r) => sharePairs(r, judge, alwaysFirst)),
    row(`${judge}: always second`, python, second, 'share', (r) => sharePairs(r, judge, alwaysSecond)),
    row(`${judge}: repetition stability, 4 digits`, python, stable, 'share', stability(judge)),
  ]),
  ...Object.entries(ofParsed).flatMap(([judge, printed]) =>
    columns.map(([what, unit, ours], place) =>
      row(`${judge}: ${what}`, python, printed[place]!, unit, ours(judge), `${judge}: eleven figures of its trial`),
    ),
  ),
];

export const mtbenchPosition = defineReproduction({
  set: 'mtbench-position',
  title: 'MT-bench in both orders, three times: nine judges',
  files: ['verdicts.jsonl'],
  load,
  figures,
});
