import type { Finding } from '@assize/core';
import { expect, test } from 'vitest';

import { exitCodeOf, verdictOf } from '../src/index.ts';

const severities = {
  coverage: 0,
  agreement: 0,
  'position-bias': 1,
  repeatability: 1,
  'human-ceiling': 2,
  slices: 2,
} as const;

function findings(outcomes: Partial<Record<keyof typeof severities, Finding['outcome']>>): Finding[] {
  return Object.entries({ coverage: 'pass', agreement: 'pass', ...outcomes } as const).map(
    ([examination, outcome]) => ({
      examination,
      question: '?',
      outcome,
      severity: severities[examination as keyof typeof severities],
      criterion: 'c',
      statistic: 's',
      estimate: { value: 0.5, interval: [0.4, 0.6], level: 0.95, n: 10, method: 'm' },
      measures: [],
      summary: `${examination} is ${outcome}.`,
      ...(outcome === 'inconclusive' ? { needs: '40 more items' } : {}),
      evidence: [],
      advice: `About ${examination}.`,
    }),
  );
}

test.each([
  ['all is well', {}, 'fit', 0],
  ['the judge says nothing usable', { coverage: 'fail', agreement: 'fail' }, 'broken', 1],
  ['it does not agree', { agreement: 'fail', 'position-bias': 'inconclusive' }, 'unfit', 1],
  ['agreement is open', { agreement: 'inconclusive', 'position-bias': 'fail' }, 'not-enough-evidence', 4],
  ['there is nothing to agree with', { agreement: 'not-applicable' }, 'not-enough-evidence', 4],
  ['agreement is near the margin', { agreement: 'warn' }, 'fit-with-correction', 0],
  ['the place shown matters', { 'position-bias': 'fail' }, 'fit-with-correction', 0],
  ['it leans', { 'position-bias': 'warn' }, 'fit-with-correction', 0],
  ['people part among themselves', { 'human-ceiling': 'fail' }, 'fit-with-correction', 0],
  ['a moderate finding warns', { slices: 'warn' }, 'fit', 0],
  ['a major finding is open', { repeatability: 'inconclusive' }, 'fit', 0],
] as const)('when %s', (_, outcomes, verdict, code) => {
  const found = verdictOf(findings(outcomes));
  expect(found.verdict).toBe(verdict);
  expect(found.reasons.length).toBeGreaterThan(0);
  expect(exitCodeOf(found.verdict)).toBe(code);
});

test('what is open beside the verdict is named, and what is to be corrected says how', () => {
  const { reasons } = verdictOf(findings({ 'position-bias': 'fail', repeatability: 'inconclusive' }));
  expect(reasons).toEqual([
    'c: position-bias is fail. About position-bias.',
    'c: repeatability is open. Needed: 40 more items.',
  ]);
});

test('the worst criterion decides', () => {
  const other = findings({ agreement: 'fail' }).map((finding) => ({ ...finding, criterion: 'd' }));
  expect(verdictOf([...findings({}), ...other])).toMatchObject({
    verdict: 'unfit',
    reasons: ['d: agreement is fail.'],
  });
});
