import {
  differenceSequence,
  extendSequence,
  type Random,
  sequenceEstimate,
  type SequenceMethod,
  type SequenceOptions,
  startSequence,
} from '@assize/stats';

import type { CoverageFamily, CoverageRow } from '../coverage-row.ts';

const methods: readonly SequenceMethod[] = ['empirical-bernstein', 'betting'];

/** How a stream is watched: one stops as soon as the interval no longer holds the truth, the worst that peeking can do. */
function atWorst(n: number, truth: number, options: SequenceOptions, next: () => number) {
  const state = startSequence(options);
  for (let t = 1; ; t++) {
    extendSequence(state, next());
    // A look costs as much as an item: a hundred looks, and the last item.
    if (t % Math.ceil(n / 100) !== 0 && t < n) continue;
    const found = sequenceEstimate(state);
    if (t === n || found.value === null || found.interval === null) return found;
    if (found.interval[0] > truth || found.interval[1] < truth) return found;
  }
}

function row(
  part: Pick<CoverageRow, 'interval' | 'population' | 'n' | 'truth' | 'observe'> & Partial<CoverageRow>,
): CoverageRow {
  return { page: 'confidence-sequence', clustered: false, level: 0.95, documented: true, draws: 400, ...part };
}

function bernoulli(method: SequenceMethod, n: number, p: number): CoverageRow {
  return row({
    interval: `confidenceSequence, ${method}, stopped at worst`,
    population: `Bernoulli(${p})`,
    n,
    prevalence: p,
    truth: p,
    observe: (random) => atWorst(n, p, { method, grid: n > 300 ? 50 : 100 }, () => (random.next() < p ? 1 : 0)),
  });
}

/** Ratings of 1 to 5 with chances 0.05, 0.1, 0.2, 0.35, 0.3. */
function rating(random: Random): number {
  const u = random.next();
  return u < 0.05 ? 1 : u < 0.15 ? 2 : u < 0.35 ? 3 : u < 0.7 ? 4 : 5;
}

function ratings(method: SequenceMethod, n: number): CoverageRow {
  return row({
    interval: `confidenceSequence, ${method}, stopped at worst`,
    population: 'ratings of 1 to 5, mean 3.75',
    n,
    truth: 3.75,
    observe: (random) => atWorst(n, 3.75, { method, grid: 100, range: [1, 5] }, () => rating(random)),
  });
}

/** A fixed benchmark in random order, stopped after a part of it. */
function withoutReplacement(method: SequenceMethod, population: number, n: number, p: number): CoverageRow {
  const ones = Math.round(population * p);
  return row({
    interval: `confidenceSequence, ${method}, without replacement, stopped at worst`,
    population: `${population} items, ${ones} of them right`,
    n,
    prevalence: p,
    truth: ones / population,
    observe(random) {
      let [left, right] = [population, ones];
      return atWorst(n, ones / population, { method, grid: 100, population }, () => {
        const hit = random.next() < right / left;
        left--;
        if (hit) right--;
        return hit ? 1 : 0;
      });
    },
  });
}

function difference(n: number): CoverageRow {
  return row({
    interval: 'differenceSequence, betting',
    population: 'paired verdicts, 0.15 differ',
    n,
    truth: 0.05,
    observe(random) {
      const first = new Float64Array(n);
      const second = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        const u = random.next();
        first[i] = u < 0.8 ? 1 : 0;
        second[i] = u < 0.7 || u >= 0.95 ? 1 : 0;
      }
      return differenceSequence(first, second, { grid: 100 });
    },
  });
}

/** A step is the mean of a cluster whose rate is its own, uniform on (0.4, 1). */
function clusters(method: SequenceMethod, count: number, size: number): CoverageRow {
  return row({
    interval: `confidenceSequence, ${method}, stopped at worst`,
    population: `means of clusters of ${size}, rates uniform on (0.4, 1)`,
    n: count * size,
    clustered: true,
    truth: 0.7,
    observe: (random) =>
      atWorst(count, 0.7, { method, grid: 100 }, () => {
        const rate = 0.4 + 0.6 * random.next();
        let total = 0;
        for (let j = 0; j < size; j++) if (random.next() < rate) total++;
        return total / size;
      }),
  });
}

export const sequentialRows: CoverageFamily = () =>
  methods.flatMap((method) => [
    ...[0.01, 0.1, 0.5, 0.9].map((p) => bernoulli(method, 300, p)),
    bernoulli(method, 30, 0.5),
    bernoulli(method, method === 'betting' ? 1000 : 10_000, 0.1),
    ratings(method, 300),
    withoutReplacement(method, 300, 200, 0.85),
    withoutReplacement(method, 100, 100, 0.5),
    clusters(method, 200, 5),
    ...(method === 'betting' ? [difference(100), difference(300)] : []),
  ]);
