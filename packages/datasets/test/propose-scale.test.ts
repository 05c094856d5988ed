import fc from 'fast-check';
import { expect, test } from 'vitest';

import { detectPreferenceCoding, nearestName, parseRaterColumn, proposeScale, readPreference } from '../src/index.ts';
import { formatRaterColumn } from '../src/rater-column.ts';

test.each<[string, (string | number)[], object]>([
  ['0 and 1', [0, 1], { kind: 'binary' }],
  ['yes and no', ['yes', 'No'], { kind: 'binary' }],
  ['true and false', ['true', 'false'], { kind: 'binary' }],
  ['1 to 5', ['1', '2', '5'], { kind: 'ordinal', levels: [1, 2, 3, 4, 5] }],
  ['1 to 5 with missing words', ['1', 'n/a', '5', 'null'], { kind: 'ordinal', levels: [1, 2, 3, 4, 5] }],
  ['0, 1 and tie', [0, 1, 'tie'], { kind: 'preference', ties: true }],
  ['A, B and tie', ['A', 'B', 'tie'], { kind: 'preference', ties: true }],
  ['A and B', ['A', 'B'], { kind: 'preference', ties: false }],
  ['model names', ['model_a', 'model_b', 'tie (bothbad)'], { kind: 'preference', ties: true }],
  ['sides', ['left', 'right'], { kind: 'preference', ties: false }],
  ['words', ['good', 'bad', 'so-so'], { kind: 'nominal', labels: ['bad', 'good', 'so-so'] }],
  ['shares', [0.1, 0.93], { kind: 'interval', min: 0, max: 1 }],
  ['numbers', [3, 97], { kind: 'interval', min: 0, max: 100 }],
  ['grades A to D', ['A', 'B', 'C', 'D'], { kind: 'nominal', labels: ['A', 'B', 'C', 'D'] }],
])('%s give their scale', (_name, values, scale) => {
  expect(proposeScale(values).scale).toEqual(scale);
});

test('0, 1 and 2 are levels, and a preference where two responses are shown', () => {
  expect(proposeScale([0, 1, 2]).scale).toEqual({ kind: 'ordinal', levels: [0, 1, 2] });
  expect(proposeScale([0, 1, 2], { pairwise: true })).toMatchObject({
    scale: { kind: 'preference', ties: true },
    coding: '1/2',
  });
});

test.each<[string, (string | number)[], RegExp]>([
  ['nothing', [], /no values/],
  ['one value', [3, 3], /all values are 3/],
  ['numbers with words', [1, 2, 'maybe'], /mixed with words/],
  ['twenty-one texts', Array.from({ length: 21 }, (_, at) => `text ${at}`), /more than twenty/],
  ['A, B and C', ['A', 'B', 'C'], /preference or nominal:A,B,C/],
])('%s give no scale and the reason', (_name, values, reason) => {
  expect(proposeScale(values)).toMatchObject({ scale: undefined, reason: expect.stringMatching(reason) });
});

test('NaN and Infinity do not enter a proposal and are said', () => {
  const proposal = proposeScale([1, 2, 'NaN', Number.POSITIVE_INFINITY]);
  expect(proposal.scale).toEqual({ kind: 'ordinal', levels: [1, 2] });
  expect(proposal.notes).toContain('NaN, Infinity lies off every scale');
});

test('a proposed scale holds all values it was proposed from', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 30 }),
      (values) => {
        const { scale } = proposeScale(values);
        fc.pre(scale?.kind === 'interval');
        if (scale?.kind !== 'interval') return;
        expect(scale.min).toBeLessThanOrEqual(Math.min(...values));
        expect(scale.max).toBeGreaterThanOrEqual(Math.max(...values));
      },
    ),
    { seed: 42 },
  );
});

test.each([
  [['0', '1', 'tie'], '0/1', [0, 1, 'tie']],
  [[0, 1, 2], '1/2', ['tie', 0, 1]],
  [['A', 'B', 'C'], 'a/b', [0, 1, 'tie']],
  [['model_1', 'model_2', 'draw'], '1/2', [0, 1, 'tie']],
  [['left', 'right', 'equal'], 'left/right', [0, 1, 'tie']],
] as const)('the coding of %j is %s', (values, coding, read) => {
  expect(detectPreferenceCoding(values).coding).toBe(coding);
  expect(values.map((value) => readPreference(value, coding))).toEqual(read);
});

test('a side is mapped through the order shown', () => {
  expect(readPreference('left', 'left/right', [1, 0])).toBe(1);
  expect(readPreference('right', 'left/right', [1, 0])).toBe(0);
});

test('what 0 and 1 leave open is said, and two codings at once are not guessed', () => {
  expect(detectPreferenceCoding([0, 1]).notes.join()).toMatch(/say preferenceCoding 1\/2 if 0 means a tie/);
  expect(detectPreferenceCoding([1, 'tie']).notes.join()).toMatch(/this is a guess/);
  expect(detectPreferenceCoding(['A', 2])).toMatchObject({ coding: undefined });
});

test('the nearest name is offered when it is a slip, and none otherwise', () => {
  expect(nearestName('annotater_1', ['annotator_1', 'annotator', 'item'])).toBe('annotator_1');
  expect(nearestName('GPT 4', ['gpt-4', 'gpt-5'])).toBe('gpt-4');
  expect(nearestName('judge', ['ann', 'bob'])).toBeUndefined();
});

test('the name of a rater column says order, sample, response and criterion', () => {
  expect(parseRaterColumn('gpt-4 [order 1 0]')).toEqual({ rater: 'gpt-4', order: [1, 0] });
  expect(parseRaterColumn('gpt-4 [criterion good, order=0 1, sample 2]')).toEqual({
    rater: 'gpt-4',
    criterion: 'good',
    order: [0, 1],
    sample: 2,
  });
  expect(parseRaterColumn('ann [first year]')).toEqual({ rater: 'ann [first year]' });
  expect(parseRaterColumn('ann [order 1 1]')).toEqual({ rater: 'ann [order 1 1]' });
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z0-9-]{1,9}$/),
      fc.nat(99),
      fc.constantFrom([], [0, 1], [1, 0], [2, 0, 1]),
      (rater, sample, order) => {
        const about = { rater, sample, ...(order.length > 0 ? { order } : {}) };
        expect(parseRaterColumn(formatRaterColumn(about))).toEqual(about);
      },
    ),
    { seed: 42 },
  );
});
