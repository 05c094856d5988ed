import { describe, expect, test } from 'vitest';

import { finish, folderForTest, raterForTest, serverForTest, type Vendor, vendors } from './batch-for-test.ts';

const names = Object.keys(vendors) as Vendor[];
const batch = { pollMs: 12 };

describe.each(names)('batches at %s', (name) => {
  test('N5: a run by batch gives the digest of the live run, at half its cost, in one batch', async () => {
    const server = await serverForTest();
    const model = vendors[name](server);
    const live = await finish(model, await folderForTest());
    expect(live.summary.reason).toBe('done');
    server.reset();
    const { summary, digest, events } = await finish(model, await folderForTest(), { batch });
    expect(summary).toMatchObject({ reason: 'done', assignments: { planned: 12, finished: 12 } });
    expect(digest).toBe(live.digest);
    expect(server.requests.count).toBe(0);
    const { batches, billed } = server.batches();
    expect(batches.map(({ rows }) => rows.length)).toEqual([24]);
    const ledger = summary.ledger.models[model.id]!;
    expect(ledger).toMatchObject({ attempts: 24, replies: 24, faults: {} });
    expect([ledger.inputTokens, ledger.outputTokens]).toEqual([billed.inputTokens, billed.outputTokens]);
    expect(summary.ledger.cost!.amount).toBeCloseTo(live.summary.ledger.cost!.amount / 2, 10);
    expect(summary.ledger.batches).toEqual({ open: 0, calls: 0, maxCost: { amount: 0, currency: 'USD' } });
    const states = events.flatMap((event) => (event.type === 'batch' ? [event.state] : []));
    expect(states[0]).toBe('submitted');
    expect(states.at(-1)).toBe('collected');
  });

  test('keys are of a form that every provider takes, and no two are alike', async () => {
    const server = await serverForTest();
    await finish(vendors[name](server), await folderForTest(), { batch });
    const keys = server.batches().batches.flatMap(({ rows }) => rows.map(({ customId }) => customId));
    expect(new Set(keys).size).toBe(24);
    for (const key of keys) expect(key).toMatch(/^az_[0-9a-f]{40}$/);
  });

  test('N5: lost, doubled, foreign, expired, cancelled and failed rows are asked again, and the result is the same', async () => {
    const calm = await serverForTest();
    const live = await finish(vendors[name](calm), await folderForTest(), { items: 40 });
    const faults = (['missing', 'twice', 'expired', 'cancelled', '500', '529'] as const).map((scenario) => ({
      scenario,
      share: 0.15,
    }));
    const server = await serverForTest({ batches: { faults, strangers: 3, looks: 2 } });
    const model = vendors[name](server);
    const { summary, digest, events } = await finish(model, await folderForTest(), { items: 40, batch });
    expect(summary.reason).toBe('done');
    expect(digest).toBe(live.digest);
    const { batches, billed } = server.batches();
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.length).toBeLessThanOrEqual(3);
    // What got lost on its way was billed all the same: the ledger says so beside.
    const lost = batches.flatMap(({ rows }) => rows).filter(({ copies, usage }) => copies === 0 && usage);
    const live2 = server.requests.count;
    const ledger = summary.ledger.models[model.id]!;
    expect(ledger.replies).toBe(80);
    expect(billed.replies - lost.length + live2).toBe(80);
    expect(summary.ledger.possiblyBilled.calls).toBeGreaterThanOrEqual(lost.length);
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'runner/strange-rows' }));
    // Whoever counts what is under way ends at nothing.
    const count = (type: string): number => events.filter((event) => event.type === type).length;
    expect(count('call-start')).toBe(count('call-end') + count('call-retry'));
  });

  test('a refusal and a length stop are results, and are not asked again', async () => {
    const server = await serverForTest({
      batches: {
        faults: [
          { scenario: 'refusal', share: 0.3, sticky: true },
          { scenario: 'length', share: 0.3, sticky: true },
        ],
      },
    });
    const { summary } = await finish(vendors[name](server), await folderForTest(), { batch });
    expect(server.batches().batches).toHaveLength(1);
    expect(server.requests.count).toBe(0);
    expect(summary.ledger.ratings.refused).toBeGreaterThan(3);
    expect(summary.ledger.ratings.refused + summary.ledger.ratings.rated).toBe(24);
  });

  test('a row that is refused for good fails its rating, as a live call does', async () => {
    const server = await serverForTest({ batches: { faults: [{ scenario: '400', share: 0.3, sticky: true }] } });
    const { summary, ratings } = await finish(vendors[name](server), await folderForTest(), { batch });
    expect(summary.reason).toBe('done');
    expect(server.batches().batches).toHaveLength(1);
    expect(summary.ledger.ratings.failed).toBeGreaterThan(2);
    for (const { status, ...rating } of ratings) {
      if (status === 'failed') expect(rating).toMatchObject({ reason: 'provider/bad-request' });
    }
  });

  test('N5: what expires three times is asked live, or fails where stragglers must not be', async () => {
    const expired = { batches: { faults: [{ scenario: 'expired', share: 0.4, sticky: true }] } } as const;
    const server = await serverForTest(expired);
    const { summary } = await finish(vendors[name](server), await folderForTest(), { batch });
    expect(summary.ledger.ratings.rated).toBe(24);
    const { batches, billed } = server.batches();
    expect(batches).toHaveLength(3);
    expect(server.requests.count).toBe(24 - billed.replies);

    const other = await serverForTest(expired);
    const strict = await finish(vendors[name](other), await folderForTest(), {
      batch: { ...batch, stragglers: 'batch', again: 1 },
    });
    expect(other.requests.count).toBe(0);
    expect(other.batches().batches).toHaveLength(2);
    expect(strict.summary.ledger.ratings.failed).toBe(24 - other.batches().billed.replies);
  });

  test('a rater that asks one thing after another gets one batch for each round', async () => {
    const server = await serverForTest();
    const model = vendors[name](server);
    const raters = [raterForTest(model.id, { inTurn: true })];
    const { summary } = await finish(model, await folderForTest(), { raters, batch });
    expect(summary.ledger.ratings.rated).toBe(24);
    expect(server.batches().batches.map(({ rows }) => rows.length)).toEqual([12, 12]);
  });

  test('results that are gone are asked again, and count as perhaps billed', async () => {
    const server = await serverForTest({ batches: { resultsGone: true } });
    const { summary } = await finish(vendors[name](server), await folderForTest(), { items: 3, batch });
    expect(summary.reason).toBe('done');
    expect(server.batches().batches).toHaveLength(3);
    expect(server.requests.count).toBe(6);
    expect(summary.ledger.possiblyBilled.calls).toBe(18);
  });

  test('a batch that takes longer than its deadline is cancelled, and what it lacks is asked live', async () => {
    const server = await serverForTest({ batches: { looks: 1e9 } });
    const { summary } = await finish(vendors[name](server), await folderForTest(), {
      batch: { pollMs: 12, deadlineMs: 40 },
    });
    expect(summary.ledger.ratings.rated).toBe(24);
    const { batches, billed } = server.batches();
    expect(batches).toHaveLength(1);
    expect(batches[0]!.cancelled).toBe(true);
    expect(billed.replies).toBeGreaterThan(0);
    expect(server.requests.count).toBe(24 - billed.replies);
  });
});

test('batches keep 5 % below the limits of the provider, by count and by bytes', async () => {
  const server = await serverForTest();
  const whole = vendors.openai(server);
  const { batch: own } = whole;
  const limited = (limits: { requests: number; bytes: number }) => ({ ...whole, batch: { ...own!, limits } });
  await finish(limited({ requests: 10, bytes: 1e9 }), await folderForTest(), { batch });
  expect(
    server
      .batches()
      .batches.map(({ rows }) => rows.length)
      .toSorted((a, b) => a - b),
  ).toEqual([6, 9, 9]);

  const other = await serverForTest();
  const model = {
    ...vendors.openai(other),
    batch: { ...vendors.openai(other).batch!, limits: { requests: 1e9, bytes: 3000 } },
  };
  await finish(model, await folderForTest(), { batch });
  const sizes = other.batches().batches.map(({ rows }) => rows.length);
  expect(sizes.length).toBeGreaterThan(2);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(24);
});

test('a batch that is refused for too many waiting tokens is submitted again', async () => {
  const server = await serverForTest({ batches: { refused: 1 } });
  const { summary, events } = await finish(vendors.openai(server), await folderForTest(), { batch });
  expect(summary.ledger.ratings.rated).toBe(24);
  expect(server.batches().batches).toHaveLength(2);
  expect(server.requests.count).toBe(0);
  expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'runner/batch-refused' }));
});

test('a model without batches runs live, with one warning', async () => {
  const server = await serverForTest();
  const { batch: _, ...model } = vendors.openai(server);
  const { summary, events } = await finish(model, await folderForTest(), { batch });
  expect(summary.reason).toBe('done');
  expect(server.requests.count).toBe(24);
  expect(events.filter((event) => event.type === 'warning' && event.code === 'runner/no-batch')).toHaveLength(1);
});

test('a model with batches and one without do not wait for each other', async () => {
  const server = await serverForTest();
  const { batch: _, ...plain } = vendors.anthropic(server);
  const model = vendors.openai(server);
  const { summary } = await finish(model, await folderForTest(), {
    models: (id: string) => (id === plain.id ? plain : model),
    raters: [raterForTest(model.id), raterForTest(plain.id, { id: 'other' })],
    batch,
  });
  expect(summary.ledger.ratings.rated).toBe(48);
  expect(server.requests.count).toBe(24);
  expect(server.batches().batches.map(({ rows }) => rows.length)).toEqual([24]);
});

test('M1: a budget is reserved at submission: what does not fit waits for what a batch leaves, or stops the run', async () => {
  const server = await serverForTest();
  const model = vendors.openai(server);
  const whole = await finish(model, await folderForTest(), { batch });
  const { inputTokens, outputTokens } = whole.summary.ledger.models[model.id]!;
  const other = await serverForTest();
  const enough = await finish(vendors.openai(other), await folderForTest(), {
    batch,
    budget: { tokens: (inputTokens + outputTokens) * 2 },
  });
  expect(enough.summary.reason).toBe('done');
  expect(other.batches().batches.length).toBeGreaterThan(1);

  const third = await serverForTest();
  const small = await finish(vendors.openai(third), await folderForTest(), { batch, budget: { calls: 10 } });
  expect(small.summary.reason).toBe('budget');
  expect(third.batches().batches.flatMap(({ rows }) => rows)).toHaveLength(10);
});

test('the window bounds how many assignments wait at one time', async () => {
  const server = await serverForTest();
  const { summary } = await finish(vendors.anthropic(server), await folderForTest(), {
    items: 40,
    batch: { ...batch, window: 16 },
  });
  expect(summary.ledger.ratings.rated).toBe(80);
  for (const { rows } of server.batches().batches) expect(rows.length).toBeLessThanOrEqual(2 * 16);
});

test('an option of the wrong form is refused before anything is asked', async () => {
  const server = await serverForTest();
  const run = finish(vendors.openai(server), await folderForTest(), { batch: { pollMs: 0 } });
  await expect(run).rejects.toMatchObject({ code: 'runner/bad-option', facts: { option: 'batch.pollMs' } });
});
