import { logistic, logLogistic } from '../numerics/logistic.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { connectedParts } from './connected-parts.ts';

export type JointRasch = {
  /** Ability, or null where a row is left out: all right, all wrong, or nothing to compare with. */
  rows: (Estimate | null)[];
  /** Difficulty, adding up to 0, or null where a column is left out. */
  columns: (Estimate | null)[];
  logLik: number;
  n: number;
  rowsKept: number;
  columnsKept: number;
  converged: boolean;
  iterations: number;
  method: string;
  notes: string[];
};

const method = 'rasch, joint maximum likelihood';

/** Leaves out rows and columns that are all right or all wrong, again and again, since one makes another. */
function withoutExtremes(values: ArrayLike<number>, rows: number, columns: number) {
  const keep = { row: new Uint8Array(rows).fill(1), column: new Uint8Array(columns).fill(1) };
  for (let changed = true; changed;) {
    changed = false;
    const [right, count] = [new Float64Array(rows), new Float64Array(rows)];
    const [rightOf, countOf] = [new Float64Array(columns), new Float64Array(columns)];
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = values[i * columns + j]!;
        if (Number.isNaN(value) || !keep.row[i] || !keep.column[j]) continue;
        right[i]! += value;
        count[i]!++;
        rightOf[j]! += value;
        countOf[j]!++;
      }
    }
    const drop = (kept: Uint8Array, rights: Float64Array, counts: Float64Array) => {
      for (let i = 0; i < kept.length; i++) {
        if (!kept[i] || (rights[i]! > 0 && rights[i]! < counts[i]!)) continue;
        kept[i] = 0;
        changed = true;
      }
    };
    drop(keep.row, right, count);
    drop(keep.column, rightOf, countOf);
  }
  return keep;
}

const name = (kept: Uint8Array): number[] => [...kept.keys()].filter((i) => kept[i]);

function tally(places: readonly number[], length: number): Float64Array {
  const counts = new Float64Array(length);
  for (const place of places) counts[place]!++;
  return counts;
}

/**
 * The Rasch model with every ability and every difficulty as a parameter: a fast look at thousands of answers.
 *
 * Rows and columns that are all right or all wrong have no finite estimate and are left out. Estimates are too far apart,
 * by a factor of about L/(L − 1) for L answers a row, and the standard errors, 1/√Σ p(1 − p), take the other side as known:
 * for intervals that hold use `itemResponse`. Wright and Panchapakesan 1969, Educ. Psychol. Meas. 29:23-48.
 *
 * @param answers who answers × items: 1 right, 0 wrong, NaN missing
 * @returns `no-data` where nothing is left, `not-identified` where the rest falls into parts that share no answers
 * @throws RangeError for any other value, a level outside (0, 1)
 * @example
 * jointRasch(answers).columns;
 * @see https://github.com/assize/assize/blob/main/docs/stats/item-response.md
 */
export function jointRasch(
  answers: Matrix,
  { level = 0.95 }: { level?: number | undefined } = {},
): JointRasch | Undetermined {
  checkLevel(level);
  checkMatrix(answers);
  const { values, rows, columns } = answers;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0 || values[i] === 1 || Number.isNaN(values[i]!)) continue;
    const place = `row ${Math.floor(i / columns)}, column ${i % columns}`;
    throw new RangeError(`${place} must be 0, 1 or NaN for missing, found ${values[i]}`);
  }
  const keep = withoutExtremes(values, rows, columns);
  const [of, on, said]: [number[], number[], number[]] = [[], [], []];
  const [rowNames, columnNames] = [name(keep.row), name(keep.column)];
  const columnPlace = new Map(columnNames.map((column, place) => [column, place]));
  rowNames.forEach((row, i) => {
    for (let j = 0; j < columns; j++) {
      const value = values[row * columns + j]!;
      if (!keep.column[j] || Number.isNaN(value)) continue;
      of.push(i);
      on.push(columnPlace.get(j)!);
      said.push(value);
    }
  });
  const n = said.length;
  if (n === 0) return undetermined('no-data', 'no row and column are left between all right and all wrong', n, method);
  const { count } = connectedParts([
    { of, levels: rowNames.length },
    { of: on, levels: columnNames.length },
  ]);
  if (count > 1)
    return undetermined('not-identified', `the answers fall into ${count} parts that share nothing`, n, method);

  const ability = new Float64Array(rowNames.length);
  const difficulty = new Float64Array(columnNames.length);
  /** One Newton step of all parameters of a side, the other side standing still; the longest step made. */
  const climb = (
    side: Float64Array,
    places: readonly number[],
    sign: number,
  ): { longest: number; information: Float64Array } => {
    const [slope, information] = [new Float64Array(side.length), new Float64Array(side.length)];
    for (let k = 0; k < n; k++) {
      const p = logistic(ability[of[k]!]! - difficulty[on[k]!]!);
      slope[places[k]!]! += sign * (said[k]! - p);
      information[places[k]!]! += p * (1 - p);
    }
    let longest = 0;
    for (let i = 0; i < side.length; i++) {
      const step = Math.max(-1, Math.min(1, slope[i]! / information[i]!));
      side[i]! += step;
      longest = Math.max(longest, Math.abs(step));
    }
    return { longest, information };
  };
  let [iterations, converged] = [0, false];
  let known: Record<'row' | 'column', Float64Array> = { row: new Float64Array(0), column: new Float64Array(0) };
  while (!converged && iterations < 2000) {
    iterations++;
    const first = climb(ability, of, 1);
    const second = climb(difficulty, on, -1);
    const shift = difficulty.reduce((a, b) => a + b, 0) / difficulty.length;
    for (let j = 0; j < difficulty.length; j++) difficulty[j]! -= shift;
    for (let i = 0; i < ability.length; i++) ability[i]! -= shift;
    known = { row: first.information, column: second.information };
    converged = Math.max(first.longest, second.longest) < 1e-10;
  }
  let logLik = 0;
  for (let k = 0; k < n; k++) {
    const logit = ability[of[k]!]! - difficulty[on[k]!]!;
    logLik += logLogistic(said[k] === 1 ? logit : -logit);
  }
  const z = normalQuantile((1 + level) / 2);
  const spread = (
    names: readonly number[],
    side: Float64Array,
    information: Float64Array,
    counts: Float64Array,
    what: string,
    length: number,
  ) => {
    const out = Array.from({ length }, (): Estimate | null => null);
    names.forEach((place, i) => {
      const [value, se] = [side[i]!, 1 / Math.sqrt(information[i]!)];
      out[place] = withNotes(
        {
          value,
          interval: [value - z * se, value + z * se] as [number, number],
          level,
          n: counts[i]!,
          se,
          method: `${what}, ${method}`,
        },
        converged ? [] : ['the iterations did not converge'],
      );
    });
    return out;
  };
  const notes = ['joint estimates lie too far apart and their intervals are too narrow: a fast look only'];
  const dropped = [rows - rowNames.length, columns - columnNames.length];
  if (dropped[0]! + dropped[1]! > 0) {
    notes.push(`${dropped[0]} rows and ${dropped[1]} columns are all right, all wrong or empty and are left out`);
  }
  return {
    rows: spread(rowNames, ability, known.row, tally(of, rowNames.length), 'ability', rows),
    columns: spread(columnNames, difficulty, known.column, tally(on, columnNames.length), 'difficulty', columns),
    logLik,
    n,
    rowsKept: rowNames.length,
    columnsKept: columnNames.length,
    converged,
    iterations,
    method,
    notes,
  };
}
