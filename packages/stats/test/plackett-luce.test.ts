import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  bradleyTerry,
  plackettLuce,
  type PlackettLuceFit,
  type Rankings,
  scoreContrast,
  seededRandom,
} from '../src/index.ts';
import { sound } from './sound.ts';

type Case = {
  name: string;
  players: number;
  list: number[];
  player: number[];
  rank: (number | string)[];
  ties: 'davidson-luce' | 'average';
  ridge: number;
  clusters: number[] | null;
  expected: {
    value: number[];
    prevalence: number[];
    sizes: number[];
    logLikelihood: number;
    model: number[];
    sandwich: number[];
  };
};
const oracle = JSON.parse(readFileSync(new URL('fixtures/plackett-luce.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

function fitted(result: ReturnType<typeof plackettLuce>): PlackettLuceFit {
  if (result.value === null) throw new Error(result.detail);
  return result;
}

function close(found: ArrayLike<number>, wanted: ArrayLike<number>, digits: number): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(found[i]).toBeCloseTo(wanted[i]!, digits);
}

/** Lists in words: 'a b=c' is a first, then b and c tied. */
function listsOf(texts: readonly string[], players: number): Rankings {
  const rows = texts.flatMap((text, list) =>
    text
      .split(' ')
      .flatMap((group, rank) =>
        group.split('=').map((name) => ({ list, player: name.charCodeAt(0) - 97, rank: rank + 1 })),
      ),
  );
  return {
    players,
    list: rows.map(({ list }) => list),
    player: rows.map(({ player }) => player),
    rank: rows.map(({ rank }) => rank),
  };
}

describe('against sets and orders listed one by one (SciPy)', () => {
  test.each(oracle.cases)('$name', ({ players, list, player, rank, ties, ridge, clusters, expected }) => {
    const rankings = { players, list, player, rank: rank.map(Number) };
    const options = { ties, ridge, ...(clusters && { clusters }) };
    const robust = fitted(plackettLuce(rankings, options));
    close(robust.value, expected.value, 7);
    close(robust.se!, expected.sandwich, 6);
    expect(robust.logLikelihood).toBeCloseTo(expected.logLikelihood, 8);
    expect(robust.tiePrevalence.map(({ size }) => size)).toEqual(expected.sizes);
    close(
      robust.tiePrevalence.map(({ prevalence }) => prevalence.value),
      expected.prevalence,
      6,
    );
    if (clusters) {
      expect(robust.groups).toBe(9);
      return;
    }
    close(fitted(plackettLuce(rankings, { ties, ridge, errors: 'model' })).se!, expected.model, 6);
  });
});

describe('against the R package PlackettLuce', () => {
  // Its vignette (Turner, van Etten, Firth, Kosmidis), section on disconnected networks: A > B, C > A, B > A, B > C.
  const toy = listsOf(['a b', 'c a', 'b a', 'b c'], 3);

  test('the coefficients, standard errors and deviance of its vignette', () => {
    const fit = fitted(plackettLuce(toy, { errors: 'model' }));
    const [second, third] = [scoreContrast(fit, 1, 0), scoreContrast(fit, 2, 0)];
    expect(second.value).toBeCloseTo(0.8392, 4);
    expect(second.se).toBeCloseTo(1.3596, 4);
    expect(third.value).toBeCloseTo(0.4196, 4);
    expect(third.se).toBeCloseTo(1.5973, 4);
    expect(-2 * fit.logLikelihood).toBeCloseTo(5.1356, 4);
    expect(fit.df).toBeNull();
    expect(fit.n).toBe(4);
    expect(fit.method).toBe('Plackett-Luce, ties davidson-luce, model errors');
  });

  test('a player who only loses leaves no finite scores, and the parts are named best first', () => {
    const beaten = listsOf(['a b', 'c a', 'a d', 'b a', 'b c'], 4);
    expect(plackettLuce(beaten)).toMatchObject({
      value: null,
      reason: 'not-identified',
      n: 5,
      components: [[0, 1, 2], [3]],
    });
  });
});

describe('laws', () => {
  const lists = fc
    .array(
      fc.record({
        order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 2 }),
        ties: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 25 },
    )
    .map((drawn): Rankings => {
      const rows = drawn.flatMap(({ order, ties }, list) => {
        let rank = 1;
        return order.map((player, k) => ({ list, player, rank: k > 0 && !ties[k] ? ++rank : rank }));
      });
      const column = (key: 'list' | 'player' | 'rank') => rows.map((row) => row[key]);
      return { players: 4, list: column('list'), player: column('player'), rank: column('rank') };
    });
  const settings = { seed: 42, numRuns: 60 };

  test('lists of two with averaged ties are Bradley-Terry with half wins', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0, 0.5, 1), fc.nat(3), fc.integer({ min: 1, max: 3 })), {
          minLength: 3,
          maxLength: 30,
        }),
        (votes) => {
          const left = votes.map(([, a]) => a);
          const right = votes.map(([, a, b]) => (a + b) % 4);
          const outcome = votes.map(([y]) => y);
          const pairs = bradleyTerry({ players: 4, left, right, outcome }, { errors: 'model' });
          const ranked = plackettLuce(
            {
              players: 4,
              list: votes.flatMap((_, i) => [i, i]),
              player: votes.flatMap((_, i) => [left[i]!, right[i]!]),
              rank: outcome.flatMap((y) => [1 - y, y]),
            },
            { ties: 'average', errors: 'model' },
          );
          if (pairs.value === null) expect(ranked.value).toBeNull();
          else {
            const fit = fitted(ranked);
            close(fit.value, pairs.value, 7);
            close(fit.se!, pairs.se!, 6);
            expect(fit.logLikelihood).toBeCloseTo(pairs.logLikelihood, 8);
          }
        },
      ),
      settings,
    );
  });

  test('naming the players otherwise changes nothing but the names', () => {
    fc.assert(
      fc.property(lists, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (rankings, names) => {
        const renamed = { ...rankings, player: Array.from(rankings.player, (player) => names[player]!) };
        const [before, after] = [plackettLuce(rankings), plackettLuce(renamed)];
        if (before.value === null) expect(after.value).toBeNull();
        else for (let i = 0; i < 4; i++) expect(fitted(after).value[names[i]!]).toBeCloseTo(before.value[i]!, 7);
      }),
      settings,
    );
  });

  test('a list of weight 3 is the list three times', () => {
    fc.assert(
      fc.property(lists, (rankings) => {
        const count = 1 + Math.max(...Array.from(rankings.list));
        const thrice = {
          ...rankings,
          list: [0, 1, 2].flatMap((copy) => Array.from(rankings.list, (l) => l + copy * count)),
          player: [0, 1, 2].flatMap(() => Array.from(rankings.player)),
          rank: [0, 1, 2].flatMap(() => Array.from(rankings.rank)),
        };
        const weighted = plackettLuce(
          { ...rankings, weights: new Float64Array(count).fill(3) },
          { ridge: 1, errors: 'model' },
        );
        const copied = plackettLuce(thrice, { ridge: 1, errors: 'model' });
        if (copied.value === null) expect(weighted.value).toBeNull();
        else {
          close(fitted(weighted).value, copied.value, 8);
          close(fitted(weighted).se!, copied.se!, 8);
        }
      }),
      settings,
    );
  });

  test('scores sum to 0, worths to 1, and nothing is NaN', () => {
    fc.assert(
      fc.property(
        lists,
        fc.constantFrom('average', 'davidson-luce' as const),
        fc.constantFrom(0, 0.3),
        (rankings, ties, ridge) => {
          const fit = plackettLuce(rankings, { ties: ties as 'average', ridge });
          const { df: _, ...numbers } = { df: null, ...fit };
          sound(numbers, 'fit');
          if (fit.value === null) return;
          expect(fit.value.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
          expect(fitted(fit).worth.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
          expect(fit.converged).toBe(true);
        },
      ),
      settings,
    );
  });

  test('planted scores are found, by the sandwich and by the model alike', () => {
    const random = seededRandom(8);
    const theta = [1.2, 0.3, -0.4, -1.1];
    const rows = Array.from({ length: 3000 }, (_, list) =>
      theta
        .map((score, player) => ({ player, key: score - Math.log(-Math.log(random.next())) }))
        .toSorted((a, b) => b.key - a.key)
        .slice(0, 3)
        .map(({ player }, k) => ({ list, player, rank: k })),
    ).flat();
    const known: Rankings = {
      players: 4,
      list: rows.map(({ list }) => list),
      player: rows.map(({ player }) => player),
      rank: rows.map(({ rank }) => rank),
    };
    // The fourth was shown and placed last: without its row the lists would say nothing of it.
    const shown = {
      ...known,
      list: rows.map((row) => row.list),
      player: rows.map((row) => row.player),
      rank: rows.map((row) => row.rank),
    };
    for (let list = 0; list < 3000; list++) {
      shown.list.push(list);
      shown.player.push(6 - rows.slice(3 * list, 3 * list + 3).reduce((sum, { player }) => sum + player, 0));
      shown.rank.push(Infinity);
    }
    const fit = fitted(plackettLuce(shown));
    for (let i = 0; i < 4; i++) expect(Math.abs(fit.value[i]! - theta[i]!)).toBeLessThan(4 * fit.se![i]!);
    const model = fitted(plackettLuce(shown, { errors: 'model' }));
    for (let i = 0; i < 4; i++) expect(fit.se![i]! / model.se![i]!).toBeCloseTo(1, 1);
  });
});

describe('what a list may be', () => {
  const base = ['a b c', 'b c a', 'c a b', 'a c b', 'b a c'];

  test('a player of unknown order is below the others and above none of its kind', () => {
    const full = listsOf(base, 3);
    const top = { ...full, rank: Array.from(full.rank, (rank) => (rank > 1 ? Infinity : rank)) };
    const fit = fitted(plackettLuce(top, { errors: 'model' }));
    // Only first places count: 2, 2 and 1 of 5, so the worths are these shares.
    close(fit.worth, [0.4, 0.4, 0.2], 9);
    expect(fit.n).toBe(5);
  });

  test('a row without a rank is as if it were not there, and is counted', () => {
    const full = listsOf(base, 3);
    const holed = { ...full, rank: Array.from(full.rank, (rank, i) => (i === 2 ? NaN : rank)) };
    const without = listsOf(['a b', ...base.slice(1)], 3);
    const fit = fitted(plackettLuce(holed));
    close(fit.value, fitted(plackettLuce(without)).value, 10);
    expect(fit.notes).toContain('1 rows without a rank were left out');
  });

  test('lists of one player, of unknown order alone, or of weight 0 say nothing', () => {
    const list = [0, 1, 1, 2, 2];
    const player = [0, 0, 1, 0, 1];
    const rank = [1, Infinity, Infinity, 1, 2];
    const weights = [1, 1, 0];
    expect(plackettLuce({ players: 2, list, player, rank, weights })).toEqual({
      value: null,
      reason: 'no-data',
      detail: 'needs a list that puts one player before another',
      n: 0,
      method: 'Plackett-Luce, ties davidson-luce',
    });
  });

  test('verdicts that are all ties have no prevalence of ties', () => {
    const tied = listsOf(['a=b', 'a=b', 'a=b', 'a=b', 'a=b', 'a=b'], 2);
    expect(plackettLuce(tied)).toMatchObject({ value: null, reason: 'not-identified', n: 6 });
    const averaged = fitted(plackettLuce(tied, { ties: 'average', errors: 'model' }));
    close(averaged.value, [0, 0], 10);
  });

  test('below 5 clusters there is no sandwich, and the fit says so; up to 30 the quantile is t', () => {
    const lists = listsOf([...base, ...base], 3);
    const four = fitted(plackettLuce(lists, { clusters: [0, 1, 2, 3, 3, 0, 1, 2, 3, 3] }));
    expect(four).toMatchObject({ se: null, covariance: null, groups: 4, df: null });
    expect(four.notes).toEqual(['too few for standard errors: 4 clusters, needs 5']);
    const five = fitted(plackettLuce(lists, { clusters: [0, 1, 2, 3, 4, 0, 1, 2, 3, 4] }));
    expect(five).toMatchObject({
      df: 4,
      groups: 5,
      method: 'Plackett-Luce, ties davidson-luce, clustered sandwich errors',
    });
    expect(five.notes).toEqual(['few clusters: 5, quantiles of t with 4 degrees of freedom']);
    const many = (copies: number) =>
      fitted(
        plackettLuce(
          listsOf(
            Array.from({ length: copies }, (_, i) => base[i % 5]!),
            3,
          ),
        ),
      );
    expect(many(29).df).toBe(28);
    expect(many(30)).toMatchObject({ df: null });
    expect(many(30).notes).toBeUndefined();
  });

  test('without clusters a prevalence has no interval either', () => {
    const lists = listsOf([...base, 'a=b c', 'c a=b'], 3);
    const fit = fitted(plackettLuce(lists, { clusters: [0, 0, 0, 1, 1, 1, 2] }));
    expect(fit.tiePrevalence[0]!.prevalence).toMatchObject({
      interval: null,
      notes: ['too few for standard errors: 3 clusters, needs 5'],
    });
    const [low, high] = fitted(plackettLuce(lists)).tiePrevalence[0]!.prevalence.interval!;
    const { value } = fitted(plackettLuce(lists)).tiePrevalence[0]!.prevalence;
    expect(Math.sqrt(low * high)).toBeCloseTo(value, 10); // symmetric on the logarithm
    expect(fitted(plackettLuce(lists, { level: 0.5 })).tiePrevalence[0]!.prevalence.interval![0]).toBeGreaterThan(low);
  });

  test('a ridge gives scores where there are none, and says what it does', () => {
    const fit = fitted(plackettLuce(listsOf(['a b', 'a b'], 3), { ridge: 1, errors: 'model' }));
    // 2 s(−2θ) = θ for θ = θ_a = −θ_b; the third was never seen.
    expect(fit.value[0]).toBeCloseTo(0.5213, 4);
    expect(2 / (1 + Math.exp(2 * fit.value[0]!)) - fit.value[0]!).toBeCloseTo(0, 10);
    expect(fit.value[2]).toBeCloseTo(0, 12);
    expect(fit.notes).toEqual(['the ridge pulls the scores together: intervals are around the pulled scores']);
    expect(fit.method).toBe('Plackett-Luce, ties davidson-luce, ridge 1, model errors');
  });
});

describe('what is refused', () => {
  const good = listsOf(['a b', 'b a'], 2);
  test.each([
    ['a player who is none', { ...good, player: [0, 1, 2, 0] }, {}, 'player[2] must be a player, 0 to 1, found 2'],
    ['half a player', { ...good, player: [0, 0.5, 1, 0] }, {}, 'player[1] must be a player, 0 to 1, found 0.5'],
    ['a list without a number', { ...good, list: [0, 0, -1, 1] }, {}, 'list[2] must be the number of a list, found -1'],
    [
      'a rank of −Infinity',
      { ...good, rank: [1, 2, -Infinity, 2] },
      {},
      'rank[2] must be above −Infinity, found -Infinity',
    ],
    ['a player twice in a list', { ...good, player: [0, 0, 1, 0] }, {}, 'player 0 stands twice in list 0'],
    ['columns of different length', { ...good, list: [0] }, {}, 'list has 1 entries, rank has 4'],
    ['a count of players that is none', { ...good, players: -1 }, {}, 'players must be a count, found -1'],
    ['too few weights', { ...good, weights: [1] }, {}, '2 lists but 1 weights'],
    ['a negative weight', { ...good, weights: [1, -1] }, {}, 'weights[1] must be 0 or more and finite, found -1'],
    [
      'lists numbered with wide gaps',
      { ...good, list: [0, 0, 9999, 9999] },
      {},
      'lists must be numbered from 0 without wide gaps: 9999 is the highest of 4 rows',
    ],
    ['too few clusters', good, { clusters: [1] }, '2 lists but 1 cluster ids'],
    ['a negative ridge', good, { ridge: -1 }, 'ridge must be 0 or more and finite, found -1'],
    ['a level of 1', good, { level: 1 }, 'level must lie in (0, 1), found 1'],
    [
      'model errors with clusters',
      good,
      { errors: 'model' as const, clusters: [0, 1] },
      "errors 'model' takes lists as independent; with clusters use 'sandwich'",
    ],
    [
      'a tie of 13 to be averaged',
      listsOf(['a=b=c=d=e=f=g=h=i=j=k=l=m', 'a b'], 13),
      { ties: 'average' as const, ridge: 1 },
      "list 0 ties 13 players, 'average' takes 12 at most",
    ],
  ])('%s', (_, rankings, options, message) => {
    expect(() => plackettLuce(rankings, options)).toThrow(new RangeError(message));
  });
});
