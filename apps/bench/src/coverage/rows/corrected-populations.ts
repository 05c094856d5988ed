import type { Random } from '@assize/stats';

import type { CoverageRow, Observed } from '../coverage-row.ts';

type Settings = {
  n: number;
  prevalence?: number;
  clustered?: boolean;
  truth: number;
  documented?: boolean;
  draws: number;
};

export function row(
  interval: string,
  page: string,
  population: string,
  { n, prevalence, clustered = false, truth, documented = true, draws }: Settings,
  observe: (random: Random) => Observed,
): CoverageRow {
  const share = prevalence === undefined ? {} : { prevalence };
  return { interval, page, population, n, ...share, clustered, level: 0.95, truth, documented, draws, observe };
}

/** A standard normal number (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
export const coin = (random: Random, p: number): number => (random.next() < p ? 1 : 0);

/** One item: people's label and the judge's score. */
export type Draw = (random: Random) => readonly [human: number, judge: number];
export type Population = { words: string; truth: number; draw: Draw; prevalence?: number };

export function sample(draw: Draw, n: number, N: number, random: Random) {
  const [human, judge, unlabelled] = [new Float64Array(n), new Float64Array(n), new Float64Array(N)];
  for (let i = 0; i < n; i++) {
    const [y, f] = draw(random);
    human[i] = y;
    judge[i] = f;
  }
  for (let i = 0; i < N; i++) unlabelled[i] = draw(random)[1];
  return { human, judge, unlabelled };
}

/** A judge with the same share of ones and the same error either way round, correlated by r. */
export function evenJudge(p: number, r: number): Population {
  return {
    words: `labels Bernoulli(${p}), judge's verdict of correlation ${r}`,
    truth: p,
    prevalence: p,
    draw(random) {
      const y = coin(random, p);
      return [y, coin(random, y === 1 ? p + r * (1 - p) : p * (1 - r))];
    },
  };
}

/** A judge that misses nothing and lets a share of the wrong ones pass: rare errors, all on one side. */
export function lenientJudge(p: number, passes: number): Population {
  return {
    words: `labels Bernoulli(${p}), judge lets ${passes} of the wrong ones pass`,
    truth: p,
    prevalence: p,
    draw(random) {
      const y = coin(random, p);
      return [y, y === 1 ? 1 : coin(random, passes)];
    },
  };
}

export function gradedJudge(p: number, r: number): Population {
  const noise = Math.sqrt(p * (1 - p) * (1 / r ** 2 - 1));
  return {
    words: `labels Bernoulli(${p}), judge's graded score of correlation ${r}`,
    truth: p,
    prevalence: p,
    draw(random) {
      const y = coin(random, p);
      return [y, y + noise * normal(random)];
    },
  };
}

export function normalScores(r: number): Population {
  return {
    words: `normal scores, correlation ${r}`,
    truth: 0,
    draw(random) {
      const f = normal(random);
      return [r * f + Math.sqrt(1 - r * r) * normal(random), f];
    },
  };
}

const exponential = (random: Random): number => -Math.log(1 - random.next());

export function skewedScores(r: number): Population {
  return {
    words: `exponential scores, correlation ${r}`,
    truth: r + Math.sqrt(1 - r * r),
    draw(random) {
      const f = exponential(random);
      return [r * f + Math.sqrt(1 - r * r) * exponential(random), f];
    },
  };
}

/** People's scores from 1 to 5 around a quality, the judge's one higher on the whole. */
export const stars: Population = {
  words: 'human scores 1 to 5, judge a star more lenient',
  truth: starMean(0),
  draw(random) {
    const quality = 3.3 + normal(random);
    const star = (shift: number) => Math.min(5, Math.max(1, Math.round(quality + shift + 0.6 * normal(random))));
    return [star(0), star(1)];
  },
};

/** The mean of a score rounded and held to 1 to 5, by the trapezium rule on the normal density. */
function starMean(shift: number): number {
  const spread = Math.sqrt(1 + 0.36);
  let [total, mass] = [0, 0];
  for (let step = -80_000; step <= 80_000; step++) {
    const x = step / 10_000;
    const density = Math.exp((-x * x) / 2);
    total += density * Math.min(5, Math.max(1, Math.round(3.3 + shift + spread * x)));
    mass += density;
  }
  return total / mass;
}
