import { chiSquareQuantile } from '../numerics/distributions.ts';
import { type VarianceDesign, variancesOf } from './components-of-variance.ts';

/** A prime, so that every coordinate of the lattice visits each of its points once. */
const points = 4093;
/**
 * Of all Korobov generators nearly the least P2 error in seven coordinates (product weights .4); quantiles of intraclass
 * correlations are then right to about .001.
 */
const generator = 496;

const tables = new Map<number, Float64Array>();

/** The chi-square quantiles at the midpoints of `points` equal parts; tables of the last designs are kept. */
function chiSquareTable(df: number): Float64Array {
  const known = tables.get(df);
  if (known) return known;
  const made = Float64Array.from({ length: points }, (_, i) => chiSquareQuantile((i + 0.5) / points, df));
  if (tables.size >= 64) tables.clear();
  tables.set(df, made);
  return made;
}

/**
 * Generalised confidence intervals of functions of the variances of a design.
 *
 * A mean square over its expectation is chi-square over its degrees of freedom, so MS · df / χ² are values of the
 * expectation that the data allow. What they make of a function of the variances is spread out by a fixed lattice of 4,093
 * points instead of random draws, and its quantiles are the limits.
 * Weerahandi 1993, JASA 88:899-905; Burdick, Borror, Montgomery 2005, Design and Analysis of Gauge R&R Studies.
 *
 * @param quantities writes the quantities of given variances, negative ones included
 */
export function generalizedIntervals(
  { squares, df, times }: VarianceDesign,
  level: number,
  count: number,
  quantities: (variances: Float64Array, out: Float64Array) => void,
): [number, number][] {
  const quantiles = Array.from(df, (x) => chiSquareTable(x));
  const drawn = new Float64Array(squares.length);
  const variances = new Float64Array(squares.length);
  const out = new Float64Array(count);
  const found = Array.from({ length: count }, () => new Float64Array(points));
  for (let i = 0; i < points; i++) {
    let place = i;
    for (let effect = 0; effect < squares.length; effect++) {
      drawn[effect] = (squares[effect]! * df[effect]!) / quantiles[effect]![place]!;
      place = (place * generator) % points;
    }
    variancesOf(drawn, times, variances);
    quantities(variances, out);
    for (let j = 0; j < count; j++) found[j]![i] = out[j]!;
  }
  const place = ((1 - level) / 2) * (points - 1);
  const below = Math.floor(place);
  return found.map((values) => {
    const sorted = values.toSorted();
    // Type 7, as `quantile`, with one sort for both ends.
    const between = (a: number, b: number): number => sorted[a]! + (place - below) * (sorted[b]! - sorted[a]!);
    return [between(below, below + 1), between(points - 1 - below, points - 2 - below)];
  });
}
