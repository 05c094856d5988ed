import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { scriptedModel } from '@assize/testkit';
import { expect, test } from 'vitest';

import { recordAndReplay } from '../examples/record-and-replay.ts';

test('the example asks the live model once and gets the same reply twice', async () => {
  const live = scriptedModel(() => 'B');
  const file = join(mkdtempSync(join(tmpdir(), 'assize-example-')), 'replies.jsonl');
  expect(await recordAndReplay(live, file)).toEqual(['B', 'B']);
  expect(live.calls).toHaveLength(1);
});
