import { ordinal, rate } from 'openskill';
import type { Random } from '../random/random.ts';
import { allRows, rowsWhere } from '../numerics/present-rows.ts';
import { shuffledRows } from '../random/sampling.ts';
import { quantile } from '../numerics/quantile.ts';
import { checkLevel, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { checkComparisons, checkVote, type Comparisons } from './comparisons.ts';

export type SkillRatingOptions = {
  /** Where everybody starts; 25. */
  mu?: number | undefined;
  /** How unsure the start is; mu / 3. */
  sigma?: number | undefined;
  /** Spread of one performance about the skill; sigma / 2. */
  beta?: number | undefined;
  /** By how much skill may drift from one vote to the next; 0, for models that do not change. */
  tau?: number | undefined;
  /** How many shuffled orders to compare with the order given; needs `random`. None by default. */
  orders?: number | undefined;
  random?: Random | undefined;
  /** Share of the shuffled orders that `range` holds; 0.5, the quartiles. */
  level?: number | undefined;
};

export type SkillRating = {
  mu: number;
  sigma: number;
  /** mu − 3 sigma: what a player is worth almost surely. Rank by this. */
  ordinal: number;
  /** Votes of the player. */
  n: number;
  /** The median of mu over shuffled orders, and the range of the middle share of them. */
  shuffled?: { median: number; range: [number, number] };
};

export type SkillRatings = {
  players: SkillRating[];
  n: number;
  method: string;
  notes: string[];
};

type Skill = { mu: number; sigma: number };
const method = 'OpenSkill, Weng-Lin';

/**
 * Ratings that follow a queue of votes, one by one: a mean and a spread for each player (OpenSkill).
 *
 * For live queues, where the next match must know the last. What comes out depends on the order of the votes, and sigma
 * is the filter's own spread, not a standard error: to compare models that do not change use Bradley-Terry, and look at
 * `shuffled` before a rating of this kind is believed. A tie moves both; a soft preference has no place here.
 *
 * The update is the `openskill` library's (Weng and Lin 2011, JMLR 12, algorithms 1 and 4, which agree for two players).
 *
 * @returns `no-data` without a vote that counts
 * @throws RangeError for an outcome other than 0, 0.5, 1 and NaN, for a weight other than 0 and 1, for a player that is
 * not one, or for `orders` without `random`
 * @example
 * skillRatings({ players: 2, left: [0, 0, 1], right: [1, 1, 0], outcome: [1, 0.5, 0] }).players[0].ordinal;
 * @see https://github.com/assize/assize/blob/main/docs/stats/skill-ratings.md
 */
export function skillRatings(
  comparisons: Comparisons,
  { mu = 25, sigma = mu / 3, beta = sigma / 2, tau = 0, orders = 0, random, level = 0.5 }: SkillRatingOptions = {},
): SkillRatings | Undetermined {
  checkLevel(level);
  checkComparisons(comparisons);
  for (const [name, value] of [['mu', mu] as const, ['sigma', sigma] as const, ['beta', beta] as const]) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive and finite, found ${value}`);
  }
  if (!(tau >= 0 && tau < Infinity)) throw new RangeError(`tau must be 0 or more and finite, found ${tau}`);
  if (!Number.isSafeInteger(orders) || orders < 0) throw new RangeError(`orders must be a count, found ${orders}`);
  if (orders > 0 && random === undefined) throw new RangeError('orders needs `random`');
  const { players, left, right, outcome, weights } = comparisons;
  const counts = (i: number): boolean => weights?.[i] !== 0 && left[i] !== right[i] && !Number.isNaN(outcome[i]!);
  let [n, missing, selfPairs] = [0, 0, 0];
  for (let i = 0; i < outcome.length; i++) {
    checkVote(comparisons, i);
    if (weights !== undefined && weights[i] !== 0 && weights[i] !== 1) {
      throw new RangeError(`weights[${i}] must be 0 or 1 where votes come one by one, found ${weights[i]}`);
    }
    if (!Number.isNaN(outcome[i]!) && outcome[i] !== 0 && outcome[i] !== 0.5 && outcome[i] !== 1) {
      throw new RangeError(`outcome[${i}] must be 0, 0.5, 1 or NaN where votes come one by one, found ${outcome[i]}`);
    }
    if (weights?.[i] === 0) continue;
    if (left[i] === right[i]) selfPairs++;
    else if (Number.isNaN(outcome[i]!)) missing++;
    else n++;
  }
  const rows = n === outcome.length ? undefined : rowsWhere(outcome.length, counts);
  if (n === 0) return undetermined('no-data', 'needs a vote between two players', 0, method);

  const follow = (order: Uint32Array | undefined): Skill[] => {
    const skills: Skill[] = Array.from({ length: players }, () => ({ mu, sigma }));
    for (let k = 0; k < n; k++) {
      const i = order ? order[k]! : k;
      const [a, b] = [left[i]!, right[i]!];
      // Ranks, lower is better: a tie is two equal ones.
      const after = rate([[skills[a]!], [skills[b]!]], { rank: [1 - outcome[i]!, outcome[i]!], mu, sigma, beta, tau });
      skills[a] = after[0][0];
      skills[b] = after[1][0];
    }
    return skills;
  };
  const skills = follow(rows);
  const votes = new Float64Array(players);
  for (let k = 0; k < n; k++) {
    const i = rows ? rows[k]! : k;
    votes[left[i]!]!++;
    votes[right[i]!]!++;
  }
  const found = Array.from({ length: players }, () => new Float64Array(orders));
  for (let b = 0; b < orders; b++) {
    follow(shuffledRows(rows ?? allRows(n), random!.stream(`order ${b}`))).forEach(
      (skill, p) => (found[p]![b] = skill.mu),
    );
  }
  const rated = skills.map((skill, p) => ({
    mu: skill.mu,
    sigma: skill.sigma,
    ordinal: ordinal(skill),
    n: votes[p]!,
    ...(orders > 0 && {
      shuffled: {
        median: quantile(found[p]!, 0.5),
        range: [quantile(found[p]!, (1 - level) / 2), quantile(found[p]!, (1 + level) / 2)] as [number, number],
      },
    }),
  }));
  const notes = ['the ratings depend on the order of the votes; sigma is no standard error'];
  if (missing > 0) notes.push(`${missing} votes without a verdict were left out`);
  if (selfPairs > 0) notes.push(`${selfPairs} votes of a player against itself were left out`);
  return { players: rated, n, method, notes };
}
