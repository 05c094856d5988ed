import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
  betaPosterior,
  clusteredPosterior,
  designEffect,
  pairedPosteriorDifference,
  permutationInterval,
  posteriorDifference,
  proportion,
  type Random,
  releaseGate,
  repeatedRuns,
  signFlipInterval,
} from '@assize/stats';
import { z } from 'zod';

import { recordsOf } from '../../reproductions/reproduction.ts';
import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';

const about = { clustered: false, level: 0.95, documented: true, draws: 2000 };

function successes(n: number, p: number, random: Random): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (random.next() < p) count++;
  return count;
}

/** The sum of twelve uniform numbers less six: near enough to a normal number, and quick. */
function bell(random: Random): number {
  let total = -6;
  for (let i = 0; i < 12; i++) total += random.next();
  return total;
}

/** Each item is right with a chance of its own, uniform on (0, 1); items of a cluster share half of it. */
function repeated(items: number, runs: number, size: number): CoverageRow {
  return {
    ...about,
    interval: 'repeatedRuns',
    page: 'repeated-runs',
    population: `${runs} runs an item${size > 1 ? `, clusters of ${size}` : ''}, chances uniform`,
    n: items,
    clustered: size > 1,
    truth: 0.5,
    documented: size === 1 || items / size >= 20,
    draws: items >= 1000 ? 1000 : 2000,
    observe(random) {
      const values = new Float64Array(items * runs);
      const clusters = new Uint32Array(items);
      let shared = 0;
      for (let i = 0; i < items; i++) {
        if (i % size === 0) shared = random.next();
        clusters[i] = Math.floor(i / size);
        const chance = size > 1 && random.next() < 0.5 ? shared : random.next();
        for (let j = 0; j < runs; j++) values[i * runs + j] = random.next() < chance ? 1 : 0;
      }
      return repeatedRuns({ values, rows: items, columns: runs }, size > 1 ? { clusters } : {});
    },
  };
}

/** A share of the items differs, the candidate losing in six of ten such items; whole clusters differ together half the time. */
function gate(n: number, differing: number, size: number): CoverageRow {
  const clusters = size > 1 ? Uint32Array.from({ length: n }, (_, i) => Math.floor(i / size)) : undefined;
  return {
    ...about,
    interval: 'releaseGate, 1 − 2 alpha',
    page: 'release-gate',
    population: `paired verdicts, ${differing} differ${size > 1 ? `, clusters of ${size}` : ''}`,
    n,
    prevalence: differing,
    clustered: size > 1,
    level: 0.9,
    truth: -0.2 * differing,
    documented: (n * differing) / size >= 10,
    draws: n >= 10_000 ? 400 : n >= 1000 ? 1000 : 4000,
    observe(random) {
      const differences = new Float64Array(n);
      const draw = (): number => (random.next() < differing ? (random.next() < 0.6 ? -1 : 1) : 0);
      let shared = 0;
      for (let i = 0; i < n; i++) {
        if (i % size === 0) shared = draw();
        differences[i] = size > 1 && random.next() < 0.5 ? shared : draw();
      }
      const result = releaseGate(differences, { margin: 0.05, clusters, largest: 1 });
      return 'verdict' in result ? result.difference : result;
    },
  };
}

function posterior(n: number, p: number): CoverageRow {
  return {
    ...about,
    interval: 'betaPosterior',
    page: 'bayesian-small-samples',
    population: `Bernoulli(${p})`,
    n,
    prevalence: p,
    truth: p,
    documented: n * Math.min(p, 1 - p) >= 2,
    draws: 4000,
    observe: (random) => betaPosterior(successes(n, p, random), n),
  };
}

function wilson(n: number, p: number): CoverageRow {
  return {
    ...posterior(n, p),
    interval: 'proportion, wilson',
    observe: (random) => proportion(successes(n, p, random), n),
  };
}

/** The answers for equal counts are computed once. */
function remembered(compute: (key: string) => Observed): (key: string) => Observed {
  const known = new Map<string, Observed>();
  return (key) => {
    let found = known.get(key);
    if (!found) known.set(key, (found = compute(key)));
    return found;
  };
}

function independentSystems(n: number, p: number, q: number): CoverageRow {
  const answer = remembered((key) => {
    const [a, b] = key.split(' ').map(Number);
    return posteriorDifference({ successes: a!, n }, { successes: b!, n });
  });
  return {
    ...about,
    interval: 'posteriorDifference',
    page: 'bayesian-small-samples',
    population: `Bernoulli(${p}) and Bernoulli(${q}), other items`,
    n,
    prevalence: p,
    truth: p - q,
    draws: n > 50 ? 400 : 2000,
    observe: (random) => answer(`${successes(n, p, random)} ${successes(n, q, random)}`),
  };
}

/** Both right with chance p − 0.05 or more: systems of today mostly fail on the same items. */
function pairedSystems(n: number, p: number, firstOnly: number, secondOnly: number): CoverageRow {
  return {
    ...about,
    interval: 'pairedPosteriorDifference',
    page: 'bayesian-small-samples',
    population: `paired, both right ${p}, only one ${firstOnly} and ${secondOnly}`,
    n,
    prevalence: p + firstOnly,
    truth: firstOnly - secondOnly,
    draws: 400,
    observe(random) {
      const counts = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
      for (let i = 0; i < n; i++) {
        const u = random.next();
        if (u < p) counts.both++;
        else if (u < p + firstOnly) counts.firstOnly++;
        else if (u < p + firstOnly + secondOnly) counts.secondOnly++;
        else counts.neither++;
      }
      return pairedPosteriorDifference(counts, { random, draws: 600 });
    },
  };
}

/** Rates of clusters are p ± 0.2 with equal chance: intraclass correlation 0.04 / p(1 − p). */
function clusteredSystem(clusters: number, size: number, p: number): CoverageRow {
  const answer = remembered((key) => {
    const hits = key.split(' ').map(Number);
    const values = hits.flatMap((h) => Array.from({ length: size }, (_, j) => (j < h ? 1 : 0)));
    return clusteredPosterior(
      values,
      values.map((_, i) => Math.floor(i / size)),
    );
  });
  return {
    ...about,
    interval: 'clusteredPosterior',
    page: 'bayesian-small-samples',
    population: `${clusters} clusters of ${size} with rates ${p} ± 0.2`,
    n: clusters * size,
    prevalence: p,
    clustered: true,
    truth: p,
    draws: 400,
    observe(random) {
      const hits = Array.from({ length: clusters }, () =>
        successes(size, p + (random.next() < 0.5 ? 0.2 : -0.2), random),
      );
      // The order of the clusters does not matter.
      return answer(hits.toSorted((a, b) => a - b).join(' '));
    },
  };
}

/** Clusters of equal size that share half of the variance, so that deff = 1 + (size − 1)/2. */
function effect(clusters: number, size: number): CoverageRow {
  return {
    ...about,
    interval: 'designEffect',
    page: 'design-effect',
    population: `${clusters} clusters of ${size}, normal, intraclass correlation 0.5`,
    n: clusters * size,
    clustered: true,
    truth: 1 + (size - 1) / 2,
    documented: clusters >= 100,
    draws: clusters >= 1000 ? 400 : 1000,
    observe(random) {
      const values = new Float64Array(clusters * size);
      const ids = new Uint32Array(clusters * size);
      for (let g = 0, i = 0; g < clusters; g++) {
        const shared = bell(random);
        for (let j = 0; j < size; j++, i++) {
          ids[i] = g;
          values[i] = shared + bell(random);
        }
      }
      return designEffect(values, ids);
    },
  };
}

function flips(n: number, shape: 'normal' | 'skewed', size: number): CoverageRow {
  const ids = Uint32Array.from({ length: n }, (_, i) => Math.floor(i / size));
  return {
    ...about,
    interval: 'signFlipInterval',
    page: 'permutation-tests',
    population: `${shape} differences${size > 1 ? `, clusters of ${size}` : ''}`,
    n,
    clustered: size > 1,
    truth: 1,
    documented: shape === 'normal' || n / size >= 100,
    draws: 400,
    observe(random) {
      const differences = new Float64Array(n);
      let shared = 0;
      for (let i = 0; i < n; i++) {
        if (i % size === 0) shared = size > 1 ? bell(random) : 0;
        // An exponential number has mean 1 and skewness 2.
        differences[i] = shape === 'normal' ? 1 + shared + bell(random) : -Math.log(1 - random.next());
      }
      return signFlipInterval(differences, { random, replicates: 499, ...(size > 1 && { clusters: ids }) });
    },
  };
}

function exchanged(n: number, m: number, kind: 'shifted, exponential' | 'rates 0.6 and 0.95'): CoverageRow {
  const shift = kind === 'shifted, exponential';
  return {
    ...about,
    interval: 'permutationInterval',
    page: 'permutation-tests',
    population: `two groups of ${n} and ${m}, ${kind}`,
    n: n + m,
    truth: shift ? 1 : -0.35,
    documented: shift,
    draws: 400,
    observe(random) {
      const exponential = (): number => -Math.log(1 - random.next());
      const first = Array.from({ length: n }, () => (shift ? 1 + exponential() : Number(random.next() < 0.6)));
      const second = Array.from({ length: m }, () => (shift ? exponential() : Number(random.next() < 0.95)));
      return permutationInterval(first, second, { random, replicates: 499 });
    },
  };
}

const answer = z.object({
  question_id: z.number(),
  human_final: z.number().nullable(),
  judges: z.object({
    'gpt-4': z.object({ label: z.number().nullable() }),
    'text-davinci-003': z.object({ label: z.number().nullable() }),
  }),
});

/** Agreement of one judge with people less that of another, on questions of OpenQA-eval drawn anew; the public data are the population. */
function resampledGates(folder: string): CoverageRow[] {
  const file = join(folder, 'openqa-eval/items.jsonl');
  if (!existsSync(file)) return [];
  const questions = new Map<number, number[]>();
  for (const { question_id: question, human_final: human, judges } of recordsOf(file, answer)) {
    const [candidate, baseline] = [judges['text-davinci-003'].label, judges['gpt-4'].label];
    if (human === null || candidate === null || baseline === null) continue;
    const difference = Number(candidate === human) - Number(baseline === human);
    questions.set(question, [...(questions.get(question) ?? []), difference]);
  }
  const all = [...questions.values()];
  const every = all.flat();
  return [50, 100, 300].map((count): CoverageRow => ({
    ...about,
    interval: 'releaseGate, 1 − 2 alpha',
    page: 'release-gate',
    population: `openqa-eval, ${count} questions drawn anew`,
    n: Math.round((count * every.length) / all.length),
    clustered: true,
    level: 0.9,
    truth: every.reduce((a, b) => a + b, 0) / every.length,
    draws: 1000,
    observe(random) {
      const differences: number[] = [];
      const clusters: number[] = [];
      for (let g = 0; g < count; g++) {
        for (const difference of all[Math.floor(random.next() * all.length)]!) {
          differences.push(difference);
          clusters.push(g);
        }
      }
      const result = releaseGate(differences, { margin: 0.03, clusters });
      return 'verdict' in result ? result.difference : result;
    },
  }));
}

export const errorBarRows: CoverageFamily = (folder) => [
  ...[10, 30, 100, 1000].flatMap((n) => [1, 3].map((runs) => repeated(n, runs, 1))),
  repeated(50, 3, 5),
  repeated(100, 3, 5),
  repeated(500, 3, 5),
  ...[50, 100, 300, 1000].flatMap((n) => [0.05, 0.2].map((share) => gate(n, share, 1))),
  gate(10_000, 0.05, 1),
  ...[100, 500, 2000].map((n) => gate(n, 0.2, 5)),
  ...[10, 30, 100, 300].flatMap((n) => [0.01, 0.05, 0.1, 0.5, 0.9].map((p) => posterior(n, p))),
  ...[30, 300].flatMap((n) => [0.05, 0.1, 0.5, 0.9].map((p) => wilson(n, p))),
  ...[10, 30].flatMap((n) => [independentSystems(n, 0.5, 0.5), independentSystems(n, 0.9, 0.7)]),
  independentSystems(100, 0.9, 0.7),
  ...[10, 30, 300].map((n) => pairedSystems(n, 0.6, 0.1, 0.05)),
  pairedSystems(100, 0.85, 0.05, 0.02),
  clusteredSystem(5, 5, 0.5),
  clusteredSystem(20, 5, 0.7),
  effect(30, 5),
  effect(100, 5),
  effect(1000, 5),
  ...[8, 12, 30, 100].map((n) => flips(n, 'normal', 1)),
  ...[12, 30, 100].map((n) => flips(n, 'skewed', 1)),
  flips(60, 'normal', 5),
  exchanged(5, 6, 'shifted, exponential'),
  exchanged(20, 30, 'shifted, exponential'),
  exchanged(100, 100, 'shifted, exponential'),
  exchanged(20, 80, 'rates 0.6 and 0.95'),
  ...(folder === undefined ? [] : resampledGates(folder)),
];
