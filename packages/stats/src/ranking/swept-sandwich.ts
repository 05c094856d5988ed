import { block, invertInPlace, pack, packPivot, unpackColumns, writeBack } from './definite-inverse.ts';
import { kernelOver, tile } from './tile-kernel.ts';

/** Below so many rows it takes longer to set WebAssembly up than it saves. */
const fewest = 64;

/** So many tiles of a panel, and rows of a product, stay in the first-level cache while they are used again. */
const [nearTiles, nearRows] = [16, 128];

/**
 * H⁻¹ S H⁻¹ (times `factor`) of a symmetric positive definite H and a symmetric S, full, row after row; null where H is not
 * positive definite.
 *
 * With H = L P L' by blocks, L 1 in its diagonal, it is L'⁻¹ (P⁻¹ (L⁻¹ S L'⁻¹) P⁻¹) L⁻¹ from inside to outside: 7/6 n³
 * multiplications where an inverse and two products take 2 n³. L⁻¹ S L'⁻¹ is made while H is eliminated, block after block:
 *
 *     H′ = H − V C'           V = C P⁻¹, P the block, C its columns in the rows below
 *     S′ = S − W V' − V D'    W = D − V R, R and D the same block and columns of S; left of the block S′ = S − V D' alone
 *
 * @param options.plain without WebAssembly, as below 64 rows; the result is the same, bit for bit
 */
export function sweptSandwich(
  information: Float64Array,
  meat: Float64Array,
  n: number,
  { factor = 1, plain = n < fewest }: { factor?: number; plain?: boolean } = {},
): Float64Array | null {
  const size = Math.ceil(n / tile) * tile;
  const cells = size * size;
  const panel = size * block;
  const small = block * block;
  const { buffer, run } = kernelOver(8 * (3 * cells + 5 * panel + 2 * small), { plain });
  let used = 0;
  const room = (length: number): Float64Array => {
    const part = new Float64Array(buffer, used, length);
    used += 8 * length;
    return part;
  };
  const [h, s, strips] = [room(cells), room(cells), room(cells)];
  const panels = { c: room(panel), d: room(panel), v: room(panel), w: room(panel), wq: room(panel) };
  const { c, d, v, w, wq } = panels;
  const [turned, bend] = [room(small), room(small)];
  const least = new Float64Array(size);
  for (let i = 0; i < n; i++) {
    h.set(information.subarray(i * n, i * n + i + 1), i * size);
    s.set(meat.subarray(i * n, i * n + i + 1), i * size);
    least[i] = 1e-13 * Math.abs(information[i * n + i]!);
  }
  for (let i = n; i < size; i++) h[i * size + i] = 1;
  const [pivot, own, minusOwn] = [new Float64Array(small), new Float64Array(small), new Float64Array(small)];
  /** out −= the panel times the small block, from row `start` on; four rows side by side as in both. */
  const times = (left: Float64Array, right: Float64Array, out: Float64Array, width: number, start: number): void => {
    for (let at = start * width; at < size * width; at += tile * width) {
      for (let k = 0; k < width; k += tile) {
        const place = out.byteOffset + 8 * (at + tile * k);
        run(left.byteOffset + 8 * k * width, right.byteOffset + 8 * at, place, 8 * tile, 1, width);
      }
    }
  };
  /** out −= left right' below the block, of its columns those from `start` on. */
  const subtract = (
    left: Float64Array,
    right: Float64Array,
    out: Float64Array,
    { width, start, below }: { width: number; start: number; below: number },
  ): void => {
    for (let near = start; near < size; near += tile * nearTiles) {
      const columns = right.byteOffset + 8 * near * width;
      for (let i = Math.max(below, near); i < size; i += tile) {
        const tiles = Math.min(nearTiles, (i - near) / tile + 1);
        run(left.byteOffset + 8 * i * width, columns, out.byteOffset + 8 * (i * size + near), 8 * size, tiles, width);
      }
    }
  };
  for (let from = 0; from < size; from += block) {
    const width = Math.min(block, size - from);
    const below = from + width;
    takeBlock(h, size, from, width, pivot);
    takeBlock(s, size, from, width, own);
    if (!invertInPlace(pivot, width, least, from)) return null;
    pack(h, size, from, width, c);
    pack(s, size, from, width, d);
    packPivot(pivot, width, turned);
    for (let at = 0; at < small; at++) minusOwn[at] = -own[at]!;
    packPivot(minusOwn, width, bend);
    v.fill(0, below * width);
    times(turned, c, v, width, below);
    w.set(d);
    times(bend, v, w, width, below);
    wq.fill(0);
    times(turned, w, wq, width, 0);
    subtract(v, c, h, { width, start: below, below });
    subtract(w, v, s, { width, start: below, below });
    subtract(v, d, s, { width, start: 0, below });
    writeBack(s, size, from, width, wq, betweenPivots(pivot, minusOwn, width));
    for (let i = below; i < size; i += tile) unpackColumns(h, size, i * size + from, width, v, i * width);
  }
  toStrips(s, size, strips);
  const last = size - (size % block || block);
  for (let from = last - block; from >= 0; from -= block) {
    const below = from + block;
    /** Columns of L as strips, of the rows below. */
    const length = size - below;
    for (let k = 0; k < block; k += tile) toStrip(h, size, from + k, below, v.subarray(k * length));
    const factorAt = (k: number, row: number): number => v.byteOffset + 8 * (k * length + tile * (row - below));
    const stripAt = (column: number, row: number): number => strips.byteOffset + 8 * (column * size + tile * row);
    mirrorStrips(strips, size, from, { toLeft: false });
    for (let near = below; near < size; near += nearRows) {
      const rows = Math.min(nearRows, size - near);
      for (let column = 0; column < size; column += tile) {
        if (column >= from && column < below) continue;
        for (let k = 0; k < block; k += tile) {
          run(factorAt(k, near), stripAt(column, near), stripAt(column, from + k), 8 * tile, 1, rows);
        }
      }
    }
    const inBlock = (turn: (k: number, j: number) => [number, number]): void => {
      for (let j = 0; j < block; j += tile) {
        for (let k = 0; k < block; k += tile) {
          run(...turn(k, j), stripAt(from + j, from + k), 8 * tile, 1, length);
        }
      }
    };
    inBlock((k, j) => [stripAt(from + k, below), factorAt(j, below)]);
    mirrorStrips(strips, size, from, { toLeft: true });
    inBlock((k, j) => [factorAt(k, below), stripAt(from + j, below)]);
  }
  return fromStrips(strips, size, n, factor);
}

function takeBlock(matrix: Float64Array, size: number, from: number, width: number, into: Float64Array): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      into[i * block + j] = matrix[(from + Math.max(i, j)) * size + from + Math.min(i, j)]!;
    }
  }
}

/** Q R Q of small blocks. */
function betweenPivots(q: Float64Array, r: Float64Array, width: number): Float64Array {
  const multiplied = (a: Float64Array, b: Float64Array): Float64Array => {
    const product = new Float64Array(block * block);
    for (let i = 0; i < width; i++) {
      for (let k = 0; k < width; k++) {
        const factor = a[i * block + k]!;
        for (let j = 0; j < width; j++) product[i * block + j]! += factor * b[k * block + j]!;
      }
    }
    return product;
  };
  return multiplied(multiplied(q, r), q);
}

/** A lower triangle as strips of four columns, row after row, with the upper half of the diagonal blocks. */
function toStrips(lower: Float64Array, size: number, strips: Float64Array): void {
  for (let j = 0; j < size; j += tile) toStrip(lower, size, j, j, strips.subarray(j * size + tile * j));
  for (let i = 0; i < size; i++) {
    for (let j = i - (i % block); j <= i; j++) {
      const value = lower[i * size + j]!;
      strips[(j - (j % tile)) * size + tile * i + (j % tile)] = value;
      strips[(i - (i % tile)) * size + tile * j + (i % tile)] = value;
    }
  }
}

/** Four columns from `column` on, of the rows from `top` on. */
function toStrip(matrix: Float64Array, size: number, column: number, top: number, strip: Float64Array): void {
  for (let i = top, at = 0; i < size; i++, at += tile) {
    const place = i * size + column;
    strip[at] = matrix[place]!;
    strip[at + 1] = matrix[place + 1]!;
    strip[at + 2] = matrix[place + 2]!;
    strip[at + 3] = matrix[place + 3]!;
  }
}

/** Copies the rows right of a block into its columns below it, or these columns into those rows. */
function mirrorStrips(strips: Float64Array, size: number, from: number, { toLeft }: { toLeft: boolean }): void {
  for (let i = from + block; i < size; i += tile) {
    for (let k = from; k < from + block; k += tile) {
      const [below, right] = [k * size + tile * i, i * size + tile * k];
      const [to, source] = toLeft ? [below, right] : [right, below];
      for (let a = 0; a < tile; a++) {
        for (let b = 0; b < tile; b++) strips[to + tile * a + b] = strips[source + tile * b + a]!;
      }
    }
  }
}

/** The n × n matrix, times `factor`, its upper half as its lower. */
function fromStrips(strips: Float64Array, size: number, n: number, factor: number): Float64Array {
  const full = new Float64Array(n * n);
  for (let top = 0; top < n; top += block) {
    for (let start = 0; start <= top; start += block) {
      const to = Math.min(top + block, n);
      for (let i = top; i < to; i++) {
        mirrorRow(strips, size, { i, start, to: Math.min(start + block, i + 1) }, factor, full, n);
      }
    }
  }
  return full;
}

function mirrorRow(
  strips: Float64Array,
  size: number,
  { i, start, to }: { i: number; start: number; to: number },
  factor: number,
  full: Float64Array,
  n: number,
): void {
  for (let j = start; j < to; j++) {
    full[i * n + j] = full[j * n + i] = factor * strips[(j - (j % tile)) * size + tile * i + (j % tile)]!;
  }
}
