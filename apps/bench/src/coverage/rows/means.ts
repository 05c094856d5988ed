import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
  bootstrapMean,
  clusterBootstrap,
  clusteredMean,
  clusteredRatio,
  countBootstrap,
  type Estimate,
  pairedBootstrap,
  pairedProportionDifference,
  proportionDifference,
  type Random,
  rateUpperBound,
  type Undetermined,
} from '@assize/stats';
import { z } from 'zod';

import { recordsOf } from '../../reproductions/reproduction.ts';
import type { CoverageFamily, CoverageRow } from '../coverage-row.ts';
import { normal } from '../normal-draw.ts';

/** Scores as judges give them, and worse. */
const populations: Record<string, { mean: number; draw: (random: Random) => number }> = {
  normal: { mean: 0, draw: normal },
  'likert 1-5, skewed': {
    mean: 0.05 + 0.2 + 0.45 + 1.2 + 2,
    draw(random) {
      const u = random.next();
      return u < 0.05 ? 1 : u < 0.15 ? 2 : u < 0.3 ? 3 : u < 0.6 ? 4 : 5;
    },
  },
  'exponential, skewness 2': { mean: 1, draw: (random) => -Math.log(1 - random.next()) },
};

type MeanInterval = (
  values: Float64Array,
  clusters: Uint32Array | undefined,
  random: Random,
) => Estimate | Undetermined;

const meanIntervals: Record<string, { page: string; least: number; draws: number; of: MeanInterval }> = {
  'clusteredMean, t': {
    page: 'clustered-mean',
    least: 30,
    draws: 2000,
    of: (x, clusters) => clusteredMean(x, { clusters }),
  },
  'bootstrapMean, percentile': {
    page: 'bootstrap',
    least: 100,
    draws: 1000,
    of: (x, clusters, random) => bootstrapMean(x, { clusters, random, replicates: 1000 }),
  },
  'bootstrapMean, bca': {
    page: 'bootstrap',
    least: 100,
    draws: 1000,
    of: (x, clusters, random) => bootstrapMean(x, { clusters, random, replicates: 1000, method: 'bca' }),
  },
};

function independentRows(): CoverageRow[] {
  return Object.entries(meanIntervals).flatMap(([interval, { page, least, draws, of }]) =>
    Object.entries(populations).flatMap(([population, { mean, draw }]) =>
      [10, 30, 100, 1000].map((n): CoverageRow => ({
        interval,
        page,
        population,
        n,
        clustered: false,
        level: 0.95,
        truth: mean,
        // The t interval is exact for normal values at any n, and slow to become right for skewed ones.
        documented: n >= (population === 'normal' ? Math.min(least, 50) : population.startsWith('exp') ? 300 : least),
        draws: n >= 1000 ? Math.min(draws, 400) : draws,
        observe: (random) =>
          of(
            Float64Array.from({ length: n }, () => draw(random)),
            undefined,
            random.stream('interval'),
          ),
      })),
    ),
  );
}

/** Clusters of unequal size with intraclass correlation 0.3. */
function clusteredRows(): CoverageRow[] {
  return Object.entries(meanIntervals).flatMap(([interval, { page, draws, of }]) =>
    [10, 20, 100, 400].map((groups): CoverageRow => ({
      interval,
      page,
      population: `${groups} clusters of 1 to 9, intraclass correlation 0.3`,
      n: groups * 5,
      clustered: true,
      level: 0.95,
      truth: 0,
      documented: groups >= 20 && (interval.startsWith('clustered') || groups >= 50),
      draws: Math.min(draws, 1000),
      observe(random) {
        const values: number[] = [];
        const clusters: number[] = [];
        for (let g = 0; g < groups; g++) {
          const shared = Math.sqrt(0.3) * normal(random);
          for (let size = 1 + Math.floor(random.next() * 9); size > 0; size--) {
            values.push(shared + Math.sqrt(0.7) * normal(random));
            clusters.push(g);
          }
        }
        return of(Float64Array.from(values), Uint32Array.from(clusters), random.stream('interval'));
      },
    })),
  );
}

function binomial(n: number, p: number, random: Random): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (random.next() < p) count++;
  return count;
}

function differenceRows(): CoverageRow[] {
  const shared = { page: 'proportion-differences', clustered: false, level: 0.95 };
  return [20, 100, 1000].flatMap((n) =>
    [0.05, 0.2, 0.5].flatMap((p): CoverageRow[] => {
      const q = p + 0.1;
      return [
        {
          ...shared,
          interval: 'proportionDifference',
          population: `shares ${q.toFixed(2)} and ${p}`,
          n: 2 * n,
          prevalence: p,
          truth: q - p,
          documented: true,
          draws: 3000,
          observe: (random) =>
            proportionDifference({ successes: binomial(n, q, random), n }, { successes: binomial(n, p, random), n }),
        },
        {
          ...shared,
          interval: 'pairedProportionDifference',
          population: `two systems on the same items, shares ${q.toFixed(2)} and ${p}, half shared`,
          n,
          prevalence: p,
          truth: q - p,
          documented: true,
          draws: 3000,
          observe(random) {
            const counts = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
            for (let i = 0; i < n; i++) {
              // With probability ½ both systems are decided by one draw, else each by its own.
              const u = random.next();
              const v = random.next() < 0.5 ? u : random.next();
              const [first, second] = [u < q, v < p];
              counts[first ? (second ? 'both' : 'firstOnly') : second ? 'secondOnly' : 'neither']++;
            }
            return pairedProportionDifference(counts);
          },
        },
        {
          ...shared,
          page: 'proportions',
          interval: 'rateUpperBound',
          population: `rate ${p}`,
          n,
          prevalence: p,
          truth: p,
          documented: true,
          draws: 3000,
          observe: (random) => rateUpperBound(binomial(n, p, random), n),
        },
      ];
    }),
  );
}

function ratioRow(groups: number): CoverageRow {
  return {
    interval: 'clusteredRatio',
    page: 'clustered-mean',
    population: `passes over attempts, ${groups} items of 1 to 9 attempts, pass rate uniform`,
    n: groups,
    clustered: true,
    level: 0.95,
    truth: 0.5,
    documented: groups >= 20,
    draws: 2000,
    observe(random) {
      const attempts = Float64Array.from({ length: groups }, () => 1 + Math.floor(random.next() * 9));
      const passes = attempts.map((times) => binomial(times, random.next(), random));
      return clusteredRatio(passes, attempts);
    },
  };
}

function median(x: Float64Array, rows: Uint32Array): number {
  const sorted = Float64Array.from(rows, (row) => x[row]!).toSorted();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** The general bootstraps: a median of rows, a difference of medians, a ratio of counts. */
function generalRows(): CoverageRow[] {
  return [30, 100, 300].flatMap((n): CoverageRow[] => {
    const rows = Uint32Array.from({ length: n }, (_, i) => i);
    const shared = { page: 'bootstrap', n, clustered: false, level: 0.95, documented: n >= 100, draws: 400 };
    return [
      {
        ...shared,
        interval: 'clusterBootstrap of a median, percentile',
        population: 'exponential',
        truth: Math.LN2,
        observe(random) {
          const x = Float64Array.from({ length: n }, () => -Math.log(1 - random.next()));
          const options = { random: random.stream('interval'), replicates: 400 };
          return clusterBootstrap(rows, (drawn) => median(x, drawn), options);
        },
      },
      {
        ...shared,
        interval: 'pairedBootstrap, difference of medians, percentile',
        population: 'two systems on the same items, exponential, second 0.5 higher',
        truth: -0.5,
        observe(random) {
          const x = Float64Array.from({ length: n }, () => -Math.log(1 - random.next()));
          const y = x.map((value) => 0.5 * value - 0.5 * Math.log(1 - random.next()));
          // A half of two exponentials' sum has another median than one exponential: 0.8391735 against ln 2.
          const shift = Math.LN2 - 0.839_173_495_008_33 + 0.5;
          const options = { random: random.stream('interval'), replicates: 400 };
          return pairedBootstrap(
            rows,
            (drawn) => median(x, drawn),
            (drawn) => median(y, drawn) + shift,
            options,
          ).difference;
        },
      },
      {
        ...shared,
        interval: 'countBootstrap of an odds, bca',
        population: 'Bernoulli(0.4)',
        truth: 2 / 3,
        observe(random) {
          const hits = binomial(n, 0.4, random);
          const options = { random: random.stream('interval'), replicates: 1000, method: 'bca' as const };
          return countBootstrap([hits, n - hits], ([a, b]) => (b! > 0 ? a! / b! : null), options);
        },
      },
    ];
  });
}

const answer = z.object({ question_id: z.number(), human_final: z.number().nullable() });

/** Answers of real systems to real questions, whole questions drawn with replacement. */
function resampledRows(folder: string): CoverageRow[] {
  const file = join(folder, 'openqa-eval/items.jsonl');
  if (!existsSync(file)) return [];
  const questions = new Map<number, number[]>();
  for (const { question_id: question, human_final: label } of recordsOf(file, answer)) {
    if (label !== null) questions.set(question, [...(questions.get(question) ?? []), label]);
  }
  const all = [...questions.values()];
  const labels = all.flat();
  return Object.entries(meanIntervals).flatMap(([interval, { page, draws, of }]) =>
    [false, true].flatMap((clustered) =>
      [20, 100, 300].map((size): CoverageRow => ({
        interval: clustered ? `${interval}, by question` : `${interval}, rows taken as independent`,
        page,
        population: `openqa-eval, ${size} questions resampled`,
        n: Math.round((size * labels.length) / all.length),
        clustered: true,
        level: 0.95,
        truth: labels.reduce((sum, label) => sum + label, 0) / labels.length,
        documented: clustered && (interval.startsWith('clustered') || size >= 50),
        draws: Math.min(draws, 500),
        observe(random) {
          const chosen = Array.from({ length: size }, () => all[Math.floor(random.next() * all.length)]!);
          const clusters = Uint32Array.from(chosen.flatMap((rows, g) => rows.map(() => g)));
          return of(Float64Array.from(chosen.flat()), clustered ? clusters : undefined, random.stream('interval'));
        },
      })),
    ),
  );
}

export const meanRows: CoverageFamily = (folder) => [
  ...independentRows(),
  ...clusteredRows(),
  ...differenceRows(),
  ...[10, 30, 300].map(ratioRow),
  ...generalRows(),
  ...(folder === undefined ? [] : resampledRows(folder)),
];
