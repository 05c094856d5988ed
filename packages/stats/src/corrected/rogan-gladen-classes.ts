import { checkCounts } from '../proportions/proportion.ts';
import { bootstrapInterval } from '../resampling/bootstrap-interval.ts';
import { bootstrapName } from '../resampling/bootstrap.ts';
import { drawKinds } from '../resampling/replicate-draws.ts';
import { startStates } from '../resampling/replicate-generator.ts';
import type { Random } from '../random/random.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { solve, smallestSingularValue } from '../numerics/small-linear-algebra.ts';

export type ClassShares = {
  /** One per class: its true share. */
  shares: Estimate[];
  /** Of the judge's confusion matrix: near 0 the correction multiplies noise without end. */
  smallestSingularValue: number;
};

const method = 'rogan-gladen, classes';
const smallestAllowed = 0.1;

/** Column b: what the judge says of class b. Null where a class has no labelled item. */
function confusionOf(counts: Float64Array, q: number): Float64Array | null {
  const shares = new Float64Array(q * q);
  for (let b = 0; b < q; b++) {
    let total = 0;
    for (let a = 0; a < q; a++) total += counts[b * q + a]!;
    if (total === 0) return null;
    for (let a = 0; a < q; a++) shares[a * q + b] = counts[b * q + a]! / total;
  }
  return shares;
}

/** M⁻¹p moved onto the simplex: negative shares become 0 and the rest is scaled to 1. */
function sharesOf(judged: Float64Array, confusion: Float64Array | null, q: number): Float64Array | null {
  if (confusion === null) return null;
  const n = judged.reduce((a, b) => a + b, 0);
  const raw = solve(
    confusion,
    judged.map((count) => count / n),
    q,
  );
  if (raw === null) return null;
  const kept = raw.map((share) => Math.max(0, share));
  const total = kept.reduce((a, b) => a + b, 0);
  return total > 0 ? kept.map((share) => share / total) : null;
}

/**
 * The true shares of several classes behind a judge's shares, from its confusion matrix on labelled items.
 *
 *     θ   M⁻¹ p,  M_ab = P(judge says a | class b)
 *
 * Negative shares are set to 0 and the rest scaled to 1, with a note. The interval is a bootstrap of both sets: judged items,
 * and labelled items within each true class. Assumptions as in `roganGladen`.
 *
 * @param judged how many items the judge put in each class
 * @param confusion labelled items: rows are the true classes, columns the judge's
 * @returns `no-data` without judged items or with a class that has no labelled item; `not-identified` where the smallest
 * singular value of M is below 0.1
 * @throws RangeError for values that are no counts, or shapes that do not fit
 * @example
 * roganGladenClasses([50, 30, 20], matrixOf([[40, 5, 5], [4, 30, 6], [2, 3, 25]]), { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/rogan-gladen.md
 */
export function roganGladenClasses(
  judged: ArrayLike<number>,
  confusion: Matrix,
  { level = 0.95, replicates = 2000, random }: { level?: number; replicates?: number; random?: Random } = {},
): ClassShares | Undetermined {
  checkLevel(level);
  checkMatrix(confusion);
  const q = judged.length;
  if (confusion.rows !== q || confusion.columns !== q || q < 2) {
    throw new RangeError(
      `${q} classes need a confusion matrix of that size, found ${confusion.rows} × ${confusion.columns}`,
    );
  }
  if (!Number.isSafeInteger(replicates) || replicates < 2) {
    throw new RangeError(`replicates must be at least 2, found ${replicates}`);
  }
  const said = Float64Array.from(judged);
  const counts = Float64Array.from(confusion.values);
  for (const count of [...said, ...counts]) checkCounts(count, Number.MAX_SAFE_INTEGER);
  const n = said.reduce((a, b) => a + b, 0);
  if (n === 0) return undetermined('no-data', 'needs judged items, found none', 0, method);
  const matrix = confusionOf(counts, q);
  if (matrix === null) return undetermined('no-data', 'a class has no labelled item', n, method);
  const smallest = smallestSingularValue(matrix, q);
  if (smallest < smallestAllowed) {
    const detail = `the judge does not tell the classes apart: smallest singular value ${smallest.toFixed(4)}`;
    return undetermined('not-identified', detail, n, method);
  }
  const value = sharesOf(said, matrix, q)!;
  const raw = solve(
    matrix,
    said.map((count) => count / n),
    q,
  )!;
  const notes = raw.some((share) => share < 0)
    ? [
        `some shares came out below 0 (${raw.reduce((a, b) => Math.min(a, b)).toFixed(4)}) and were set to 0, the rest scaled to 1`,
      ]
    : [];
  if (random === undefined) {
    notes.push('no interval: it is a bootstrap, which needs `random`');
    const shares = Array.from(value, (share) => withNotes({ value: share, interval: null, level, n, method }, notes));
    return { shares, smallestSingularValue: smallest };
  }
  const columns = resampleBoth(said, counts, q, replicates, random);
  const resampled = { total: n, original: value, replicates: columns, ways: null, leftOut: null, counts: said };
  const name = `${method}, ${bootstrapName(resampled, 'percentile')}`;
  const shares = Array.from(value, (share, place): Estimate => {
    const { interval, se, notes: more } = bootstrapInterval(resampled, place, { level, method: 'percentile' });
    const spread = se === undefined ? {} : { se };
    return withNotes({ value: share, interval, level, n, ...spread, method: name }, [...notes, ...more]);
  });
  return { shares, smallestSingularValue: smallest };
}

/** Shares of each class in replicates of both sets; NaN where a replicate's matrix cannot be inverted. */
function resampleBoth(
  said: Float64Array,
  counts: Float64Array,
  q: number,
  replicates: number,
  random: Random,
): Float64Array[] {
  const columns = Array.from({ length: q }, () => new Float64Array(replicates));
  const base = random.stream('rogan-gladen-classes');
  const [judged, labelled] = [new Float64Array(q), new Float64Array(q * q)];
  // The judged items, then the labelled items of each class, each drawn by itself.
  const parts = [
    { from: said, into: judged, states: startStates(base.stream('judged'), replicates) },
    ...Array.from({ length: q }, (_, b) => ({
      from: counts.subarray(b * q, (b + 1) * q),
      into: labelled.subarray(b * q, (b + 1) * q),
      states: startStates(base.stream(`class ${b}`), replicates),
    })),
  ].map(({ from, into, states }) => ({
    draw: drawKinds(
      from,
      from.reduce((a, c) => a + c, 0),
    ),
    into,
    states,
  }));
  for (let r = 0; r < replicates; r++) {
    for (const { draw, into, states } of parts) draw(states.subarray(4 * r, 4 * r + 4), into);
    const shares = sharesOf(judged, confusionOf(labelled, q), q);
    for (let b = 0; b < q; b++) columns[b]![r] = shares ? shares[b]! : NaN;
  }
  return columns;
}
