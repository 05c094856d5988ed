import {
  type AggregationOptions,
  dawidSkene,
  glad,
  isEstimate,
  mace,
  type Matrix,
  oneCoin,
  type Random,
} from '@assize/stats';

import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';

/**
 * Quick enough to be repeated some hundred times a row: the ends of 199 resamples are a little rougher than of 2,000, and
 * 400 draws of the sensitivity row with the default tolerance gave the same coverage in nine times the time.
 */
const quick = (random: Random): AggregationOptions => ({
  categories: 2,
  tolerance: 1e-6,
  replicates: 199,
  random: random.stream('interval'),
});

type Population = {
  words: string;
  prior: number;
  /** P(says 1 | 0) and P(says 1 | 1) of each rater. */
  saysOne: readonly (readonly [number, number])[];
  /** How often the raters other than the first repeat what the first one said. */
  copies: number;
};

const able: Population = {
  words: 'two categories, share .4 of 1; 4 raters right .8 to .9',
  prior: 0.4,
  saysOne: [
    [0.1, 0.9],
    [0.15, 0.85],
    [0.2, 0.85],
    [0.15, 0.8],
  ],
  copies: 0,
};
const even: Population = {
  ...able,
  words: 'two categories, share .4 of 1; 4 raters right .8 to .9, each alike on both',
  saysOne: [0.9, 0.85, 0.85, 0.8].map((right) => [1 - right, right] as const),
};
const looking: Population = {
  ...even,
  words: 'two categories, share .5 of 1; trust .8, .8, .7, else a fair coin',
  prior: 0.5,
  saysOne: [0.8, 0.8, 0.7].map((knows) => [(1 - knows) / 2, (1 + knows) / 2] as const),
};
const family: Population = {
  ...able,
  words: 'the same, but half of what raters 2 to 4 say is copied from rater 1',
  copies: 0.5,
};

/** GLAD's own model with every item as easy as its prior thinks, e; the chance is that of an ability of 1.4. */
const similar: Population = {
  ...even,
  words: 'two categories, share .5 of 1; 4 raters of GLAD abilities 1.4, 1, .8, .6, items all of easiness e',
  prior: 0.5,
  saysOne: [1.4, 1, 0.8, 0.6].map((ability) => {
    const right = 1 / (1 + Math.exp(-ability * Math.E));
    return [1 - right, right] as const;
  }),
};

function drawn({ prior, saysOne, copies }: Population, n: number, random: Random): Matrix {
  const raters = saysOne.length;
  const values = new Int8Array(n * raters);
  for (let i = 0; i < n; i++) {
    const truth = random.next() < prior ? 1 : 0;
    for (let r = 0; r < raters; r++) {
      const own = random.next() < saysOne[r]![truth] ? 1 : 0;
      values[i * raters + r] = r > 0 && random.next() < copies ? values[i * raters]! : own;
    }
  }
  return { values, rows: n, columns: raters };
}

/** How often the most probable label is right when the model is known: the sum over what raters can say. */
function bestAccuracy({ prior, saysOne }: Population): number {
  let total = 0;
  for (let said = 0; said < 2 ** saysOne.length; said++) {
    const joint = [1 - prior, prior].map((share, truth) =>
      saysOne.reduce((p, one, r) => p * ((said >> r) & 1 ? one[truth]! : 1 - one[truth]!), share),
    );
    total += Math.max(joint[0]!, joint[1]!);
  }
  return total;
}

function row(
  interval: string,
  population: Population,
  n: number,
  truth: number,
  documented: boolean,
  observe: (matrix: Matrix, options: AggregationOptions) => Observed,
): CoverageRow {
  return {
    interval,
    page: interval.startsWith('mace') || interval.startsWith('glad') ? 'mace-and-glad' : 'dawid-skene',
    population: population.words,
    n,
    prevalence: population.prior,
    clustered: false,
    level: 0.95,
    truth,
    documented,
    draws: 400,
    observe: (random) => observe(drawn(population, n, random), quick(random)),
  };
}

const none = { value: null, reason: 'no-data' } as const;

function shareOfOne(matrix: Matrix, options: AggregationOptions): Observed {
  const found = dawidSkene(matrix, options);
  return isEstimate(found) ? found.prior[1]! : none;
}

function sensitivity(matrix: Matrix, options: AggregationOptions): Observed {
  const found = dawidSkene(matrix, { ...options, replicates: 499 });
  return isEstimate(found) ? found.raters[0]!.confusion[1]![1]! : none;
}

function accuracy(matrix: Matrix, options: AggregationOptions): Observed {
  const found = oneCoin(matrix, options);
  return isEstimate(found) ? found.raters[0]!.accuracy : none;
}

function trust(matrix: Matrix, options: AggregationOptions): Observed {
  const found = mace(matrix, options);
  return isEstimate(found) ? found.raters[0]!.trust : none;
}

function abilityOf(matrix: Matrix, options: AggregationOptions): Observed {
  const found = glad(matrix, { ...options, tolerance: 1e-4, replicates: 49 });
  return isEstimate(found) ? found.raters[0]!.ability : none;
}

export const aggregationRows: CoverageFamily = () => [
  ...[300, 1000].map((n) => row('dawidSkene, share of a category', able, n, 0.4, true, shareOfOne)),
  ...[100, 300, 1000].map((n) => row('dawidSkene, sensitivity', able, n, 0.9, n >= 300, sensitivity)),
  row('dawidSkene, accuracy that the model expects', able, 300, bestAccuracy(able), false, (m, o) => dawidSkene(m, o)),
  row('dawidSkene, share of a category', family, 300, 0.4, false, shareOfOne),
  row('dawidSkene, sensitivity', family, 300, 0.9, false, sensitivity),
  ...[100, 1000].map((n) => row('oneCoin, accuracy of a rater', even, n, 0.9, n >= 300, accuracy)),
  row('mace, trust', looking, 300, 0.8, true, trust),
  row('glad, accuracy that the model expects', even, 50, bestAccuracy(even), false, (matrix, options) =>
    glad(matrix, { ...options, tolerance: 1e-4, replicates: 49 }),
  ),
  ...[30, 100].map((n) => row('glad, ability', similar, n, 1.4, false, abilityOf)),
];
