import type { IntentRecord, ReceiptRecord, RunRecord } from '@assize/core';
import { seededRandom } from '@assize/stats';
import { expect, test } from 'vitest';

import { folderStore } from '../../src/index.ts';
import { LedgerFold } from '../../src/money/run-ledger.ts';
import { folderForTest } from '../folder-for-test.ts';

const keys = 1000;

test('R6 of several replies to one call the first that was kept counts, whatever they say, and all are in the ledger (1,000 schedules)', async () => {
  const random = seededRandom(42);
  const directory = await folderForTest();
  const fold = new LedgerFold();
  const open = await folderStore(directory, { reserveBytes: 0, durability: 'fast' }).open('r', {
    visit: () => undefined,
    trouble: () => undefined,
  });
  const write = async (record: RunRecord): Promise<void> => {
    await open.append(record);
    fold.add(record);
  };
  const schedule: { key: string; attempt: number }[] = [];
  for (let call = 0; call < keys; call += 1) {
    const attempts = 2 + Math.floor(random.next() * 2);
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const key = `key-${call}`;
      schedule.splice(Math.floor(random.next() * (schedule.length + 1)), 0, { key, attempt });
      const intent: IntentRecord = {
        kind: 'intent',
        key,
        attempt,
        epoch: 1,
        at: 0,
        model: 'a:b',
        item: 'i',
        rater: 'r',
        maxCost: null,
        maxTokens: 100,
      };
      await write(intent);
    }
  }
  const first = new Map<string, string>();
  for (const { key, attempt } of schedule) {
    const text = `${key} as of attempt ${attempt}`;
    if (!first.has(key)) first.set(key, text);
    const receipt: ReceiptRecord = {
      kind: 'receipt',
      key,
      attempt,
      epoch: 1,
      at: 1,
      model: 'a:b',
      asked: key,
      from: 'model',
      reply: { text, stop: 'done', usage: { inputTokens: 10, outputTokens: attempt } },
      cost: { amount: attempt, currency: 'USD' },
      latencyMs: 1,
    };
    await write(receipt);
  }
  for (const [key, text] of first) expect((await open.receipt(key))?.reply.text).toBe(text);
  await open.close();

  const spent = schedule.reduce((sum, { attempt }) => sum + attempt, 0);
  const found = new LedgerFold();
  const again = await folderStore(directory, { reserveBytes: 0 }).open('r', {
    visit: (record) => found.add(record),
    trouble: () => undefined,
  });
  for (const [key, text] of first) expect((await again.receipt(key))?.reply.text).toBe(text);
  await again.close();
  for (const ledger of [fold.ledger(), found.ledger()]) {
    expect(ledger.models['a:b']).toMatchObject({ attempts: schedule.length, replies: schedule.length });
    expect(ledger.cost).toEqual({ amount: spent, currency: 'USD' });
    expect(ledger.unknown).toEqual([]);
  }
});
