import type { Criterion, Rating, RatingTable } from '@assize/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  buildTable,
  contradictoryRating,
  countStatuses,
  filterRows,
  groupsOfRows,
  joinTables,
  noRow,
  pivot,
  ratersOf,
  ratingsOf,
  sliceByFacet,
  splitVote,
  tableFingerprint,
  twoGroupings,
  twoKinds,
  twoScales,
  unknownFacet,
  unknownRater,
} from '../src/index.ts';
import { criteria, kinds, ratings } from './random-tables.ts';

const criterion = (scale: Criterion['scale'], id = 'c'): Criterion => ({
  id,
  question: '',
  scale,
  higherIsBetter: true,
});
const row = (item: string, rater: string, value: number | string | null, rest: object = {}): Rating => ({
  item,
  rater,
  criterion: 'c',
  provenance: { source: 'recorded' },
  ...(value === null ? { status: 'refused', value, reason: 'policy' } : { status: 'rated', value }),
  ...rest,
});
const table = async (scale: Criterion['scale'], rows: Rating[]): Promise<RatingTable> =>
  buildTable(rows, { criteria: [criterion(scale)], kinds: { ann: 'human', bob: 'human' } });

test('a pivot is items by raters, with NaN and a status where there is no value', async () => {
  const { value, status, raters, units, itemOfUnit } = pivot(
    await table({ kind: 'ordinal', levels: [1, 2, 3] }, [
      row('a', 'ann', 1),
      row('a', 'bob', 3),
      row('b', 'bob', null),
    ]),
    'c',
  );
  expect({ raters, units, items: [...itemOfUnit] }).toEqual({ raters: ['ann', 'bob'], units: 2, items: [0, 1] });
  expect([...value]).toEqual([0, 2, Number.NaN, Number.NaN]);
  expect([...status]).toEqual([0, 0, noRow, 2]);
});

test('numbers are averaged over samples and orders, unrated ones left aside', async () => {
  const made = await table({ kind: 'ordinal', levels: [1, 2, 3] }, [
    row('a', 'gpt', 1, { order: [0, 1] }),
    row('a', 'gpt', 2, { order: [1, 0] }),
    row('a', 'gpt', null, { sample: 1 }),
    row('a', 'gpt', 3, { sample: 2 }),
  ]);
  const { value, rows, notes } = pivot(made, 'c');
  expect([...value]).toEqual([1]);
  expect([...rows]).toEqual([3]);
  expect(notes).toEqual(['1 values stand for several samples or orders: averaged']);
});

test.each([
  [{ kind: 'preference', ties: true }, [0, 1], 2, 0, 1, 0],
  [{ kind: 'preference', ties: false }, [0, 1], 2, 0, 1, 0],
  [{ kind: 'preference', ties: true }, [0, 'tie'], 2, 0, 1, 0],
  [{ kind: 'preference', ties: true }, [1, 1, 0], 1, 0, 0, 0],
  [{ kind: 'nominal', labels: ['x', 'y'] }, ['y', 'y', 'x'], 1, 0, 0, 0],
  [{ kind: 'nominal', labels: ['x', 'y'] }, ['x', 'y'], Number.NaN, splitVote, 0, 1],
  [{ kind: 'binary' }, [0, 1], 0.5, 0, 0, 0],
] as const)('on %j the samples %j are one value', async (scale, values, value, status, ties, missing) => {
  const made = await table(
    scale as Criterion['scale'],
    values.map((said, sample) => row('a', 'gpt', said, { sample })),
  );
  const collapsed = pivot(made, 'c');
  expect([...collapsed.value]).toEqual([value]);
  expect([...collapsed.status]).toEqual([status]);
  expect([collapsed.tiesBySplit, collapsed.missingBySplit]).toEqual([ties, missing]);
});

test('responses of one item are units of their own', async () => {
  const { units, responseOfUnit } = pivot(
    await table({ kind: 'binary' }, [row('a', 'ann', 1), row('a', 'ann', 0, { response: 1 })]),
    'c',
  );
  expect([units, [...responseOfUnit]]).toEqual([2, [0, 1]]);
});

test('a cell without a value has the status of most of its rows', async () => {
  const made = await table({ kind: 'binary' }, [
    row('a', 'gpt', null),
    row('a', 'gpt', null, { sample: 1, status: 'failed', reason: '' }),
    row('a', 'gpt', null, { sample: 2, status: 'failed', reason: '' }),
  ]);
  expect([...pivot(made, 'c').status]).toEqual([4]);
});

test('every rated row is in one cell of one pivot, and every value lies in the range of its rows', async () => {
  await fc.assert(
    fc.asyncProperty(ratings, async (list) => {
      const made = await buildTable(list, { criteria, kinds });
      let rated = 0;
      for (const { id } of criteria) {
        const { value, rows, status } = pivot(made, id);
        for (const [cell, count] of rows.entries()) {
          rated += count;
          expect(Number.isNaN(value[cell])).toBe(status[cell] !== 0);
          expect(count > 0).toBe(status[cell] === 0 || status[cell] === splitVote);
        }
      }
      expect(rated).toBe(list.filter(({ status }) => status === 'rated').length);
    }),
    { seed: 42 },
  );
});

test('a filter and its opposite part the rows, and each is as if built from its rows alone', async () => {
  await fc.assert(
    fc.asyncProperty(ratings, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), async (list, marks) => {
      const made = await buildTable(list, { criteria, kinds });
      const kept = filterRows(made, (at) => marks[at] === true);
      expect([...ratingsOf(kept)]).toEqual(list.filter((_, at) => marks[at]));
      expect([...ratingsOf(filterRows(made, (at) => marks[at] === false))]).toEqual(list.filter((_, at) => !marks[at]));
      expect(new Set(kept.items)).toEqual(new Set(list.filter((_, at) => marks[at]).map(({ item }) => item)));
    }),
    { seed: 42 },
  );
});

test('tables that were parted are joined again, and joining a table with itself changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(ratings, fc.nat(40), async (list, cut) => {
      const made = await buildTable(list, { criteria, kinds });
      const [first, rest] = [filterRows(made, (at) => at < cut), filterRows(made, (at) => at >= cut)];
      expect([...ratingsOf(joinTables(first, rest))]).toEqual(list);
      expect([...ratingsOf(joinTables(made, made))]).toEqual(list);
      expect(tableFingerprint(joinTables(rest, first))).toBe(tableFingerprint(made));
    }),
    { seed: 42 },
  );
});

test('conditions choose rows by rater, kind, criterion, status, item and sample', async () => {
  const made = await table({ kind: 'binary' }, [
    row('a', 'ann', 1),
    row('a', 'gpt', null),
    row('b', 'gpt', 0, { sample: 1 }),
  ]);
  const left = (keep: Parameters<typeof filterRows>[1]): number => filterRows(made, keep).length;
  expect([
    left({ rater: ['ann', 'gpt'] }),
    left({ kind: 'human' }),
    left({ criterion: 'c' }),
    left({ status: 'refused' }),
    left({ item: 'b' }),
    left({ sample: 1 }),
    left({ rater: 'gpt', status: 'rated' }),
  ]).toEqual([3, 1, 3, 1, 1, 1, 1]);
  expect(() => left({ rater: 'gtp' })).toThrow(expect.objectContaining({ code: unknownRater.code }));
});

test('slices by facet part the items that have it; groups follow their items', async () => {
  const made = await buildTable([row('a', 'x', 1), row('b', 'x', 0), row('c', 'x', 0), row('d', 'x', 1)], {
    criteria: [criterion({ kind: 'binary' })],
    facets: {
      domain: new Map([
        ['a', 'law'],
        ['b', 'art'],
        ['c', 'law'],
      ]),
    },
    groups: new Map([
      ['c', 'g'],
      ['d', 'g'],
    ]),
  });
  expect([...sliceByFacet(made, 'domain')].map(([name, slice]) => [name, slice.items, slice.groups])).toEqual([
    ['law', ['a', 'c'], ['g', 'a']],
    ['art', ['b'], ['b']],
  ]);
  expect([...groupsOfRows(made)].map((group) => made.groups[group])).toEqual(['a', 'b', 'g', 'g']);
  expect(() => sliceByFacet(made, 'domian')).toThrow(
    expect.objectContaining({ code: unknownFacet.code, message: expect.stringContaining('"domain"') }),
  );
});

test('a join refuses what the tables disagree about', async () => {
  const binary = criterion({ kind: 'binary' });
  const one = await buildTable([row('a', 'x', 1)], {
    criteria: [binary],
    groups: new Map([['a', 'g']]),
    kinds: { x: 'judge' },
  });
  const build = async (rows: Rating[], rest: object) =>
    buildTable(rows, { criteria: [binary], kinds: { x: 'judge' }, ...rest });
  const refused = (other: RatingTable): unknown => {
    try {
      return joinTables(one, other);
    } catch (error) {
      return error;
    }
  };
  expect(refused(await build([row('a', 'x', 0)], {}))).toMatchObject({ code: contradictoryRating.code });
  expect(refused(await build([row('a', 'y', 0)], { groups: new Map([['a', 'h']]) }))).toMatchObject({
    code: twoGroupings.code,
  });
  expect(refused(await build([row('b', 'x', 0)], { kinds: { x: 'human' } }))).toMatchObject({ code: twoKinds.code });
  expect(
    refused(await build([row('b', 'x', 1)], { criteria: [criterion({ kind: 'ordinal', levels: [1, 2] })] })),
  ).toMatchObject({ code: twoScales.code });
});

test('statuses are counted by rater and criterion, and raters listed by kind', async () => {
  const made = await table({ kind: 'binary' }, [row('a', 'ann', 1), row('a', 'gpt', null), row('b', 'gpt', 0)]);
  expect(countStatuses(made)).toEqual([
    { rater: 'ann', criterion: 'c', counts: { rated: 1, abstained: 0, refused: 0, unreadable: 0, failed: 0 } },
    { rater: 'gpt', criterion: 'c', counts: { rated: 1, abstained: 0, refused: 1, unreadable: 0, failed: 0 } },
  ]);
  expect(ratersOf(made, 'human')).toEqual([{ place: 0, name: 'ann' }]);
});
