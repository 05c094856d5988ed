import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { judgeCardSchema } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { assize } from './captured-console.ts';
import { bothOrders, folder, ratingsJsonl, spreadsheet } from './rating-files.ts';

describe('a spreadsheet with BOM, semicolons, decimal commas, CRLF, empty cells and line breaks in quotes', () => {
  test('goes from nothing to the files of a card', async () => {
    await using at = await folder();
    await at.put('sheet.csv', spreadsheet());
    const run = await assize(['trial', 'sheet.csv', '--judge', 'gpt-4', '--humans', 'ann,ben,cy', '--out', 'a/card'], {
      cwd: at.path,
    });
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('5 empty cells of "ben" are no ratings') });
    expect(run.stderr).toContain('the scale of overall is proposed: interval:1..5');
    expect(run.stdout).toContain('May stand in for people');
    expect((await readdir(join(at.path, 'a/card'))).toSorted()).toEqual(['card.html', 'card.json', 'card.md']);
    const card = judgeCardSchema.parse(JSON.parse(await readFile(join(at.path, 'a/card/card.json'), 'utf8')));
    expect(card).toMatchObject({ humans: ['ann', 'ben', 'cy'], dataset: { name: 'sheet.csv', items: 60, groups: 30 } });
    expect(await readFile(join(at.path, 'a/card/card.html'), 'utf8')).toContain('<!doctype html>');
  });

  test('reads as on the golden card in a terminal', async () => {
    await using at = await folder();
    await at.put('sheet.csv', spreadsheet());
    const run = await assize(['trial', 'sheet.csv', '--judge', 'gpt-4', '--facet', 'domain'], { cwd: at.path });
    const text = run.stdout.replaceAll(/\b[0-9a-f]{64}\b/g, 'FINGERPRINT');
    await expect(text).toMatchFileSnapshot('fixtures/spreadsheet-card.txt');
  });

  test('needs no names of people: who looks like one is one, and it is said', async () => {
    await using at = await folder();
    await at.put('sheet.csv', spreadsheet());
    const named = await assize(['trial', 'sheet.csv', '--judge', 'gpt-4', '--humans', 'ann,ben,cy', '--json'], {
      cwd: at.path,
    });
    const told = await assize(['trial', 'sheet.csv', '--judge', 'gpt-4', '--json'], { cwd: at.path });
    expect(told.stderr).toContain('held against ann, ben, cy, people by their names');
    expect(told.stdout).toBe(named.stdout);
  });
});

test('a tidy file with both orders shows the bias to the first response', async () => {
  await using at = await folder();
  await at.put('pairs.csv', bothOrders());
  const run = await assize(['trial', 'pairs.csv', '--judge', 'judge:first', '--scale', 'preference', '--json'], {
    cwd: at.path,
  });
  const card = judgeCardSchema.parse(JSON.parse(run.stdout));
  const bias = card.findings.find(({ examination }) => examination === 'position-bias');
  expect(bias?.outcome).toBe('fail');
  expect(card.verdict).toBe('unfit');
  expect(run.code).toBe(1);
  expect((await assize(['trial', 'pairs.csv', '--judge', 'judge:first', '--exit-zero'], { cwd: at.path })).code).toBe(
    0,
  );
});

test('JSONL of the same numbers gives the same estimates as the spreadsheet', async () => {
  await using at = await folder();
  await at.put('sheet.csv', spreadsheet());
  await at.put('ratings.jsonl', ratingsJsonl());
  const findings = async (file: string, ...more: string[]) => {
    const { stdout } = await assize(['trial', file, '--judge', 'gpt-4', '--json', ...more], { cwd: at.path });
    const [agreement] = judgeCardSchema
      .parse(JSON.parse(stdout))
      .findings.filter((one) => one.examination === 'agreement');
    return agreement?.estimate.value;
  };
  expect(await findings('ratings.jsonl')).toBeCloseTo((await findings('sheet.csv')) ?? Number.NaN, 12);
});

test('--json prints exactly the card that is written, and the same bytes twice', async () => {
  await using at = await folder();
  await at.put('sheet.csv', spreadsheet());
  const argv = ['trial', 'sheet.csv', '--judge', 'gpt-4', '--json', '--out', 'card'];
  const [first, second] = [await assize(argv, { cwd: at.path }), await assize(argv, { cwd: at.path })];
  judgeCardSchema.parse(JSON.parse(first.stdout));
  expect(first.stdout).toBe(second.stdout);
  expect(await readFile(join(at.path, 'card/card.json'), 'utf8')).toBe(first.stdout);
});

test('--quiet leaves out the notes, not the card', async () => {
  await using at = await folder();
  await at.put('sheet.csv', spreadsheet());
  const run = await assize(['trial', 'sheet.csv', '--judge', 'gpt-4', '-q'], { cwd: at.path });
  expect(run).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('JUDGE CARD') });
});

test('--cwd says where relative paths are read from', async () => {
  await using at = await folder();
  await at.put('sheet.csv', spreadsheet());
  const run = await assize(['trial', 'sheet.csv', '--judge', 'gpt-4', '--cwd', at.path], { cwd: '/' });
  expect(run.code).toBe(0);
  const missing = await assize(['trial', 'sheet.csv', '--judge', 'gpt-4', '--cwd', 'nowhere'], { cwd: at.path });
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining(`There is no folder ${at.path}/nowhere`) });
});

test('--quarantine goes on and lists each row that was set aside, with its place', async () => {
  await using at = await folder();
  const rows = spreadsheet().split('\r\n');
  rows[3] = 'q3;g1;law;;3;nonsense;3;3';
  rows.splice(9, 0, 'broken;row');
  await at.put('sheet.csv', rows.join('\r\n'));
  const argv = ['trial', 'sheet.csv', '--judge', 'gpt-4', '--scale', 'interval:1..5'];
  const stopped = await assize(argv, { cwd: at.path });
  expect(stopped).toMatchObject({ code: 2, stdout: '' });
  const run = await assize([...argv, '--quarantine', '-q'], { cwd: at.path });
  expect(run.code).toBe(0);
  expect(run.stderr).toMatch(/set aside: \S*sheet\.csv:4 ben: /);
  expect(run.stderr).toMatch(/set aside: \S*sheet\.csv:1[01] /);
  expect(run.stdout).toContain('JUDGE CARD');
});

test('a judge that leaves a fifth of its cells unreadable is broken', async () => {
  await using at = await folder();
  const lines = ratingsJsonl()
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line) as Record<string, unknown>);
  const text = lines.map((row, place) =>
    JSON.stringify(row['rater'] === 'gpt-4' && place % 3 === 0 ? { ...row, value: 'unreadable' } : row),
  );
  await at.put('ratings.jsonl', text.join('\n'));
  const run = await assize(['trial', 'ratings.jsonl', '--judge', 'gpt-4'], { cwd: at.path });
  expect(run).toMatchObject({ code: 1, stdout: expect.stringContaining('BROKEN') });
});

test('too few items are not enough evidence: exit code 4', async () => {
  await using at = await folder();
  await at.put('few.csv', 'item,ann,ben,gpt-4\n1,3,3,3\n2,4,5,4\n3,1,1,2\n4,5,4,5\n');
  const run = await assize(['trial', 'few.csv', '--judge', 'gpt-4', '--scale', 'ordinal:1..5'], { cwd: at.path });
  expect(run).toMatchObject({ code: 4, stdout: expect.stringContaining('NOT ENOUGH EVIDENCE') });
});

test('colour is for terminals, NO_COLOR and --no-color turn it off, FORCE_COLOR turns it on', async () => {
  await using at = await folder();
  await at.put('sheet.csv', spreadsheet());
  const argv = ['trial', 'sheet.csv', '--judge', 'gpt-4'];
  const coloured = async (env: Record<string, string>, tty: boolean, ...more: string[]) =>
    (await assize([...argv, ...more], { cwd: at.path, env, tty })).stdout.includes('\u001b[');
  expect(await coloured({}, true)).toBe(true);
  expect(await coloured({}, false)).toBe(false);
  expect(await coloured({ NO_COLOR: '1' }, true)).toBe(false);
  expect(await coloured({ TERM: 'dumb' }, true)).toBe(false);
  expect(await coloured({ FORCE_COLOR: '1' }, false)).toBe(true);
  expect(await coloured({ FORCE_COLOR: '0' }, true)).toBe(false);
  expect(await coloured({ FORCE_COLOR: '1' }, true, '--no-color')).toBe(false);
});

test('on a terminal the progress line is cleared before notes are said', async () => {
  await using at = await folder();
  await at.put('sheet.csv', spreadsheet());
  const { stderr } = await assize(['trial', 'sheet.csv', '--judge', 'gpt-4'], { cwd: at.path, tty: true });
  expect(stderr).toContain('\r\u001b[Knote: ');
  expect(stderr).toContain('Add --out DIR');
});

test('--preference-coding settles what the values leave open: 1 and 0 may be a winner and a tie', async () => {
  await using at = await folder();
  const rows = Array.from({ length: 30 }, (_, item) => `${item},${item % 2},${item % 2},${item % 2}`);
  await at.put('coded.csv', `item,ann,ben,gpt-4\n${rows.join('\n')}\n`);
  const labels = async (...coding: string[]) => {
    const argv = ['trial', 'coded.csv', '--judge', 'gpt-4', '--scale', 'preference', '--json', ...coding];
    const card = judgeCardSchema.parse(JSON.parse((await assize(argv, { cwd: at.path })).stdout));
    const { measures } = card.findings.find(({ examination }) => examination === 'confusion')!;
    return measures.flatMap(({ statistic, about }) => (statistic === 'label-shift' && about ? [about['label']] : []));
  };
  expect(await labels()).toEqual(['first response', 'second response']);
  expect(await labels('--preference-coding', '1/2')).toEqual(['first response', 'tie']);
});
