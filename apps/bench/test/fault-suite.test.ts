import { expect, test } from 'vitest';

import { faultCases, faultSuite, faultTable } from '../src/fault-suite/run-fault-suite.ts';

/** What takes a second or less each; the command without `--quick` meets all of them, hundreds of times. */
const here = [
  'SIGKILL at random moments',
  'SIGINT once',
  'a plugin that exits',
  'the disk is full',
  'deleted at a random moment',
  '10 % of 5xx',
  'truncated bodies',
  'off the scale',
  'changes its model',
  'answers twice',
  'reset or cut',
];

test.each(here)('P1 P3 S1 S7 N1 R1 R3 R5 R6: no run is the worse for it: %s', { timeout: 60_000 }, async (only) => {
  const rows = await faultSuite({ quick: true, only });
  expect(rows).toHaveLength(1);
  expect(rows.filter(({ pass }) => pass === false).flatMap(() => faultTable(rows))).toEqual([]);
});

test('the table counts what was met and says what was skipped', () => {
  const row = {
    promises: 'P1',
    met: 3,
    runs: 2,
    lost: 0,
    paidTwice: 0,
    wrongTotals: 0,
    silentWrong: 0,
    said: { done: 2 },
  };
  const [header, first, second, , problem] = faultTable([
    { ...row, fault: 'one', pass: true, problems: [] },
    { ...row, fault: 'two', pass: null, problems: ['needs strace'] },
  ]);
  expect(header).toMatch(/^fault +promises +met +runs +lost/);
  expect(first).toMatch(/^one +P1 +3 +2 +0 .* pass +done \(2\)$/);
  expect(second).toMatch(/skip/);
  expect(problem).toBe('two: needs strace');
  expect(new Set(faultCases.map(({ name }) => name)).size).toBe(faultCases.length);
});
