import { expect, test } from 'vitest';

import { badRow, type Quarantined, readRatings } from '../src/index.ts';
import { listOf, temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();

test('a Rating a line keeps all its fields, and what may be left out is filled in', async () => {
  const full = {
    item: 'a',
    rater: 'j',
    criterion: 'c',
    status: 'rated',
    value: 'tie',
    distribution: [0.2, 0.2, 0.6],
    order: [1, 0],
    rationale: 'both fine',
    usage: { inputTokens: 1, outputTokens: 2 },
    evidence: [{ where: 'response', start: 0, end: 2 }],
    provenance: { source: 'model', asked: 'x:y' },
  };
  const file = files.write(
    'full.jsonl',
    `${JSON.stringify(full)}\n{"item":3,"rater":"j","criterion":"c","value":true}\n`,
  );
  expect(await listOf(readRatings(file))).toEqual([
    full,
    { item: '3', rater: 'j', criterion: 'c', status: 'rated', value: 1, provenance: { source: 'recorded' } },
  ]);
});

test('a row that is no rating is an error with file, line and field, or is handed to the quarantine', async () => {
  const file = files.write(
    'bad.jsonl',
    '{"item":"a","rater":"j","criterion":"c","value":1}\n{"item":"b","rater":"j","criterion":"c","value":1,"latencyMs":-1}\nnot json\n',
  );
  await expect(listOf(readRatings(file))).rejects.toThrow('bad.jsonl:3 is not a JSON object');
  const good = files.write('range.jsonl', '{"item":"b","rater":"j","criterion":"c","value":1,"latencyMs":-1}\n');
  await expect(listOf(readRatings(good))).rejects.toMatchObject({ code: badRow.code });
  await expect(listOf(readRatings(good))).rejects.toThrow(/range\.jsonl:1 latencyMs: /);
  const aside: Quarantined[] = [];
  expect(await listOf(readRatings(file, { quarantine: (row) => aside.push(row) }))).toHaveLength(1);
  expect(aside.map(({ line, column }) => [line, column])).toEqual([
    [3, ''],
    [2, 'latencyMs'],
  ]);
});

test('several files are read one after another, and raters can be chosen', async () => {
  const one = files.write('one.csv', 'item,rater,value\na,ann,1\na,bob,2\n');
  const two = files.write('two.csv', 'id,ann,bob\nb,n/a,3\n');
  expect(
    (await listOf(readRatings([one, two], { raters: ['ann'] }))).map(({ item, value, status }) => [
      item,
      value,
      status,
    ]),
  ).toEqual([
    ['a', 1, 'rated'],
    ['b', null, 'abstained'],
  ]);
});
