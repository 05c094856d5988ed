import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Comparisons,
  clusteredProportion,
  type Estimate,
  intransitivity,
  isEstimate,
  seededRandom,
} from '../src/index.ts';
import { sound } from './sound.ts';

/** 'ab' is a vote for a over b; 'a=b' a tie. */
function votesOf(texts: readonly string[], players: number): Comparisons {
  const place = (name: string): number => name.charCodeAt(0) - 97;
  return {
    players,
    left: texts.map((text) => place(text)),
    right: texts.map((text) => place(text.at(-1)!)),
    outcome: texts.map((text) => (text.includes('=') ? 0.5 : 1)),
  };
}

function estimate(result: ReturnType<typeof intransitivity>['cyclicShare']): Estimate {
  if (isEstimate(result)) return result;
  throw new Error(result.detail);
}

const circle = votesOf(['ab', 'bc', 'ca'], 3);
const line = votesOf(['ab', 'bc', 'ac'], 3);

describe('one triad', () => {
  test('a circle is one, a line is none', () => {
    const [round, straight] = [intransitivity(circle), intransitivity(line)];
    expect(round).toMatchObject({ cyclic: 1, triads: 1, n: 3, cyclicShare: { value: 1 } });
    expect(straight).toMatchObject({ cyclic: 0, triads: 1, cyclicShare: { value: 0 } });
    expect(round.consistence).toEqual({ value: 0, circularTriads: 1 });
    expect(straight.consistence).toEqual({ value: 1, circularTriads: 0 });
  });

  test('coins make 6 lines of 8, so a line has p = 6/8 and a circle 1', () => {
    const notes = ['one-sided: small where the verdicts hang together'];
    const method = 'cycles of coin-flip majorities, exact';
    expect(intransitivity(line).chance).toEqual({ p: 0.75, statistic: 0, n: 1, method, notes });
    expect(intransitivity(circle).chance).toEqual({ p: 1, statistic: 1, n: 1, method, notes });
  });

  test('a pair without a majority leaves no triad', () => {
    const even = votesOf(['ab', 'bc', 'c=a'], 3);
    expect(intransitivity(even)).toMatchObject({
      cyclicShare: { value: null, reason: 'no-data', detail: 'there is no triad with three majorities' },
      consistence: { value: null, reason: 'not-identified' },
      chance: { value: null, reason: 'no-data' },
    });
    expect(intransitivity(votesOf(['ab', 'ba', 'bc', 'ca'], 3)).triads).toBe(0);
    expect(intransitivity(votesOf(['ab', 'ba', 'ab', 'bc', 'ca'], 3)).cyclic).toBe(1);
  });

  test('two players have no consistence', () => {
    expect(intransitivity(votesOf(['ab'], 2)).consistence).toMatchObject({ value: null, reason: 'no-data' });
  });
});

describe('Kendall and Babington Smith', () => {
  const tournament = fc.tuple(fc.integer({ min: 3, max: 8 }), fc.array(fc.boolean(), { minLength: 28, maxLength: 28 }));

  test('circular triads are n(n − 1)(2n − 1)/12 − Σ wins²/2, whoever won', () => {
    fc.assert(
      fc.property(tournament, ([players, coins]) => {
        const [left, right, outcome]: number[][] = [[], [], []];
        const wins = new Float64Array(players);
        for (let i = 0; i < players; i++) {
          for (let j = i + 1; j < players; j++) {
            const won = coins[outcome!.length]!;
            left!.push(i);
            right!.push(j);
            outcome!.push(won ? 1 : 0);
            wins[won ? i : j]!++;
          }
        }
        const found = intransitivity({ players, left: left!, right: right!, outcome: outcome! });
        const d = (players * (players - 1) * (2 * players - 1)) / 12 - wins.reduce((sum, a) => sum + a * a, 0) / 2;
        expect(found.cyclic).toBe(d);
        const most = players % 2 === 1 ? players ** 3 - players : players ** 3 - 4 * players;
        expect(found.consistence).toEqual({ value: expect.closeTo(1 - (24 * d) / most, 12), circularTriads: d });
        expect(found.triads).toBe((players * (players - 1) * (players - 2)) / 6);
      }),
      { seed: 42, numRuns: 100 },
    );
  });

  test('the exact test agrees with its own coins', () => {
    // 5 players, 10 pairs: exact. With a tie on one pair and 6 players, 14 pairs: drawn.
    const ordered = (n: number) => {
      const names = Array.from('abcdefgh').slice(0, n);
      return names.flatMap((a, i) => names.slice(i + 1).map((b) => a + b));
    };
    // Rankings among tournaments: 5! of 2^10 have no circle.
    expect(intransitivity(votesOf(ordered(5), 5)).chance).toMatchObject({
      p: 120 / 1024,
      method: 'cycles of coin-flip majorities, exact',
    });
    const drawn = intransitivity(votesOf(ordered(6), 6), { random: seededRandom(1), replicates: 4000 }).chance;
    expect(drawn).toMatchObject({ method: 'cycles of coin-flip majorities, B = 4000' });
    expect((drawn as { p: number }).p).toBeCloseTo(720 / 2 ** 15, 2);
    expect(intransitivity(votesOf(ordered(6), 6)).chance).toMatchObject({
      value: null,
      detail: 'the test draws coins and needs `random`',
    });
  });

  test('the counting is the same after the test as before', () => {
    const votes = votesOf(['ab', 'bc', 'ca', 'ad', 'bd', 'dc'], 4);
    const random = seededRandom(5);
    const [once, twice] = [intransitivity(votes, { random }), intransitivity(votes, { random })];
    expect(once).toEqual(twice);
    expect(once).toMatchObject({ cyclic: 2, triads: 4 });
  });
});

describe('within groups', () => {
  // Ten prompts, one triad each; three of them go round.
  const texts = Array.from({ length: 10 }, (_, g) => (g < 3 ? ['ab', 'bc', 'ca'] : ['ab', 'bc', 'ac'])).flat();
  const votes = votesOf(texts, 3);
  const within = texts.map((_, i) => Math.floor(i / 3));

  test('each prompt is looked at alone, and the interval is over prompts', () => {
    const found = intransitivity(votes, { within, random: seededRandom(1) });
    expect(found).toMatchObject({ cyclic: 3, triads: 10 });
    const wanted = clusteredProportion([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], {
      clusters: within.filter((_, i) => i % 3 === 0),
    });
    const share = estimate(found.cyclicShare);
    expect(share.value).toBeCloseTo(0.3, 12);
    expect(share.interval).toEqual(estimate(wanted).interval);
    expect(share.method).toMatch(/^cyclic share of triads within groups, proportion, /);
    expect(found.consistence).toMatchObject({
      value: null,
      detail: 'is defined for one set of votes, not within groups',
    });
    // 10 triads, three pairs each, 30 coins: P(at most 3 of 10 with chance 1/4) = .7759.
    expect((found.chance as { p: number }).p).toBeCloseTo(0.7759, 1);
  });

  test('the pooled votes have one triad of clear majorities', () => {
    const found = intransitivity(votes);
    expect(found).toMatchObject({ cyclic: 0, triads: 1 });
    expect(found.cyclicShare).toMatchObject({
      interval: null,
      notes: ['no interval: it is a bootstrap, which needs `random`'],
    });
  });

  test('prompts of one document share a cluster', () => {
    const clusters = within.map((group) => group >> 1);
    expect(estimate(intransitivity(votes, { within, clusters }).cyclicShare).groups).toBe(5);
    expect(() => intransitivity(votes, { within, clusters: clusters.with(4, 4) })).toThrow(
      new RangeError('row 4 and row 3 are of one group of `within` but of different clusters'),
    );
  });
});

describe('the interval of pooled majorities', () => {
  const random = seededRandom(4);
  const names = Array.from('abcdef');
  const texts = names.flatMap((a, i) =>
    names
      .slice(i + 1)
      .flatMap((b, j) =>
        Array.from({ length: 5 }, () => (random.next() < 1 / (1 + Math.exp(-0.4 * (j + 1))) ? a + b : b + a)),
      ),
  );
  const votes = votesOf(texts, 6);

  test('is the share give or take its bootstrap error, inside [0, 1]', () => {
    const share = estimate(intransitivity(votes, { random: seededRandom(1), replicates: 300 }).cyclicShare);
    const [low, high] = share.interval!;
    expect(high - share.value).toBeCloseTo(1.959963984540054 * share.se!, 10);
    expect(low).toBe(Math.max(0, share.value - 1.959963984540054 * share.se!));
    expect(share.n).toBe(20);
    expect(share).not.toHaveProperty('groups');
    expect(share.notes).toContain('cycles by noise count: another round of so few votes would have them too');
    expect(share.method).toContain('normal with bootstrap errors');
  });

  test('says so when no resample differs, and when there are too few clusters', () => {
    const certain = votesOf(Array.from({ length: 40 }, () => ['ab', 'bc', 'ac']).flat(), 3);
    expect(estimate(intransitivity(certain, { random, replicates: 50 }).cyclicShare)).toMatchObject({
      interval: null,
      se: 0,
      notes: ['no interval: no resample has another share, which says nothing about certainty'],
    });
    const four = intransitivity(votes, { random, replicates: 50, clusters: texts.map((_, i) => i % 4) });
    expect(estimate(four.cyclicShare)).toMatchObject({
      interval: null,
      notes: ['no interval: needs 5 clusters, found 4'],
    });
    const five = intransitivity(votes, { random, replicates: 50, clusters: texts.map((_, i) => i % 5) });
    expect(estimate(five.cyclicShare).groups).toBe(5);
  });
});

test('what is left out is counted, and weights decide majorities', () => {
  const votes = {
    players: 3,
    left: [0, 1, 0, 0, 1, 1],
    right: [1, 2, 2, 2, 1, 2],
    outcome: [1, 1, 1, 0, 1, NaN],
    weights: [1, 1, 1, 2, 1, 1],
  };
  expect(intransitivity(votes)).toMatchObject({
    cyclic: 1,
    n: 4,
    notes: ['1 votes without a verdict were left out', '1 votes of a player against itself were left out'],
  });
});

test('bad options are refused', () => {
  expect(() => intransitivity(line, { level: 0 })).toThrow(new RangeError('level must lie in (0, 1), found 0'));
  expect(() => intransitivity(line, { replicates: 0 })).toThrow(
    new RangeError('replicates must be at least 1, found 0'),
  );
  expect(() => intransitivity(line, { within: [1] })).toThrow(new RangeError('3 rows but 1 cluster ids'));
});

test('no NaN comes out of any votes', () => {
  const vote = fc.tuple(fc.nat(3), fc.nat(3), fc.constantFrom(0, 0.5, 1, NaN), fc.nat(2));
  fc.assert(
    fc.property(fc.array(vote, { maxLength: 20 }), fc.boolean(), (drawn, grouped) => {
      const comparisons = {
        players: 4,
        left: drawn.map((v) => v[0]),
        right: drawn.map((v) => v[1]),
        outcome: drawn.map((v) => v[2]),
      };
      const within = grouped ? { within: drawn.map((v) => v[3]) } : {};
      sound(intransitivity(comparisons, { random: seededRandom(1), replicates: 20, ...within }), 'intransitivity');
    }),
    { seed: 42, numRuns: 60 },
  );
});
