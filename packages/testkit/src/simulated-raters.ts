import type { Criterion, Random, Rating } from '@assize/core';

/** What is planted in a simulated judge, so that an examination can be asked to find it. */
export interface PlantedFlaws {
  /** Share of items on which it sees what people on average see. Default 0.9. */
  accuracy?: number;
  /** Share of items on which it sees nothing and guesses. Default 0. */
  blind?: number;
  /** Share of verdicts that go to the response shown first, whatever it says. Default 0. */
  firstPick?: number;
  /** Share of verdicts that go to the response shown second. Default 0. */
  lastPick?: number;
  /** Share of repetitions that are thrown anew instead of repeated. Default 0. */
  forgetful?: number;
  /** Share of verdicts that cannot be read. Default 0. */
  unreadable?: number;
  /** Always says the same. */
  constant?: boolean;
  /** Added to every score, in levels, before it is cut to the scale. Default 0. */
  lenient?: number;
  /** Accuracy within the facet value `hard`, where it differs. */
  hardAccuracy?: number;
}

export interface SimulatedPanel {
  items: number;
  /** People and how often each sees the truth. */
  people: { count: number; accuracy: number };
  /** How often each question is asked of the judge. Default 1. */
  samples?: number;
  /** Items that share a group of this size. Default 1: each stands alone. */
  groupSize?: number;
  random: Random;
}

/** Ratings and what a table needs to know of their items. */
export interface SimulatedRatings {
  criterion: Criterion;
  ratings: Rating[];
  groups: ReadonlyMap<string, string>;
  facets: Readonly<Record<string, ReadonlyMap<string, string>>>;
  /** The planted truth of each item: a level's place. */
  truth: number[];
}

const preference: Criterion = {
  id: 'better',
  question: 'Which is better?',
  scale: { kind: 'preference', ties: true },
  higherIsBetter: true,
};
const quality: Criterion = {
  id: 'quality',
  question: 'How good?',
  scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] },
  higherIsBetter: true,
};

/**
 * People and a judge who prefer one of two responses, each pair shown to the judge in both orders.
 *
 * The truth is a fair coin for each item. Noise is symmetric: a rater who misses says the other response.
 */
export function simulatePreferences(panel: SimulatedPanel, flaws: PlantedFlaws = {}): SimulatedRatings {
  const random = panel.random.stream('preferences');
  const truth = Array.from({ length: panel.items }, () => (random.next() < 0.5 ? 0 : 1));
  const { accuracy = 0.9, blind = 0, firstPick = 0, lastPick = 0, forgetful = 0, unreadable = 0 } = flaws;
  const ratings = peopleOf(
    panel,
    (item, stream) => (stream.next() < panel.people.accuracy ? truth[item]! : 1 - truth[item]!),
    preference.id,
  );
  for (let item = 0; item < panel.items; item++) {
    const stream = panel.random.stream(`judge/${item}`);
    const hit = stream.next() < (isHard(item) ? (flaws.hardAccuracy ?? accuracy) : accuracy);
    const sees = stream.next() < blind ? Number(stream.next() < 0.5) : hit ? truth[item]! : 1 - truth[item]!;
    for (let sample = 0; sample < (panel.samples ?? 1); sample++) {
      for (const order of [[0, 1] as const, [1, 0] as const]) {
        const mood = stream.next();
        const verdict = flaws.constant
          ? 0
          : mood < firstPick
            ? order[0]
            : mood < firstPick + lastPick
              ? order[1]
              : stream.next() < forgetful && stream.next() < 0.5
                ? 1 - sees
                : sees;
        ratings.push(
          judged(item, preference.id, stream.next() < unreadable ? undefined : verdict, { order: [...order], sample }),
        );
      }
    }
  }
  return { criterion: preference, ratings, truth, ...aboutItems(panel) };
}

/** People and a judge who score from 1 to 5. A rater who misses is off by one level, either way, within the scale. */
export function simulateScores(panel: SimulatedPanel, flaws: PlantedFlaws = {}): SimulatedRatings {
  const random = panel.random.stream('scores');
  const truth = Array.from({ length: panel.items }, () => Math.floor(random.next() * 5));
  const { accuracy = 0.9, blind = 0, forgetful = 0, unreadable = 0, lenient = 0 } = flaws;
  const near = (level: number, stream: Random): number => clip(level + (stream.next() < 0.5 ? -1 : 1));
  const ratings = peopleOf(
    panel,
    (item, stream) => 1 + (stream.next() < panel.people.accuracy ? truth[item]! : near(truth[item]!, stream)),
    quality.id,
  );
  for (let item = 0; item < panel.items; item++) {
    const stream = panel.random.stream(`judge/${item}`);
    const hit = stream.next() < (isHard(item) ? (flaws.hardAccuracy ?? accuracy) : accuracy);
    const guesses = stream.next() < blind;
    const sees = clip(
      (guesses ? Math.floor(stream.next() * 5) : hit ? truth[item]! : near(truth[item]!, stream)) + lenient,
    );
    for (let sample = 0; sample < (panel.samples ?? 1); sample++) {
      const value = flaws.constant ? 3 : 1 + (stream.next() < forgetful ? near(sees, stream) : sees);
      ratings.push(judged(item, quality.id, stream.next() < unreadable ? undefined : value, { sample }));
    }
  }
  return { criterion: quality, ratings, truth, ...aboutItems(panel) };
}

function peopleOf(panel: SimulatedPanel, say: (item: number, stream: Random) => number, criterion: string): Rating[] {
  return Array.from({ length: panel.people.count }, (_, person) => {
    const stream = panel.random.stream(`person/${person}`);
    return Array.from({ length: panel.items }, (__, item): Rating => ({
      item: idOf(item),
      rater: `person-${person + 1}`,
      criterion,
      provenance: { source: 'person' },
      status: 'rated',
      value: say(item, stream),
    }));
  }).flat();
}

function judged(
  item: number,
  criterion: string,
  value: number | undefined,
  place: { order?: number[]; sample: number },
): Rating {
  const common = { item: idOf(item), rater: 'judge', criterion, ...place, provenance: { source: 'model' as const } };
  return value === undefined
    ? { ...common, status: 'unreadable', value: null, reason: 'planted' }
    : { ...common, status: 'rated', value };
}

function aboutItems({ items, groupSize = 1 }: SimulatedPanel): Pick<SimulatedRatings, 'groups' | 'facets'> {
  const all = Array.from({ length: items }, (_, item) => item);
  return {
    groups: new Map(all.map((item) => [idOf(item), `group-${Math.floor(item / groupSize)}`])),
    facets: { kind: new Map(all.map((item) => [idOf(item), isHard(item) ? 'hard' : 'easy'])) },
  };
}

/** Every third item is hard: interleaved, so that it is independent of group and truth. */
function isHard(item: number): boolean {
  return item % 3 === 0;
}

function idOf(item: number): string {
  return `item-${item + 1}`;
}

function clip(level: number): number {
  return Math.min(4, Math.max(0, level));
}
