import { type Finding, type JudgeCard, judgeCardSchema, type Scale } from '@assize/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { TrialOptions } from '../src/index.ts';
import { type About, findingIn, oneToFive, preference, type Said, tableOf, trialOf } from './planted-table.ts';

const scales: Scale[] = [
  { kind: 'binary' },
  { kind: 'nominal', labels: ['a', 'b', 'c'] },
  oneToFive,
  { kind: 'ordinal', levels: ['poor', 'fair', 'good'] },
  { kind: 'interval', min: 0, max: 1 },
  preference,
  { kind: 'preference', ties: false },
];

function valuesOf(scale: Scale): fc.Arbitrary<number | string> {
  switch (scale.kind) {
    case 'binary':
      return fc.constantFrom(0, 1);
    case 'nominal':
      return fc.constantFrom(...scale.labels);
    case 'ordinal':
      return fc.constantFrom(...scale.levels);
    case 'preference':
      return scale.ties ? fc.constantFrom<number | string>(0, 1, 'tie') : fc.constantFrom(0, 1);
    case 'rank':
      return fc.constantFrom(1, 2, 3);
    case 'interval':
      return fc.constantFrom(0, 0.1, 0.2, 0.3, 0.7, 1);
  }
}

interface Planted {
  scale: Scale;
  said: Said[];
  about: About;
}

/** Any small set of ratings: people with gaps, a judge with orders, samples and unrated verdicts, groups, a facet. */
function planted(among: Scale[] = scales): fc.Arbitrary<Planted> {
  return fc.constantFrom(...among).chain((scale) => {
    const value = valuesOf(scale);
    const mostly = (weight: number) => fc.option(value, { freq: weight, nil: undefined });
    const item = fc.record({
      people: fc.array(mostly(6), { minLength: 3, maxLength: 3 }),
      judge: fc.array(fc.option(value, { freq: 8, nil: null }), { minLength: 0, maxLength: 4 }),
      group: fc.nat(30),
      facet: fc.nat(2),
      agrees: fc.nat(9),
    });
    return fc.array(item, { minLength: 1, maxLength: 70 }).map((items) => {
      const said = items.flatMap(({ people, judge, agrees }, at): Said[] => {
        const id = `item-${at}`;
        const common = people.find((vote) => vote !== undefined);
        return [
          ...people.flatMap((vote, person) =>
            vote === undefined
              ? []
              : [{ item: id, rater: ['ann', 'ben', 'cem'][person]!, value: agrees > 2 ? common! : vote }],
          ),
          ...judge.map((verdict, place) => ({
            item: id,
            rater: 'judge',
            value: verdict !== null && agrees > 3 && common !== undefined ? common : verdict,
            sample: place >> 1,
            ...(scale.kind === 'preference' ? { order: place % 2 === 0 ? [0, 1] : [1, 0] } : { sample: place }),
          })),
        ];
      });
      said.push(
        { item: 'item-0', rater: 'zoe', value: firstOf(scale) },
        { item: 'item-0', rater: 'judge', value: firstOf(scale), sample: 9 },
      );
      for (const rater of ['ann', 'ben']) {
        if (!said.some((one) => one.rater === rater && one.item === 'item-0'))
          said.push({ item: 'item-0', rater, value: firstOf(scale) });
      }
      return {
        scale,
        said,
        about: {
          groups: new Map(items.map(({ group }, at) => [`item-${at}`, `group-${group}`])),
          facets: { kind: new Map(items.map(({ facet }, at) => [`item-${at}`, `kind-${facet}`])) },
        },
      };
    });
  });
}

function firstOf(scale: Scale): number | string {
  if (scale.kind === 'nominal') return scale.labels[0]!;
  return scale.kind === 'ordinal' ? scale.levels[0]! : 0;
}

async function cardOf({ scale, said, about }: Planted, options: Partial<TrialOptions> = {}): Promise<JudgeCard> {
  return trialOf(await tableOf(said, scale, about), { humans: ['ann', 'ben'], replicates: 40, ...options });
}

/** What a card says, without hashes and names of this very table. */
function substance({ findings, verdict, unrated }: JudgeCard): unknown {
  return { findings, verdict, unrated };
}

const runs = { seed: 42, numRuns: 60 };

function everyNumber(value: unknown, visit: (number: number) => void): void {
  if (typeof value === 'number') visit(value);
  else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) everyNumber(one, visit);
}

function checkFinding({ estimate, measures, outcome, needs, summary }: Finding): void {
  for (const answer of [estimate, ...measures.map((measure) => measure.estimate)]) {
    expect(answer.n).toBeGreaterThanOrEqual(0);
    if (answer.value === null) expect(answer.detail).not.toBe('');
    else {
      expect(answer.n).toBeGreaterThan(0);
      if (answer.interval === null) expect(answer.notes?.length).toBeGreaterThan(0);
      else expect(answer.interval[0]).toBeLessThanOrEqual(answer.interval[1]);
    }
  }
  if (outcome === 'inconclusive') expect(needs).toMatch(/\w{3}/);
  if (outcome === 'not-applicable') {
    expect(needs).toMatch(/\w{3}/);
    expect(summary).toContain(needs!);
  }
  expect(`${summary} ${needs ?? ''}`).not.toMatch(/NaN|Infinity|undefined(?!\))/);
}

describe('every card, of any ratings and under every policy,', () => {
  test('is valid, finite, has n everywhere, and says what is missing', async () => {
    await fc.assert(
      fc.asyncProperty(planted(), fc.constantFrom('exclude', 'wrong', 'worst', 'tie'), async (ratings, policy) => {
        const unrated = policy === 'tie' && ratings.scale.kind !== 'preference' ? 'exclude' : policy;
        const card = await cardOf(ratings, {
          unrated,
          humans: ['ann', 'ben', 'cem'].filter((person) => ratings.said.some(({ rater }) => rater === person)),
        });
        expect(judgeCardSchema.parse(card)).toEqual(card);
        everyNumber(card, (number) => expect(Number.isFinite(number)).toBe(true));
        for (const finding of card.findings) checkFinding(finding);
        expect(card.findings.map(({ examination }) => examination)).toHaveLength(7);
      }),
      { ...runs, numRuns: 150 },
    );
  });

  test('does not depend on the order of rows', async () => {
    await fc.assert(
      fc.asyncProperty(planted(), fc.infiniteStream(fc.nat()), async (ratings, keys) => {
        const shuffled = ratings.said
          .map((said) => [keys.next().value!, said] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, said]) => said);
        expect(substance(await cardOf({ ...ratings, said: shuffled }))).toEqual(substance(await cardOf(ratings)));
      }),
      runs,
    );
  });

  test('does not change when a rater who is not asked for is added', async () => {
    await fc.assert(
      fc.asyncProperty(planted(), async (ratings) => {
        const more = ratings.said.flatMap((one) =>
          one.rater === 'ann' ? [one, { ...one, rater: 'stranger' }] : [one],
        );
        expect(substance(await cardOf({ ...ratings, said: more }))).toEqual(substance(await cardOf(ratings)));
      }),
      runs,
    );
  });

  test('does not change when a person is named twice', async () => {
    await fc.assert(
      fc.asyncProperty(planted(), async (ratings) => {
        const twice = await cardOf(ratings, { humans: ['ann', 'ben', 'ann'] });
        expect(twice).toEqual(await cardOf(ratings));
      }),
      { ...runs, numRuns: 20 },
    );
  });

  test('has the same figures in whatever order people are named', async () => {
    await fc.assert(
      fc.asyncProperty(planted(), async (ratings) => {
        const [one, other] = [await cardOf(ratings), await cardOf(ratings, { humans: ['ben', 'ann'] })];
        expect(other.verdict).toBe(one.verdict);
        one.findings.forEach((finding, place) => {
          const { estimate, outcome } = other.findings[place]!;
          expect(outcome).toBe(finding.outcome);
          if (finding.estimate.value === null) expect(estimate.value).toBe(null);
          else expect(estimate.value).toBeCloseTo(finding.estimate.value, 12);
        });
      }),
      runs,
    );
  });
});

test('labels under other names give the same figures', async () => {
  const nominal = scales[1]!;
  await fc.assert(
    fc.asyncProperty(planted([nominal]), async (ratings) => {
      const turned = (value: Said['value']): Said['value'] => ({ a: 'c', b: 'a', c: 'b' })[String(value)] ?? value;
      const renamed = ratings.said.map((one) => ({ ...one, value: turned(one.value) }));
      const [one, other] = [await cardOf(ratings), await cardOf({ ...ratings, said: renamed })];
      expect(other.verdict).toBe(one.verdict);
      one.findings.forEach((finding, place) => {
        const { estimate, outcome } = other.findings[place]!;
        expect(outcome).toBe(finding.outcome);
        if (finding.estimate.value === null) expect(estimate.value).toBe(null);
        else expect(estimate.value).toBeCloseTo(finding.estimate.value, 12);
      });
    }),
    runs,
  );
});

test('numbering the two responses the other way round changes no outcome', async () => {
  await fc.assert(
    fc.asyncProperty(planted([preference]), async (ratings) => {
      const swapped = ratings.said.map((one) => ({
        ...one,
        value: typeof one.value === 'number' ? 1 - one.value : one.value,
        ...(one.order ? { order: one.order.map((response) => 1 - response) } : {}),
      }));
      const [one, other] = [await cardOf(ratings), await cardOf({ ...ratings, said: swapped })];
      expect(other.verdict).toBe(one.verdict);
      for (const [place, { examination, outcome, estimate }] of one.findings.entries()) {
        const finding = other.findings[place]!;
        expect(finding.outcome, `${examination} differs`).toBe(outcome);
        if (estimate.value !== null) expect(finding.estimate.value).toBeCloseTo(estimate.value, 12);
      }
    }),
    runs,
  );
});

test('asking every item twice within its group makes no interval narrower', async () => {
  await fc.assert(
    fc.asyncProperty(planted([preference, oneToFive, scales[0]!]), async (ratings) => {
      const twin = (id: string): string => `${id}-twin`;
      const said = ratings.said.flatMap((one) => [one, { ...one, item: twin(one.item) }]);
      const doubled = (of: ReadonlyMap<string, string>) =>
        new Map(
          [...of].flatMap(
            ([id, value]) =>
              [
                [id, value],
                [twin(id), value],
              ] as [string, string][],
          ),
        );
      const about = {
        groups: doubled(ratings.about.groups!),
        facets: { kind: doubled(ratings.about.facets!['kind']!) },
      };
      const everything = { profile: { ...looseProfile, leastPerPerson: 1 }, replicates: 100 };
      const one = await cardOf(ratings, everything);
      const two = await cardOf({ ...ratings, said, about }, everything);
      for (const examination of ['agreement', 'position-bias', 'confusion']) {
        const [before, after] = [findingIn(one, examination).estimate, findingIn(two, examination).estimate];
        if (before.value === null || after.value === null || !before.interval || !after.interval) continue;
        expect(after.value, `${examination} differs`).toBeCloseTo(before.value, 9);
        const width = ([low, high]: readonly [number, number]): number => high - low;
        // Resamples are drawn over the same groups; only their numbering may differ.
        expect(width(after.interval), `${examination} differs`).toBeGreaterThan(0.7 * width(before.interval));
      }
    }),
    runs,
  );
});

test('a judge that repeats a person has that person’s agreement with the others', async () => {
  await fc.assert(
    fc.asyncProperty(planted([oneToFive, scales[0]!, scales[1]!]), async (ratings) => {
      const people = ratings.said.filter(({ rater }) => rater !== 'judge');
      const copied = people.flatMap((one) => (one.rater === 'ann' ? [one, { ...one, rater: 'judge' }] : [one]));
      const card = await cardOf(
        { ...ratings, said: copied },
        {
          humans: ['ann', 'ben', 'cem'].filter((person) => people.some(({ rater }) => rater === person)),
          profile: { ...looseProfile, leastPerPerson: 1 },
        },
      );
      const measures = findingIn(card, 'human-ceiling').measures;
      const about = (rater: string, against: string) =>
        measures.find((measure) => measure.about?.['rater'] === rater && measure.about['against'] === against)
          ?.estimate;
      const [person, judge] = [about('ann', 'the others'), about('judge', 'all but ann')];
      expect(judge?.value).toEqual(person?.value);
      expect(judge?.value === null ? null : judge?.interval).toEqual(person?.value === null ? null : person?.interval);
    }),
    runs,
  );
});

const looseProfile = {
  name: 'loose',
  version: '1',
  leastGroups: 5,
  leastPerPerson: 5,
  agreementDifference: { bad: 'low', warn: -0.1, fail: -0.15 },
  kappa: { bad: 'low', warn: 0.6, fail: 0.4 },
  spearman: { bad: 'low', warn: 0.6, fail: 0.4 },
  humanAlpha: { bad: 'low', warn: 0.667, fail: 0.4 },
  preferenceFairness: { bad: 'both', warn: 0.1, fail: 0.15 },
  excessInconsistency: { bad: 'high', warn: 0.1, fail: 0.15 },
  repeatabilityAlpha: { bad: 'low', warn: 0.8, fail: 0.667 },
  unusable: { bad: 'high', warn: 0.05, fail: 0.2 },
  sliceDifference: { bad: 'low', warn: -0.15, fail: -0.2 },
  labelShift: { bad: 'both', warn: 0.1, fail: 0.15 },
  levelShift: { bad: 'both', warn: 0.25, fail: 0.5 },
} as const;
