import { crossedSquares, expectedSquares, type VarianceDesign, variancesOf } from './components-of-variance.ts';
import { remlFit } from './reml.ts';
import type { RandomFactor } from './restricted-likelihood.ts';

/** Ratings of a crossed design: the level of each facet, and the rating; one rating a cell at most. */
export type CrossedRows = { values: Float64Array; facets: readonly RandomFactor[] };

export type VarianceFit = {
  /** By effect as in `VarianceDesign`; by ANOVA some may be negative. */
  variances: Float64Array;
  design: VarianceDesign;
  complete: boolean;
  converged: boolean;
  mean: number;
  method: string;
};

/** Why a design gives no variances. */
export type VarianceRefusal = { reason: 'no-data' | 'not-identified' | 'zero-variance'; detail: string };

/** The level of each row in the crossing of the facets of an effect, numbered in order of first appearance. */
function crossing(rows: CrossedRows, effect: number): RandomFactor {
  const known = new Map<number, number>();
  const of = new Uint32Array(rows.values.length);
  for (let row = 0; row < of.length; row++) {
    let key = 0;
    rows.facets.forEach(({ of: levels, levels: count }, facet) => {
      if ((effect >> facet) & 1) key = key * count + levels[row]!;
    });
    let place = known.get(key);
    if (place === undefined) known.set(key, (place = known.size));
    of[row] = place;
  }
  return { of, levels: known.size };
}

/** The table in full, the last facet running fastest: the values themselves where they are; null where a cell is missing. */
function completeTable({ values, facets }: CrossedRows): Float64Array | null {
  const cells = facets.reduce((product, { levels }) => product * levels, 1);
  if (values.length !== cells) return null;
  const place = (row: number): number => {
    let at = 0;
    for (const { of, levels } of facets) at = at * levels + of[row]!;
    return at;
  };
  let ordered = 0;
  while (ordered < cells && place(ordered) === ordered) ordered++;
  if (ordered === cells) return values;
  const table = new Float64Array(cells);
  for (let row = 0; row < cells; row++) table[place(row)] = values[row]!;
  return table;
}

/**
 * The variances of all effects of a crossed design: by mean squares where it is complete, else by restricted maximum
 * likelihood.
 *
 * Incomplete, the mean squares of `design` are what a complete design with these variances would expect, with the
 * harmonic mean of the ratings behind each level and the degrees of freedom that the rows leave to each effect.
 */
export function fitVariances(rows: CrossedRows): VarianceFit | VarianceRefusal {
  const { values, facets } = rows;
  const n = values.length;
  const effects = 2 ** facets.length - 1;
  const table = completeTable(rows);
  if (table !== null) {
    const design = crossedSquares(
      table,
      facets.map(({ levels }) => levels),
    );
    const variances = new Float64Array(effects);
    variancesOf(design.squares, design.times, variances);
    const mean = values.reduce((a, b) => a + b, 0) / n;
    return { variances, design, complete: true, converged: true, mean, method: 'ANOVA' };
  }
  const factors = Array.from({ length: effects - 1 }, (_, place) => crossing(rows, place + 1));
  const bare = factors.findIndex(({ levels }) => levels === n);
  if (bare >= 0) {
    return {
      reason: 'not-identified',
      detail: `each level of effect ${bare + 1} has one rating, so its variance cannot be told from the residual`,
    };
  }
  const df = new Float64Array(effects);
  for (let effect = 1, used = 1; effect <= effects; effect++) {
    const levels = effect === effects ? n : factors[effect - 1]!.levels;
    let inside = 1;
    for (let part = 1; part < effect; part++) if ((part & effect) === part) inside += df[part - 1]!;
    df[effect - 1] = effect === effects ? n - used : Math.max(1, levels - inside);
    used += df[effect - 1]!;
  }
  if (!(df[effects - 1]! >= 1)) {
    return { reason: 'not-identified', detail: `${n} ratings leave no degree of freedom to the residual` };
  }
  const fit = remlFit(values, factors);
  if (fit === null) return { reason: 'zero-variance', detail: 'the ratings leave no residual to estimate from' };
  const times = Float64Array.from({ length: effects }, (_, place) =>
    place + 1 === effects ? 1 : harmonicRows(factors[place]!),
  );
  const squares = expectedSquares(fit.variances, times);
  const { variances, converged, mean } = fit;
  return {
    variances,
    design: { facets: facets.length, squares, df, times },
    complete: false,
    converged,
    mean,
    method: 'REML',
  };
}

function harmonicRows({ of, levels }: RandomFactor): number {
  const counts = new Float64Array(levels);
  for (const level of of) counts[level]!++;
  return levels / counts.reduce((total, count) => total + 1 / count, 0);
}

/** The standard error of each variance: √(Σ 2 MS²/(df + 2)) / times, unbiased in its square (Searle 1971, p. 417). */
export function standardErrors({ squares, df, times }: VarianceDesign): Float64Array {
  return squares.map((_, place) => {
    let total = 0;
    for (let above = place + 1; above <= squares.length; above++) {
      if ((above & (place + 1)) === place + 1) total += (2 * squares[above - 1]! ** 2) / (df[above - 1]! + 2);
    }
    return Math.sqrt(total) / times[place]!;
  });
}
