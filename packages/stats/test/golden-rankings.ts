import { readFileSync } from 'node:fs';
import { bradleyTerry, type Comparisons, contextualBradleyTerry } from '../src/index.ts';
import { averageWinRate, eigen, elo, newman, newmanBradleyTerry, pageRank, winCounts } from '../src/index.ts';
import { compare, type GoldenCase } from './golden-compare.ts';

/** The crowd's votes of LLMFAO, as verdict codes: the golden case names the file of which they are made. */
export type Crowd = Record<'left' | 'right' | 'outcome' | 'rater' | 'prompt' | 'pair', number[]> & { names: string[] };

const crowd = JSON.parse(readFileSync(new URL('fixtures/llmfao-crowd.json', import.meta.url), 'utf8')) as Crowd;

/** The crowd's votes with the ids that votes go together by. */
export function crowdVotes(): { votes: Comparisons } & Pick<Crowd, 'names' | 'rater' | 'prompt' | 'pair'> {
  const { names, left, right, outcome, rater, prompt, pair } = crowd;
  return {
    votes: { players: names.length, left, right, outcome: outcome.map((code) => code / 2) },
    names,
    rater,
    prompt,
    pair,
  };
}

/** A table of wins as votes with weights: `wins[i][j]` for i, shown left. */
function votesOfWins(wins: number[][]): Comparisons {
  const cells = wins.flatMap((row, i) => row.flatMap((weight, j) => (weight > 0 ? [{ i, j, weight }] : [])));
  return {
    players: wins.length,
    left: cells.map(({ i }) => i),
    right: cells.map(({ j }) => j),
    outcome: cells.map(() => 1),
    weights: cells.map(({ weight }) => weight),
  };
}

function byName(items: readonly string[], values: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(items.map((item, i) => [item, values[i]!]));
}

type Fit = { value: Float64Array; covariance: Float64Array | null };

/** Scores and standard errors against the first player, as R prints them. */
function againstFirst({ value, covariance }: Fit): { scores: number[]; errors: number[] } {
  if (covariance === null) throw new Error('no standard errors');
  const n = value.length;
  const errors = Array.from(value, (_, i) =>
    i === 0 ? 0 : Math.sqrt(covariance[i * n + i]! + covariance[0]! - 2 * covariance[i]!),
  );
  return { scores: Array.from(value, (score) => score - value[0]!), errors };
}

function checkBradleyTerry(golden: GoldenCase): void {
  const input = golden.input as {
    items: string[];
    wins: number[][];
    home_away_rows?: [string, string, number, number][];
  };
  const { items } = input;
  const fit = bradleyTerry(votesOfWins(input.wins), { errors: 'model' });
  if (fit.value === null) throw new Error(`${golden.id}: undetermined`);
  const worth = fit.value.map((score) => Math.exp(score));
  const total = worth.reduce((a, b) => a + b, 0);
  const { scores, errors } = againstFirst(fit);
  const asInR = (values: readonly number[]) =>
    byName(
      items.slice(1).map((item) => `team${item}`),
      values.slice(1),
    );
  const found: Parameters<typeof compare>[1] = {
    log_ability_ref_first: byName(items, scores),
    se_ref_first: byName(items, errors),
    log_ability_centered: byName(items, fit.value),
    worth_sum_to_1: byName(
      items,
      worth.map((x) => x / total),
    ),
    log_likelihood: fit.logLikelihood,
    R_BradleyTerry2_coef: asInR(scores),
    R_BradleyTerry2_se: asInR(errors),
  };
  if (input.home_away_rows) {
    const home = contextualBradleyTerry(homeVotes(items, input.home_away_rows), { order: true, errors: 'model' });
    if (home.value === null || home.order === null) throw new Error(`${golden.id}: undetermined`);
    const against = againstFirst(home);
    found['R_home_advantage_coef'] = { ...asInR(against.scores), 'at.home': home.order.value };
    found['R_home_advantage_se'] = { ...asInR(against.errors), 'at.home': home.order.se! };
  }
  // R stops its iteration earlier, and takes the information from the step before; the vectors of SciPy are to 1e-6.
  const exact = ['worth_sum_to_1', 'log_likelihood', 'log_ability_ref_first', 'log_ability_centered'];
  compare(golden, found, { tolerances: Object.fromEntries(exact.map((key) => [key, 2e-9])) });
}

function homeVotes(items: readonly string[], table: [string, string, number, number][]): Comparisons {
  const rows = table.flatMap(([home, away, won, lost]) => [
    { home, away, outcome: 1, weight: won },
    { home, away, outcome: 0, weight: lost },
  ]);
  return {
    players: items.length,
    left: rows.map(({ home }) => items.indexOf(home)),
    right: rows.map(({ away }) => items.indexOf(away)),
    outcome: rows.map(({ outcome }) => outcome),
    weights: rows.map(({ weight }) => weight),
  };
}

function checkPairwiseRanking(golden: GoldenCase): void {
  const input = golden.input as { comparisons?: { left: string; right: string; winner: 'left' | 'right' | 'tie' }[] };
  const { votes, names } = input.comparisons ? named(input.comparisons) : crowdVotes();
  const upstream = { tolerance: 1e-6, iterations: 100 };
  const found = {
    counting: winCounts(votes),
    average_win_rate: averageWinRate(votes),
    bradley_terry: newmanBradleyTerry(votes),
    newman: newman(votes),
    elo: elo(votes),
    eigen: eigen(votes, upstream),
    pagerank: pageRank(votes, upstream),
  };
  const values = Object.entries(found).map(([key, ranking]) => {
    if (ranking.value === null) throw new Error(`${golden.id}: ${key} is undetermined`);
    return [key, byName(names, ranking.value)];
  });
  // Sums and Elo are exact; the others upstream stops at 1e-6.
  const tolerances = {
    counting: 1e-9,
    average_win_rate: 1e-12,
    elo: 1e-9,
    bradley_terry: 1e-8,
    newman: 1e-8,
    eigen: 1e-6,
    pagerank: 1e-6,
  };
  compare(golden, Object.fromEntries(values), { tolerances });
}

const points = { left: 1, right: 0, tie: 0.5 };

function named(rows: { left: string; right: string; winner: keyof typeof points }[]): {
  votes: Comparisons;
  names: string[];
} {
  const names = [...new Set(rows.flatMap(({ left, right }) => [left, right]))].toSorted();
  return {
    names,
    votes: {
      players: names.length,
      left: rows.map(({ left }) => names.indexOf(left)),
      right: rows.map(({ right }) => names.indexOf(right)),
      outcome: rows.map(({ winner }) => points[winner]),
    },
  };
}

export const rankingCheckers = { bradley_terry: checkBradleyTerry, pairwise_ranking: checkPairwiseRanking };
