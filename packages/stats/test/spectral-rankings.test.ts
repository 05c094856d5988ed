import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  averageWinRate,
  borda,
  type Comparisons,
  eigen,
  eigenRank,
  newman,
  newmanBradleyTerry,
  pageRank,
  rankCentrality,
  winCounts,
} from '../src/index.ts';
import { crowdVotes } from './golden-rankings.ts';
import { anyVotes, connectedVotes, known, made, madeVotes, times, votes } from './ranking-votes.ts';
import { sound } from './sound.ts';

const settings = { seed: 42, numRuns: 60 };

function close(found: ArrayLike<number>, wanted: ArrayLike<number>, digits = 9): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(found[i]).toBeCloseTo(wanted[i]!, digits);
}

describe('agree with NumPy', () => {
  test.each([
    ['rankCentrality', rankCentrality, made.rank_centrality],
    ['pageRank', pageRank, made.pagerank],
    ['eigenRank', eigenRank, made.eigen_winners],
    ['eigen', eigen, made.eigen_losers],
  ] as const)('%s', (_, rank, wanted) => close(known(rank(madeVotes)).value, wanted));
});

test('with the true chances Rank Centrality gives the worths themselves', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 7 }), (theta) => {
      const [left, right, outcome]: [number[], number[], number[]] = [[], [], []];
      for (let i = 1; i < theta.length; i++) {
        for (let j = 0; j < i; j++) {
          if (j !== i - 1 && (i + j) % 3 === 0) continue;
          left.push(i);
          right.push(j);
          outcome.push(1 / (1 + Math.exp(theta[j]! - theta[i]!)));
        }
      }
      const { value } = known(rankCentrality({ players: theta.length, left, right, outcome }));
      const worth = theta.map((score) => Math.exp(score));
      const total = worth.reduce((a, b) => a + b, 0);
      close(
        value,
        worth.map((x) => x / total),
        10,
      );
    }),
    settings,
  );
});

test('relabelling the players permutes every ranking, and votes turned round turn win rates round', () => {
  fc.assert(
    fc.property(connectedVotes, fc.nat(), (all, shift) => {
      const moved = (player: number) => (player + shift) % all.players;
      const other = { ...all, left: Array.from(all.left, moved), right: Array.from(all.right, moved) };
      for (const rank of [rankCentrality, pageRank, eigenRank, eigen, winCounts, averageWinRate, newmanBradleyTerry]) {
        const [one, two] = [known(rank(all)), known(rank(other))];
        one.value.forEach((value, i) => expect(two.value[moved(i)]).toBeCloseTo(value, 8));
      }
      const turned = { ...all, outcome: Array.from(all.outcome, (y) => 1 - y) };
      const [rate, back] = [known(averageWinRate(all)), known(averageWinRate(turned))];
      rate.value.forEach((value, i) => expect(back.value[i]).toBeCloseTo(1 - value, 12));
      // Who is above by wins is below by losses: the two eigenvectors change places.
      close(known(eigen(turned)).value, known(eigenRank(all)).value, 8);
    }),
    settings,
  );
});

test('Newman without ties is Bradley-Terry, and with the geometric mean 1 its worths are those of the golden case', () => {
  const all = votes(3, ...times(3, '0>1'), '1>0', ...times(2, '1>2'), '2>1', '2>0');
  const [ties, plain] = [known(newman(all, { scale: 'geometric-mean' })), known(newmanBradleyTerry(all))];
  expect(ties.tie).toBe(0);
  const total = ties.value.reduce((a, b) => a + b, 0);
  close(
    ties.value.map((x) => x / total),
    plain.value,
    10,
  );
  expect(ties.value.reduce((a, b) => a * b, 1)).toBeCloseTo(1, 12);
});

test('the caps of evalica stop its own way', () => {
  const capped = known(newman(crowdVotes().votes, { sweeps: 5 }));
  expect(capped).toMatchObject({ iterations: 5, converged: false, notes: ['did not converge in 5 sweeps'] });
  expect(known(newman(crowdVotes().votes, { tolerance: 1e-6 })).iterations).toBe(29);
  expect(known(newmanBradleyTerry(crowdVotes().votes, { tolerance: 1e-6 })).iterations).toBe(8);
  expect(known(newmanBradleyTerry(crowdVotes().votes, { sweeps: 1 })).notes).toEqual(['did not converge in 1 sweeps']);
  expect(known(eigenRank(madeVotes, { iterations: 2 }))).toMatchObject({
    converged: false,
    iterations: 2,
    notes: ['the power iteration did not converge in 2 rounds'],
  });
  expect(known(pageRank(madeVotes, { iterations: 1 })).notes![0]).toBe(
    'the power iteration did not converge in 1 rounds',
  );
});

test('notes say where a ranking misleads', () => {
  const { votes: crowd, names } = crowdVotes();
  const top = (value: Float64Array) => names[value.indexOf(Math.max(...value))];
  expect(known(eigen(crowd)).notes).toEqual([
    'higher is worse: a score sums over those who beat the player',
    'uneven exposure: from 121 to 2762 votes a player',
  ]);
  expect(top(known(pageRank(crowd)).value)).toBe('Weaver 12k');
  expect(known(pageRank(crowd)).notes).toEqual(['uneven exposure: from 121 to 2762 votes a player']);
  expect(known(winCounts(crowd)).notes).toEqual(['uneven exposure: from 121 to 2762 votes a player']);
  expect(known(averageWinRate(crowd)).notes).toEqual(['players met different opponents: 927 of 1711 pairs have votes']);
  expect(top(known(averageWinRate(crowd)).value)).toBe('GPT 4');
  expect(top(known(rankCentrality(crowd)).value)).toBe('GPT 4');
  // Three times the votes are still even.
  expect(known(winCounts(votes(4, ...times(3, '0>1'), '0>2', '0=3', '1>2', '3>2'))).notes).toBeUndefined();
  expect(known(winCounts(votes(3, ...times(3, '0>1'), '1>2'))).notes).toEqual([
    'uneven exposure: from 1 to 4 votes a player',
  ]);
});

test('a player who never lost links to all alike', () => {
  // Player 0 beat 1: 1 links to 0, and 0, without losses, to both.
  const { value } = known(pageRank(votes(2, '0>1')));
  // x0 = .15/2 + .85 (x1 + x0/2), x0 + x1 = 1
  const x0 = (0.075 + 0.85) / (1 + 0.85 / 2);
  close(value, [x0, 1 - x0], 11);
  const half = known(pageRank(votes(2, '0>1'), { damping: 0.5 }));
  close(half.value, [(0.25 + 0.5) / 1.25, 0.5 / 1.25], 11);
  expect(half.method).toBe('PageRank, damping 0.5');
});

describe('win counts and rates', () => {
  const all = votes(3, ...times(3, '0>1'), '1>0', '0=2', '2>1');
  test('by hand', () => {
    expect([...known(winCounts(all)).value]).toEqual([3.5, 1, 1.5]);
    close(known(averageWinRate(all)).value, [(0.75 + 0.5) / 2, (0.25 + 0) / 2, (0.5 + 1) / 2], 12);
    expect(known(averageWinRate(all)).notes).toBeUndefined();
  });
  test('need votes of every player', () => {
    expect(averageWinRate(votes(3, '0>1'))).toMatchObject({ reason: 'no-data', detail: 'player 2 was never compared' });
    for (const rank of [winCounts, averageWinRate, pageRank, eigen, rankCentrality, newman, newmanBradleyTerry]) {
      expect(rank(votes(3))).toMatchObject({
        reason: 'no-data',
        detail: 'there is no vote between two players',
      });
    }
  });
});

test('rankings that need it ask for connected votes', () => {
  for (const rank of [eigen, eigenRank, rankCentrality, newman, newmanBradleyTerry]) {
    expect(rank(votes(2, '0>1'))).toMatchObject({ reason: 'not-identified', components: [[0], [1]] });
  }
});

test('no NaN comes out, whatever votes come in', () => {
  fc.assert(
    fc.property(anyVotes, (all: Comparisons) => {
      const ranks = [winCounts, averageWinRate, pageRank, eigen, eigenRank, rankCentrality, newmanBradleyTerry];
      for (const rank of ranks) sound(rank(all), rank.name);
    }),
    { seed: 42, numRuns: 150 },
  );
});

test('settings that are none are refused', () => {
  expect(() => eigen(madeVotes, { tolerance: 0 })).toThrow(new RangeError('tolerance must be positive, found 0'));
  expect(() => eigen(madeVotes, { iterations: 0 })).toThrow(new RangeError('iterations must be 1 or more, found 0'));
  expect(() => pageRank(madeVotes, { damping: 1 })).toThrow(new RangeError('damping must lie in (0, 1), found 1'));
  expect(() => newman(madeVotes, { tolerance: -1 })).toThrow(new RangeError('tolerance must be positive, found -1'));
  expect(() => newmanBradleyTerry(madeVotes, { sweeps: 1.5 })).toThrow(
    new RangeError('sweeps must be 1 or more, found 1.5'),
  );
});

describe('mean ranks (Borda)', () => {
  const lists = { players: 3, list: [0, 0, 0, 1, 1, 1], player: [0, 1, 2, 2, 1, 0], rank: [1, 2, 2, 1, 5, 9] };

  test('share the places of ties', () => {
    const found = borda(lists);
    expect(found.map(({ value }) => value)).toEqual([2, 2.25, 1.75]);
    expect(found[0]).toMatchObject({ n: 2, method: 'mean rank (Borda), mean, t' });
    expect(found[0]!.value).not.toBeNull();
  });

  test('have the interval of a mean over lists, or over clusters of lists', () => {
    const rank = [1, 2, 2, 1, 1, 2, 1, 2, 2, 1, 1, 2];
    const six = {
      players: 2,
      list: [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
      player: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
      rank,
    };
    const [first] = borda(six);
    // ranks 1 2 1 1 2 1: mean 4/3, variance .2667
    expect(first!.value).toBeCloseTo(4 / 3, 12);
    expect(first).toMatchObject({ n: 6, se: expect.closeTo(Math.sqrt(0.26666666666666666 / 6), 10) });
    const [clustered] = borda(six, { clusters: [0, 1, 2, 3, 4, 4], level: 0.9 });
    expect(clustered).toMatchObject({ groups: 5, level: 0.9 });
  });

  test('say where lists differ in who was shown', () => {
    const some = { players: 3, list: [0, 0, 1, 1, 1], player: [0, 1, 0, 1, 2], rank: [1, 2, 1, 2, 3] };
    const found = borda(some);
    expect((found[0] as { notes: string[] }).notes.at(-1)).toBe(
      'lists differ in who was shown: mean ranks do not compare',
    );
    const pairs = borda({ players: 3, list: [0, 0], player: [0, 1], rank: [1, 2] });
    expect(pairs[2]).toEqual({
      value: null,
      reason: 'no-data',
      detail: 'player 2 was in no list',
      n: 0,
      method: 'mean rank',
    });
    expect((pairs[0] as { notes: string[] }).notes.at(-1)).toMatch(/^lists differ/);
  });

  test('refuse weights and ids that do not fit', () => {
    expect(() => borda({ ...lists, weights: [1, 1] })).toThrow(
      new RangeError('Borda takes lists one by one: give no weights, found some'),
    );
    expect(() => borda(lists, { clusters: [1] })).toThrow(new RangeError('2 lists but 1 cluster ids'));
  });
});
