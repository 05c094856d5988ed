import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalQuantile, proportion, type Random, seededRandom } from '@assize/stats';
import { describe, expect, test } from 'vitest';

import { coverageFigure, coveragePage } from '../src/coverage/coverage-page.ts';
import type { CoverageRow } from '../src/coverage/coverage-row.ts';
import { coverageOf, observeRow, rowId, verdictOf } from '../src/coverage/observe-row.ts';
import { coverageFamilies } from '../src/coverage/rows.ts';
import { dataFolder } from '../src/public-records.ts';

const docs = join(import.meta.dirname, '../../../docs');
const rows = coverageFamilies.flatMap((family) => family(dataFolder()));

function normalRow(half: number): CoverageRow {
  return {
    interval: `mean ± ${half} standard errors`,
    page: 'clustered-mean',
    population: 'normal',
    n: 25,
    clustered: false,
    level: 0.95,
    truth: 0,
    documented: true,
    draws: 400,
    observe(random: Random) {
      let total = 0;
      for (let i = 0; i < 25; i++) total += normalQuantile(random.next());
      const [mean, error] = [total / 25, 1 / 5];
      return { interval: [mean - half * error, mean + half * error] };
    },
  };
}

describe('the observatory', () => {
  test('sees an interval that is too short, after looking four times as long', () => {
    const row = normalRow(1.5);
    const seen = observeRow(row);
    expect(seen.draws).toBe(1600);
    expect(coverageOf(seen)!.share).toBeCloseTo(0.866, 1);
    expect(verdictOf(row, seen)).toBe('short');
  });

  test('acquits one that is right, and counts misses on both sides', () => {
    const row = normalRow(1.96);
    const seen = observeRow(row);
    expect(verdictOf(row, seen)).toBe('holds');
    expect(seen.above + seen.below + seen.covered).toBe(seen.intervals);
    expect(seen.above).toBeGreaterThan(0);
    expect(seen.below).toBeGreaterThan(0);
    expect(seen.width).toBeCloseTo(2 * 1.96 * 0.2, 9);
  });

  test('gives the same observation for the same seed, and another for another', () => {
    const row = normalRow(1.96);
    expect(observeRow(row)).toEqual(observeRow(row));
    expect(observeRow(row, { random: seededRandom(2) })).not.toEqual(observeRow(row));
  });

  test('says "no interval" where most samples give none, and judges nothing outside the documented range', () => {
    const none: CoverageRow = { ...normalRow(1), observe: () => ({ interval: null }) };
    expect(verdictOf(none, observeRow(none, { draws: 50 }))).toBe('no interval');
    expect(coverageOf(observeRow(none, { draws: 50 }))).toBeNull();
    const outside = { ...normalRow(0.5), documented: false };
    expect(verdictOf(outside, observeRow(outside, { draws: 50 }))).toBe('outside');
  });

  test('writes a page with a line for each row, and a figure with a dot for each', () => {
    const seen = [normalRow(1.5), normalRow(1.96)].map((row) => ({ row, observation: observeRow(row) }));
    const page = coveragePage(seen, 'coverage.svg');
    expect(page).toContain('1 hold and 1 fall more than 2 points short');
    expect(page.split('\n').filter((line) => line.startsWith('| normal'))).toHaveLength(2);
    const figure = coverageFigure(seen);
    expect(figure.match(/<circle/g)).toHaveLength(2);
    expect(figure.match(/class="short"/g)).toHaveLength(1);
  });
});

describe('the rows', () => {
  test('have names of their own, and a page each', () => {
    const names = rows.map(rowId);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    const pages = [...new Set(rows.map(({ page }) => page))];
    expect(pages.filter((page) => !existsSync(join(docs, 'stats', `${page}.md`)))).toEqual([]);
  });

  test('stand in the printed page, every interval of them', () => {
    const printed = readFileSync(join(docs, 'coverage.md'), 'utf8');
    const missing = [...new Set(rows.map(({ interval }) => interval))].filter(
      (interval) => !printed.includes(`### ${interval}\n`),
    );
    expect(missing).toEqual([]);
    expect(printed).not.toContain('**short**');
  });

  // A small observatory: the quick rows of each interval with few samples, which finds what is badly wrong.
  const quick = rows.filter(({ documented, n, draws }) => documented && n <= 200 && draws >= 1000);
  const chosen = [...Map.groupBy(quick, ({ interval }) => interval).values()].map((group) => group[0]!);

  test.each(chosen.map((row) => [rowId(row), row] as const))('%s', (_, row) => {
    const { covered, intervals } = observeRow({ ...row, documented: false }, { draws: 200 });
    const upper = proportion(covered, intervals, { level: 0.999 });
    expect(upper.value === null ? 1 : upper.interval![1]).toBeGreaterThan(row.level - 0.02);
  });
});
