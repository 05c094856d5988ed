import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
  type Estimate,
  type IntervalOptions,
  kendall,
  pearson,
  type Random,
  spearman,
  type Undetermined,
} from '@assize/stats';
import { z } from 'zod';

import { recordsOf } from '../../reproductions/reproduction.ts';
import type { CoverageFamily, CoverageRow } from '../coverage-row.ts';
import { normal } from '../normal-draw.ts';

type Pairs = { x: Float64Array; y: Float64Array };
type Correlation = (pairs: Pairs, options: IntervalOptions) => Estimate | Undetermined;

const correlations: Record<string, { page: string; of: Correlation; truth: (rho: number) => number }> = {
  pearson: { page: 'correlation', of: ({ x, y }, options) => pearson(x, y, options), truth: (rho) => rho },
  spearman: {
    page: 'correlation',
    of: ({ x, y }, options) => spearman(x, y, options),
    truth: (rho) => (6 / Math.PI) * Math.asin(rho / 2),
  },
  'kendall tau-b': {
    page: 'kendall',
    of: ({ x, y }, options) => kendall(x, y, options),
    truth: (rho) => (2 / Math.PI) * Math.asin(rho),
  },
};

function normalPairs(n: number, rho: number, random: Random): Pairs {
  const draw = (): number => normal(random);
  const x = Float64Array.from({ length: n }, draw);
  const rest = Math.sqrt(1 - rho * rho);
  return { x, y: x.map((value) => rho * value + rest * draw()) };
}

function simulated(name: string, kind: 'closed form' | 'percentile' | 'bca', n: number, rho: number): CoverageRow {
  const { page, of, truth } = correlations[name]!;
  // Rank correlations of normal pairs have their exact value in the limit only; at n = 10 Spearman's is 1/n away.
  const documented = kind === 'closed form' ? name === 'pearson' || n >= 30 : n >= 100;
  return {
    interval: `${name}, ${kind}`,
    page,
    population: `normal, correlation ${rho}`,
    n,
    clustered: false,
    level: 0.95,
    truth: truth(rho),
    documented,
    draws: kind === 'closed form' ? (n > 1000 ? 500 : 2000) : n >= 1000 ? 200 : 400,
    observe: (random) =>
      of(
        normalPairs(n, rho, random),
        kind === 'closed form' ? {} : { random: random.stream('interval'), bootstrap: kind, replicates: 400 },
      ),
  };
}

const judged = z.object({
  doc_id: z.number(),
  human_mean: z.object({ overall: z.number() }),
  judge_scores: z.object({ overall: z.number() }),
});

function pairsOf(chosen: readonly (readonly [number, number])[]): Pairs {
  return {
    x: Float64Array.from(chosen, ([human]) => human),
    y: Float64Array.from(chosen, ([, judge]) => judge),
  };
}

/** Judge and person on real responses, contexts drawn with replacement: the six responses of one stand together. */
function resampledRows(folder: string): CoverageRow[] {
  const file = join(folder, 'topicalchat-unieval/items.jsonl');
  if (!existsSync(file)) return [];
  const contexts = new Map<number, [number, number][]>();
  for (const { doc_id: context, human_mean: human, judge_scores: judge } of recordsOf(file, judged)) {
    contexts.set(context, [...(contexts.get(context) ?? []), [human.overall, judge.overall]]);
  }
  const all = [...contexts.values()];
  return ['spearman', 'kendall tau-b'].flatMap((name) =>
    [10, 30, 100].map((size): CoverageRow => {
      const { page, of } = correlations[name]!;
      return {
        interval: `${name}, percentile by context`,
        page,
        population: `topicalchat-unieval overall, ${size} contexts resampled`,
        n: size * 6,
        clustered: true,
        level: 0.95,
        truth: of(pairsOf(all.flat()), { interval: 'none' }).value!,
        documented: size >= 100,
        draws: 200,
        observe(random) {
          const chosen = Array.from({ length: size }, () => all[Math.floor(random.next() * all.length)]!);
          const clusters = Uint32Array.from(chosen.flatMap((rows, g) => rows.map(() => g)));
          return of(pairsOf(chosen.flat()), { clusters, random: random.stream('interval'), replicates: 400 });
        },
      };
    }),
  );
}

export const correlationRows: CoverageFamily = (folder) => [
  ...(['pearson', 'spearman'] as const).flatMap((name) =>
    [10, 30, 100, 1000, 10_000].flatMap((n) => [0, 0.5, 0.9].map((rho) => simulated(name, 'closed form', n, rho))),
  ),
  ...['pearson', 'spearman', 'kendall tau-b'].flatMap((name) =>
    [30, 100, 1000].flatMap((n) =>
      (n < 1000 ? [0, 0.5, 0.9] : [0.5]).flatMap((rho) =>
        name === 'kendall tau-b' || n < 1000
          ? (['percentile', ...(n === 100 ? (['bca'] as const) : [])] as const).map((kind) =>
              simulated(name, kind, n, rho),
            )
          : [],
      ),
    ),
  ),
  ...(folder === undefined ? [] : resampledRows(folder)),
];
