import { symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { assize, type Captured } from './captured-console.ts';
import { bothOrders, folder, spreadsheet } from './rating-files.ts';

const wide = 'item,ann,ben,gpt-4\n1,3,3,3\n2,4,5,4\n3,1,1,2\n';

/** One message with place and remedy on stderr, nothing on stdout, no stack. */
function expectRefusal({ code, stdout, stderr }: Captured, ...says: (string | RegExp)[]): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.match(/^error: /gm)).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
  for (const part of says) expect(stderr).toMatch(part);
}

describe('a file that cannot be tried', () => {
  const cases: [what: string, text: string | undefined, argv: string[], says: (string | RegExp)[]][] = [
    [
      'is not there',
      undefined,
      ['--judge', 'gpt-4'],
      [/ratings\.csv does not exist/, 'Check the path', '[dataset/no-file]'],
    ],
    ['has 0 bytes', '', ['--judge', 'gpt-4'], [/ratings\.csv is empty/, 'has finished', '[dataset/empty-file]']],
    ['has a header alone', 'item,ann,gpt-4\n', ['--judge', 'gpt-4'], ['a header and no rows', '[dataset/no-rows]']],
    [
      'has no such rater',
      wide,
      ['--judge', 'gtp-4'],
      ['no rater "gtp-4"; did you mean "gpt-4"?', 'It has: ann, ben, gpt-4'],
    ],
    ['has no such person', wide, ['--judge', 'gpt-4', '--humans', 'ann,bem'], ['no rater "bem"; did you mean "ben"?']],
    [
      'has no such column for a group',
      wide,
      ['--judge', 'gpt-4', '--group', 'itm'],
      ['no column "itm"; did you mean "item"?'],
    ],
    [
      'has no such column for a facet',
      wide,
      ['--judge', 'gpt-4', '--facet', 'bem'],
      ['no column "bem"; did you mean "ben"?'],
    ],
    [
      'has a misspelt column of ids',
      wide.replace('item', 'iten'),
      ['--judge', 'gpt-4'],
      ['no column holds the ids of the items', 'iten'],
    ],
    [
      'names the judge as a person',
      wide,
      ['--judge', 'gpt-4', '--humans', 'ann,gpt-4'],
      ['gpt-4 is named both as the judge and as a person'],
    ],
    [
      'has one rater',
      'item,gpt-4\n1,3\n2,4\n',
      ['--judge', 'gpt-4'],
      ['ratings of "gpt-4" alone', 'add ratings of people'],
    ],
    [
      'has a judge that shares no item with the people',
      'item,ann,ben,gpt-4\n1,3,3,\n2,4,5,\n3,1,1,\n4,,,4\n5,,,2\n',
      ['--judge', 'gpt-4'],
      ['gpt-4 and the people share no item: 2 judged, 3 labelled', '[trial/no-overlap]'],
    ],
    [
      'has NaN of a person',
      wide.replace('4,5,4', 'NaN,5,4'),
      ['--judge', 'gpt-4', '--scale', 'ordinal:1..5'],
      [/ratings\.csv:3 ann: "NaN" of "ann" is not on the scale/],
    ],
    [
      'has a label off the scale',
      wide.replace('4,5,4', '9,5,4'),
      ['--judge', 'gpt-4', '--scale', 'ordinal:1..5'],
      [/ratings\.csv:3 ann: "9"/, 'quarantine'],
    ],
    ['has a ragged row', `${wide}4,1\n`, ['--judge', 'gpt-4'], [/ratings\.csv:5 has 2 cells, the header has 4/]],
    ['repeats a column', wide.replace('ben', 'ann'), ['--judge', 'gpt-4'], ['names the column "ann" twice']],
    ['is not UTF-8', 'item,ann,gpt-4\n1,caf\u0000\n', ['--judge', 'gpt-4'], [/ratings\.csv/]],
    [
      'has ties counted on a scale without',
      wide,
      ['--judge', 'gpt-4', '--scale', 'ordinal:1..5', '--unrated', 'tie'],
      ['cannot count as ties', 'Choose exclude'],
    ],
  ];
  test.each(cases)('%s', async (_, text, argv, says) => {
    await using at = await folder();
    if (text !== undefined) await at.put('ratings.csv', text);
    expectRefusal(await assize(['trial', 'ratings.csv', ...argv], { cwd: at.path }), ...says);
  });

  test('is a folder', async () => {
    await using at = await folder();
    expectRefusal(await assize(['trial', '.', '--judge', 'x'], { cwd: at.path }), 'it is a folder');
    expectRefusal(await assize(['doctor', '.'], { cwd: at.path }), 'it is a folder');
    expectRefusal(await assize(['doctor', 'nope.csv'], { cwd: at.path }), 'does not exist');
  });

  test('has nobody who looks like a person', async () => {
    await using at = await folder();
    await at.put('ratings.csv', 'item,claude-3,gpt-4\n1,3,3\n2,4,4\n');
    const run = await assize(['trial', 'ratings.csv', '--judge', 'gpt-4'], { cwd: at.path });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/--humans|add ratings of people/);
  });
});

test('a judge whose verdicts are all equal is said to be broken', async () => {
  await using at = await folder();
  const rows = spreadsheet()
    .split('\r\n')
    .map((line, place) => (place === 0 ? line : line.replace(/;[\d,]*$/, ';3')));
  await at.put('constant.csv', rows.join('\r\n'));
  const run = await assize(['trial', 'constant.csv', '--judge', 'gpt-4'], { cwd: at.path });
  expect(run).toMatchObject({ code: 1, stdout: expect.stringContaining('BROKEN') });
});

test('a NaN of the judge is an unreadable verdict, counted and said', async () => {
  await using at = await folder();
  await at.put('ratings.csv', wide.replace('4,5,4', '4,5,NaN'));
  const run = await assize(['trial', 'ratings.csv', '--judge', 'gpt-4', '--scale', 'ordinal:1..5'], { cwd: at.path });
  expect(run.stderr).toContain('1 values of "gpt-4" lie off the scale: unreadable');
  expect(run.code).not.toBe(2);
});

describe('an option that is wrong', () => {
  const cases: [argv: string[], ...says: (string | RegExp)[]][] = [
    [['trail', 'x.csv'], "unknown command 'trail'", 'Did you mean trial?'],
    [
      ['trial', 'x.csv', '--judge', 'j', '--humns', 'a'],
      "unknown option '--humns'",
      'Did you mean --humans?',
      '--help',
    ],
    [['trial', 'x.csv'], "required option '--judge <rater>' not specified"],
    [['trial', '--judge', 'j'], "missing required argument 'ratings'"],
    [
      ['trial', 'pairs.csv', '--judge', 'j', '--scale', 'ordnal:1..5'],
      '"ordnal:1..5" is not a scale',
      'Write binary',
      '[core/bad-scale]',
    ],
    [['trial', 'x.csv', '--judge', 'j', '--level', '95'], 'between 0 and 1'],
    [['trial', 'x.csv', '--judge', 'j', '--seed', '1.5'], 'whole number'],
    [['trial', 'x.csv', '--judge', 'j', '--replicates', '0'], 'at least 1'],
    [['trial', 'x.csv', '--judge', 'j', '--humans', ' , '], 'Name at least one'],
    [['trial', 'x.csv', '--judge', 'j', '--unrated', 'zero'], 'exclude, tie, wrong, worst'],
    [['trial', 'x.csv', '--judge', 'j', '--profile', 'lenient'], 'the profile lenient', 'standard, certify'],
    [['trial', 'x.csv', '--judge', 'j', '--profile', 'none.json'], 'none.json', '[cli/bad-profile-file]'],
    [['trial', 'x.csv', '--judge', 'j', '--profile', 'broken.json'], 'broken.json', 'JSON', 'start from'],
    [['trial', 'x.csv', '--judge', 'j', '--profile', 'partial.json'], 'the profile given as data: name', 'every field'],
    [
      ['trial', 'pairs.csv', '--judge', 'judge:first', '--criterion', 'helpfull'],
      'no criterion "helpfull"; did you mean "helpful"?',
    ],
    [
      ['trial', 'pairs.csv', '--judge', 'judge:first', '--out', 'pairs.csv'],
      /pairs\.csv cannot be written: that is a file/,
      '[cli/cannot-write]',
    ],
    [
      ['trial', 'pairs.csv', '--judge', 'judge:first', '--out', 'pairs.csv/under'],
      'cannot be written',
      'Name another folder',
    ],
    [['init', 'pairs.csv'], 'cannot be written', '[cli/cannot-write]'],
    [['run', '-j', '0'], 'at least 1'],
    [['run', 'a.mjs', '-c', 'b.mjs'], 'two configurations are named: a.mjs and b.mjs'],
    [['run', '--budget-usd', '-1'], 'at least 0'],
  ];
  test.each(cases)('%j', async (argv, ...says) => {
    await using at = await folder();
    await at.put('pairs.csv', bothOrders());
    await at.put('broken.json', '{"name": ');
    await at.put('partial.json', '{}');
    expectRefusal(await assize(argv, { cwd: at.path }), ...says);
  });

  test('nothing at all shows the help on stderr', async () => {
    const run = await assize([], { cwd: '/' });
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('assize [options] [command]') });
  });
});

test('hidden characters of a file are shown, not obeyed', async () => {
  await using at = await folder();
  await at.put('ratings.csv', `item,ann,"e\u001b]0;owned\u0007vil\u202e"\n1,3,3\n2,4,4\n`);
  const run = await assize(['trial', 'ratings.csv', '--judge', 'gpt-4'], { cwd: at.path });
  expect(run.code).toBe(2);
  // oxlint-disable-next-line no-control-regex -- that none is there is what is tested
  expect(run.stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  const doctor = await assize(['doctor', 'ratings.csv'], { cwd: at.path });
  // oxlint-disable-next-line no-control-regex -- that none is there is what is tested
  expect(doctor.stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});

test.skipIf(process.platform === 'win32')('a full disk is told with the path, and is exit code 3', async () => {
  await using at = await folder();
  await at.put('pairs.csv', bothOrders());
  await assize(['trial', 'pairs.csv', '--judge', 'judge:first', '--out', 'full'], { cwd: at.path });
  const { rm } = await import('node:fs/promises');
  await rm(join(at.path, 'full/card.md'));
  await symlink('/dev/full', join(at.path, 'full/card.md'));
  const run = await assize(['trial', 'pairs.csv', '--judge', 'judge:first', '--out', 'full'], { cwd: at.path });
  expect(run).toMatchObject({ code: 3, stdout: '' });
  expect(run.stderr).toContain(`${at.path}/full/card.md cannot be written: the disk is full`);
  expect(run.stderr).toContain('Free some space');
});
