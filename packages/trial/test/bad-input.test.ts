import { buildTable } from '@assize/datasets';
import { seededRandom } from '@assize/stats';
import { simulateScores } from '@assize/testkit/simulated-raters';
import { expect, test } from 'vitest';

import { profileOf, profiles, putOnTrial } from '../src/index.ts';

async function table(keep: (rater: string, item: string) => boolean = () => true) {
  const { criterion, ratings } = simulateScores({
    items: 60,
    people: { count: 2, accuracy: 0.9 },
    random: seededRandom(1),
  });
  return buildTable(
    ratings.filter(({ rater, item }) => keep(rater, item)),
    { criteria: [criterion] },
  );
}
const dataset = { name: 'x' };

test('a misspelt rater is answered with the nearest name', async () => {
  const ratings = await table();
  expect(() => putOnTrial(ratings, { judge: 'jugde', dataset })).toThrow(
    expect.objectContaining({ code: 'trial/no-such-rater', message: expect.stringContaining('did you mean judge?') }),
  );
});

test('a judge without people, or counted among them, is refused', async () => {
  const alone = await table((rater) => rater === 'judge');
  expect(() => putOnTrial(alone, { judge: 'judge', dataset })).toThrow(
    expect.objectContaining({ code: 'trial/no-humans' }),
  );
  expect(() => putOnTrial(alone, { judge: 'judge', humans: ['judge'], dataset })).toThrow(
    expect.objectContaining({ code: 'trial/judge-is-human' }),
  );
});

test('a judge that shares no item with people is refused with both counts', async () => {
  const apart = await table((rater, item) => (rater === 'judge') === Number(item.slice(5)) > 30);
  expect(() => putOnTrial(apart, { judge: 'judge', dataset })).toThrow(
    expect.objectContaining({ code: 'trial/no-overlap', facts: { judge: 'judge', judged: 30, labelled: 30 } }),
  );
});

test('ties are for preferences', async () => {
  const ratings = await table();
  expect(() => putOnTrial(ratings, { judge: 'judge', unrated: 'tie', dataset })).toThrow(
    expect.objectContaining({ code: 'trial/tie-needs-preference' }),
  );
});

test('a profile is known by name or checked field by field', () => {
  expect(profileOf('certify')).toBe(profiles.certify);
  expect(profileOf({ ...profiles.standard, name: 'ours' }).name).toBe('ours');
  expect(() => profileOf('strict')).toThrow(
    expect.objectContaining({ code: 'trial/bad-profile', hint: expect.stringContaining('standard, certify') }),
  );
  expect(() => profileOf({ ...profiles.standard, leastGroups: -1 })).toThrow(
    expect.objectContaining({ message: expect.stringContaining('leastGroups') }),
  );
  for (const kappa of [
    { bad: 'low', warn: 0.4, fail: 0.6 },
    { bad: 'high', warn: 0.6, fail: 0.4 },
  ] as const) {
    expect(() => profileOf({ ...profiles.standard, kappa })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('kappa: warn must not lie beyond fail') }),
    );
  }
});

test('people who all say the same make a card that says so, not a number', async () => {
  const { criterion, ratings } = simulateScores({
    items: 60,
    people: { count: 2, accuracy: 1 },
    random: seededRandom(1),
  });
  const constant = ratings.map((rating) => (rating.status === 'rated' ? { ...rating, value: 3 } : rating));
  const card = putOnTrial(await buildTable(constant, { criteria: [criterion] }), {
    judge: 'judge',
    dataset,
    replicates: 200,
  });
  expect(card.verdict).toBe('not-enough-evidence');
  for (const { estimate } of card.findings)
    expect(estimate.value === null || Number.isFinite(estimate.value)).toBe(true);
});
