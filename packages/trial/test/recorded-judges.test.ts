import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

import type { Criterion, Estimate, Finding, Rating, RatingTable } from '@assize/core';
import { buildTable } from '@assize/datasets';
import { seededRandom } from '@assize/stats';
import { describe, expect, test } from 'vitest';

import { criterionCase, leaveOneOut, profiles, putOnTrial } from '../src/index.ts';

const root = join(import.meta.dirname, '../../..');
const folder = resolve(root, process.env['ASSIZE_DATA_DIR'] ?? '../shared/data');
const present = existsSync(join(folder, 'pandalm'));

function records<T>(file: string): T[] {
  const bytes = readFileSync(join(folder, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]));
}

const better = (ties: boolean): Criterion => ({
  id: 'better',
  question: 'Which is better?',
  scale: { kind: 'preference', ties },
  higherIsBetter: true,
});

function rating(
  item: string,
  rater: string,
  value: number | string | null,
  place: { order?: number[]; sample?: number } = {},
  person = false,
): Rating {
  const common = {
    item,
    rater,
    criterion: 'better',
    ...place,
    provenance: { source: person ? ('person' as const) : ('model' as const) },
  };
  return value === null
    ? { ...common, status: 'unreadable', value: null, reason: 'no verdict' }
    : { ...common, status: 'rated', value };
}

function findingOf(table: RatingTable, judge: string, humans: string[], examination: string): Finding {
  const card = putOnTrial(table, { judge, humans, dataset: { name: 'recorded' }, replicates: 200 });
  return card.findings.find((finding) => finding.examination === examination)!;
}

function figure(finding: Finding, statistic: string): Estimate {
  const found =
    finding.statistic === statistic
      ? finding.estimate
      : finding.measures.find((measure) => measure.statistic === statistic)?.estimate;
  if (found === undefined || found.value === null) throw new Error(`${statistic} has no value`);
  return found;
}

describe.skipIf(!present)('recorded judges (needs the public data: ASSIZE_DATA_DIR)', () => {
  describe('PandaLM, three annotators', async () => {
    if (!present) return;
    const pairs = records<{
      item_id: string;
      human: Record<string, number>;
      judges: Record<string, { verdict: number | null }>;
    }>('pandalm/pairs.jsonl');
    const code = (value: number | null): number | string | null =>
      value === null ? null : value === 0 ? 'tie' : value - 1;
    const table = await buildTable(
      pairs.flatMap(({ item_id: item, human, judges }) => [
        ...Object.entries(human).map(([person, value]) => rating(item, person, code(value), {}, true)),
        ...Object.entries(judges).map(([judge, { verdict }]) => rating(item, judge, code(verdict))),
      ]),
      { criteria: [better(true)] },
    );

    test.each([
      ['gpt-3.5-turbo', [0.7241, 0.72522, 0.72478]],
      ['pandalm-7b', [0.67939, 0.68211, 0.67434]],
    ])('%s and each person are held against the same others', (judge, expected) => {
      const one = criterionCase(table, 0, judge, ['r1', 'r2', 'r3']);
      const loo = leaveOneOut(one, {
        profile: profiles.standard,
        level: 0.95,
        replicates: 200,
        unrated: 'tie',
        random: seededRandom(1),
      });
      expect(loo.people.map(({ units }) => units)).toEqual([917, 928, 912]);
      const humans = [0.95856, 0.9472, 0.96382];
      loo.people.forEach((left, place) => {
        expect(left.human(left.rows)).toBeCloseTo(humans[place]!, 5);
        expect(left.judge(left.rows)).toBeCloseTo(expected[place]!, 5);
      });
    });

    test('the policy for failed verdicts moves the headline as published', () => {
      const finding = findingOf(table, 'gpt-3.5-turbo', ['r1', 'r2', 'r3'], 'agreement');
      const by = (policy: string) =>
        finding.measures.find(({ statistic, about }) => statistic === 'agreement' && about?.['policy'] === policy)!
          .estimate;
      expect(by('exclude')).toMatchObject({ value: expect.closeTo(0.71561, 5), n: 974 });
      expect(by('tie')).toMatchObject({ value: expect.closeTo(0.71071, 5), n: 999 });
      expect(by('wrong')).toMatchObject({ value: expect.closeTo(0.6977, 5), n: 999 });
      expect(finding.outcome).toBe('fail');
    });
  });

  describe('mtbench-position, nine judges', async () => {
    if (!present) return;
    const rows = records<{
      judge: string;
      repetition: number;
      question_id: number;
      model_1: string;
      model_2: string;
      verdict_order_12: string | null;
      verdict_order_21: string | null;
    }>('mtbench-position/verdicts.jsonl');
    const itemOf = (row: (typeof rows)[number]): string => `${row.question_id}/${row.model_1}/${row.model_2}`;
    const code = (verdict: string | null, first: number): number | string | null =>
      verdict === null ? null : verdict === 'C' ? 'tie' : verdict === 'A' ? first : 1 - first;
    const people = [...new Set(rows.map(itemOf))].map((item) => rating(item, 'nobody', 'tie', {}, true));
    const table = await buildTable(
      [
        ...people,
        ...rows.flatMap((row) => [
          rating(itemOf(row), row.judge, code(row.verdict_order_12, 0), { order: [0, 1], sample: row.repetition - 1 }),
          rating(itemOf(row), row.judge, code(row.verdict_order_21, 1), { order: [1, 0], sample: row.repetition - 1 }),
        ]),
      ],
      { criteria: [better(true)], groups: new Map(rows.map((row) => [itemOf(row), String(row.question_id)])) },
    );

    test.each([
      ['gpt-4-0613', 288, 0.868056, 0.028338, -0.041667, 0.033649, 0.96875, 0.060764, 0.131944, 0.071181, 0.020295],
      [
        'gpt-4-0125-preview',
        288,
        0.868056,
        0.033241,
        0.0625,
        0.032216,
        0.940972,
        0.112847,
        0.134259,
        0.021412,
        0.01584,
      ],
      [
        'gpt-4-1106-preview',
        288,
        0.809028,
        0.037362,
        0.052083,
        0.038794,
        0.935764,
        0.123264,
        0.19213,
        0.068866,
        0.022933,
      ],
      [
        'gpt-3.5-turbo-1106',
        286,
        0.825175,
        0.034357,
        0.090909,
        0.042343,
        0.960069,
        0.071678,
        0.179487,
        0.107809,
        0.031061,
      ],
      [
        'gpt-3.5-turbo-0125',
        266,
        0.827068,
        0.035291,
        0.052632,
        0.044699,
        0.935764,
        0.085185,
        0.162907,
        0.077722,
        0.030309,
      ],
      ['claude-3-opus', 288, 0.777778, 0.034632, 0.159722, 0.039788, 0.953125, 0.09375, 0.22338, 0.12963, 0.033801],
      [
        'claude-3-sonnet',
        287,
        0.724739,
        0.042543,
        0.184669,
        0.040511,
        0.928819,
        0.132404,
        0.272938,
        0.140534,
        0.032897,
      ],
      ['claude-3-haiku', 287, 0.648084, 0.035096, 0.184669, 0.060067, 0.894097, 0.209059, 0.342625, 0.133566, 0.037342],
      ['gemini-pro', 286, 0.643357, 0.049687, 0.272727, 0.040923, 0.885417, 0.215035, 0.342657, 0.127622, 0.03233],
    ])(
      '%s: consistency, fairness, stability and excess inconsistency',
      (name, n, pc, pcSe, pf, pfSe, rs, same, swapped, ef, efSe) => {
        const judge = table.raters.find((rater) => rater.startsWith(name))!;
        const position = findingOf(table, judge, ['nobody'], 'position-bias');
        expect(figure(position, 'position-consistency')).toMatchObject({
          n,
          groups: 24,
          value: expect.closeTo(pc, 6),
          se: expect.closeTo(pcSe, 6),
        });
        expect(figure(position, 'preference-fairness')).toMatchObject({
          n,
          value: expect.closeTo(pf, 6),
          se: expect.closeTo(pfSe, 6),
        });
        expect(figure(position, 'disagreement-within-order').value).toBeCloseTo(same, 6);
        expect(figure(position, 'disagreement-between-orders').value).toBeCloseTo(swapped, 6);
        expect(figure(position, 'excess-inconsistency')).toMatchObject({
          value: expect.closeTo(ef, 6),
          se: expect.closeTo(efSe, 6),
        });
        const repeat = findingOf(table, judge, ['nobody'], 'repeatability');
        expect(figure(repeat, 'repetition-stability').value).toBeCloseTo(rs, 6);
      },
    );
  });

  test.each([
    ['GPT-4', 'Vanilla', 0.928401, -0.023866, 0.844869],
    ['ChatGPT', 'Vanilla', 0.658711, -0.293556, 0.399761],
    ['Falcon', 'CoT', 0.127404, -0.867788, 0.520286],
    ['PaLM2', 'Vanilla', 0.722892, -0.122892, 0.698091],
  ])(
    'LLMBar, %s %s: position consistency, fairness and accuracy over both orders',
    async (judge, strategy, pc, pf, accuracy) => {
      const gold = records<{ item_id: string; gold: number }>('llmbar/items.jsonl').map(
        ({ item_id: item, gold: better_ }) => rating(item, 'gold', better_ - 1, {}, true),
      );
      const verdicts = records<{
        item_id: string;
        judge: string;
        strategy: string;
        verdict_order_12: number | null;
        verdict_order_21: number | null;
      }>('llmbar/verdicts.jsonl.gz').filter((row) => row.judge === judge && row.strategy === strategy);
      const code = (verdict: number | null): number | null => (verdict === null ? null : verdict - 1);
      const table = await buildTable(
        [
          ...gold,
          ...verdicts.flatMap((row) => [
            rating(row.item_id, judge, code(row.verdict_order_12), { order: [0, 1] }),
            rating(row.item_id, judge, code(row.verdict_order_21), { order: [1, 0] }),
          ]),
        ],
        { criteria: [better(false)] },
      );
      const card = putOnTrial(table, {
        judge,
        humans: ['gold'],
        dataset: { name: 'llmbar' },
        unrated: 'wrong',
        replicates: 200,
      });
      const position = card.findings.find(({ examination }) => examination === 'position-bias')!;
      expect(figure(position, 'position-consistency').value).toBeCloseTo(pc, 6);
      expect(figure(position, 'preference-fairness').value).toBeCloseTo(pf, 6);
      const agreement = card.findings.find(({ examination }) => examination === 'agreement')!;
      expect(figure(agreement, 'agreement-over-orders').value).toBeCloseTo(accuracy, 6);
    },
  );
});
