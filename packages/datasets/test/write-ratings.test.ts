import { existsSync, readFileSync } from 'node:fs';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  buildTable,
  loadRatings,
  ratingsOf,
  readRatings,
  toTidyCsv,
  unsupportedFormat,
  writeRatings,
} from '../src/index.ts';
import { criteria, kinds, ratings } from './random-tables.ts';
import { listOf, temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();

test('a table written as tidy CSV is read back the same, without options', async () => {
  await fc.assert(
    fc.asyncProperty(ratings, async (list) => {
      const table = await buildTable(list, {
        criteria,
        kinds,
        groups: new Map([
          ['i1', '=group, one'],
          ['=3', 'i1'],
        ]),
        facets: { domain: new Map([['i1', 'law']]), lang: new Map([['=3', '-de']]) },
      });
      const stream = (async function* () {
        yield* toTidyCsv(table);
      })();
      const again = await loadRatings({ name: 'table.csv', stream });
      expect([...ratingsOf(again.table)]).toEqual([...ratingsOf(table)]);
      expect(again.table.items.map((_, item) => again.table.groups[again.table.groupOfItem[item] ?? 0])).toEqual(
        table.items.map((_, item) => table.groups[table.groupOfItem[item] ?? 0]),
      );
      expect(again.scaleSource).toBe('file');
    }),
    { seed: 42, numRuns: 60 },
  );
});

test.each(['jsonl', 'jsonl.gz', 'csv', 'csv.gz'])('ratings written as .%s are read back the same', async (ending) => {
  const list = fc.sample(ratings, { seed: 7, numRuns: 20 }).toSorted((a, b) => b.length - a.length)[0] ?? [];
  const kept = list.filter(({ value }) => value !== 'null');
  const file = files.path(`ratings.${ending}`);
  await writeRatings(file, kept);
  const again = await listOf(readRatings(file));
  expect(again).toEqual(kept);
  expect(existsSync(`${file}.part`)).toBe(false);
});

test('a table is written to a file of either kind', async () => {
  const [list = []] = fc.sample(ratings, { seed: 3, numRuns: 1 });
  const table = await buildTable(list, { criteria, kinds });
  await writeRatings(files.path('t.csv'), table);
  await writeRatings(files.path('t.jsonl'), table);
  expect(readFileSync(files.path('t.csv'), 'utf8')).toMatch(/^item,rater,rater_kind,criterion,scale,/);
  expect(await listOf(readRatings(files.path('t.jsonl')))).toEqual(list);
});

test('a fault while writing leaves no file', async () => {
  const file = files.path('broken.jsonl');
  const failing = (function* () {
    yield* fc.sample(ratings, { seed: 3, numRuns: 1 })[0] ?? [];
    throw new Error('the source fails');
  })();
  await expect(writeRatings(file, failing)).rejects.toThrow('the source fails');
  expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
  await expect(writeRatings(files.path('x.txt'), [])).rejects.toMatchObject({ code: unsupportedFormat.code });
});
