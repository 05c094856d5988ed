import { clusteredProportion, proportion, type ProportionMethod, type Random } from '@assize/stats';

import type { CoverageFamily, CoverageRow } from '../coverage-row.ts';

const methods: readonly ProportionMethod[] = ['wilson', 'clopper-pearson', 'jeffreys', 'agresti-coull', 'normal'];

function successes(n: number, p: number, random: Random): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (random.next() < p) count++;
  return count;
}

/** Where the page recommends each: Wilson's and Jeffreys' dip below 95% where fewer than a success or two is expected. */
function documented(method: ProportionMethod, n: number, p: number): boolean {
  if (method === 'normal') return n * p >= 100;
  if (method === 'wilson' || method === 'jeffreys') return n * p >= 2;
  return true;
}

function independent(method: ProportionMethod, n: number, p: number): CoverageRow {
  return {
    interval: `proportion, ${method}`,
    page: 'proportions',
    population: `Bernoulli`,
    n,
    prevalence: p,
    clustered: false,
    level: 0.95,
    truth: p,
    documented: documented(method, n, p),
    draws: n >= 10_000 ? 1000 : 4000,
    observe: (random) => proportion(successes(n, p, random), n, { method }),
  };
}

/** Each cluster has its own rate, p or nearly, from a two-point distribution with intraclass correlation 0.2. */
function clusteredRow(clusters: number, size: number, p: number): CoverageRow {
  const spread = Math.sqrt(0.2 * p * (1 - p));
  const n = clusters * size;
  return {
    interval: 'clusteredProportion, default',
    page: 'proportions',
    population: `${clusters} clusters of ${size}, intraclass correlation 0.2`,
    n,
    prevalence: p,
    clustered: true,
    level: 0.95,
    truth: p,
    documented: clusters >= 20 && n * p >= 10,
    draws: 2000,
    observe(random) {
      const values = new Float64Array(n);
      const ids = new Uint32Array(n);
      for (let g = 0, i = 0; g < clusters; g++) {
        // Two points, unequally likely, so that a rate near 0 stays above it.
        const high = random.next() < p;
        const rate = high ? p + spread * Math.sqrt((1 - p) / p) : p - spread * Math.sqrt(p / (1 - p));
        for (let j = 0; j < size; j++, i++) {
          ids[i] = g;
          values[i] = random.next() < rate ? 1 : 0;
        }
      }
      return clusteredProportion(values, { clusters: ids });
    },
  };
}

export const proportionRows: CoverageFamily = () => [
  ...methods.flatMap((method) =>
    [10, 100, 1000, 10_000].flatMap((n) => [0.01, 0.1, 0.5].map((p) => independent(method, n, p))),
  ),
  ...[
    [10, 5],
    [20, 5],
    [100, 5],
    [1000, 5],
  ].flatMap(([clusters, size]) => [0.05, 0.2, 0.5].map((p) => clusteredRow(clusters!, size!, p))),
];
