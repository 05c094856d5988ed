import { buildTable } from '@assize/datasets';
import { seededRandom } from '@assize/stats';
import { simulatePreferences } from '@assize/testkit/simulated-raters';
import { describe, expect, test } from 'vitest';

import { excessInconsistency } from '../src/excess-inconsistency.ts';
import { criterionCase, decide, leaveOneOut, profiles } from '../src/index.ts';
import {
  criterionOf,
  findingIn,
  itemIds,
  oneToFive,
  preference,
  type Said,
  tableOf,
  trialOf,
} from './planted-table.ts';

const people = ['ann', 'ben', 'cem'];

/** Everyone says `value` of each item. */
function everyone(
  raters: readonly string[],
  items: readonly string[],
  value: (item: number) => number | string,
): Said[] {
  return raters.flatMap((rater) => items.map((item, place) => ({ item, rater, value: value(place) })));
}

describe('no spread is no certainty, and no reason to stay silent', () => {
  test.each([
    ['labels', { kind: 'binary' } as const, (item: number) => item % 2],
    ['levels', oneToFive, (item: number) => 1 + (item % 5)],
  ])('a judge who says of 400 items what all people say passes: %s', async (_, scale, value) => {
    const said = everyone(['judge', ...people], itemIds(400), value);
    const card = trialOf(await tableOf(said, scale));
    for (const examination of ['agreement', 'human-ceiling', 'confusion']) {
      const { outcome, estimate } = findingIn(card, examination);
      expect(outcome, `${examination} differs`).toBe('pass');
      expect(estimate.value !== null && estimate.interval![1] - estimate.interval![0]).toBeGreaterThan(0.005);
    }
    expect(card.verdict).toBe('fit');
  });

  test.each([
    ['labels', { kind: 'binary' } as const, (item: number) => item % 2],
    ['levels', oneToFive, (item: number) => 1 + (item % 5)],
  ])('so does one who says what a single person says: %s', async (_, scale, value) => {
    const card = trialOf(await tableOf(everyone(['judge', 'ann'], itemIds(200), value), scale));
    expect(findingIn(card, 'agreement')).toMatchObject({ outcome: 'pass', estimate: { value: 1 } });
  });

  test('but on 25 items that is too little to be sure', async () => {
    const card = trialOf(
      await tableOf(
        everyone(['judge', ...people], itemIds(25), (item) => item % 2),
        { kind: 'binary' },
      ),
    );
    expect(findingIn(card, 'agreement').outcome).not.toBe('pass');
  });

  test('a judge one level above people on every item is lenient', async () => {
    const items = itemIds(100);
    const said = [
      ...everyone(people, items, (item) => 1 + (item % 4)),
      ...everyone(['judge'], items, (item) => 2 + (item % 4)),
    ];
    const finding = findingIn(trialOf(await tableOf(said, oneToFive)), 'confusion');
    expect(finding).toMatchObject({ outcome: 'fail', estimate: { value: 1 } });
    expect(finding.summary).toContain('higher than people');
  });

  test('a judge that always picks the first shown fails on position, with an interval', async () => {
    const said = itemIds(60).flatMap((item, place): Said[] => [
      ...people.map((rater) => ({ item, rater, value: place % 2 })),
      { item, rater: 'judge', order: [0, 1], value: 0 },
      { item, rater: 'judge', order: [1, 0], value: 1 },
    ]);
    const { outcome, estimate } = findingIn(trialOf(await tableOf(said, preference)), 'position-bias');
    expect(outcome).toBe('fail');
    expect(estimate).toMatchObject({ value: -1, interval: [-1, expect.closeTo(-0.88, 2)] });
  });

  test('a judge that never wavers, over orders or repetitions, passes both', async () => {
    const said = itemIds(100).flatMap((item, place): Said[] => [
      ...people.map((rater) => ({ item, rater, value: place % 2 })),
      ...[0, 1].flatMap((sample) =>
        [
          [0, 1],
          [1, 0],
        ].map((order) => ({ item, rater: 'judge', order, sample, value: place % 2 })),
      ),
    ]);
    const card = trialOf(await tableOf(said, preference));
    expect(findingIn(card, 'position-bias').outcome).toBe('pass');
    expect(findingIn(card, 'repeatability')).toMatchObject({ outcome: 'pass', estimate: { value: 1 } });
  });

  test('one question asked twice shows no repeatability', async () => {
    const said = [
      ...everyone(['judge', ...people], itemIds(40), (item) => item % 2),
      { item: 'item-0', rater: 'judge', value: 0, sample: 1 },
    ];
    const finding = findingIn(trialOf(await tableOf(said, { kind: 'binary' })), 'repeatability');
    expect(finding.outcome).toBe('inconclusive');
    expect(finding.needs).toContain('there are 1');
  });
});

describe('leave one rater out', () => {
  test('a crowd of whom each rated little still has an interval', async () => {
    const random = seededRandom(3);
    const items = itemIds(300);
    const said = items.flatMap((item, place): Said[] => [
      { item, rater: 'judge', value: random.next() < 0.85 ? place % 2 : 1 - (place % 2) },
      ...[0, 7, 14].map((step) => ({
        item,
        rater: `person-${(Math.floor(place / 15) + step) % 20}`,
        value: random.next() < 0.9 ? place % 2 : 1 - (place % 2),
      })),
    ]);
    const groups = new Map(items.map((item, place) => [item, `group-${Math.floor(place / 15)}`]));
    const { estimate } = findingIn(trialOf(await tableOf(said, { kind: 'binary' }, { groups })), 'agreement');
    expect(estimate.value !== null && estimate.interval).toHaveLength(2);
  });

  test('a person who always says the same is left out by name, not the whole comparison', async () => {
    const said = everyone(['judge', 'ben', 'cem', 'dan'], itemIds(60), (item) => 1 + (item % 5)).concat(
      everyone(['ann'], itemIds(60), () => 3),
    );
    const { estimate } = findingIn(trialOf(await tableOf(said, oneToFive)), 'agreement');
    expect(estimate.value).not.toBe(null);
    expect(estimate.value !== null && estimate.notes!.join(' ')).toContain('ann is left out');
  });

  test('counts even splits of the others where judge and person spoke, and says so', async () => {
    const said = itemIds(50).flatMap((item, place): Said[] => [
      ...(place < 40 ? [{ item, rater: 'judge', value: 0 }] : []),
      { item, rater: 'ann', value: place % 2 },
      { item, rater: 'ben', value: 0 },
      { item, rater: 'cem', value: place % 10 === 0 || place >= 40 ? 1 : 0 },
    ]);
    const table = await tableOf(said, { kind: 'binary' });
    const settings = {
      profile: { ...profiles.standard, leastPerPerson: 10 },
      level: 0.95,
      replicates: 50,
      unrated: 'exclude',
      random: seededRandom(1),
    } as const;
    const loo = leaveOneOut(criterionCase(table, 0, 'judge', people), settings);
    expect(loo.people.map(({ split }) => split)).toEqual([4, 24, 20]);
    expect(loo.notes.join(' ')).toContain('split evenly 48 times');
  });
});

describe('excess inconsistency', () => {
  test('does not take noise for bias where only calm items were repeated', () => {
    const random = seededRandom(1);
    const noisy = (unit: number) => unit % 2 === 0;
    const rows = Array.from({ length: 200 }, (_, unit) =>
      [false, true].flatMap((reversed) =>
        Array.from({ length: noisy(unit) ? 1 : 3 }, (__, sample) => ({
          unit,
          sample,
          reversed,
          winner: noisy(unit) && random.next() < 0.5 ? 1 : 0,
        })),
      ),
    ).flat();
    const { estimate } = excessInconsistency(
      rows,
      Uint32Array.from({ length: 200 }, (_, unit) => unit),
      0.95,
    );
    expect(estimate.value).toBeCloseTo(0, 10);
    expect(estimate.value !== null && estimate.notes!.join(' ')).toContain('100 units that were not asked');
  });
});

describe('coverage', () => {
  test('many repetitions of a few questions do not make a judge broken', async () => {
    const said = [
      ...everyone(people, itemIds(40), (item) => item % 2),
      ...itemIds(2).flatMap((item) =>
        Array.from({ length: 20 }, (_, sample) => ({ item, rater: 'judge', value: 0, sample })),
      ),
    ];
    expect(findingIn(trialOf(await tableOf(said, { kind: 'binary' })), 'coverage').outcome).toBe('pass');
  });

  test('a judge that says the same as people do of the items it saw is not broken for items it never saw', async () => {
    const said = [
      ...everyone(people, itemIds(80), (item) => (item < 40 ? 0 : 1)),
      ...everyone(['judge'], itemIds(40), () => 0),
    ];
    const card = trialOf(await tableOf(said, { kind: 'binary' }));
    expect(card.verdict).not.toBe('broken');
    expect(findingIn(card, 'coverage').summary).toContain(
      'Of 80 units that people labelled, 40 were never put to the judge',
    );
  });
});

describe('slices', () => {
  const facetsOf = (count: number, items: readonly string[]) => ({
    facets: { topic: new Map(items.map((item, place) => [item, `topic-${String(place % count).padStart(3, '0')}`])) },
  });

  test('of more than 30 large slices the largest are examined, and the card says so', async () => {
    const items = itemIds(40 * 25);
    const said = everyone(['judge', ...people], items, (item) => (item % 3 === 0 ? 1 : 0));
    const { summary, measures } = findingIn(
      trialOf(await tableOf(said, { kind: 'binary' }, facetsOf(40, items))),
      'slices',
    );
    expect(measures).toHaveLength(60);
    expect(summary).toContain('Only the 30 largest were examined; 10 more');
    expect(summary).not.toContain('too small');
  });

  test('a slice of a single group decides nothing, however many groups the rest has', async () => {
    const items = itemIds(200);
    const groups = new Map(items.map((item, place) => [item, place < 50 ? 'one' : item]));
    const said = [
      ...everyone(people, items, (item) => item % 2),
      ...everyone(['judge'], items, (item) => (item < 50 ? 0 : item % 2)),
    ];
    const facets = { part: new Map(items.map((item, place) => [item, place < 50 ? 'grouped' : 'free'])) };
    const card = trialOf(await tableOf(said, { kind: 'binary' }, { groups, facets }));
    expect(findingIn(card, 'slices').outcome).toBe('inconclusive');
  });
});

describe('scales', () => {
  test('orders that conflict on a preference without ties are half a vote each, not a label of the judge', async () => {
    const said = itemIds(100).flatMap((item, place): Said[] => [
      ...people.map((rater) => ({ item, rater, value: place % 2 })),
      ...[
        [0, 1],
        [1, 0],
      ].map((order) => ({ item, rater: 'judge', order, value: place < 30 ? order[place % 2]! : place % 2 })),
    ]);
    const finding = findingIn(trialOf(await tableOf(said, { kind: 'preference', ties: false })), 'confusion');
    expect(
      finding.measures.flatMap(({ statistic, about }) => (statistic === 'label-shift' ? [about!['label']] : [])),
    ).toHaveLength(2);
    expect(finding).toMatchObject({ outcome: 'pass', estimate: { value: 0 } });
  });

  test('rankings are compared by rank, pooled within groups, and have no scale to be shifted', async () => {
    const said = itemIds(60).flatMap((item, place) =>
      ['judge', ...people].flatMap((rater, who) =>
        [0, 1, 2, 3].map((response) => ({
          item,
          rater,
          response,
          value: 1 + ((response + place + (who === 1 && place % 4 === 0 ? 1 : 0)) % 4),
        })),
      ),
    );
    const card = trialOf(await tableOf(said, { kind: 'rank' }));
    expect(findingIn(card, 'agreement')).toMatchObject({ statistic: 'spearman-difference', estimate: { groups: 60 } });
    expect(findingIn(card, 'confusion')).toMatchObject({ outcome: 'not-applicable' });
  });

  test('averages between levels are named by the levels, in numbers and in words', async () => {
    const average = async (levels: (number | string)[]) => {
      const said = itemIds(30).flatMap((item): Said[] => [
        { item, rater: 'ann', value: levels[1]! },
        { item, rater: 'judge', value: levels[0]!, sample: 0 },
        { item, rater: 'judge', value: levels[1]!, sample: 1 },
      ]);
      const card = trialOf(await tableOf(said, { kind: 'ordinal', levels }));
      return findingIn(card, 'agreement').evidence[0]!.ratings!['judge'];
    };
    expect(await average([10, 20, 30])).toBe('15.00');
    expect(await average(['poor', 'fair', 'good'])).toBe('between poor and fair');
  });
});

describe('what is asked for', () => {
  test('a person tried as a judge is held against the other people', async () => {
    const said = everyone(people, itemIds(40), (item) => item % 2);
    expect(trialOf(await tableOf(said, { kind: 'binary' }), { judge: 'ann' }).humans).toEqual(['ben', 'cem']);
  });

  test('a misspelt criterion is answered with the nearest name', async () => {
    const table = await tableOf(
      everyone(['judge', ...people], itemIds(30), (item) => item % 2),
      { kind: 'binary' },
    );
    expect(() => trialOf(table, { criteria: ['qualty'] })).toThrow(
      expect.objectContaining({ code: 'dataset/unknown-criterion', message: expect.stringContaining('quality') }),
    );
  });

  test('a criterion without overlap is not examined, and the verdict waits for it', async () => {
    const [good, apart] = [criterionOf({ kind: 'binary' }, 'good'), criterionOf({ kind: 'binary' }, 'apart')];
    const said = [
      ...everyone(['judge', ...people], itemIds(400), (item) => item % 2),
      ...everyone(['judge'], itemIds(40), () => 1).map((one) => ({ ...one, criterion: 'apart' })),
    ];
    const card = trialOf(await tableOf(said, [good, apart]));
    expect(findingIn(card, 'agreement', 'good').outcome).toBe('pass');
    expect(findingIn(card, 'agreement', 'apart')).toMatchObject({ outcome: 'not-applicable' });
    expect(card.verdict).toBe('not-enough-evidence');
    expect(card.reasons.join(' ')).toContain('share no item on apart');
  });

  test('bounds that meet are answered in words, not with infinity', () => {
    const { needs } = decide(
      { value: 0.1, interval: [0, 0.2], level: 0.95, n: 50, method: 'x' },
      { bad: 'high', warn: 0.1, fail: 0.1 },
      20,
    );
    expect(needs).not.toContain('Infinity');
  });
});

describe('edges', () => {
  test.each([1, 2, 3, 8])('%i items make a card that claims nothing', async (count) => {
    for (const scale of [{ kind: 'binary' } as const, oneToFive, { kind: 'interval', min: 0, max: 1 } as const]) {
      const value = (item: number) => (scale.kind === 'ordinal' ? 1 + (item % 5) : item % 2);
      const card = trialOf(await tableOf(everyone(['judge', ...people], itemIds(count), value), scale));
      expect(card.verdict).toBe('not-enough-evidence');
      expect(card.findings.some(({ outcome }) => outcome === 'fail')).toBe(false);
    }
  });

  test('a judge without one rated verdict is broken under every policy', async () => {
    const said = everyone(people, itemIds(40), (item) => item % 2).concat(
      itemIds(40).map((item) => ({ item, rater: 'judge', value: null })),
    );
    for (const unrated of ['exclude', 'wrong', 'worst'] as const)
      expect(trialOf(await tableOf(said, { kind: 'binary' }), { unrated }).verdict).toBe('broken');
  });

  test('40 labels, values at both ends of an interval, one group for all, people on disjoint items', async () => {
    const labels = Array.from({ length: 40 }, (_, label) => `label-${label}`);
    const many = everyone(['judge', ...people], itemIds(200), (item) => labels[item % 40]!);
    expect(findingIn(trialOf(await tableOf(many, { kind: 'nominal', labels })), 'agreement').outcome).toBe('pass');

    const ends = everyone(['judge', ...people], itemIds(200), (item) => item % 2);
    expect(findingIn(trialOf(await tableOf(ends, { kind: 'interval', min: 0, max: 1 })), 'confusion').outcome).toBe(
      'pass',
    );

    const groups = new Map(itemIds(200).map((item) => [item, 'all']));
    const lumped = trialOf(await tableOf(ends, { kind: 'binary' }, { groups }));
    expect(findingIn(lumped, 'agreement')).toMatchObject({ outcome: 'inconclusive' });
    expect(lumped.verdict).toBe('not-enough-evidence');

    const disjoint = itemIds(90).flatMap((item, place): Said[] => [
      { item, rater: 'judge', value: place % 2 },
      { item, rater: people[place % 3]!, value: place % 2 },
    ]);
    const apart = trialOf(await tableOf(disjoint, { kind: 'binary' }));
    expect(findingIn(apart, 'agreement').needs).toContain('another person rated');
    expect(findingIn(apart, 'human-ceiling')).toMatchObject({
      outcome: 'inconclusive',
      needs: expect.stringContaining('2 ratings'),
    });
  });

  test('65,000 groups and a facet of 65,000 values take no longer than their items', async () => {
    const { criterion, ratings } = simulatePreferences({
      items: 65_000,
      people: { count: 2, accuracy: 0.9 },
      random: seededRandom(1),
    });
    const of = (name: string) =>
      new Map(Array.from({ length: 65_000 }, (_, item) => [`item-${item + 1}`, `${name}-${item}`]));
    const table = await buildTable(ratings, {
      criteria: [criterion],
      groups: of('group'),
      facets: { id: of('value') },
    });
    const before = process.cpuUsage().user;
    expect(trialOf(table, { replicates: 20 }).dataset.groups).toBe(65_000);
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(20);
  }, 60_000);

  test('one order missing for half of the items is counted, not filled in', async () => {
    const said = itemIds(80).flatMap((item, place): Said[] => [
      ...people.map((rater) => ({ item, rater, value: place % 3 === 0 ? 'tie' : place % 2 })),
      { item, rater: 'judge', order: [0, 1], value: place % 2 },
      ...(place % 2 === 0 ? [{ item, rater: 'judge', order: [1, 0], value: place % 8 === 0 ? null : place % 2 }] : []),
    ]);
    const { summary, estimate } = findingIn(trialOf(await tableOf(said, preference)), 'position-bias');
    expect(summary).toContain('Of 30 pairs of verdicts in both orders');
    expect(estimate.value !== null && estimate.notes!.join(' ')).toContain(
      '10 pairs of orders with an unrated verdict',
    );
  });
});
