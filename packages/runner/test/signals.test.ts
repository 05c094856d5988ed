import { EventEmitter } from 'node:events';

import { expect, test } from 'vitest';

import { handleSignals } from '../src/index.ts';

function watched() {
  let now = 1000;
  const done: string[] = [];
  const source = new EventEmitter();
  const run = {
    drain: (graceMs?: number) => void done.push(graceMs === undefined ? 'drain' : `drain ${graceMs}`),
    abort: () => void done.push('abort'),
  };
  const clock = { now: () => now, date: () => '', after: () => () => undefined };
  const stop = handleSignals(run, source, { clock });
  return { done, source, stop, move: (ms: number) => (now += ms) };
}

test('the first Ctrl-C drains, one at the same moment is the same, the next aborts, and then the system has it', () => {
  const { done, source, move } = watched();
  source.emit('SIGINT');
  move(200);
  source.emit('SIGINT');
  expect(done).toEqual(['drain']);
  move(400);
  source.emit('SIGINT');
  expect(done).toEqual(['drain', 'abort']);
  expect(source.listenerCount('SIGINT')).toBe(0);
});

test('SIGTERM and SIGHUP drain for twenty seconds', () => {
  const { done, source } = watched();
  source.emit('SIGTERM');
  source.emit('SIGHUP');
  expect(done).toEqual(['drain 20000', 'drain 20000']);
});

test('takes its listeners away', () => {
  const { source, stop } = watched();
  stop();
  expect(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => source.listenerCount(name))).toEqual([0, 0, 0]);
});
