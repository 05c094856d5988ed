import { seededRandom } from '@assize/stats';
import { expect, test } from 'vitest';

import { readRun } from '../src/index.ts';
import { type ChildEnd, serverForTest, startChild } from './child-for-test.ts';
import { folderForTest } from './folder-for-test.ts';

const items = 160;
const questions = items * 2;

/** What must be equal however often the process died: totals and counts, without times and sessions. */
function totals({ ledger, digest }: ChildEnd): object {
  const { durationMs: _time, sessions: _sessions, unknown: _unknown, possiblyBilled: _maybe, models, ...rest } = ledger;
  const { attempts: _attempts, latencyMs: _latency, ...model } = models['fake:one']!;
  return { ...rest, model, digest };
}

test(
  'a run that is killed at five random moments gives the totals and the result of one that is not',
  { timeout: 60_000 },
  async () => {
    const calm = await serverForTest(10);
    const whole = await startChild({ directory: await folderForTest(), url: calm.url, items }).ended;
    expect(whole.end).toMatchObject({ reason: 'done', ledger: { ratings: { rated: questions } } });
    expect(calm.answered.size).toBe(questions);

    const server = await serverForTest(10);
    const directory = await folderForTest();
    const random = seededRandom(7);
    const wasInFlight: number[] = [];
    for (let kill = 0; kill < 5; kill += 1) {
      const { child, started, ended } = startChild({ directory, url: server.url, items });
      await started;
      await new Promise((resolve) => setTimeout(resolve, random.next() * 90));
      child.kill('SIGKILL');
      const { signal } = await ended;
      expect(signal).toBe('SIGKILL');
      const { unknown, ledger } = await readRun(directory, 'r');
      wasInFlight.push(unknown.length);
      expect(unknown.every(({ maxCost }) => (maxCost?.amount ?? 0) > 0)).toBe(true);
      expect(ledger.possiblyBilled.calls).toBe(unknown.length);
    }
    const { end } = await startChild({ directory, url: server.url, items }).ended;
    expect(end?.reason).toBe('done');
    expect(totals(end!)).toEqual(totals(whole.end!));

    // The server is the witness: what it answered twice was in flight at a kill, and is listed.
    const answers = [...server.answered.values()].reduce((sum, count) => sum + count, 0);
    const { unknown, models } = end!.ledger;
    expect(server.answered.size).toBe(questions);
    expect(unknown.length).toBe(wasInFlight.at(-1));
    expect(unknown.length).toBeLessThanOrEqual(5 * 8);
    expect(answers - questions).toBeLessThanOrEqual(unknown.length);
    expect(models['fake:one']).toMatchObject({ replies: questions, attempts: questions + unknown.length });
  },
);

test('the owner of a run goes with its process, and is named while it lives', { timeout: 30_000 }, async () => {
  const server = await serverForTest(40);
  const directory = await folderForTest();
  const owner = startChild({ directory, url: server.url, items: 200 });
  await owner.started;
  const second = await startChild({ directory, url: server.url, items: 200 }).ended;
  expect(second.end).toMatchObject({ refused: 'runner/run-locked' });
  expect(second.end?.message).toContain(`process ${owner.child.pid}`);
  owner.child.kill('SIGKILL');
  await owner.ended;
  const third = startChild({ directory, url: server.url, items: 3 });
  expect((await third.ended).end?.reason).toBe('done');
});

test('Ctrl-C drains: calls in flight are kept and none begins', { timeout: 30_000 }, async () => {
  const server = await serverForTest(150);
  const directory = await folderForTest();
  const { child, started, ended } = startChild({ directory, url: server.url, items: 60, concurrency: 4 });
  await started;
  await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGINT');
  child.kill('SIGINT');
  const { end } = await ended;
  expect(end).toMatchObject({
    reason: 'drained',
    ledger: { unknown: [], models: { 'fake:one': { replies: 4, attempts: 4 } } },
  });
  expect(server.answered.size).toBe(4);
});

test('a second Ctrl-C gives up at once, and what was in flight is unknown', { timeout: 30_000 }, async () => {
  const server = await serverForTest(20_000);
  const directory = await folderForTest();
  const { child, started, draining, ended } = startChild({ directory, url: server.url, items: 60, concurrency: 4 });
  await started;
  await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGINT');
  await draining;
  await new Promise((resolve) => setTimeout(resolve, 350));
  const began = performance.now();
  child.kill('SIGINT');
  const { end } = await ended;
  expect(performance.now() - began).toBeLessThan(2000);
  expect(end).toMatchObject({ reason: 'aborted' });
  expect(end?.ledger.unknown).toHaveLength(4);
});
