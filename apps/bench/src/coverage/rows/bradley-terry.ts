import {
  averageWinRate,
  bootstrapBradleyTerry,
  bootstrapRanking,
  borda,
  bradleyTerry,
  centredScore,
  type Comparisons,
  contextualBradleyTerry,
  davidson,
  eloScores,
  type Random,
  type ScoredPlayers,
  rankSets,
  raoKupper,
  scoreContrast,
  winChance,
} from '@assize/stats';

import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';

type Votes = Comparisons & { prompts: Uint32Array };

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const missing: Observed = { value: null, reason: 'not-identified' };

/** True scores, evenly spaced from −spread to spread. */
function strengths(players: number, spread: number): number[] {
  return Array.from({ length: players }, (_, i) => spread * (1 - (2 * i) / (players - 1)));
}

type Population = {
  players: number;
  n: number;
  spread: number;
  /** Log-odds of the left place. */
  order?: number;
  /** Number of prompts, each of which moves a pair's chance up or down, by up to 60% of the room there is. */
  prompts?: number;
  /** Davidson's ν or Rao and Kupper's k. */
  nu?: number;
  k?: number;
};

/** The chances of win and tie at the difference z of scores. */
function chances(z: number, { nu, k }: Population): { win: number; tie: number } {
  if (nu !== undefined) {
    const total = Math.exp(z / 2) + Math.exp(-z / 2) + nu;
    return { win: Math.exp(z / 2) / total, tie: nu / total };
  }
  if (k !== undefined) {
    const [win, loss] = [logistic(z - Math.log(k)), logistic(-z - Math.log(k))];
    return { win, tie: 1 - win - loss };
  }
  return { win: logistic(z), tie: 0 };
}

/** Votes on random pairs. With prompts the mean over them is still the model's, so that its scores stay the truth. */
function draw(population: Population, random: Random): Votes {
  const { players, n, spread, order = 0, prompts } = population;
  const theta = strengths(players, spread);
  const table = theta.map((own) => theta.map((other) => chances(own - other + order, population)));
  const votes = {
    players,
    left: new Uint32Array(n),
    right: new Uint32Array(n),
    outcome: new Float64Array(n),
    prompts: new Uint32Array(n),
  };
  const tilt = Float64Array.from({ length: (prompts ?? 0) * players }, () => (random.next() < 0.5 ? -1 : 1));
  const towards = Float64Array.from({ length: prompts ?? 0 }, () => (random.next() < 0.5 ? -1 : 1));
  const ways = players * (players - 1);
  for (let i = 0; i < n; i++) {
    const pair = Math.floor(random.next() * ways);
    const left = Math.floor(pair / (players - 1));
    const right = (left + 1 + (pair % (players - 1))) % players;
    const { win, tie } = table[left]![right]!;
    let p = win;
    if (prompts !== undefined) {
      const prompt = Math.floor((i * prompts) / n);
      votes.prompts[i] = prompt;
      const lean = (tilt[prompt * players + left]! - tilt[prompt * players + right]!) / 2 + towards[prompt]!;
      p += 0.3 * Math.min(win, 1 - win - tie) * lean;
    }
    votes.left[i] = left;
    votes.right[i] = right;
    const u = random.next();
    votes.outcome[i] = u < p ? 1 : u < p + tie ? 0.5 : 0;
  }
  return votes;
}

function inWords({ players, spread, order, prompts, nu, k }: Population): string {
  const extra = [
    order === undefined ? '' : `, ${order} for the left place`,
    prompts === undefined ? '' : `, ${prompts} prompts with effects`,
    nu === undefined ? '' : `, ties with ν = ${nu}`,
    k === undefined ? '' : `, ties with k = ${k}`,
  ];
  return `${players} players, scores −${spread} to ${spread}${extra.join('')}`;
}

type Plan = {
  interval: string;
  page?: string;
  population: Population;
  truth: number;
  documented?: boolean;
  draws?: number;
  observe: (votes: Votes, random: Random) => Observed;
};

function row({
  interval,
  page = 'bradley-terry',
  population,
  truth,
  documented = true,
  draws = 600,
  observe,
}: Plan): CoverageRow {
  return {
    interval,
    page,
    population: inWords(population),
    n: population.n,
    clustered: population.prompts !== undefined,
    level: 0.95,
    truth,
    documented,
    draws,
    observe: (random) => observe(draw(population, random), random),
  };
}

const fitted = (fit: ScoredPlayers | { value: null }, look: (fit: ScoredPlayers) => Observed): Observed =>
  fit.value === null ? missing : look(fit);

function errorsOf(votes: Votes, errors: 'model' | 'sandwich' | 'by prompt' | 'by prompt, bias-reduced') {
  if (errors === 'by prompt') return { clusters: votes.prompts };
  return errors === 'by prompt, bias-reduced'
    ? { clusters: votes.prompts, errors: 'bias-reduced' as const }
    : { errors };
}

/** First against last but one: a difference of some size, both in the middle of what is asked in practice. */
function contrastRow(
  population: Population,
  errors: 'model' | 'sandwich' | 'by prompt' | 'by prompt, bias-reduced',
  documented = true,
): CoverageRow {
  const theta = strengths(population.players, population.spread);
  const other = population.players - 2;
  return row({
    interval: `scoreContrast, bradleyTerry, ${errors}`,
    population,
    truth: theta[0]! - theta[other]!,
    documented,
    draws: population.n >= 10_000 ? 400 : 1000,
    observe: (votes) => fitted(bradleyTerry(votes, errorsOf(votes, errors)), (fit) => scoreContrast(fit, 0, other)),
  });
}

/** Covered where every player's true rank is in its set. */
function rankRow(population: Population, clustered: boolean, documented = true): CoverageRow {
  return row({
    interval: `rankSets, simultaneous, all players at once${clustered ? ', by prompt' : ''}`,
    page: 'rank-sets',
    population,
    truth: 1,
    documented,
    draws: 400,
    observe: (votes, random) =>
      fitted(bradleyTerry(votes, clustered ? { clusters: votes.prompts } : {}), (fit) => {
        const found = rankSets(fit, { random, draws: 400 });
        if (found.value === null) return missing;
        const held = found.sets.filter(([from, to], player) => from <= player + 1 && player + 1 <= to).length;
        return { interval: [0, held / population.players] };
      }),
  });
}

function marginalRankRow(population: Population): CoverageRow {
  const player = Math.floor(population.players / 2);
  return row({
    interval: 'rankSets, marginal, the middle player',
    page: 'rank-sets',
    population,
    truth: player + 1,
    draws: 400,
    observe: (votes) =>
      fitted(bradleyTerry(votes), (fit) => {
        const found = rankSets(fit);
        return found.value === null ? missing : { interval: found.sets[player]! };
      }),
  });
}

function orderRow(
  population: Population & { order: number },
  errors: 'sandwich' | 'by prompt' | 'by prompt, bias-reduced',
  documented = true,
): CoverageRow {
  return row({
    interval: `contextualBradleyTerry, order, ${errors}`,
    page: 'style-control',
    population,
    truth: population.order,
    documented,
    draws: 400,
    observe(votes) {
      const fit = contextualBradleyTerry(votes, { order: true, ...errorsOf(votes, errors) });
      return fit.value === null ? missing : fit.order!;
    },
  });
}

function tieRow(population: Population, errors: 'model' | 'sandwich'): CoverageRow {
  const { nu, k } = population;
  const model = nu === undefined ? raoKupper : davidson;
  return row({
    interval: `${nu === undefined ? 'raoKupper, k' : 'davidson, ν'}, ${errors}`,
    page: 'ties-in-rankings',
    population,
    truth: (nu ?? k)!,
    draws: 400,
    observe(votes) {
      const fit = model(votes, { errors });
      return fit.value === null ? missing : fit.tie;
    },
  });
}

function bootstrapRow(population: Population, clustered: boolean, documented = true): CoverageRow {
  const theta = strengths(population.players, population.spread);
  return row({
    interval: `scoreContrast, bootstrapBradleyTerry${clustered ? ', by prompt' : ''}`,
    population,
    truth: theta[0]! - theta[population.players - 2]!,
    documented,
    draws: 400,
    observe: (votes, random) =>
      fitted(
        bootstrapBradleyTerry(votes, { random, replicates: 400, ...(clustered && { clusters: votes.prompts }) }),
        (fit) => scoreContrast(fit, 0, population.players - 2),
      ),
  });
}

/** The share of wins over a random opponent, first player less last. */
function winRateRow(population: Population): CoverageRow {
  const { players } = population;
  const theta = strengths(players, population.spread);
  const rate = (i: number): number =>
    theta.reduce((sum, score, j) => sum + (i === j ? 0 : logistic(theta[i]! - score)), 0) / (players - 1);
  return row({
    interval: 'scoreContrast, averageWinRate bootstrap',
    page: 'win-rate',
    population,
    truth: rate(0) - rate(players - 1),
    draws: 400,
    observe: (votes, random) =>
      fitted(bootstrapRanking(votes, averageWinRate, { random, replicates: 100 }), (fit) =>
        scoreContrast(fit, 0, players - 1),
      ),
  });
}

/** A draw of the Gumbel distribution: whoever has the highest score plus noise is chosen as Plackett and Luce say. */
function noise(random: Random): number {
  return -Math.log(-Math.log(Math.max(random.next(), 1e-300)));
}

/** Lists of all players in order of a score with logistic noise: the true mean rank of a player is 1 + Σ P(beaten). */
function bordaRow(players: number, lists: number): CoverageRow {
  const theta = strengths(players, 1);
  return {
    interval: 'borda, mean rank',
    page: 'win-rate',
    population: `lists of ${players} players, Plackett-Luce, scores −1 to 1`,
    n: lists,
    clustered: false,
    level: 0.95,
    truth: 1 + theta.slice(1).reduce((sum, score) => sum + logistic(score - theta[0]!), 0),
    documented: lists >= 30,
    draws: 1000,
    observe(random) {
      const [list, player, rank]: number[][] = [[], [], []];
      for (let l = 0; l < lists; l++) {
        const worth = theta.map((score) => score + noise(random));
        for (let i = 0; i < players; i++) {
          list!.push(l);
          player!.push(i);
          rank!.push(-worth[i]!);
        }
      }
      return borda({ players, list: list!, player: player!, rank: rank! })[0]!;
    },
  };
}

const small = { players: 5, n: 100, spread: 0.5 };
const middle = { players: 10, n: 1000, spread: 1 };
const large = { players: 20, n: 10_000, spread: 1 };

export const bradleyTerryRows: CoverageFamily = () => [
  ...(['model', 'sandwich'] as const).flatMap((errors) =>
    (errors === 'model' ? [small, middle] : [small, middle, large]).map((population) =>
      contrastRow(population, errors),
    ),
  ),
  // What the votes of one prompt share is not seen by the first; with less than ten prompts a player the second is short.
  contrastRow({ ...middle, prompts: 50 }, 'sandwich', false),
  ...[10, 50, 200].map((prompts) => contrastRow({ ...middle, prompts }, 'by prompt', prompts >= 100)),
  contrastRow({ ...large, prompts: 100 }, 'by prompt', false),
  ...[10, 20, 50, 200].map((prompts) => contrastRow({ ...middle, prompts }, 'by prompt, bias-reduced', prompts >= 20)),
  contrastRow({ ...large, prompts: 100 }, 'by prompt, bias-reduced'),
  bootstrapRow(small, false),
  bootstrapRow({ ...small, n: 600, prompts: 60 }, true),
  row({
    interval: 'winChance, bradleyTerry, sandwich',
    population: middle,
    truth: logistic(strengths(10, 1)[0]! - strengths(10, 1)[4]!),
    observe: (votes) => fitted(bradleyTerry(votes), (fit) => winChance(fit, 0, 4)),
  }),
  row({
    interval: 'centredScore, bradleyTerry, sandwich',
    population: middle,
    truth: 1,
    observe: (votes) => fitted(bradleyTerry(votes), (fit) => centredScore(fit, 0)),
  }),
  row({
    interval: 'eloScores, anchored, bradleyTerry, sandwich',
    page: 'elo',
    population: middle,
    truth: 1000 + (400 / Math.LN10) * 2,
    observe: (votes) => fitted(bradleyTerry(votes), (fit) => eloScores(fit, { anchor: 9 })[0]!),
  }),
  rankRow({ ...small, n: 300 }, false),
  rankRow(middle, false),
  rankRow({ ...large, n: 2000 }, false),
  rankRow({ ...middle, prompts: 50 }, true),
  marginalRankRow(middle),
  orderRow({ ...small, n: 300, order: 0.4 }, 'sandwich'),
  orderRow({ ...middle, order: 0.4 }, 'sandwich'),
  orderRow({ ...middle, order: 0.4, prompts: 50 }, 'sandwich', false),
  orderRow({ ...middle, order: 0, prompts: 50 }, 'by prompt', false),
  orderRow({ ...middle, order: 0, prompts: 20 }, 'by prompt, bias-reduced'),
  orderRow({ ...middle, order: 0, prompts: 50 }, 'by prompt, bias-reduced'),
  ...(['model', 'sandwich'] as const).flatMap((errors) => [
    tieRow({ ...small, n: 300, nu: 1 }, errors),
    tieRow({ ...middle, nu: 0.5 }, errors),
    tieRow({ ...small, n: 300, k: 2 }, errors),
    tieRow({ ...middle, k: 1.5 }, errors),
  ]),
  winRateRow({ ...small, n: 300 }),
  ...[10, 30, 300].map((lists) => bordaRow(5, lists)),
];
