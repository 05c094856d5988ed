import { expect, test } from 'vitest';

import { emptyFile, type SketchOptions, sketchTable, type TableSketch } from '../src/index.ts';
import { temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();
let count = 0;
const sketch = async (text: string, options: SketchOptions = {}, ending = 'csv'): Promise<TableSketch> =>
  sketchTable(files.write(`${count++}.${ending}`, text), options);
const taken = ({ columns }: TableSketch): Record<string, string> =>
  Object.fromEntries(columns.map(({ name, takenFor }) => [name, takenFor]));

test('a tidy table is sketched: layout, roles, raters, scale', async () => {
  const found = await sketch(
    'item_id;annotator;score;group;facet_domain;notes\na;ann;3,5;g;law;x\na;gpt-4;1;g;law;\nb;ann;2;g;;\n',
  );
  expect(found).toMatchObject({
    layout: 'tidy',
    format: 'csv',
    delimiter: ';',
    decimalComma: true,
    encoding: 'utf-8',
    compressed: false,
    rows: 3,
    complete: true,
    raters: [
      { name: 'ann', kind: 'human', ratings: 2 },
      { name: 'gpt-4', kind: 'judge', ratings: 1 },
    ],
    criteria: [{ id: 'overall', scale: { kind: 'interval' } }],
    problems: [],
  });
  expect(taken(found)).toEqual({
    item_id: 'item',
    annotator: 'rater',
    score: 'value',
    group: 'group',
    facet_domain: 'facet',
    notes: 'ignored',
  });
  expect(found.columns[2]).toEqual({
    name: 'score',
    takenFor: 'value',
    why: 'its name stands for value',
    distinct: 3,
    values: ['3.5', '1', '2'],
    emptyShare: 0,
    numeric: true,
  });
});

test('a wide table is sketched: raters are the columns that share one vocabulary', async () => {
  const rows = Array.from(
    { length: 30 },
    (_, at) =>
      `q${at},${at % 2 ? 'law' : 'art'},A long question that nobody would take for a label,${100 + at},${1 + (at % 5)},${1 + ((at + 1) % 5)},${at === 3 ? '' : 1 + (at % 4)}`,
  );
  const found = await sketch(`question_id,domain,question,words,ann,bob,gpt-4\n${rows.join('\n')}\n`);
  expect(found.layout).toBe('wide');
  expect(taken(found)).toEqual({
    question_id: 'item',
    domain: 'ignored',
    question: 'text',
    words: 'ignored',
    ann: 'ratings',
    bob: 'ratings',
    'gpt-4': 'ratings',
  });
  expect(found.columns.find(({ name }) => name === 'domain')?.why).toContain('may be named as a facet');
  expect(found.criteria).toMatchObject([{ scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] } }]);
});

test('named raters decide: only they are sketched', async () => {
  expect(await sketch('id,a,b,c\n1,1,0,1\n2,0,1,1\n', { raters: ['a', 'c'] })).toMatchObject({
    layout: 'wide',
    raters: [{ name: 'a' }, { name: 'c' }],
  });
});

test('ratings and items in JSONL are told apart', async () => {
  expect((await sketch('{"item":"a","rater":"j","criterion":"c","value":1}\n', {}, 'jsonl')).layout).toBe(
    'ratings-jsonl',
  );
  expect((await sketch('{"id":"a","input":"q","responses":["x","y"]}\n', {}, 'jsonl')).layout).toBe('items-jsonl');
});

test('0, 1 and 2 beside two outputs are proposed as a preference, with the coding said', async () => {
  const { criteria } = await sketch('id,output_1,output_2,ann,bob\na,x,y,1,2\nb,x,y,0,1\n');
  expect(criteria).toMatchObject([
    { scale: { kind: 'preference', ties: true }, notes: [expect.stringContaining('1 = response 0, 2 = response 1')] },
  ]);
});

test('what is wrong is listed, and does not stop the sketch', async () => {
  const { problems, layout } = await sketch('item,rater,value,extra\na,ann,1,\nb,ann\n,ann,1,\nc,ann,maybe,\n');
  expect(layout).toBe('tidy');
  expect(problems).toEqual([
    expect.stringContaining(':3 has 2 cells, the header has 4'),
    expect.stringContaining(':4 item: is empty'),
    'column "extra" is empty',
    '1 rows have no item id',
    expect.stringContaining('the scale of overall cannot be told: numbers are mixed with words'),
    '"ann" is the only rater',
  ]);
});

test('a table that holds no ratings says why', async () => {
  expect(await sketch('name,story\nx,A long text about this and that and more\n')).toMatchObject({
    layout: 'unknown',
    problems: ['no column holds the ids of the items'],
  });
});

test('a rater column beside columns of criteria is said to be unread', async () => {
  const { problems } = await sketch('text_id,rater,q1,q2\na,r1,1,2\nb,r2,3,1\nc,r1,2,3\n');
  expect(problems.join()).toContain('write one rating a row');
});

test('only the first rows are read', async () => {
  const stream = (async function* () {
    yield 'item,rater,value\n';
    for (let row = 0; ; row++) yield `i${row},ann,${row % 2}\n`.repeat(1);
  })();
  expect(await sketchTable({ name: 'endless.csv', stream }, { rows: 50 })).toMatchObject({ rows: 50, complete: false });
});

test('an empty file is an error', async () => {
  await expect(sketch('')).rejects.toMatchObject({ code: emptyFile.code });
});
