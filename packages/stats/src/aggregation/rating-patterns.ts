import { codesIn, isMissing } from '../agreement/category-codes.ts';
import type { Patterns } from '../resampling/row-patterns.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/**
 * Items sorted by who said what: all that a model of raters can know of an item. Pattern p holds the entries `start[p]`
 * to `start[p + 1]`; `of` and clusters follow `kept`, the items with a rating.
 */
export type RatingPatterns = Patterns & {
  items: number;
  raters: number;
  categories: number;
  kept: Uint32Array;
  start: Uint32Array;
  rater: Uint32Array;
  label: Uint32Array;
  /** Ratings of each rater. */
  ratings: Float64Array;
  /** Ratings with each code. */
  used: Float64Array;
  notes: string[];
};

/** Reads items × raters of codes; −1 and NaN are missing. Throws RangeError as `readCodes` does. */
export function ratingPatterns(matrix: Matrix, categories: number | undefined): RatingPatterns {
  checkMatrix(matrix);
  const { values, rows, columns } = matrix;
  const { categories: q, notes: found } = codesIn(values, categories, 'ratings');
  const notes = [...found];
  const known = new Map<string, number>();
  const [kept, of] = [new Uint32Array(rows), new Uint32Array(rows)];
  const [counts, start, rater, label]: number[][] = [[], [0], [], []];
  let n = 0;
  const [ratings, used] = [new Float64Array(columns), new Float64Array(q)];
  for (let i = 0; i < rows; i++) {
    let key = '';
    for (let j = 0; j < columns; j++) {
      const code = values[i * columns + j]!;
      if (isMissing(code)) continue;
      key += `${j}:${code},`;
      ratings[j]!++;
      used[code]!++;
    }
    if (key === '') continue;
    let place = known.get(key);
    if (place === undefined) {
      known.set(key, (place = known.size));
      for (let j = 0; j < columns; j++) {
        const code = values[i * columns + j]!;
        if (isMissing(code)) continue;
        rater!.push(j);
        label!.push(code);
      }
      start!.push(rater!.length);
      counts!.push(0);
    }
    kept[n] = i;
    of[n++] = place;
    counts![place]!++;
  }
  if (n < rows) notes.push(`${rows - n} of ${rows} items have no rating`);
  const unused = used.filter((count) => count === 0).length;
  if (unused > 0) notes.push(`${unused} of ${q} categories were never used`);
  return {
    items: rows,
    raters: columns,
    categories: q,
    kept: kept.subarray(0, n),
    of: of.subarray(0, n),
    counts: Float64Array.from(counts!),
    start: Uint32Array.from(start!),
    rater: Uint32Array.from(rater!),
    label: Uint32Array.from(label!),
    ratings,
    used,
    notes,
  };
}

/** The share of a pattern's raters for each category: the majority vote without the decision. */
export function voteShares({ start, label, counts, categories }: RatingPatterns): Float64Array {
  const shares = new Float64Array(counts.length * categories);
  for (let p = 0; p < counts.length; p++) {
    const size = start[p + 1]! - start[p]!;
    for (let e = start[p]!; e < start[p + 1]!; e++) shares[p * categories + label[e]!]! += 1 / size;
  }
  return shares;
}
