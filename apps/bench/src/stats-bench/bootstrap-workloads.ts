import { bootstrapMean, cohenKappa, countBootstrap, normalQuantile, seededRandom } from '@assize/stats';
import { parallelBootstrapMean, type WorkerPool } from '@assize/stats/parallel';

import type { BenchArrays } from './bench-arrays.ts';
import type { Workload } from './workload.ts';

const source = seededRandom('bench bootstrap');
const replicates = 10_000;
const random = seededRandom(1);

const levels = (n: number): Float64Array => Float64Array.from({ length: n }, () => Math.floor(5 * source.next()));
const reals = (n: number): Float64Array => Float64Array.from({ length: n }, () => normalQuantile(source.next() || 0.5));
/** A second rater who says the same seven times of ten. */
const second = (first: Float64Array): Float64Array =>
  first.map((level) => (source.next() < 0.7 ? level : Math.floor(5 * source.next())));

type Bootstrapped = { value: number | null; interval?: [number, number] | null; se?: number };

/** The ends of the interval and the standard error. */
function ends({ interval, se }: Bootstrapped): number[] {
  if (!interval || se === undefined) throw new Error('the bootstrap gave no interval');
  return [...interval, se];
}

/** Two intervals from 10,000 resamples each lie some 0.03 standard errors apart by chance. */
const byChance = ([, , se = 0]: readonly number[]): number[] => [0.15 * se, 0.15 * se, 0.05 * se];

const meanOfCounts = (counts: Float64Array): number => {
  let [above, below] = [0, 0];
  for (const [level, count] of counts.entries()) {
    above += level * count;
    below += count;
  }
  return above / below;
};

export function bootstrapWorkloads(arrays: BenchArrays, pool: WorkerPool): Workload[] {
  const scores = levels(10_000);
  const normal = reals(10_000);
  const options = { random, replicates, method: 'bca' as const };
  const mean = (x: Float64Array): Workload['reference'] => ({
    tool: 'python',
    call: 'bootstrap_mean',
    files: arrays.files({ x }),
    settings: { replicates },
  });
  const countsOf = (size: number): (() => number[]) => {
    const counts = [0.1, 0.2, 0.3, 0.25, 0.15].map((share) => share * size);
    return () => ends(countBootstrap(counts, meanOfCounts, options));
  };
  const [small, large] = [countsOf(10_000), countsOf(1_000_000)];
  const a = levels(2000);
  const b = second(a);
  const kappa = (weights: 'unweighted' | 'quadratic', statistic: 'table' | 'formula'): Workload => ({
    id: `bca-kappa-${weights === 'unweighted' ? 'plain' : 'weighted'}${statistic === 'table' ? '' : '-formula'}`,
    what: `BCa of Cohen's kappa, ${weights}, n = 2,000, 10,000 resamples; SciPy vectorised, ${statistic === 'table' ? 'through the table of 25 cells' : 'by a formula for this weighting alone'} (limit some 5 ms: 25 Poisson counts and 60 places a resample)`,
    most: statistic === 'table' ? 1 / 40 : 1 / 5,
    ours: () => ends(cohenKappa(a, b, { categories: 5, weights, random, bootstrap: 'bca', replicates })),
    reference: {
      tool: 'python',
      call: 'bootstrap_kappa',
      files: arrays.files({ a, b }),
      settings: { replicates, weights, statistic },
    },
    tolerance: byChance,
  });
  const rows = levels(10_000);
  const others = second(rows);
  const clusters = Float64Array.from(rows, (_, i) => Math.floor(i / 5));
  return [
    {
      id: 'bca-scores',
      what: 'BCa of a mean, 5 distinct scores, n = 10,000, 10,000 resamples; SciPy bootstrap (limit 2-4 ms: 4 binomials a resample)',
      most: 1 / 40,
      ours: () => ends(bootstrapMean(scores, options)),
      reference: mean(scores),
      tolerance: byChance,
    },
    {
      id: 'bca-scores-flat',
      what: 'the same from counts of the scores, n = 10^6 beside n = 10^4 (limit 1: the time does not depend on n)',
      most: 1.5,
      ours: () =>
        large()
          .slice(2)
          .map((se) => 10 * se),
      reference: { ours: () => small().slice(2) },
      tolerance: 0.05,
      rounds: 15,
    },
    {
      id: 'bca-reals',
      what: 'BCa of a mean, reals, n = 10,000, 10,000 resamples, one core; SciPy bootstrap (limit 50 ms: 10^8 places, three to a random word)',
      most: 0.9,
      ours: () => ends(bootstrapMean(normal, options)),
      reference: mean(normal),
      tolerance: byChance,
    },
    {
      id: 'bca-reals-2',
      clock: 'wall',
      what: 'the same on two threads; SciPy bootstrap on one (limit: half of one core)',
      most: 0.55,
      ours: async () => ends(await parallelBootstrapMean(normal, { ...options, pool })),
      reference: mean(normal),
      tolerance: byChance,
    },
    {
      id: 'bca-reals-bits',
      clock: 'wall',
      what: 'two threads beside one, the same bits (limit 0.5)',
      most: 1,
      ours: async () => ends(await parallelBootstrapMean(normal, { ...options, pool })),
      reference: { ours: () => ends(bootstrapMean(normal, options)) },
      tolerance: 0,
    },
    kappa('unweighted', 'table'),
    kappa('quadratic', 'table'),
    kappa('unweighted', 'formula'),
    kappa('quadratic', 'formula'),
    {
      id: 'cluster-kappa',
      what: "cluster bootstrap of Cohen's kappa, 2,000 clusters of 5 rows, 10,000 resamples; NumPy bincount and matrix product (limit some 60 ms: 2 x 10^7 places, 7 x 10^7 additions)",
      most: 0.5,
      ours: () => ends(cohenKappa(rows, others, { categories: 5, random, clusters, replicates })),
      reference: {
        tool: 'python',
        call: 'cluster_kappa',
        files: arrays.files({ a: rows, b: others, clusters }),
        settings: { replicates },
      },
      tolerance: byChance,
    },
  ];
}
