import {
  type Comparisons,
  crowdBradleyTerry,
  type RaterAwareRanking,
  raterScales,
  type Random,
  scoreContrast,
} from '@assize/stats';

import type { CoverageRow, Observed } from '../coverage-row.ts';

const none: Observed = { value: null, reason: 'not-identified' };
const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** An interval about a truth that was drawn anew: both moved, so that the truth is 0. */
function about(found: Observed, truth: number): Observed {
  if (!('interval' in found) || found.interval === null) return found;
  return { interval: [found.interval[0] - truth, found.interval[1] - truth] };
}

/** The eighth of nine uniform numbers in order is Beta(8, 2). */
const betaDraw = (random: Random): number =>
  Array.from({ length: 9 }, () => random.next()).toSorted((a, b) => a - b)[7]!;
/** Box and Muller's. */
const normalDraw = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

type RaterPopulation = {
  model: 'crowd' | 'scales';
  perRater: number;
  raters: number;
  /** The parameter of rater 0, whose interval is looked at; drawn from the prior without it, as the others are. */
  own?: number;
  /** Prompts, on half of which a rater of `crowd` is better and on half worse than on the whole. */
  prompts?: number;
};

const five = [1, 0.5, 0, -0.5, -1];

function raterFit(
  { model, perRater, raters, own, prompts }: RaterPopulation,
  random: Random,
): { fit: RaterAwareRanking | null; own: number } {
  const parameter = Array.from({ length: raters }, () =>
    model === 'crowd' ? betaDraw(random) : 1 + 0.5 * normalDraw(random),
  );
  if (own !== undefined) parameter[0] = own;
  if (model === 'scales') {
    // Scales are told from strengths by their mean of 1 alone.
    const rest = own === undefined ? 0 : 1;
    const mean = parameter.slice(rest).reduce((a, b) => a + b, 0) / (raters - (own ?? 0));
    for (let k = rest; k < raters; k++) parameter[k]! /= mean;
  }
  const good = Array.from({ length: (prompts ?? 0) * raters }, () => (random.next() < 0.5 ? 1 : -1));
  const n = raters * perRater;
  const [left, right, outcome] = [new Uint32Array(n), new Uint32Array(n), new Float64Array(n)];
  const votes: Comparisons = { players: 5, left, right, outcome };
  const [rater, clusters] = [new Uint32Array(n), new Uint32Array(n)];
  for (let v = 0; v < n; v++) {
    const k = v % raters;
    const a = Math.floor(random.next() * 5);
    const b = (a + 1 + Math.floor(random.next() * 4)) % 5;
    const gap = five[a]! - five[b]!;
    let at = parameter[k]!;
    if (prompts !== undefined) {
      clusters[v] = Math.floor(random.next() * prompts);
      at += good[clusters[v]! * raters + k]! * 0.8 * Math.min(at, 1 - at);
    }
    const p = model === 'crowd' ? at * logistic(gap) + (1 - at) * logistic(-gap) : logistic(at * gap);
    left[v] = a;
    right[v] = b;
    outcome[v] = random.next() < p ? 1 : 0;
    rater[v] = k;
  }
  const fit = (model === 'crowd' ? crowdBradleyTerry : raterScales)(
    votes,
    rater,
    prompts === undefined ? {} : { clusters },
  );
  return { fit: fit.value === null ? null : fit, own: parameter[0]! };
}

function raterRow(
  population: RaterPopulation,
  target: 'rater' | 'contrast',
  documented: boolean,
  draws = 400,
): CoverageRow {
  const { model, perRater, raters, own, prompts } = population;
  const name = model === 'crowd' ? 'crowdBradleyTerry' : 'raterScales';
  const prior = model === 'crowd' ? 'Beta(8, 2)' : 'N(1, 0.25)';
  return {
    interval: `${name}, ${target === 'rater' ? (model === 'crowd' ? 'reliability' : 'scale') : 'scoreContrast'}${prompts === undefined ? '' : ', sandwich'}`,
    page: model === 'crowd' ? 'crowd-bradley-terry' : 'rater-scales',
    population:
      `${raters} raters of ${perRater} votes on 5 players, ${own === undefined ? `all from ${prior}` : `one of ${own}, the others from ${prior}`}` +
      (prompts === undefined ? '' : `, who differ on ${prompts} prompts`),
    n: raters * perRater,
    clustered: prompts !== undefined,
    level: 0.95,
    truth: target === 'rater' ? (own ?? 0) : 1,
    documented,
    draws,
    observe(random) {
      const { fit, own: drawn } = raterFit(population, random);
      if (fit === null) return none;
      if (target === 'contrast') return scoreContrast(fit, 0, 2);
      return own === undefined ? about(fit.raters[0]!, drawn) : fit.raters[0]!;
    },
  };
}

/** Rankings with a reliability or a scale for each rater. */
export const raterAwareRows = (): readonly CoverageRow[] => [
  ...[10, 30, 100, 300].map((perRater) => raterRow({ model: 'crowd', perRater, raters: 8 }, 'rater', true)),
  // The prior pulls a rater who is not like the others for as long as his votes are few.
  ...[30, 1000].map((perRater) =>
    raterRow({ model: 'crowd', perRater, raters: 8, own: 0.5 }, 'rater', perRater >= 1000),
  ),
  raterRow({ model: 'crowd', perRater: 200, raters: 8, prompts: 60 }, 'rater', true),
  raterRow({ model: 'crowd', perRater: 100, raters: 8 }, 'contrast', true),
  ...[10, 30, 100, 300].map((perRater) => raterRow({ model: 'scales', perRater, raters: 8 }, 'rater', perRater >= 30)),
  ...[30, 300, 1000].map((perRater) =>
    raterRow({ model: 'scales', perRater, raters: 8, own: 0 }, 'rater', perRater >= 1000),
  ),
  raterRow({ model: 'scales', perRater: 100, raters: 8 }, 'contrast', true),
];
