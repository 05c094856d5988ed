import {
  compositeBradleyTerry,
  type Comparisons,
  type Random,
  scoreContrast,
  severalJudges,
  type SeveralJudges,
} from '@assize/stats';

import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';

const none: Observed = { value: null, reason: 'not-identified' };
/** Box and Muller's. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

type Population = {
  players: number;
  judges: number;
  /** Votes of each judge; of the judge numbered k, k + 1 times as many where they are `uneven`. */
  each: number;
  /** Standard deviation of taste; players lie evenly from 1 to −1. */
  taste: number;
  /** Judges see the same prompts, and on half of them what one says the others say who lean alike. */
  shared?: boolean;
  /** Two looks at each response, the halves of which may differ: a tie. */
  ties?: boolean;
  uneven?: boolean;
  /** Every vote is asked for twice, and repeats itself seven times in ten. */
  repeated?: boolean;
};

const left = 0.3;

function strengths({ players }: Population): number[] {
  return Array.from({ length: players }, (_, i) => 1 - (2 * i) / (players - 1));
}

function drawn(population: Population, random: Random): { votes: Comparisons; judge: number[]; prompt: number[] } {
  const { players, judges, each, taste, shared, ties, uneven, repeated } = population;
  const theta = strengths(population);
  const [first, second, outcome, judge, prompt]: number[][] = [[], [], [], [], []];
  const seen = new Map<number, { a: number; b: number; u: number }>();
  const pair = (): { a: number; b: number; u: number } => {
    const a = Math.floor(random.next() * players);
    const b = (a + 1 + Math.floor(random.next() * (players - 1))) % players;
    return { a, b, u: random.next() };
  };
  for (let k = 0; k < judges; k++) {
    const own = theta.map((x) => x + taste * normal(random));
    for (let v = 0; v < each * (uneven ? k + 1 : 1); v++) {
      let { a, b, u } = pair();
      if (shared) {
        if (!seen.has(v)) seen.set(v, { a, b, u });
        ({ a, b } = seen.get(v)!);
        if (random.next() < 0.5) ({ u } = seen.get(v)!);
      }
      const p = 1 / (1 + Math.exp(own[b]! - own[a]! - left));
      const says = u < p ? 1 : 0;
      first!.push(a);
      second!.push(b);
      judge!.push(k);
      prompt!.push(shared ? v : first!.length);
      outcome!.push(ties ? (says + (random.next() < p ? 1 : 0)) / 2 : says);
      if (!repeated) continue;
      first!.push(a);
      second!.push(b);
      judge!.push(k);
      prompt!.push(prompt!.at(-1)!);
      outcome!.push(random.next() < 0.7 ? says : random.next() < p ? 1 : 0);
    }
  }
  return { votes: { players, left: first!, right: second!, outcome: outcome! }, judge: judge!, prompt: prompt! };
}

type Target = 'taste share' | 'taste variance' | 'scoreContrast' | 'order of a judge';

function truthOf(population: Population, target: Target): number {
  const theta = strengths(population);
  const spread = theta.reduce((sum, x) => sum + x * x, 0) / (theta.length - 1);
  const variance = population.taste ** 2;
  if (target === 'taste variance') return variance;
  if (target === 'taste share') return variance / (variance + spread);
  return target === 'scoreContrast' ? theta[0]! - theta[1]! : left;
}

function observedOf(fit: SeveralJudges, target: Target): Observed {
  if (target === 'taste share') return fit.tasteShare;
  if (target === 'taste variance') return fit.tasteVariance;
  return target === 'scoreContrast' ? scoreContrast(fit, 0, 1) : (fit.judges[0]!.order ?? none);
}

function wordsOf({ players, judges, each, taste, shared, ties, uneven, repeated }: Population): string {
  const votes = uneven ? `${each}, ${2 * each}, … votes` : `${each} votes`;
  const more = `${shared ? ', the same prompts for all' : ''}${ties ? ', with ties' : ''}${repeated ? ', each asked for twice' : ''}`;
  return `${judges} judges of ${votes} on ${players} players, ${taste > 0 ? `taste N(0, ${taste}²)` : 'of one taste'}${more}`;
}

function row(target: Target, population: Population, documented = true): CoverageRow {
  const { judges, each, shared, uneven, repeated } = population;
  return {
    interval: `severalJudges, ${target}${shared || repeated ? ', clustered' : ''}`,
    page: 'several-judges',
    population: wordsOf(population),
    n: (repeated ? 2 : 1) * (uneven ? (each * judges * (judges + 1)) / 2 : judges * each),
    clustered: shared === true || repeated === true,
    level: 0.95,
    truth: truthOf(population, target),
    documented,
    draws: 400,
    observe(random): Observed {
      const { votes, judge, prompt } = drawn(population, random);
      const fit = severalJudges(votes, judge, { order: true, clusters: shared || repeated ? prompt : undefined });
      return fit.value === null ? none : observedOf(fit, target);
    },
  };
}

/** One taste for all: the composite is of these judges, not of others. */
function compositeRow(population: Population, judgeWeights: readonly number[]): CoverageRow {
  return {
    ...row('scoreContrast', population),
    interval: `compositeBradleyTerry, scoreContrast${population.shared ? ', clustered' : ''}`,
    population: `${wordsOf(population)}, weights ${judgeWeights.join(', ')}`,
    draws: 1000,
    observe(random): Observed {
      const { votes, judge, prompt } = drawn(population, random);
      const clusters = population.shared ? prompt : undefined;
      const fit = compositeBradleyTerry(votes, judge, { order: true, judgeWeights, clusters });
      return fit.value === null ? none : scoreContrast(fit, 0, 1);
    },
  };
}

const usual: Population = { players: 6, judges: 3, each: 200, taste: 0.4 };

/** Rankings of several judges with their own tastes. */
export const severalJudgesRows: CoverageFamily = () => [
  row('taste share', usual),
  row('taste share', { ...usual, judges: 2 }),
  row('taste share', { ...usual, players: 4, taste: 0.5 }),
  row('taste share', { ...usual, each: 50 }),
  row('taste share', { ...usual, taste: 0.1 }),
  row('taste share', { ...usual, ties: true }),
  row('taste share', { ...usual, shared: true }),
  // What repeats share within a judge passes for taste.
  row('taste share', { ...usual, taste: 0.2, repeated: true }, false),
  row('taste variance', usual),
  row('taste variance', { ...usual, players: 4, judges: 4, each: 100, uneven: true }),
  row('scoreContrast', usual),
  row('scoreContrast', { ...usual, judges: 2 }),
  row('scoreContrast', { ...usual, shared: true }),
  row('order of a judge', usual),
  compositeRow({ ...usual, taste: 0, uneven: true }, [0.6, 0.3, 0.1]),
  compositeRow({ ...usual, taste: 0, shared: true }, [0.6, 0.3, 0.1]),
];
