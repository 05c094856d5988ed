import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chiSquareQuantile, tQuantile } from '../src/index.ts';

const built = new URL('../dist/index.js', import.meta.url);

test.skipIf(!existsSync(built))(
  'the built package loads in plain Node and computes (skipped until it is built)',
  () => {
    const script = `import { chiSquareQuantile, tQuantile } from ${JSON.stringify(built.href)};
    console.log(JSON.stringify([tQuantile(0.975, 11), chiSquareQuantile(0.95, 3)]));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([tQuantile(0.975, 11), chiSquareQuantile(0.95, 3)]);
  },
);
