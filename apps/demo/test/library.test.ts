import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { cardOf } from '../examples/library.ts';

test('the example of the README prints a card', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assize-'));
  const rows = Array.from({ length: 40 }, (_, item) => {
    const level = (item % 5) + 1;
    return [item, level, level, Math.min(5, level + (item % 4 === 0 ? 1 : 0)), level].join(',');
  });
  writeFileSync(join(folder, 'ratings.csv'), `item,ann,ben,cy,gpt-4\n${rows.join('\n')}\n`);
  try {
    const text = await cardOf(join(folder, 'ratings.csv'));
    expect(text).toContain('FIT');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('spearman difference');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
