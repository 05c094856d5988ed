import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { GoldenCase } from './golden-compare.ts';
import { checkers } from './golden-families.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const given = process.env['ASSIZE_DATA_DIR'];
const folder = given
  ? join(isAbsolute(given) ? given : join(root, given), 'golden')
  : fileURLToPath(new URL('fixtures/golden', import.meta.url));

/** ASSIZE_DATA_DIR may name a place that holds other data only; the package's own vectors are used then, and it is said. */
const absent = !existsSync(folder);
const used = absent ? fileURLToPath(new URL('fixtures/golden', import.meta.url)) : folder;

type Family = { family: string; cases: GoldenCase[] };
const families = readdirSync(used)
  .filter((name) => name.endsWith('.json'))
  .toSorted()
  .map((name) => JSON.parse(readFileSync(join(used, name), 'utf8')) as Family);

const ran = new Map<string, number>();

describe.each(families)('golden $family', ({ family, cases }) => {
  const check = checkers[family];
  if (check === undefined) {
    test('is a family that somebody checks', () => expect(Object.keys(checkers)).toContain(family));
    return;
  }
  test('has cases', () => expect(cases.length).toBeGreaterThan(0));
  test.each(cases)('$id', (golden) => {
    ran.set(family, (ran.get(family) ?? 0) + 1);
    check(golden);
  });
});

test.skipIf(given !== undefined && !absent)('no family is missing from the vectors of the package', () => {
  const present = new Set(families.map(({ family }) => family));
  expect(Object.keys(checkers).filter((family) => !present.has(family))).toEqual([]);
});

afterAll(() => {
  const lines = families.map(({ family, cases }) => {
    return `${family.padEnd(20)} ${String(ran.get(family) ?? 0).padStart(4)} of ${String(cases.length).padStart(4)} run`;
  });
  const total = families.reduce((sum, { cases }) => sum + cases.length, 0);
  const all = [...ran.values()].reduce((sum, count) => sum + count, 0);
  lines.push(`${'total'.padEnd(20)} ${String(all).padStart(4)} of ${String(total).padStart(4)} run`);
  const source = absent ? `${used}, since there is no ${folder}` : used;
  console.log(`golden cases run, by family (${source})\n${lines.join('\n')}`);
});
