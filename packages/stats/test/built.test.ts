import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tQuantile } from '../src/index.ts';

const built = new URL('../dist/index.js', import.meta.url);

test.skipIf(!existsSync(built))('the built package loads and computes (skipped until it is built)', async () => {
  const stats = (await import(built.href)) as {
    tQuantile: typeof tQuantile;
    chiSquareQuantile: (p: number, df: number) => number;
  };
  expect(stats.tQuantile(0.975, 11)).toBe(tQuantile(0.975, 11));
  expect(stats.chiSquareQuantile(0.95, 3)).toBeCloseTo(7.814727903251178, 12);
});
