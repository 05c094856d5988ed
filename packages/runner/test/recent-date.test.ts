import { expect, test } from 'vitest';

import { recentDate, systemClock } from '../src/pacing/clock.ts';

test('the date is read from the clock once a second, and moves with it', () => {
  let [now, reads] = [5, 0];
  const read = recentDate({ ...systemClock, now: () => now, date: () => `date ${(reads += 1)}` });
  expect([read(), read()]).toEqual(['date 1', 'date 1']);
  now += 999;
  expect(read()).toBe('date 1');
  now += 1;
  expect(read()).toBe('date 2');
});
