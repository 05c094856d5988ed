import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { fQuantile } from '../numerics/distributions.ts';
import { generalizedIntervals } from './generalized-interval.ts';
import { standardErrors, type VarianceFit } from './variance-fit.ts';

/** A share of variance that a design would reach: true variance over true plus error. */
export type PlannedShare = {
  name: string;
  /** The part of the variance that counts as true, from the variances by effect (negative ones are 0 here). */
  signal: (variances: Float64Array) => number;
  error: (variances: Float64Array) => number;
  /** How many ratings share the error, where it is the residual's alone: the interval is then an exact F interval. */
  exact?: number;
};

const clip = (variances: Float64Array): Float64Array => variances.map((x) => Math.max(0, x));

/** All variances of a study and the shares of its designs, each with its interval. */
export function studyEstimates(
  fit: VarianceFit,
  components: readonly { name: string; effect: number; levels: number }[],
  shares: readonly PlannedShare[],
  { level, n }: { level: number; n: number },
): { components: Estimate[]; shares: (Estimate | Undetermined)[] } {
  const { design, variances, complete } = fit;
  const errors = standardErrors(design);
  const kept = clip(variances);
  const intervals = generalizedIntervals(design, level, components.length + shares.length, (drawn, out) => {
    components.forEach(({ effect }, j) => (out[j] = Math.max(0, drawn[effect - 1]!)));
    for (let k = 0; k < drawn.length; k++) drawn[k] = Math.max(0, drawn[k]!);
    shares.forEach(({ signal, error }, j) => {
      const [above, below] = [signal(drawn), error(drawn)];
      out[components.length + j] = above + below > 0 ? above / (above + below) : 0;
    });
  });
  const approximate = complete
    ? []
    : ['cells are missing: the interval takes the design as a complete one of its size'];
  const unconverged = fit.converged ? [] : ['the iterations did not converge'];
  return {
    components: components.map(({ name, effect, levels }, j) => {
      const value = variances[effect - 1]!;
      const [low, high] = intervals[j]!;
      const notes = [...unconverged];
      if (value < 0) notes.push('negative, which a variance cannot be: it is 0 in every design');
      if (high <= low) notes.push('no interval: the mean squares behind it are 0');
      else notes.push(...approximate);
      if (levels < 5) notes.push(`${levels} levels tell little about a variance: the interval is wide for that reason`);
      return withNotes(
        {
          value,
          interval: high > low ? ([low, high] as [number, number]) : null,
          level,
          n,
          groups: levels,
          se: errors[effect - 1]!,
          method: `variance of ${name}, ${fit.method}, generalised interval`,
        },
        notes,
      );
    }),
    shares: shares.map(({ name, signal, error, exact }, j) => {
      const [above, below] = [signal(kept), error(kept)];
      const method = `${name}, ${fit.method}`;
      if (!(above + below > 0)) return undetermined('zero-variance', 'all variances are 0', n, method);
      const value = above / (above + below);
      const residual = design.squares.at(-1)!;
      if (exact !== undefined && complete && residual > 0) {
        const interval = exactShare(fit, exact, level);
        return { value, interval, level, n, method: `${method}, exact F interval` };
      }
      const [low, high] = intervals[components.length + j]!;
      const flat = !(high > low);
      return withNotes(
        {
          value,
          interval: flat ? null : ([low, high] as [number, number]),
          level,
          n,
          method: `${method}, generalised interval`,
        },
        [
          ...unconverged,
          ...(flat ? ['no interval: no error is left in these ratings, which is not certainty'] : approximate),
        ],
      );
    }),
  };
}

/** From F = MS_target / MS_residual: σ²_target/σ²_residual lies between (F/F_hi − 1)/k and (F/F_lo − 1)/k. */
function exactShare({ design }: VarianceFit, ratings: number, level: number): [number, number] {
  const { squares, df, times } = design;
  const last = squares.length - 1;
  const f = squares[0]! / squares[last]!;
  const tail = (1 - level) / 2;
  const share = (quantile: number) => {
    const ratio = Math.max(0, (f / quantile - 1) / times[0]!);
    return (ratings * ratio) / (1 + ratings * ratio);
  };
  return [share(fQuantile(1 - tail, df[0]!, df[last]!)), share(fQuantile(tail, df[0]!, df[last]!))];
}
