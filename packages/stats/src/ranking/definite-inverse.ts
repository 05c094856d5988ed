import { mirrored } from './mirrored.ts';
import { kernelOver, tile } from './tile-kernel.ts';

/** Columns that are swept at once. */
export const block = 32;
/** Below so many rows it takes longer to set WebAssembly up than it saves. */
const fewest = 64;

/**
 * The inverse of a symmetric positive definite matrix, full, row after row; null where it is not positive definite.
 *
 * Block after block is swept (Gauss-Jordan on the lower triangle): one rank-32 update of the rest each time, tile by tile
 * in registers, so that the time goes into multiplications and not into fetching numbers. A pivot that is less than
 * 1e-13 of its diagonal is rounding and counts as 0.
 *
 * @param options.plain without WebAssembly, as below 64 rows; the result is the same, bit for bit
 */
export function definiteInverse(
  matrix: ArrayLike<number>,
  n: number,
  { plain = n < fewest }: { plain?: boolean } = {},
): Float64Array | null {
  const size = Math.ceil(n / tile) * tile;
  const cells = size * size;
  const panel = size * block;
  const { buffer, run } = kernelOver(8 * (cells + 2 * panel + block * block), { plain });
  const a = new Float64Array(buffer, 0, cells);
  const columns = new Float64Array(buffer, 8 * cells, panel);
  const scaled = new Float64Array(buffer, 8 * (cells + panel), panel);
  const turned = new Float64Array(buffer, 8 * (cells + 2 * panel), block * block);
  const least = new Float64Array(size);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) a[i * size + j] = matrix[i * n + j]!;
    least[i] = 1e-13 * Math.abs(matrix[i * n + i]!);
  }
  // Ones below the matrix fill it up to whole tiles and are their own inverse.
  for (let i = n; i < size; i++) a[i * size + i] = 1;
  const pivot = new Float64Array(block * block);
  for (let from = 0; from < size; from += block) {
    const width = Math.min(block, size - from);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) {
        pivot[i * block + j] = a[(from + Math.max(i, j)) * size + from + Math.min(i, j)]!;
      }
    }
    if (!invertInPlace(pivot, width, least, from)) return null;
    pack(a, size, from, width, columns);
    packPivot(pivot, width, turned);
    scaled.fill(0);
    // scaled = columns × pivot, transposed: then what comes out lies as in a panel, four rows side by side.
    for (let at = 0; at < size * width; at += tile * width) {
      for (let k = 0; k < width; k += tile) {
        const out = scaled.byteOffset + 8 * (at + tile * k);
        run(turned.byteOffset + 8 * k * width, columns.byteOffset + 8 * at, out, 8 * tile, 1, width);
      }
    }
    for (let i = 0; i < size; i += tile) {
      const left = scaled.byteOffset + 8 * i * width;
      run(left, columns.byteOffset, 8 * i * size, 8 * size, i / tile + 1, width);
    }
    writeBack(a, size, from, width, scaled, pivot);
  }
  return mirrored(a, size, n, -1);
}

/** Gauss-Jordan of the small pivot block; false where a pivot is not positive. */
export function invertInPlace(pivot: Float64Array, width: number, least: Float64Array, from: number): boolean {
  for (let k = 0; k < width; k++) {
    const top = pivot[k * block + k]!;
    if (!(top > least[from + k]!)) return false;
    const inverse = 1 / top;
    pivot[k * block + k] = 1;
    for (let j = 0; j < width; j++) pivot[k * block + j]! *= inverse;
    for (let i = 0; i < width; i++) {
      if (i === k) continue;
      const factor = pivot[i * block + k]!;
      pivot[i * block + k] = 0;
      for (let j = 0; j < width; j++) pivot[i * block + j]! -= factor * pivot[k * block + j]!;
    }
  }
  return true;
}

/** The place of row i, column k of a packed panel: four rows side by side, k after k. */
function placeOf(i: number, k: number, width: number): number {
  return (i - (i % tile)) * width + tile * k + (i % tile);
}

/** The block's columns of all other rows, from the lower triangle; 0 in its own rows, which so stay as they are. */
export function pack(a: Float64Array, size: number, from: number, width: number, columns: Float64Array): void {
  for (let i = 0; i < from; i += tile) packRows(a, size, from * size + i, width, columns, i * width);
  columns.fill(0, from * width, (from + width) * width);
  for (let i = from + width; i < size; i += tile) packColumns(a, size, i * size + from, width, columns, i * width);
}

/** Four numbers of each of `width` rows, from place `from` on. */
function packRows(
  a: Float64Array,
  size: number,
  from: number,
  width: number,
  columns: Float64Array,
  place: number,
): void {
  for (let k = 0, at = from, to = place; k < width; k++, at += size, to += tile) {
    columns[to] = a[at]!;
    columns[to + 1] = a[at + 1]!;
    columns[to + 2] = a[at + 2]!;
    columns[to + 3] = a[at + 3]!;
  }
}

/** `width` numbers of each of four rows, from place `from` on. */
function packColumns(
  a: Float64Array,
  size: number,
  from: number,
  width: number,
  columns: Float64Array,
  place: number,
): void {
  for (let at = from, to = place; at < from + width; at++, to += tile) {
    columns[to] = a[at]!;
    columns[to + 1] = a[at + size]!;
    columns[to + 2] = a[at + 2 * size]!;
    columns[to + 3] = a[at + 3 * size]!;
  }
}

/** The symmetric pivot with its signs turned, packed: the kernel subtracts. */
export function packPivot(pivot: Float64Array, width: number, turned: Float64Array): void {
  for (let i = 0; i < width; i++) for (let k = 0; k < width; k++) turned[placeOf(i, k, width)] = -pivot[i * block + k]!;
}

export function writeBack(
  a: Float64Array,
  size: number,
  from: number,
  width: number,
  scaled: Float64Array,
  pivot: Float64Array,
): void {
  for (let i = 0; i < from; i += tile) unpackRows(a, size, from * size + i, width, scaled, i * width);
  for (let i = from + width; i < size; i += tile) unpackColumns(a, size, i * size + from, width, scaled, i * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) a[(from + i) * size + from + j] = -pivot[i * block + j]!;
  }
}

/** Undoes `packRows`. */
function unpackRows(
  a: Float64Array,
  size: number,
  from: number,
  width: number,
  columns: Float64Array,
  place: number,
): void {
  for (let k = 0, at = from, to = place; k < width; k++, at += size, to += tile) {
    a[at] = columns[to]!;
    a[at + 1] = columns[to + 1]!;
    a[at + 2] = columns[to + 2]!;
    a[at + 3] = columns[to + 3]!;
  }
}

/** Undoes `packColumns`. */
export function unpackColumns(
  a: Float64Array,
  size: number,
  from: number,
  width: number,
  columns: Float64Array,
  place: number,
): void {
  for (let at = from, to = place; at < from + width; at++, to += tile) {
    a[at] = columns[to]!;
    a[at + size] = columns[to + 1]!;
    a[at + 2 * size] = columns[to + 2]!;
    a[at + 3 * size] = columns[to + 3]!;
  }
}
