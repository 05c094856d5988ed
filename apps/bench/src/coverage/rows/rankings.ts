import {
  binomialPmf,
  centredScore,
  intransitivity,
  plackettLuce,
  type Random,
  type Rankings,
  scoreContrast,
} from '@assize/stats';

import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';
import { lengthControlRows } from './length-control.ts';
import { raterAwareRows } from './rater-aware-rankings.ts';

const none: Observed = { value: null, reason: 'not-identified' };
const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit));

type ListPopulation = {
  lists: number;
  length: number;
  errors?: 'sandwich' | 'model';
  /** Rankers with a taste of their own: scores of players 0 and 1 stay alike on the whole. */
  rankers?: number;
  /** Prevalence of ties of two, Davidson-Luce. */
  delta?: number;
};

const theta = [0.6, 0.6, 0, -0.4, -0.8];

/** One list of a Davidson-Luce population: choices of one or of two, in proportion to their weights. */
function drawList(players: number[], scores: readonly number[], delta: number, random: Random): number[][] {
  const groups: number[][] = [];
  let left = players;
  while (left.length > 0) {
    const sets = left.map((i) => ({ set: [i], weight: Math.exp(scores[i]!) }));
    if (delta > 0) {
      left.forEach((i, a) =>
        left
          .slice(a + 1)
          .forEach((j) => sets.push({ set: [i, j], weight: delta * Math.exp((scores[i]! + scores[j]!) / 2) })),
      );
    }
    let rest = random.next() * sets.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = sets.find(({ weight }) => (rest -= weight) < 0) ?? sets.at(-1)!;
    groups.push(chosen.set);
    left = left.filter((i) => !chosen.set.includes(i));
  }
  return groups;
}

function drawRankings(
  { lists, length, rankers, delta = 0 }: ListPopulation,
  random: Random,
): { rankings: Rankings; clusters?: number[] } {
  const [list, player, rank]: number[][] = [[], [], []];
  const tastes = Array.from({ length: rankers ?? 0 }, () => theta.map((score) => score + 1.2 * (random.next() - 0.5)));
  for (let l = 0; l < lists; l++) {
    const shown = theta.map((_, i) => ({ i, key: random.next() })).toSorted((a, b) => a.key - b.key);
    const scores = rankers === undefined ? theta : tastes[l % rankers]!;
    const drawn = drawList(
      shown.slice(0, length).map(({ i }) => i),
      scores,
      delta,
      random,
    );
    drawn.forEach((group, place) => {
      for (const i of group) {
        list!.push(l);
        player!.push(i);
        rank!.push(place);
      }
    });
  }
  const rankings = { players: theta.length, list: list!, player: player!, rank: rank! };
  return { rankings, ...(rankers !== undefined && { clusters: Array.from({ length: lists }, (_, l) => l % rankers) }) };
}

function listRow(
  population: ListPopulation,
  target: 'contrast' | 'score' | 'prevalence',
  documented: boolean,
  draws: number,
): CoverageRow {
  const { lists, length, errors = 'sandwich', rankers, delta = 0 } = population;
  const centre = theta.reduce((a, b) => a + b, 0) / theta.length;
  const between: readonly [number, number] = rankers === undefined ? [1, 2] : [0, 1];
  const truth = { contrast: theta[between[0]]! - theta[between[1]]!, score: theta[0]! - centre, prevalence: delta }[
    target
  ];
  const ties = delta > 0 ? `, ties with prevalence ${delta}` : '';
  return {
    interval: `plackettLuce, ${target === 'contrast' ? 'scoreContrast' : target === 'score' ? 'centredScore' : 'tie prevalence'}, ${errors}`,
    page: 'plackett-luce',
    population: `${lists} lists of ${length} of 5 players${ties}${rankers === undefined ? '' : `, ${rankers} rankers with tastes`}`,
    n: lists,
    clustered: rankers !== undefined,
    level: 0.95,
    truth,
    documented,
    draws,
    observe(random) {
      const { rankings, clusters } = drawRankings(population, random);
      const fit = plackettLuce(rankings, { errors, ...(clusters && { clusters }) });
      if (fit.value === null) return none;
      if (target === 'contrast') return scoreContrast(fit, ...between);
      if (target === 'score') return centredScore(fit, 0);
      return fit.tiePrevalence[0]?.prevalence ?? none;
    },
  };
}

/** All orders of three players, counted: as many lists as one likes at the price of six. */
function countedRow(lists: number): CoverageRow {
  const scores = [0.7, 0, -0.7];
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  return {
    interval: 'plackettLuce, scoreContrast, model',
    page: 'plackett-luce',
    population: `${lists} lists of 3 players, counted by order`,
    n: lists,
    clustered: false,
    level: 0.95,
    truth: 0.7,
    documented: true,
    draws: 400,
    observe(random) {
      const weights = new Float64Array(6);
      for (let l = 0; l < lists; l++) {
        const keys = scores.map((score) => score - Math.log(-Math.log(random.next() || 1e-300)));
        weights[orders.findIndex(([a, b, c]) => keys[a!]! > keys[b!]! && keys[b!]! > keys[c!]!)]!++;
      }
      const fit = plackettLuce(
        {
          players: 3,
          list: orders.flatMap((_, l) => [l, l, l]),
          player: orders.flat(),
          rank: orders.flatMap(() => [1, 2, 3]),
          weights,
        },
        { errors: 'model' },
      );
      return fit.value === null ? none : scoreContrast(fit, 0, 1);
    },
  };
}

/** Prompts of three players, a share of which goes round; in documents that differ, when clustered. */
function withinRow(prompts: number, share: number, documents: number | null): CoverageRow {
  return {
    interval: 'intransitivity, within groups',
    page: 'intransitivity',
    population:
      documents === null
        ? `${prompts} prompts of one triad, cyclic share ${share}`
        : `${prompts} prompts in ${documents} documents that differ, cyclic share ${share}`,
    n: prompts,
    prevalence: share,
    clustered: documents !== null,
    level: 0.95,
    truth: share,
    documented: prompts * share >= 2 && (documents === null || documents >= 20),
    draws: prompts >= 1000 ? 400 : 1000,
    observe(random) {
      const [left, right, outcome, within, clusters]: number[][] = [[], [], [], [], []];
      const rates = Array.from({ length: documents ?? 0 }, () => (random.next() < 0.5 ? 0.4 : 1.6) * share);
      for (let g = 0; g < prompts; g++) {
        const document = documents === null ? g : g % documents;
        const round = random.next() < (documents === null ? share : rates[document]!);
        left!.push(0, 1, 0);
        right!.push(1, 2, 2);
        outcome!.push(1, 1, round ? 0 : 1);
        within!.push(g, g, g);
        clusters!.push(document, document, document);
      }
      const votes = { players: 3, left: left!, right: right!, outcome: outcome! };
      return intransitivity(votes, { within: within!, ...(documents !== null && { clusters: clusters! }) }).cyclicShare;
    },
  };
}

/** The share that as many votes show on average: exact, since an odd number of votes always has a majority. */
function pooledRow(players: number, perPair: number, spread: number, draws: number): CoverageRow {
  const chance = (i: number, j: number): number => logistic(spread * (j - i));
  const majority = (i: number, j: number): number => {
    let total = 0;
    for (let k = (perPair + 1) / 2; k <= perPair; k++) total += binomialPmf(k, perPair, chance(i, j));
    return total;
  };
  let [truth, triads] = [0, 0];
  for (let i = 0; i < players; i++) {
    for (let j = i + 1; j < players; j++) {
      for (let k = j + 1; k < players; k++, triads++) {
        const [ij, jk, ik] = [majority(i, j), majority(j, k), majority(i, k)];
        truth += ij * jk * (1 - ik) + (1 - ij) * (1 - jk) * ik;
      }
    }
  }
  return {
    interval: 'intransitivity, pooled majorities',
    page: 'intransitivity',
    population: `${players} players ${spread} apart, ${perPair} votes a pair`,
    n: (perPair * players * (players - 1)) / 2,
    clustered: false,
    level: 0.95,
    truth: truth / triads,
    documented: true,
    draws,
    observe(random) {
      const [left, right, outcome]: number[][] = [[], [], []];
      for (let i = 0; i < players; i++) {
        for (let j = i + 1; j < players; j++) {
          for (let v = 0; v < perPair; v++) {
            left!.push(i);
            right!.push(j);
            outcome!.push(random.next() < chance(i, j) ? 1 : 0);
          }
        }
      }
      const votes = { players, left: left!, right: right!, outcome: outcome! };
      return intransitivity(votes, { random: random.stream('interval'), replicates: 100 }).cyclicShare;
    },
  };
}

/** Rankings from lists, from raters who differ, cycles, and rates at equal length. */
export const rankingRows: CoverageFamily = (folder) => [
  ...(['sandwich', 'model'] as const).flatMap((errors) => [
    listRow({ lists: 10, length: 5, errors }, 'contrast', true, 1000),
    listRow({ lists: 30, length: 3, errors }, 'contrast', true, 1000),
    listRow({ lists: 100, length: 3, errors }, 'contrast', true, 1000),
    listRow({ lists: 100, length: 3, errors }, 'score', true, 1000),
  ]),
  listRow({ lists: 1000, length: 3 }, 'contrast', true, 400),
  countedRow(10_000),
  listRow({ lists: 100, length: 3, rankers: 10 }, 'contrast', true, 1000),
  listRow({ lists: 200, length: 3, rankers: 40 }, 'contrast', true, 1000),
  listRow({ lists: 60, length: 3, delta: 0.6 }, 'contrast', true, 400),
  listRow({ lists: 60, length: 3, delta: 0.6 }, 'prevalence', true, 400),
  listRow({ lists: 300, length: 3, delta: 0.6 }, 'prevalence', true, 400),
  ...[10, 30, 100, 1000].flatMap((prompts) => [0.02, 0.1, 0.25].map((share) => withinRow(prompts, share, null))),
  withinRow(100, 0.1, 20),
  withinRow(500, 0.1, 50),
  pooledRow(5, 5, 0.3, 400),
  pooledRow(8, 3, 0.3, 400),
  pooledRow(8, 11, 0.2, 400),
  ...raterAwareRows(),
  ...lengthControlRows(folder),
];
