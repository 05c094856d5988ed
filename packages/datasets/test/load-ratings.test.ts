import { gzipSync } from 'node:zlib';

import { ratingStatuses, type RatingTable } from '@assize/core';
import { expect, test } from 'vitest';

import {
  badJson,
  badRow,
  contradiction,
  emptyFile,
  loadRatings,
  type LoadOptions,
  noRows,
  noScale,
  offScale,
  oneRater,
  raggedRow,
  ratingsOf,
  repeatedColumn,
  twoGroups,
  twoScales,
  unknownColumn,
  unknownCriterion,
  unknownLayout,
  unknownRater,
  unsupportedFormat,
} from '../src/index.ts';
import { temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();
let count = 0;
const load = async (text: string | Uint8Array, options: LoadOptions = {}, ending = 'csv') =>
  loadRatings(files.write(`${count++}.${ending}`, text), options);
const rows = (table: RatingTable): string[] =>
  [...ratingsOf(table)].map(({ item, rater, value, status }) => `${item} ${rater} ${value ?? status}`);

const people = { humans: ['ann', 'bob'] };

test('tidy CSV gives one row a rating', async () => {
  const { table, scaleSource, notes } = await load(
    'item,rater,criterion,value,order,sample,group,latency_ms,cost_usd,served,facet_domain\n' +
      'i1,ann,good,3,,,g1,,,,law\ni1,gpt-4,good,4,1 0,2,g1,120,0.01,gpt-4-0613,law\ni2,ann,good,1,,,g1,,,,\n',
  );
  expect([...ratingsOf(table)][1]).toEqual({
    item: 'i1',
    rater: 'gpt-4',
    criterion: 'good',
    status: 'rated',
    value: 4,
    order: [1, 0],
    sample: 2,
    latencyMs: 120,
    cost: { amount: 0.01, currency: 'USD' },
    provenance: { source: 'recorded', served: 'gpt-4-0613' },
  });
  expect(table.criteria[0]?.scale).toEqual({ kind: 'ordinal', levels: [1, 2, 3, 4] });
  expect(table.raterKinds).toEqual(['human', 'judge']);
  expect(table.groups).toEqual(['g1']);
  expect(table.facets).toEqual([{ name: 'domain', values: ['law'], ofItem: Uint16Array.of(0, 65_535) }]);
  expect(scaleSource).toBe('proposed');
  expect(notes.join('\n')).toMatch(/the scale of good is proposed: ordinal:1\.\.4/);
});

test('common other names of columns are read, and the note says which', async () => {
  const { table, notes } = await load('item_id,annotator,score\ni1,ann,1\ni1,bob,2\n');
  expect(rows(table)).toEqual(['i1 ann 1', 'i1 bob 2']);
  expect(notes.join()).toContain('item_id as item, annotator as rater, score as value');
});

test('wide CSV gives one row a cell of the named raters; an empty cell is none and is counted', async () => {
  const { table, notes } = await load('id,text,ann,bob,words\na,x,1,0,17\nb,y,,1,18\n', people);
  expect(rows(table)).toEqual(['a ann 1', 'a bob 0', 'b bob 1']);
  expect(notes).toContain('1 empty cells of "ann" are no ratings');
});

test('wide columns may name orders, samples and criteria', async () => {
  const { table } = await load('id,gpt-4 [order 0 1],gpt-4 [order 1 0],gpt-4 [sample 1],ann\na,A,B,tie,A\n', {
    judge: 'gpt-4',
    humans: ['ann'],
  });
  expect([...ratingsOf(table)].map(({ rater, value, order, sample }) => ({ rater, value, order, sample }))).toEqual([
    { rater: 'gpt-4', value: 0, order: [0, 1] },
    { rater: 'gpt-4', value: 1, order: [1, 0] },
    { rater: 'gpt-4', value: 'tie', sample: 1 },
    { rater: 'ann', value: 0 },
  ]);
});

test('a wide row may hold order, sample, criterion and group of all its cells', async () => {
  const { table } = await load('id,order,group,ann,gpt-4\na,0 1,g,1,1\na,1 0,g,1,2\n', {
    judge: 'gpt-4',
    humans: ['ann'],
    scale: { kind: 'preference', ties: true },
  });
  expect(table.orders).toEqual([[], [0, 1], [1, 0]]);
  expect(table.groups).toEqual(['g']);
  expect(rows(table)).toEqual(['a ann 0', 'a gpt-4 0', 'a ann 0', 'a gpt-4 1']);
});

test('item,judge,label is wide when both columns speak one language', async () => {
  expect((await load('item,judge,label\na,1,0\nb,0,0\nc,1,1\n')).table.raters).toEqual(['judge', 'label']);
  expect((await load('item,judge,label\na,gpt-4,0\na,claude,0\n')).table.raters).toEqual(['gpt-4', 'claude']);
});

test('a column whose cells are not what its name stands for is not read, and the note says so', async () => {
  const text = 'id,response,rubric,ann,bob\na,A long answer,'.concat(
    'x'.repeat(99),
    ',1,0\nb,Another answer,',
    'y'.repeat(99),
    ',0,0\n',
  );
  const { table, notes } = await load(text, people);
  expect(rows(table)).toHaveLength(4);
  expect(table.criteria).toHaveLength(1);
  expect(notes.join()).toMatch(/column "response" is not read: its name stands for response, most of its cells do not/);
});

test('ratings JSONL is read, with or without provenance and status', async () => {
  const { table } = await load(
    '{"item":"a","rater":"ann","criterion":"c","value":1,"status":"rated","provenance":{"source":"person"}}\n\n' +
      '{"item":7,"rater":"gpt-4","criterion":"c","value":0}\n' +
      '{"item":"b","rater":"gpt-4","criterion":"c","status":"refused","value":null,"reason":"policy"}\n',
    {},
    'jsonl',
  );
  expect(rows(table)).toEqual(['a ann 1', '7 gpt-4 0', 'b gpt-4 refused']);
  expect(table.raterKinds).toEqual(['human', 'judge']);
});

test('nested objects of wide JSONL are dotted columns', async () => {
  const { table } = await load(
    '{"item_id":1,"human":{"r1":1,"r2":0},"judge":true}\n{"item_id":2,"human":{"r1":0},"judge":false}\n',
    { judge: 'judge', humans: ['human.r1', 'human.r2'] },
    'jsonl',
  );
  expect(rows(table)).toEqual(['1 human.r1 1', '1 human.r2 0', '1 judge 1', '2 human.r1 0', '2 judge 0']);
});

test('a rater whose column first occurs late in the file is read', async () => {
  const text = Array.from({ length: 2500 }, (_, at) =>
    JSON.stringify({ id: at, ann: at % 2, ...(at > 2400 ? { bob: 1 } : {}) }),
  ).join('\n');
  const { table } = await load(text, people, 'jsonl');
  expect(table.length).toBe(2500 + 99);
});

test('whole numbers beyond 2^53 stay apart as ids', async () => {
  const { table } = await load(
    '{"id":9007199254740993,"ann":1,"bob":1}\n{"id":9007199254740992,"ann":0,"bob":1}\n',
    people,
    'jsonl',
  );
  expect(table.items).toEqual(['9007199254740993', '9007199254740992']);
});

test.each([
  ['a byte order mark', '\uFEFFitem,rater,value\na,ann,1\na,bob,0\n'],
  ['CRLF', 'item,rater,value\r\na,ann,1\r\na,bob,0\r\n'],
  ['mixed line ends', 'item,rater,value\r\na,ann,1\na,bob,0\r\n'],
  ['tabs', 'item\trater\tvalue\na\tann\t1\na\tbob\t0\n'],
  ['semicolons', 'item;rater;value\na;ann;1\na;bob;0\n'],
  ['a sep line', 'sep=;\r\nitem;rater;value\r\na;ann;1\r\na;bob;0\r\n'],
  ['spaces around names and values', 'item, rater ,value\na,ann, 1\na,bob,0 \n'],
  ['UTF-16', Buffer.from('\uFEFFitem,rater,value\na,ann,1\na,bob,0\n', 'utf16le')],
  ['gzip', gzipSync('item,rater,value\na,ann,1\na,bob,0\n')],
])('%s changes nothing', async (_name, text) => {
  expect(rows((await load(text)).table)).toEqual(['a ann 1', 'a bob 0']);
});

test('decimal commas are numbers where the delimiter is a semicolon, and texts elsewhere', async () => {
  const { table } = await load('item;rater;value\na;ann;3,5\na;bob;1,25\n');
  expect(rows(table)).toEqual(['a ann 3.5', 'a bob 1.25']);
  await expect(load('item,rater,value\na,ann,"3,5"\na,bob,1\n')).rejects.toMatchObject({ code: noScale.code });
});

test('quoted line ends do not shift the line of an error', async () => {
  await expect(
    load('item,rater,value,reason\na,ann,1,"two\nlines"\na,bob,9,\n', { scale: { kind: 'binary' } }),
  ).rejects.toThrow(/:4 value: "9" of "bob"/);
});

test('a ragged row is an error with its line, or set aside', async () => {
  const text = 'item,rater,value\na,ann,1\na,bob\nb,bob,0\n';
  await expect(load(text)).rejects.toMatchObject({ code: raggedRow.code });
  const { table, quarantined } = await load(text, { quarantine: true });
  expect(rows(table)).toEqual(['a ann 1', 'b bob 0']);
  expect(quarantined).toEqual([expect.objectContaining({ line: 3, excerpt: 'a,bob' })]);
});

test.each([
  ['0 bytes', '', emptyFile],
  ['a header alone', 'item,rater,value\n', noRows],
  ['a column named twice', 'item,rater,value,value\na,ann,1,2\n', repeatedColumn],
  ['a JSON array', '[{"item":"a"}]', unsupportedFormat],
  ['items', '{"id":"a","input":"q","responses":["x"]}\n', unknownLayout],
  ['no ids', 'ann,bob\n1,1\n0,1\n', unknownLayout],
  ['a cell that is no order', 'item,rater,value,order\na,ann,1,0 1\na,bob,1,1 1\n', badRow],
])('a file of %s is an error of its own', async (_name, text, kind) => {
  await expect(load(text, {}, text.startsWith('{') ? 'jsonl' : 'csv')).rejects.toMatchObject({ code: kind.code });
});

test('the same rating twice is held once and counted', async () => {
  const { table, notes } = await load('item,rater,value\na,ann,1\na,ann,1\na,bob,0\n');
  expect(rows(table)).toEqual(['a ann 1', 'a bob 0']);
  expect(notes).toContain('1 ratings are given twice, equal, and held once');
});

test('two different ratings of one thing are an error that names both lines; in quarantine the first holds', async () => {
  const text = 'item,rater,value\na,ann,1\nb,ann,1\na,ann,0\na,bob,0\n';
  await expect(load(text)).rejects.toMatchObject({ code: contradiction.code });
  await expect(load(text)).rejects.toThrow(/:4 "ann" says 0 of item "a" \(overall\), at .*:2 the same rater said 1/);
  const { table, quarantined } = await load(text, { quarantine: true });
  expect(rows(table)).toEqual(['a ann 1', 'b ann 1', 'a bob 0']);
  expect(quarantined).toEqual([expect.objectContaining({ line: 4 })]);
});

test('two different ratings in two files are an error that names both files', async () => {
  const one = files.write('one.csv', 'item,rater,value\na,ann,1\n');
  const two = files.write('two.csv', 'item,rater,value\na,ann,0\na,bob,1\n');
  await expect(loadRatings([one, two])).rejects.toThrow(/two\.csv:2 .* at .*one\.csv:2/);
});

test('a wrong rater, column or criterion is an error that suggests the nearest', async () => {
  const wide = 'id,annotator_1,annotator_2,judge\na,1,0,1\nb,0,0,1\n';
  await expect(load(wide, { judge: 'judge', humans: ['anotator_1'] })).rejects.toThrow('did you mean "annotator_1"?');
  await expect(load(wide, { judge: 'juge' })).rejects.toMatchObject({ code: unknownRater.code });
  await expect(load(wide, { judge: 'juge' })).rejects.toThrow('did you mean "judge"?');
  const tidy = 'item,rater,criterion,value\na,ann,good,1\na,bob,good,0\n';
  await expect(load(tidy, { judge: 'bobb' })).rejects.toThrow('did you mean "bob"?');
  await expect(load(tidy, { columns: { value: 'valeu' } })).rejects.toMatchObject({ code: unknownColumn.code });
  await expect(load(tidy, { group: 'raterr' })).rejects.toThrow('did you mean "rater"?');
  await expect(load(tidy, { criterion: 'god' })).rejects.toMatchObject({ code: unknownCriterion.code });
});

test('a judge alone is an error; a lone rater that is not on trial is a note', async () => {
  await expect(load('item,rater,value\na,gpt-4,1\nb,gpt-4,0\n', { judge: 'gpt-4' })).rejects.toMatchObject({
    code: oneRater.code,
  });
  expect((await load('item,rater,value\na,ann,1\nb,ann,0\n')).notes).toContain('"ann" is the only rater');
});

test.each(['6', 'NaN', 'Infinity', '-Infinity', 'great'])(
  "a person's %s is an error with file, line and column",
  async (value) => {
    const text = `id,ann,gpt-4\na,1,2\nb,${value},3\n`;
    const options: LoadOptions = {
      judge: 'gpt-4',
      humans: ['ann'],
      scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] },
    };
    await expect(load(text, options)).rejects.toMatchObject({ code: offScale.code });
    await expect(load(text, options)).rejects.toMatchObject({ facts: { line: 3, column: 'ann', value } });
    const { table, quarantined } = await load(text, { ...options, quarantine: true });
    expect(rows(table)).toEqual(['a ann 1', 'a gpt-4 2', 'b gpt-4 3']);
    expect(quarantined).toEqual([expect.objectContaining({ line: 3, column: 'ann' })]);
  },
);

test("a judge's value off the scale is a row that is unreadable", async () => {
  const { table, notes } = await load('id,ann,gpt-4\na,1,6\nb,2,NaN\nc,3,I cannot say\nd,4,4\n', {
    judge: 'gpt-4',
    humans: ['ann'],
    scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] },
  });
  expect(rows(table).filter((row) => row.includes('gpt'))).toEqual([
    'a gpt-4 unreadable',
    'b gpt-4 unreadable',
    'c gpt-4 unreadable',
    'd gpt-4 4',
  ]);
  expect(notes).toContain('3 values of "gpt-4" lie off the scale: unreadable');
});

test('words for a missing value are statuses; a person who says null was not asked', async () => {
  const words = ['null', 'none', 'unparseable', 'N/A', 'skipped', 'refused', 'ERROR', 'timeout'];
  const { table, notes } = await load(
    `id,ann,gpt-4\n${words.map((word, at) => `i${at},${at % 2},${word}`).join('\n')}\nx,null,1\ny,n/a,0\n`,
    { judge: 'gpt-4', humans: ['ann'] },
  );
  expect(
    Array.from(
      table.status.filter((_, row) => table.rater[row] === 1),
      (status) => ratingStatuses[status],
    ),
  ).toEqual([
    'unreadable',
    'unreadable',
    'unreadable',
    'abstained',
    'abstained',
    'refused',
    'failed',
    'failed',
    'rated',
    'rated',
  ]);
  expect(rows(table)).toContain('y ann abstained');
  expect(notes).toContain('1 cells of "ann" say null: that person was not asked');
});

test('a label of the scale wins over a word for a missing value, and words can be added', async () => {
  const scale = { kind: 'nominal', labels: ['none', 'some'] } as const;
  const { table } = await load('id,ann,gpt-4\na,none,some\nb,some,???\n', {
    judge: 'gpt-4',
    humans: ['ann'],
    scale: { ...scale, labels: [...scale.labels] },
    missing: { '???': 'abstained' },
  });
  expect(rows(table)).toEqual(['a ann none', 'a gpt-4 some', 'b ann some', 'b gpt-4 abstained']);
});

test('a status needs no value, and a value with another status than rated is an error', async () => {
  const { table } = await load('item,rater,value,status\na,ann,1,\na,gpt-4,,refused\nb,gpt-4,1,ok\n');
  expect(rows(table)).toEqual(['a ann 1', 'a gpt-4 refused', 'b gpt-4 1']);
  await expect(load('item,rater,value,status\na,ann,1,refused\n')).rejects.toThrow(
    /value: is 1 and the status says refused/,
  );
  await expect(load('item,rater,value,status\na,ann,,rated\n')).rejects.toThrow(/is empty and the status says rated/);
  await expect(load('item,rater,value,status\na,ann,,soon\n')).rejects.toThrow(/"soon" is none of/);
});

test('one criterion on two scales is an error', async () => {
  await expect(load('item,rater,value,scale\na,ann,1,ordinal:1..5\na,bob,1,ordinal:1..7\n')).rejects.toMatchObject({
    code: twoScales.code,
  });
  await expect(
    load('item,rater,value,scale\na,ann,1,ordinal:1..5\n', { scale: { kind: 'binary' } }),
  ).rejects.toMatchObject({ code: twoScales.code });
});

test('people and a judge on two scales are an error that asks for the scale', async () => {
  await expect(load('id,ann,gpt-4\na,1,0.8\nb,0,0.3\n', { judge: 'gpt-4', humans: ['ann'] })).rejects.toThrow(
    /people say 0 or 1, and a program says 0\.8/,
  );
  await expect(load('id,ann,bob\na,1,good\nb,0,bad\n', people)).rejects.toMatchObject({ code: noScale.code });
});

test('a judge widens the range that people give, and the note says so', async () => {
  const { table, notes } = await load('id,ann,gpt-4\na,2,1\nb,4,5\n', { judge: 'gpt-4', humans: ['ann'] });
  expect(table.criteria[0]?.scale).toEqual({ kind: 'ordinal', levels: [1, 2, 3, 4, 5] });
  expect(notes).toContain('people alone would give ordinal:2..4');
});

test('1, 2 and 0 of a file that shows two outputs are preferences', async () => {
  const { table, notes } = await load('id,output_1,output_2,ann,gpt-4\na,x,y,1,2\nb,x,y,2,0\nc,x,y,0,1\n', {
    judge: 'gpt-4',
    humans: ['ann'],
  });
  expect(rows(table)).toEqual(['a ann 0', 'a gpt-4 1', 'b ann 1', 'b gpt-4 tie', 'c ann tie', 'c gpt-4 0']);
  expect(notes.join()).toContain('1 = response 0, 2 = response 1, 0 or tie = tie');
});

test('the coding of preferences can be given', async () => {
  const { table } = await load('id,ann,bob\na,1,1\nb,0,1\n', {
    ...people,
    scale: { kind: 'preference', ties: true },
    preferenceCoding: '1/2',
  });
  expect(rows(table)).toEqual(['a ann 0', 'a bob 0', 'b ann tie', 'b bob 0']);
});

test('an item in two groups is an error, or its later row is set aside', async () => {
  const text = 'item,rater,value,group\na,ann,1,g1\na,bob,1,g2\nb,bob,0,g2\n';
  await expect(load(text)).rejects.toMatchObject({ code: twoGroups.code });
  expect(rows((await load(text, { quarantine: true })).table)).toEqual(['a ann 1', 'b bob 0']);
});

test('an item without a group stands alone, even where a group bears its name', async () => {
  const { table } = await load('item,rater,value,group\na,ann,1,\nb,ann,1,a\nc,ann,0,a\n');
  expect([...table.groupOfItem].map((group) => table.groups[group])).toEqual(['a (alone)', 'a', 'a']);
});

test('bare NaN in JSONL is an error that names it and its line', async () => {
  const text =
    '{"item":"a","rater":"ann","criterion":"c","value":1}\n{"item":"b","rater":"ann","criterion":"c","value":NaN}\n';
  await expect(load(text, {}, 'jsonl')).rejects.toMatchObject({ code: badJson.code });
  await expect(load(text, {}, 'jsonl')).rejects.toThrow(/:2 .*NaN is not JSON/);
  expect((await load(text, { quarantine: true, scale: { kind: 'binary' } }, 'jsonl')).quarantined).toHaveLength(1);
});

test('a criterion is chosen out of several, each with its own scale', async () => {
  const text = 'item,rater,criterion,value\na,ann,good,1\na,ann,tone,warm\nb,ann,good,5\nb,ann,tone,cold\n';
  const { table } = await load(text);
  expect(table.criteria.map(({ scale }) => scale.kind)).toEqual(['ordinal', 'nominal']);
  expect(rows((await load(text, { criterion: 'good' })).table)).toEqual(['a ann 1', 'b ann 5']);
});

test('a fingerprint is of items and human labels, whatever the order of rows and the judge', async () => {
  const options = { judge: 'gpt-4', humans: ['ann'], scale: { kind: 'binary' } } as const;
  const print = async (text: string) => (await load(text, options)).fingerprint;
  const first = await print('id,ann,gpt-4\na,1,1\nb,0,1\n');
  expect(await print('id,gpt-4,ann\nb,0,0\na,0,1\n')).toBe(first);
  expect(await print('id,ann,gpt-4\na,1,1\nb,1,1\n')).not.toBe(first);
  expect(await print('id,ann,gpt-4\na,1,1\nc,0,1\n')).not.toBe(first);
});

test('no error and no note quotes more than a little of a cell', async () => {
  const secret = 'secret '.repeat(100);
  const error: unknown = await load(`id,ann,bob\na,1,0\nb,${secret},1\n`, {
    ...people,
    scale: { kind: 'binary' },
  }).catch((thrown: unknown) => thrown);
  expect(JSON.stringify(error).length + String(error).length).toBeLessThan(1000);
});

test('three hundred thousand rows are read in seconds', async () => {
  const stream = (async function* () {
    yield 'item,rater,criterion,value,sample,group\n';
    for (let block = 0; block < 300; block++) {
      let text = '';
      for (let row = block * 1000; row < (block + 1) * 1000; row++) {
        text += `item-${row % 50_000},rater-${Math.floor(row / 50_000)},helpful,${1 + ((row * 7919) % 5)},,group-${row % 5000}\n`;
      }
      yield text;
    }
  })();
  let told = 0;
  const { table } = await loadRatings({ name: 'big.csv', stream }, { onProgress: ({ rows: read }) => (told = read) });
  expect(table.length).toBe(300_000);
  expect(table.items).toHaveLength(50_000);
  expect(table.groups).toHaveLength(5000);
  expect(told).toBe(300_000);
}, 30_000);

test('naming the judge alone leaves nobody out: all others are people', async () => {
  const lines = Array.from({ length: 9 }, (_, i) => `${i},${i % 2},${i % 3 === 0 ? 1 : 0},${i % 2}`);
  const text = `item,ann,ben,gpt-4\n${lines.join('\n')}\n`;
  const { table } = await load(text, { judge: 'gpt-4' });
  expect(table.raters.map((rater, place) => [rater, table.raterKinds[place]])).toEqual(
    expect.arrayContaining([
      ['ann', 'human'],
      ['ben', 'human'],
      ['gpt-4', 'judge'],
    ]),
  );
  const named = await load(text, { judge: 'gpt-4', humans: ['ann'] });
  expect(named.table.raters.toSorted()).toEqual(['ann', 'gpt-4']);
});
