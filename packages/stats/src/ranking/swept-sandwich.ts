import { block, invertInPlace, pack, packPivot, writeBack } from './definite-inverse.ts';
import { mirrored } from './mirrored.ts';
import { kernelOver, tile } from './tile-kernel.ts';

/** Below so many rows it takes longer to set WebAssembly up than it saves. */
const fewest = 64;

/**
 * H⁻¹ S H⁻¹ (times `factor`) of a symmetric positive definite H and a symmetric S, full, row after row; null where H is not
 * positive definite.
 *
 * It is minus the derivative of the inverse of H + t S at t = 0, so that the sweeps of `definiteInverse` give it when each of
 * their steps is differentiated: 3/2 n³ multiplications where an inverse and two products take 2 n³.
 *
 *     H′ = H − V C'           V = C P⁻¹, P the block that is swept, C its columns in the other rows
 *     S′ = S − W V' − V D'    W = D − V R, R and D the same block and columns of S
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
  const { buffer, run } = kernelOver(8 * (2 * cells + 5 * panel + 2 * small), { plain });
  let used = 0;
  const room = (length: number): Float64Array => {
    const part = new Float64Array(buffer, used, length);
    used += 8 * length;
    return part;
  };
  const [h, s] = [room(cells), room(cells)];
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
  /** out −= the panel times the small block; four rows side by side as in both. */
  const times = (left: Float64Array, right: Float64Array, out: Float64Array, width: number): void => {
    for (let at = 0; at < size * width; at += tile * width) {
      for (let k = 0; k < width; k += tile) {
        const place = out.byteOffset + 8 * (at + tile * k);
        run(left.byteOffset + 8 * k * width, right.byteOffset + 8 * at, place, 8 * tile, 1, width);
      }
    }
  };
  const subtract = (left: Float64Array, right: Float64Array, out: Float64Array, width: number): void => {
    for (let i = 0; i < size; i += tile) {
      const rows = left.byteOffset + 8 * i * width;
      run(rows, right.byteOffset, out.byteOffset + 8 * i * size, 8 * size, i / tile + 1, width);
    }
  };
  for (let from = 0; from < size; from += block) {
    const width = Math.min(block, size - from);
    takeBlock(h, size, from, width, pivot);
    takeBlock(s, size, from, width, own);
    if (!invertInPlace(pivot, width, least, from)) return null;
    pack(h, size, from, width, c);
    pack(s, size, from, width, d);
    packPivot(pivot, width, turned);
    for (let at = 0; at < small; at++) minusOwn[at] = -own[at]!;
    packPivot(minusOwn, width, bend);
    v.fill(0);
    times(turned, c, v, width);
    w.set(d);
    times(bend, v, w, width);
    wq.fill(0);
    times(turned, w, wq, width);
    subtract(v, c, h, width);
    subtract(w, v, s, width);
    subtract(v, d, s, width);
    writeBack(h, size, from, width, v, pivot);
    writeBack(s, size, from, width, wq, betweenPivots(pivot, minusOwn, width));
  }
  return mirrored(s, size, n, factor);
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
