import { type ModelReply } from '@assize/core';
import { expect, test } from 'vitest';

import { modelDrift } from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { modelForTest, raterForTest, replyFor } from './rater-for-test.ts';
import { finish } from './run-for-test.ts';

/** A model that another one answers for from the reply with this number on. */
const driftsAt = (at: number, from = 'one-2026-01', to = 'one-2026-02') =>
  modelForTest(({ request, sample }, number): ModelReply => ({
    ...replyFor('fake:one', request, sample),
    served: number < at ? from : to,
  }));

test('R5: a provider that changes its model midway is told of once, noted, and counted by name', async () => {
  const directory = await folderForTest();
  const { summary, events } = await finish(driftsAt(5), { directory, concurrency: 1 });
  expect(summary.reason).toBe('done');
  const warnings = events.filter((event) => event.type === 'warning');
  expect(warnings).toMatchObject([{ code: 'runner/model-drift' }]);
  expect(warnings[0]?.message).toContain('one-2026-01');
  expect(summary.ledger.models['fake:one']?.served).toEqual({ 'one-2026-01': 4, 'one-2026-02': 8 });
});

test('R5: told to stop, the run ends with what was paid for kept, and the first model pins every later session', async () => {
  const directory = await folderForTest();
  const plan = { raters: [raterForTest()] };
  const first = await finish(driftsAt(5), { directory, concurrency: 1, onModelDrift: 'stop' }, plan);
  expect(first.summary.reason).toBe('stopped');
  expect(modelDrift.is(first.summary.fault)).toBe(true);
  expect(first.summary.ledger.models['fake:one']).toMatchObject({ attempts: 5, replies: 5 });
  // A new session does not take the new model for the first.
  const second = await finish(driftsAt(0), { directory, concurrency: 1, onModelDrift: 'stop' }, plan);
  expect(second.summary.reason).toBe('stopped');
  expect(second.summary.ledger.models['fake:one']).toMatchObject({ attempts: 6, replies: 6 });
  // The old one is back, and a name that reads like a property of every object is a name like any other.
  const third = await finish(driftsAt(4, 'one-2026-01', '__proto__'), { directory, concurrency: 1 }, plan);
  expect(third.summary.reason).toBe('done');
  expect(third.events.filter((event) => event.type === 'warning')).toHaveLength(1);
  expect(Object.entries(third.summary.ledger.models['fake:one']?.served ?? {})).toEqual([
    ['one-2026-01', 7],
    ['one-2026-02', 2],
    ['__proto__', 3],
  ]);
});
