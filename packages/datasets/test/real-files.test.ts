import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { countStatuses, loadRatings, pivot, sketchTable } from '../src/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = resolve(root, process.env['ASSIZE_DATA_DIR'] ?? '../shared/data');
const present = existsSync(folder);

describe.skipIf(!present)(
  present ? 'files as people keep them' : 'files as people keep them (skipped: ASSIZE_DATA_DIR is not there)',
  () => {
    test('PandaLM: wide JSONL with nested raters, 1/2/0 preferences, and a judge that says null', async () => {
      const judge = 'judges.gpt-3.5-turbo.verdict';
      const humans = ['human.r1', 'human.r2', 'human.r3'];
      const { table } = await loadRatings(resolve(folder, 'pandalm/pairs.jsonl'), { judge, humans });
      expect(table.length).toBe(999 * 4);
      expect(table.criteria[0]?.scale).toEqual({ kind: 'preference', ties: true });
      // Its README: 25 outputs of the judge are unusable.
      expect(countStatuses(table).find(({ rater }) => rater === judge)?.counts).toMatchObject({
        rated: 974,
        unreadable: 25,
      });
      // Its README: by the majority of the people, response 1 wins 422 times, response 2 472 times, 105 are ties.
      const { value, units, raters } = pivot(table, 'overall');
      const people = humans.map((name) => raters.indexOf(name));
      const majority = [0, 0, 0];
      for (let unit = 0; unit < units; unit++) {
        const votes = [0, 0, 0];
        for (const rater of people) votes[value[unit * raters.length + rater]!]!++;
        majority[votes.indexOf(Math.max(...votes))]!++;
      }
      expect(majority).toEqual([422, 472, 105]);
    });

    test('OpenQA-eval: a person who was not asked is no row', async () => {
      const { table } = await loadRatings(resolve(folder, 'openqa-eval/items.jsonl'), {
        judge: 'judges.gpt-4.label',
        humans: ['human.r1', 'human.r2', 'human.r3'],
        group: 'question_id',
      });
      expect(table.criteria[0]?.scale).toEqual({ kind: 'binary' });
      expect(table.groups).toHaveLength(301);
      // Its README: r1 and r2 have 1,483 items in common.
      const { value, units, raters } = pivot(table, 'overall');
      const both = Array.from({ length: units }, (_, unit) => unit).filter(
        (unit) =>
          !Number.isNaN(value[unit * raters.length + raters.indexOf('human.r1')]) &&
          !Number.isNaN(value[unit * raters.length + raters.indexOf('human.r2')]),
      );
      expect(both).toHaveLength(1483);
    });

    test('LLMFAO: votes of an arena as gzipped JSONL, sides as preferences', async () => {
      const sketch = await sketchTable(resolve(folder, 'llmfao/comparisons.jsonl.gz'));
      expect(sketch).toMatchObject({
        layout: 'ratings-jsonl',
        compressed: true,
        criteria: [{ scale: { kind: 'preference', ties: true } }],
      });
    });

    test('SummEval-OP: 21 columns of people are raters, nothing else is', async () => {
      const sketch = await sketchTable(resolve(folder, 'summeval-op/ratings.jsonl'));
      expect(sketch.raters).toHaveLength(21);
      expect(sketch.raters.every(({ name }) => name.startsWith('human.'))).toBe(true);
    });
  },
);
