import { judgeCardSchema } from '@assize/core';
import { expect, test } from 'vitest';

import { tryJudge } from '../examples/trial-in-process.ts';
import { spreadsheet } from './rating-files.ts';

test('the example of the README tries a judge in this process', async () => {
  let written = '';
  const code = await tryJudge(spreadsheet(), (text) => (written += text));
  expect(judgeCardSchema.parse(JSON.parse(written))).toMatchObject({ humans: ['ann', 'ben'] });
  expect([0, 1, 4]).toContain(code);
});
