import { expect, test } from 'vitest';

import { withDeadline } from '../src/index.ts';

const late = (): Error => new Error('late');
const never = (): Promise<never> => new Promise(() => {});

test('a call that ends in time gives what it gives, result or error', async () => {
  const { signal } = new AbortController();
  expect(await withDeadline(signal, 1000, late, async () => 7)).toBe(7);
  await expect(withDeadline(signal, 1000, late, () => Promise.reject(new Error('own')))).rejects.toThrow('own');
});

test('N1: a call that does not listen ends at the deadline all the same', async () => {
  await expect(withDeadline(new AbortController().signal, 20, late, never)).rejects.toThrow('late');
});

test('an abort comes out as the signal’s own reason, before and during the call', async () => {
  const reason = new Error('stop');
  await expect(withDeadline(AbortSignal.abort(reason), 1000, late, never)).rejects.toBe(reason);
  const stop = new AbortController();
  const call = withDeadline(stop.signal, 1000, late, never);
  stop.abort(reason);
  await expect(call).rejects.toBe(reason);
});

test('a deadline beyond the longest timer does not fire at once', async () => {
  const { signal } = new AbortController();
  const soon = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('done'), 5));
  expect(await withDeadline(signal, 1e12, late, soon)).toBe('done');
});
