import { describe, expect, test } from 'vitest';
import { bradleyTerryLackOfFit, chiSquareUpper, type Comparisons, type LackOfFit, seededRandom } from '../src/index.ts';

function found(result: ReturnType<typeof bradleyTerryLackOfFit>): LackOfFit {
  if ('p' in result) return result;
  throw new Error(result.detail);
}

/** Counts won by the row against the column. */
function votesOf(won: readonly (readonly number[])[]): Comparisons {
  const cells = won.flatMap((row, i) => row.map((count, j) => ({ i, j, count }))).filter(({ count }) => count > 0);
  return {
    players: won.length,
    left: cells.map(({ i }) => i),
    right: cells.map(({ j }) => j),
    outcome: cells.map(() => 1),
    weights: cells.map(({ count }) => count),
  };
}

const circle = votesOf([
  [0, 30, 10],
  [10, 0, 30],
  [30, 10, 0],
]);

describe('lack of fit of Bradley-Terry', () => {
  test('a circle of 30 : 10 has X² = 3 · 40 · (1/4)² / (1/4) = 30, and no drawn votes reach it', () => {
    const fit = found(bradleyTerryLackOfFit(circle, { random: seededRandom(1) }));
    expect(fit.statistic).toBeCloseTo(30, 9);
    expect(fit.p).toBe(1 / 1000);
    expect(fit).toMatchObject({ n: 120, pairs: 3, method: 'Bradley-Terry lack of fit, parametric bootstrap, B = 999' });
    expect(Math.abs(fit.worst.residual)).toBeCloseTo(Math.sqrt(10), 9);
    expect(fit.worst).toMatchObject({ votes: 40, expected: expect.closeTo(20, 9) });
    expect(fit).not.toHaveProperty('notes');
  });

  test('votes that fit have p near that of chi-square with one degree of freedom (three pairs, two scores)', () => {
    const votes = votesOf([
      [0, 260, 330],
      [140, 0, 240],
      [70, 160, 0],
    ]);
    const fit = found(bradleyTerryLackOfFit(votes, { random: seededRandom(2), replicates: 4000 }));
    expect(fit.p).toBeCloseTo(chiSquareUpper(fit.statistic, 1), 1);
    // By hand at the fitted scores: (won − expected)² / (expected (1 − p)) of the worst pair is its residual squared.
    const { won, expected, votes: size, residual } = fit.worst;
    expect(residual).toBeCloseTo((won - expected) / Math.sqrt(expected * (1 - expected / size)), 10);
  });

  test('under the model the p-value is uniform: rejections at 10% are about 10%', () => {
    const random = seededRandom(3);
    let rejected = 0;
    for (let t = 0; t < 300; t++) {
      const won = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 0 : NaN)));
      for (let i = 0; i < 4; i++) {
        for (let j = i + 1; j < 4; j++) {
          let count = 0;
          for (let v = 0; v < 8; v++) if (random.next() < 1 / (1 + Math.exp(-0.3 * (j - i)))) count++;
          won[i]![j] = count;
          won[j]![i] = 8 - count;
        }
      }
      const fit = bradleyTerryLackOfFit(votesOf(won), { random: random.stream(`t${t}`), replicates: 99 });
      if ('p' in fit && fit.p <= 0.1) rejected++;
    }
    expect(rejected / 300).toBeGreaterThan(0.1 - 4 * Math.sqrt(0.09 / 300));
    expect(rejected / 300).toBeLessThan(0.1 + 4 * Math.sqrt(0.09 / 300));
  });

  test('pairs with few votes stay out of the statistic', () => {
    const options = { random: seededRandom(1), replicates: 19 };
    expect(found(bradleyTerryLackOfFit(circle, { ...options, fewest: 40 })).pairs).toBe(3);
    expect(bradleyTerryLackOfFit(circle, { ...options, fewest: 41 })).toMatchObject({
      value: null,
      reason: 'no-data',
      detail: 'no pair has 41 decisive votes',
    });
  });

  test('ties and missing verdicts are left out and counted', () => {
    const votes = {
      players: 2,
      left: [0, 0, 0, 0, 1],
      right: [1, 1, 1, 1, 1],
      outcome: [1, 0, 0.5, NaN, 1],
      weights: [6, 6, 3, 1, 1],
    };
    const fit = found(bradleyTerryLackOfFit(votes, { random: seededRandom(1), replicates: 99 }));
    expect(fit.notes).toContain('3 ties were left out: they decide nothing');
    expect(fit.notes).toHaveLength(3);
    expect(fit.n).toBe(12);
    expect(fit.statistic).toBeCloseTo(0, 12);
    expect(fit.p).toBe(1);
  });

  test('drawn votes without finite scores are counted; where they are most there is no answer', () => {
    const thin = votesOf([
      [0, 5],
      [1, 0],
    ]);
    const fit = found(bradleyTerryLackOfFit(thin, { random: seededRandom(1), replicates: 200 }));
    // (5/6)^6 + (1/6)^6 = .335
    expect(fit.notes![0]).toMatch(/^(5|6|7)\d of 200 drawn sets of votes had no finite scores and were left out$/);
    const thinner = votesOf([
      [0, 40, 40],
      [1, 0, 40],
      [1, 1, 0],
    ]);
    expect(bradleyTerryLackOfFit(thinner, { random: seededRandom(1), replicates: 200 })).toHaveProperty('method');
    expect(
      bradleyTerryLackOfFit(
        votesOf([
          [0, 9],
          [0, 0],
        ]),
        { random: seededRandom(1) },
      ),
    ).toMatchObject({
      value: null,
      reason: 'not-identified',
      detail: 'the decisive votes leave 2 parts without a way back',
    });
  });

  test('soft votes and bad options are refused', () => {
    const random = seededRandom(1);
    expect(() => bradleyTerryLackOfFit({ players: 2, left: [0], right: [1], outcome: [0.25] }, { random })).toThrow(
      new RangeError('needs whole votes, found 0.25 : 0.75 between players 0 and 1'),
    );
    expect(() => bradleyTerryLackOfFit(circle, { random, replicates: 0 })).toThrow(
      new RangeError('replicates must be at least 1, found 0'),
    );
    expect(() => bradleyTerryLackOfFit(circle, { random, fewest: 0.5 })).toThrow(
      new RangeError('fewest must be at least 1, found 0.5'),
    );
  });
});
