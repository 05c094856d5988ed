import type { Criterion, Rating, Scale } from '@assize/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { aggregateVerdicts } from '../src/index.ts';
import { criterionOn, oneToFive, preference } from './questions.ts';

const provenance = { source: 'model' as const };
const about = { item: 'i', rater: 'j', criterion: 'quality', provenance };
const rated = (value: number | string, more: Partial<Rating> & { distribution?: number[] } = {}): Rating =>
  ({ ...about, status: 'rated', value, ...more }) as Rating;
const unread = (more: Partial<Rating> = {}): Rating => ({
  ...about,
  ...more,
  status: 'unreadable',
  value: null,
  reason: 'noise',
});
const one = (rows: Rating[], scale: Scale, orders: 'mean' | 'tie-on-conflict' = 'mean') => {
  const criteria: Criterion[] = [criterionOn(scale)];
  const { verdicts, counts } = aggregateVerdicts(rows, criteria, { orders });
  return { ...verdicts[0], counts };
};
const [given, reversed] = [
  [0, 1],
  [1, 0],
];

describe('two orders', () => {
  test('that agree give their winner and no conflict', () => {
    const rows = [rated(1, { order: given }), rated(1, { order: reversed })];
    for (const policy of ['mean', 'tie-on-conflict'] as const)
      expect(one(rows, preference, policy)).toMatchObject({ value: 1, conflict: false, distribution: [0, 1, 0] });
  });

  test('that contradict tie under both policies when there is nothing but the verdicts', () => {
    const rows = [rated(0, { order: given }), rated(1, { order: reversed })];
    for (const policy of ['mean', 'tie-on-conflict'] as const)
      expect(one(rows, preference, policy)).toMatchObject({ value: 'tie', conflict: true });
  });

  test('that contradict with unequal confidence: the mean follows the surer, the other policy ties', () => {
    const rows = [
      rated(0, { order: given, distribution: [0.9, 0.1, 0] }),
      rated(1, { order: reversed, distribution: [0.4, 0.6, 0] }),
    ];
    expect(one(rows, preference, 'mean')).toMatchObject({ value: 0, conflict: true });
    expect(one(rows, preference, 'tie-on-conflict')).toMatchObject({ value: 'tie', conflict: true });
  });

  test('weigh the same however many samples each has', () => {
    const rows = [
      rated(0, { order: given, sample: 0 }),
      rated(0, { order: given, sample: 1 }),
      rated(0, { order: given, sample: 2 }),
      rated(1, { order: reversed, sample: 0 }),
      unread({ order: reversed, sample: 1 }),
    ];
    expect(one(rows, preference)).toMatchObject({ value: 'tie', conflict: true, rated: 4, unrated: 1 });
  });

  test('of which one was not read: the other decides, and no conflict is claimed', () => {
    const verdict = one([rated(1, { order: given }), unread({ order: reversed })], preference, 'tie-on-conflict');
    expect(verdict).toMatchObject({ value: 1, rated: 1, unrated: 1 });
    expect(verdict.conflict).toBeUndefined();
    expect(verdict.counts).toEqual({ verdicts: 1, undecided: 0, bothOrders: 0, conflicts: 0, rows: 2, unratedRows: 1 });
  });

  test('split evenly where no tie is allowed leave it undecided', () => {
    const rows = [rated(0, { order: given }), rated(1, { order: reversed })];
    expect(one(rows, { kind: 'preference', ties: false })).toMatchObject({ value: null, counts: { undecided: 1 } });
  });
});

describe('samples', () => {
  test('of numbers are averaged, also on binary and interval scales', () => {
    expect(one([rated(4), rated(5)], oneToFive)).toMatchObject({ value: 4.5, distribution: [0, 0, 0, 0.5, 0.5] });
    expect(one([rated(1), rated(0)], { kind: 'binary' })).toMatchObject({ value: 0.5 });
    expect(one([rated(0.25), rated(0.75)], { kind: 'interval', min: 0, max: 1 })).toMatchObject({ value: 0.5 });
  });

  test('of ordered words give the one in the middle, of others the most frequent', () => {
    const ordered: Scale = { kind: 'ordinal', levels: ['low', 'mid', 'high'] };
    expect(one([rated('low'), rated('high'), rated('high')], ordered)).toMatchObject({ value: 'high' });
    expect(one([rated('low'), rated('mid'), rated('high')], ordered)).toMatchObject({ value: 'mid' });
    const names: Scale = { kind: 'nominal', labels: ['x', 'y'] };
    expect(one([rated('y'), rated('y'), rated('x')], names)).toMatchObject({ value: 'y' });
    expect(one([rated('y'), rated('x')], names)).toMatchObject({
      value: null,
      reason: expect.stringContaining('evenly'),
    });
  });

  test('none of which was rated have no value, and are counted', () => {
    expect(one([unread(), unread({ sample: 1 })], oneToFive)).toMatchObject({
      value: null,
      reason: 'no row was rated',
      counts: { undecided: 1, rows: 2, unratedRows: 2 },
    });
  });
});

test('rows are kept apart by item, rater, criterion and response, and their order does not matter', () => {
  const rows = [0, 1].flatMap((response) => ['a', 'b'].map((item) => rated(response + 1, { item, response })));
  const { verdicts } = aggregateVerdicts(rows, [criterionOn(oneToFive)], { orders: 'mean' });
  expect(verdicts.map(({ item, response, value }) => [item, response, value])).toEqual([
    ['a', 0, 1],
    ['b', 0, 1],
    ['a', 1, 2],
    ['b', 1, 2],
  ]);
  const pair = fc.array(fc.constantFrom(0, 1, 'tie' as const), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(pair, pair, (first, second) => {
      const all = [
        ...first.map((value, sample) => rated(value, { order: given, sample })),
        ...second.map((value, sample) => rated(value, { order: reversed, sample })),
      ];
      expect(one(all.toReversed(), preference).value).toBe(one(all, preference).value);
    }),
    { seed: 42 },
  );
});

test('a criterion that was not given is the caller’s mistake', () => {
  expect(() => aggregateVerdicts([rated(1)], [], { orders: 'mean' })).toThrow(RangeError);
});
