import { expect, test } from 'vitest';

import { retryAfterMs } from '../src/index.ts';

const now = 'Wed, 21 Oct 2015 07:28:00 GMT';

test.each<[string, { [name: string]: string }, number | undefined]>([
  ['says nothing', {}, undefined],
  ['seconds', { 'retry-after': '20' }, 20_000],
  ['a decimal of seconds', { 'retry-after': '0.25' }, 250],
  ['zero', { 'retry-after': '0' }, 0],
  ['milliseconds, which win over seconds', { 'retry-after-ms': '12.5', 'retry-after': '9' }, 13],
  ['a date after its own clock', { 'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT', date: now }, 30_000],
  ['a date in the past', { 'retry-after': 'Wed, 21 Oct 2015 07:27:00 GMT', date: now }, 0],
  ['a date without a clock', { 'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT' }, undefined],
  ['a date with a broken clock', { 'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT', date: 'today' }, undefined],
  ['more than ten minutes', { 'retry-after': '1000000000' }, 600_000],
  ['more than a timer holds', { 'retry-after-ms': '1000000000000' }, 600_000],
  ['less than nothing', { 'retry-after': '-5' }, undefined],
  ['no number', { 'retry-after': 'NaN' }, undefined],
  ['infinity', { 'retry-after': 'Infinity' }, undefined],
  ['an exponent', { 'retry-after': '1e9' }, undefined],
  ['nonsense in milliseconds beside sense in seconds', { 'retry-after-ms': 'x', 'retry-after': '3' }, 3000],
])('%s: %j is %s ms', (_, headers, wait) => expect(retryAfterMs(new Headers(headers))).toBe(wait));
