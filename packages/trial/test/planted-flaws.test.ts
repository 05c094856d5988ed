import type { Finding, JudgeCard } from '@assize/core';
import { buildTable } from '@assize/datasets';
import { seededRandom } from '@assize/stats';
import { type PlantedFlaws, simulatePreferences, simulateScores } from '@assize/testkit/simulated-raters';
import { describe, expect, test } from 'vitest';

import { putOnTrial } from '../src/index.ts';

type Panel = { items?: number; people?: { count: number; accuracy: number }; samples?: number; groupSize?: number };

async function tryJudge(
  kind: 'preferences' | 'scores',
  flaws: PlantedFlaws,
  seed: number,
  { items = 400, people = { count: 3, accuracy: 0.9 }, ...panel }: Panel = {},
): Promise<JudgeCard> {
  const simulate = kind === 'preferences' ? simulatePreferences : simulateScores;
  const { criterion, ratings, groups, facets } = simulate(
    { items, people, ...panel, random: seededRandom(seed) },
    flaws,
  );
  const table = await buildTable(ratings, { criteria: [criterion], groups, facets });
  return putOnTrial(table, { judge: 'judge', dataset: { name: 'simulated' }, replicates: 300, seed });
}

function outcomeOf(card: JudgeCard, examination: string): Finding['outcome'] {
  return card.findings.find((finding) => finding.examination === examination)!.outcome;
}

async function outcomes(
  times: number,
  examination: string,
  make: (seed: number) => Promise<JudgeCard>,
): Promise<Finding['outcome'][]> {
  const cards = await Promise.all(Array.from({ length: times }, (_, seed) => make(seed)));
  return cards.map((card) => outcomeOf(card, examination));
}

const share = (found: Finding['outcome'][], wanted: Finding['outcome']): number =>
  found.filter((outcome) => outcome === wanted).length / found.length;

describe('a clean judge', () => {
  test.each(['preferences', 'scores'] as const)(
    'is cleared by every examination of %s, at the stated false-alarm rate',
    async (kind) => {
      const cards = await Promise.all(
        Array.from({ length: 40 }, (_, seed) =>
          tryJudge(kind, { accuracy: 0.9, forgetful: 0.05 }, seed, { samples: 2 }),
        ),
      );
      for (const examination of ['coverage', 'agreement', 'position-bias', 'repeatability', 'confusion', 'slices']) {
        const found = cards.map((card) => outcomeOf(card, examination));
        expect(share(found, 'fail'), `${examination} fails`).toBeLessThanOrEqual(0.025);
        expect(share(found, 'warn'), `${examination} warns`).toBeLessThanOrEqual(0.1);
      }
      expect(cards.filter(({ verdict }) => verdict === 'fit').length).toBeGreaterThanOrEqual(34);
    },
    60_000,
  );

  test('is called fit, with its reason', async () => {
    const card = await tryJudge('preferences', { accuracy: 0.92 }, 7);
    expect(card.verdict).toBe('fit');
    expect(card.reasons[0]).toContain('Agreement with the other people');
  });
});

describe('a planted flaw is found', () => {
  test('a judge that picks the first shown', async () => {
    const found = await outcomes(20, 'position-bias', async (seed) =>
      tryJudge('preferences', { accuracy: 0.9, firstPick: 0.35 }, seed),
    );
    expect(share(found, 'fail')).toBeGreaterThanOrEqual(0.9);
    const card = await tryJudge('preferences', { accuracy: 0.9, firstPick: 0.35 }, 1);
    const finding = card.findings.find(({ examination }) => examination === 'position-bias')!;
    expect(finding.estimate.value).toBeLessThan(-0.25);
    expect(finding.advice).toContain('both orders');
  }, 60_000);

  test('a judge that picks the last shown leans the other way', async () => {
    const card = await tryJudge('preferences', { lastPick: 0.35 }, 2);
    expect(card.findings.find(({ examination }) => examination === 'position-bias')!.estimate.value).toBeGreaterThan(
      0.25,
    );
  });

  test('a judge that is noisy is not accused of position bias', async () => {
    const found = await outcomes(20, 'position-bias', async (seed) =>
      tryJudge('preferences', { forgetful: 0.3 }, seed, { samples: 3 }),
    );
    expect(share(found, 'fail')).toBe(0);
    const repeat = await outcomes(5, 'repeatability', async (seed) =>
      tryJudge('preferences', { forgetful: 0.6 }, seed, { samples: 3 }),
    );
    expect(share(repeat, 'fail')).toBe(1);
  }, 60_000);

  test('a judge that does not see what people see is unfit', async () => {
    const card = await tryJudge('preferences', { accuracy: 0.6 }, 3);
    expect(card.verdict).toBe('unfit');
    expect(card.reasons.join(' ')).toContain('difference');
    expect((await tryJudge('scores', { blind: 0.6 }, 3)).verdict).toBe('unfit');
  });

  test('a lenient judge shifts the scale', async () => {
    const card = await tryJudge('scores', { accuracy: 0.95, lenient: 1 }, 4);
    const finding = card.findings.find(({ examination }) => examination === 'confusion')!;
    expect(finding.outcome).toBe('fail');
    expect(finding.estimate.value).toBeGreaterThan(0.5);
  });

  test('a judge that is worse on hard items is worse in that slice', async () => {
    const card = await tryJudge('preferences', { accuracy: 0.95, hardAccuracy: 0.55 }, 5);
    const finding = card.findings.find(({ examination }) => examination === 'slices')!;
    expect(finding.outcome).toBe('fail');
    expect(finding.summary).toContain('kind hard');
  });

  test.each([
    ['constant', { constant: true }, 'verdicts are equal'],
    ['mostly unreadable', { unreadable: 0.3 }, 'unreadable or failed'],
  ])('a judge that is %s is broken, not merely weak', async (_, flaws, words) => {
    for (const kind of ['preferences', 'scores'] as const) {
      const card = await tryJudge(kind, flaws, 6);
      expect(card.verdict).toBe('broken');
      expect(card.reasons[0]).toContain(words);
    }
  });

  test('a judge that always favours one place is broken too: it never reads', async () => {
    const card = await tryJudge('preferences', { firstPick: 1 }, 14);
    expect(card.verdict).toBe('broken');
    expect(card.reasons[0]).toContain('favour what is shown first');
  });

  test('a handful of equal verdicts is little evidence, not a broken judge', async () => {
    const card = await tryJudge('preferences', { constant: true }, 15, { items: 8 });
    expect(card.verdict).toBe('not-enough-evidence');
  });

  test('too few items are not enough evidence, and the card says how many would settle it', async () => {
    const card = await tryJudge('preferences', { accuracy: 0.8 }, 8, { items: 40 });
    expect(card.verdict).toBe('not-enough-evidence');
    expect(card.reasons[0]).toMatch(/about \d+ independent items, \d+ more than now/);
  });
});

describe('the card', () => {
  test('is made of 150,000 items too: no array is spread into arguments', async () => {
    for (const kind of ['preferences', 'scores'] as const) {
      const simulate = kind === 'preferences' ? simulatePreferences : simulateScores;
      const { criterion, ratings } = simulate(
        { items: 150_000, people: { count: 2, accuracy: 0.9 }, random: seededRandom(1) },
        { unreadable: 0.01 },
      );
      const table = await buildTable(ratings, { criteria: [criterion] });
      const card = putOnTrial(table, { judge: 'judge', dataset: { name: 'large' }, replicates: 3, unrated: 'wrong' });
      expect(card.dataset.items).toBe(150_000);
      expect(card.verdict).not.toBe('broken');
    }
  }, 120_000);

  test('is the same, byte for byte, for the same seed, and moves with it', async () => {
    const card = JSON.stringify(await tryJudge('scores', {}, 9, { items: 120 }));
    expect(JSON.stringify(await tryJudge('scores', {}, 9, { items: 120 }))).toBe(card);
    expect(JSON.stringify(await tryJudge('scores', {}, 10, { items: 120 }))).not.toBe(card);
  });

  test('counts groups, not items, and its intervals widen with them', async () => {
    const alone = await tryJudge('preferences', {}, 11);
    const grouped = await tryJudge('preferences', {}, 11, { groupSize: 8 });
    expect(alone.dataset).toMatchObject({ items: 400, groups: 400 });
    expect(grouped.dataset).toMatchObject({ items: 400, groups: 50 });
    const width = (card: JudgeCard): number => {
      const { estimate } = card.findings.find(({ examination }) => examination === 'agreement')!;
      return estimate.value === null ? 0 : estimate.interval![1] - estimate.interval![0];
    };
    expect(width(grouped)).not.toBe(width(alone));
  });

  test('with one person the ceiling is unknown and absolute bounds decide', async () => {
    const card = await tryJudge('preferences', { accuracy: 0.95 }, 12, { people: { count: 1, accuracy: 1 } });
    const finding = card.findings.find(({ examination }) => examination === 'agreement')!;
    expect(finding).toMatchObject({ outcome: 'pass', statistic: 'kappa' });
    expect(finding.summary).toContain('ceiling is unknown');
    expect(outcomeOf(card, 'human-ceiling')).toBe('not-applicable');
  });

  test('every policy for unrated verdicts is shown when there are any', async () => {
    const card = await tryJudge('preferences', { unreadable: 0.25, accuracy: 0.9 }, 13, { samples: 1 });
    const finding = card.findings.find(({ examination }) => examination === 'agreement')!;
    const policiesAgainst = (against: string) =>
      finding.measures.flatMap(({ about, statistic }) =>
        statistic === 'agreement' && about?.['policy'] && about['against'] === against ? [about['policy']] : [],
      );
    for (const against of ['consensus', 'person-1', 'person-3']) {
      expect(policiesAgainst(against)).toEqual(['exclude', 'tie', 'wrong', 'worst']);
    }
  });
});
