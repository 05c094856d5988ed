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

test('far into a file a bad row names its line, after the ratings before it, and the rest is read', async () => {
  const line = (index: number): string =>
    JSON.stringify({
      item: `item ${index}`,
      rater: 'j',
      criterion: 'c',
      status: 'rated',
      value: index,
      provenance: { source: 'model' },
    });
  const lines = Array.from({ length: 9000 }, (_, index) => line(index));
  lines[7000] =
    '{"item":"bad","rater":"j","criterion":"c","status":"rated","value":1,"provenance":{"source":"nobody"}}';
  lines[7001] =
    '{"item":"long","rater":"j","criterion":"c","status":"rated","value":12345678901234567,"provenance":{"source":"model"}}';
  lines[7002] = `${line(7002).slice(0, -1)},"evidence":[{"where":"response","start":0,"end":1}]}`;
  const file = files.write('far.jsonl', `\uFEFF${lines.join('\r\n')}`);

  const read: unknown[] = [];
  const reading = (async () => {
    for await (const rating of readRatings(file)) read.push(rating.value);
  })();
  await expect(reading).rejects.toThrow(/far\.jsonl:7001 provenance\.source: /);
  expect(read).toEqual(Array.from({ length: 7000 }, (_, index) => index));

  const aside: Quarantined[] = [];
  const all = await listOf(readRatings(file, { quarantine: (row) => aside.push(row) }));
  expect(aside.map(({ line: number, column }) => [number, column])).toEqual([[7001, 'provenance.source']]);
  expect(all).toHaveLength(8999);
  expect(all[7000]?.value).toBe('12345678901234567');
  expect(all[7001]).toEqual(JSON.parse(lines[7002]));
  expect(all.at(-1)).toEqual(JSON.parse(line(8999)));
});

test('of long texts nothing but themselves is kept in memory', async () => {
  const pad = 'x'.repeat(4000);
  const file = files.write(
    'long-ids.jsonl',
    Array.from({ length: 20_000 }, (_, index) =>
      JSON.stringify({
        item: `a long id, number ${index}`,
        rater: 'j',
        criterion: 'c',
        status: 'rated',
        value: 1,
        rationale: `${pad}${index}`,
        provenance: { source: 'model' },
      }),
    ).join('\n'),
  );
  const before = process.memoryUsage().heapUsed;
  const ids: string[] = [];
  for await (const { item } of readRatings(file)) ids.push(item);
  expect(ids.at(-1)).toBe('a long id, number 19999');
  expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(50);
});
