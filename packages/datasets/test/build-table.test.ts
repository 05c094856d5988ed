import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Criterion, Rating } from '@assize/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  buildTable,
  contradictoryRating,
  createTableBuilder,
  offScaleRating,
  ratingsOf,
  tooMany,
  twoScales,
  unknownCriterion,
} from '../src/index.ts';
import { criteria, kinds, ratings } from './random-tables.ts';

const good: Criterion = {
  id: 'good',
  question: '',
  scale: { kind: 'ordinal', levels: [1, 2, 3] },
  higherIsBetter: true,
};
const rating = (rater: string, value: number | string, rest: Partial<Rating> = {}): Rating =>
  ({
    item: 'a',
    rater,
    criterion: 'good',
    status: 'rated',
    value,
    provenance: { source: 'recorded' },
    ...rest,
  }) as Rating;

test('ratings become a table and the same ratings again', async () => {
  await fc.assert(
    fc.asyncProperty(ratings, async (list) => {
      const table = await buildTable(list, { criteria, kinds });
      expect([...ratingsOf(table)]).toEqual(list);
    }),
    { seed: 42 },
  );
});

test('a distribution is kept, whichever rows have one', async () => {
  const list = [
    rating('a', 1),
    rating('b', 2, { distribution: [0, 1, 0] }),
    rating('c', 3),
    rating('d', 3, { distribution: [0, 0.25, 0.75] }),
  ];
  expect(
    [...ratingsOf(await buildTable(list, { criteria: [good], kinds: { a: 'judge' } }))].map((row) =>
      'distribution' in row ? row.distribution : null,
    ),
  ).toEqual([null, [0, 1, 0], null, [0, 0.25, 0.75]]);
});

test('groups and facets come by item; an item without a group stands alone', async () => {
  const table = await buildTable([rating('x', 1), rating('x', 1, { item: 'b' })], {
    criteria: [good],
    groups: new Map([['a', 'g']]),
    facets: { domain: new Map([['b', 'law']]) },
  });
  expect(table.groups).toEqual(['g', 'b']);
  expect(table.facets).toEqual([{ name: 'domain', values: ['law'], ofItem: Uint16Array.of(65_535, 0) }]);
});

test('the same rating twice is one row; another value is an error', () => {
  const builder = createTableBuilder({ criteria: [good] });
  builder.add(rating('x', 1, { distribution: [1, 0, 0] }));
  builder.add(rating('x', 1, { distribution: [1, 0, 0] }));
  expect([builder.length, builder.duplicates]).toEqual([1, 1]);
  expect(() => builder.add(rating('x', 2))).toThrow(expect.objectContaining({ code: contradictoryRating.code }));
  builder.add(rating('x', 2, { sample: 1 }));
  expect(builder.finish().length).toBe(2);
});

test("a person's value off the scale is an error, a judge's a row that is unreadable", () => {
  const builder = createTableBuilder({ criteria: [good], kinds: { ann: 'human', judge: 'judge' } });
  expect(() => builder.add(rating('ann', 7))).toThrow(expect.objectContaining({ code: offScaleRating.code }));
  builder.add(rating('judge', 7));
  expect([...ratingsOf(builder.finish())]).toMatchObject([{ rater: 'judge', status: 'unreadable' }]);
});

test('an unknown criterion and a criterion given twice are errors', () => {
  expect(() => createTableBuilder({ criteria: [good] }).add(rating('x', 1, { criterion: 'goood' }))).toThrow(
    expect.objectContaining({ code: unknownCriterion.code }),
  );
  expect(() => createTableBuilder({ criteria: [good, { ...good, scale: { kind: 'binary' } }] })).toThrow(
    expect.objectContaining({ code: twoScales.code }),
  );
});

test('more raters than codes are an error, not a wrap', () => {
  const builder = createTableBuilder({ criteria: [good], kinds: {} });
  for (let rater = 0; rater < 65_535; rater++) builder.add(rating(`r${rater}`, 1));
  expect(() => builder.add(rating('one more', 1))).toThrow(expect.objectContaining({ code: tooMany.code }));
});

test('a million ratings of 50,000 items take under 100 MB, while building and after', () => {
  const script = fileURLToPath(new URL('memory/million-ratings.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--expose-gc', '--conditions=@assize/source', script], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  const { rows, building, after } = JSON.parse(run.stdout) as { rows: number; building: number; after: number };
  expect(rows).toBe(1_000_000);
  expect(building / 1e6).toBeLessThan(100);
  expect(after / 1e6).toBeLessThan(100);
}, 60_000);
