import type { Estimate, Undetermined } from '@assize/core';
import { type Random, seededRandom } from '@assize/stats';
import { describe, expect, test } from 'vitest';

import { criterionCase, examinations, type ExaminationSettings, leaveOneOut, profiles } from '../src/index.ts';
import { excessInconsistency } from '../src/excess-inconsistency.ts';
import { oneToFive, preference, type Said, tableOf } from './planted-table.ts';

const trials = 400;
const replicates = 300;

/** What is drawn anew for each item, half of it shared within its group. */
function groupedDraw(random: Random, groupSize: number, items: number): (item: number) => number {
  const ofGroup = Array.from({ length: Math.ceil(items / groupSize) }, () => random.next());
  return (item) => (groupSize > 1 && random.next() < 0.5 ? ofGroup[Math.floor(item / groupSize)]! : random.next());
}

function groupsOf(items: number, groupSize: number): Map<string, string> {
  return new Map(Array.from({ length: items }, (_, item) => [`item-${item}`, `group-${Math.floor(item / groupSize)}`]));
}

function settingsOf(seed: number): ExaminationSettings {
  return { profile: profiles.standard, level: 0.95, replicates, unrated: 'exclude', random: seededRandom(seed) };
}

/** Nominal ± 4 standard errors, and no side more often missed than its half of the rest. */
async function expectCoverage(
  truth: number,
  make: (seed: number) => Promise<Estimate | Undetermined> | (Estimate | Undetermined),
  level = 0.95,
): Promise<void> {
  let [low, high] = [0, 0];
  for (let seed = 0; seed < trials; seed++) {
    const estimate = await make(seed);
    if (estimate.value === null || estimate.interval === null) throw new Error(`no interval at seed ${seed}`);
    if (estimate.interval[0] > truth) low++;
    if (estimate.interval[1] < truth) high++;
  }
  const four = (p: number) => 4 * Math.sqrt((p * (1 - p)) / trials);
  const covered = 1 - (low + high) / trials;
  expect(covered, 'both sides').toBeGreaterThan(level - four(level));
  expect(covered, 'both sides').toBeLessThan(Math.min(1.0001, level + four(level)));
  const tail = (1 - level) / 2;
  expect(low / trials, 'intervals above the truth').toBeLessThan(tail + four(tail));
  expect(high / trials, 'intervals below the truth').toBeLessThan(tail + four(tail));
}

describe.each([
  ['independent items', 1, 120],
  ['groups of 5', 5, 300],
])('intervals cover the truth as often as they say: %s', (_, groupSize, items) => {
  test('the difference of judge and people between labels', async () => {
    // Each rater sees the truth with a chance of its own: against the majority of two that agree, judge minus person.
    const [judge, person] = [0.8, 0.9];
    const right = person ** 2 / (person ** 2 + (1 - person) ** 2);
    const against = (own: number): number => own * right + (1 - own) * (1 - right);
    await expectCoverage(against(judge) - against(person), async (seed) => {
      const random = seededRandom(seed);
      const raters = [
        ['judge', judge],
        ['ann', person],
        ['ben', person],
        ['cem', person],
      ] as const;
      const said: Said[] = raters.flatMap(([rater, accuracy]) => {
        const draw = groupedDraw(random.stream(rater), groupSize, items);
        return Array.from({ length: items }, (_unused, item) => ({
          item: `item-${item}`,
          rater,
          value: draw(item) < accuracy ? item % 2 : 1 - (item % 2),
        }));
      });
      const table = await tableOf(said, { kind: 'binary' }, { groups: groupsOf(items, groupSize) });
      return leaveOneOut(criterionCase(table, 0, 'judge', ['ann', 'ben', 'cem']), settingsOf(seed)).difference;
    });
  });

  test('the difference of judge and people on levels', async () => {
    // Judge and people err alike, so that the truth of the difference is 0.
    await expectCoverage(0, async (seed) => {
      const random = seededRandom(seed + 1000);
      const said: Said[] = ['judge', 'ann', 'ben', 'cem'].flatMap((rater) => {
        const draw = groupedDraw(random.stream(rater), groupSize, items);
        return Array.from({ length: items }, (_unused, item) => {
          const error = draw(item);
          const value = (item % 5) + (error < 0.25 ? -1 : error < 0.5 ? 1 : 0);
          return { item: `item-${item}`, rater, value: Math.max(1, Math.min(5, value + 1)) };
        });
      });
      const table = await tableOf(said, oneToFive, { groups: groupsOf(items, groupSize) });
      return leaveOneOut(criterionCase(table, 0, 'judge', ['ann', 'ben', 'cem']), settingsOf(seed)).difference;
    });
  });

  test('preference fairness and the shift of a label', async () => {
    // Shares of pairs: 15% lean to the first place, 5% to the second, 10% tie in both orders, the rest are as people say.
    const positions = await recorded(async (seed) => {
      const random = seededRandom(seed + 2000);
      const draw = groupedDraw(random, groupSize, items);
      const said: Said[] = Array.from({ length: items }, (_unused, item): Said[] => {
        const [id, mood] = [`item-${item}`, draw(item)];
        const people = item % 2;
        const shown = (order: number[]): number | string =>
          mood < 0.15 ? order[0]! : mood < 0.2 ? order[1]! : mood < 0.3 ? 'tie' : people;
        return [
          { item: id, rater: 'ann', value: people },
          ...[
            [0, 1],
            [1, 0],
          ].map((order) => ({ item: id, rater: 'judge', order, value: shown(order) })),
        ];
      }).flat();
      const table = await tableOf(said, preference, { groups: groupsOf(items, groupSize) });
      const one = criterionCase(table, 0, 'judge', ['ann']);
      const settings = settingsOf(seed);
      return {
        fairness: examinations['position-bias'](one, table, settings).estimate,
        // A pair that leans splits, and counts as a tie.
        tie: examinations
          .confusion(one, table, settings)
          .measures.find(({ statistic, about }) => statistic === 'label-shift' && about?.['label'] === 'tie')!.estimate,
      };
    });
    await expectCoverage(-0.1, (seed) => positions[seed]!.fairness);
    await expectCoverage(0.3, (seed) => positions[seed]!.tie, 1 - 0.05 / 3);
  });

  test('excess inconsistency, also where items were asked more and less often', async () => {
    // P(response 0) is p in the given order and q in the reversed: cross − same = (p − q)² for draws of their own.
    const [p, q] = [0.75, 0.45];
    await expectCoverage((p - q) ** 2, (seed) => {
      const random = seededRandom(seed + 3000);
      const draw = groupedDraw(random, groupSize, items);
      const rows = Array.from({ length: items }, (_unused, unit) => {
        // In a group the leaning is shared: half of the groups' items turn the orders round.
        const turned = draw(unit) < 0.5;
        return [false, true].flatMap((reversed) =>
          Array.from({ length: unit % 3 === 0 ? 4 : 2 }, (_sample, sample) => ({
            unit,
            sample,
            reversed,
            winner: random.next() < (reversed === turned ? p : q) ? 0 : 1,
          })),
        );
      }).flat();
      const clusterOf = Uint32Array.from({ length: items }, (_unused, unit) => Math.floor(unit / groupSize));
      return excessInconsistency(rows, clusterOf, 0.95).estimate;
    });
  });
});

async function recorded<T>(make: (seed: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let seed = 0; seed < trials; seed++) all.push(await make(seed));
  return all;
}

test('the difference is not overstated where judge and people hardly ever miss', async () => {
  const [items, judge, person] = [60, 0.97, 0.98];
  const right = person ** 2 / (person ** 2 + (1 - person) ** 2);
  const truth = (judge - person) * (2 * right - 1);
  let [missed, undecided] = [0, 0];
  for (let seed = 0; seed < trials; seed++) {
    const random = seededRandom(seed + 4000);
    const said = Object.entries({ judge, ann: person, ben: person, cem: person }).flatMap(
      ([rater, accuracy]): Said[] => {
        const stream = random.stream(rater);
        return Array.from({ length: items }, (_, item) => ({
          item: `item-${item}`,
          rater,
          value: stream.next() < accuracy ? item % 2 : 1 - (item % 2),
        }));
      },
    );
    const table = await tableOf(said, { kind: 'binary' });
    const { difference } = leaveOneOut(criterionCase(table, 0, 'judge', ['ann', 'ben', 'cem']), settingsOf(seed));
    if (difference.value === null || difference.interval === null) undecided++;
    else if (difference.interval[0] > truth || difference.interval[1] < truth) missed++;
  }
  expect(undecided).toBe(0);
  expect(missed / trials).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / trials));
});
