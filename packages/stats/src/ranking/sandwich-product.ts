import { mirrored } from './mirrored.ts';
import { kernelOver, tile } from './tile-kernel.ts';

/** Columns of the left factor, and rows of the right one, that are multiplied at once. */
const block = 32;
/** Below so many rows it takes longer to set WebAssembly up than it saves. */
const fewest = 64;

/**
 * B S B (times `factor`) of two symmetric matrices, full, row after row, tile by tile in registers as in `definiteInverse`.
 *
 * @param options.plain without WebAssembly, as below 64 rows; the result is the same, bit for bit
 */
export function sandwichProduct(
  bread: Float64Array,
  meat: Float64Array,
  n: number,
  { factor = 1, plain = n < fewest }: { factor?: number; plain?: boolean } = {},
): Float64Array {
  const size = Math.ceil(n / tile) * tile;
  const cells = size * size;
  const panel = size * block;
  const { buffer, run } = kernelOver(8 * 2 * (cells + panel), { plain });
  const half = new Float64Array(buffer, 0, cells);
  const whole = new Float64Array(buffer, 8 * cells, cells);
  const left = new Float64Array(buffer, 16 * cells, panel);
  const right = new Float64Array(buffer, 8 * (2 * cells + panel), panel);
  const subtract = (a: Float64Array, stride: number, b: Float64Array, out: Float64Array, below: boolean): void => {
    for (let from = 0; from < n; from += block) {
      const width = Math.min(block, n - from);
      pack(a, stride, n, from, width, left);
      pack(b, n, n, from, width, right);
      for (let i = 0; i < size; i += tile) {
        const tiles = (below ? i : size - tile) / tile + 1;
        const place = out.byteOffset + 8 * i * size;
        run(left.byteOffset + 8 * i * width, right.byteOffset, place, 8 * size, tiles, width);
      }
    }
  };
  // The kernel subtracts, so that −B S comes first and then its product with −B, of which one triangle is enough.
  subtract(bread, n, meat, half, false);
  subtract(half, size, bread, whole, true);
  return mirrored(whole, size, n, factor);
}

/** Columns `from` on of the first n rows: four rows side by side, column after column; 0 where there is no such row. */
function pack(matrix: Float64Array, stride: number, n: number, from: number, width: number, panel: Float64Array): void {
  const whole = n - (n % tile);
  let place = 0;
  for (let i = 0; i < whole; i += tile) {
    const start = i * stride + from;
    for (let at = start; at < start + width; at++, place += tile) {
      panel[place] = matrix[at]!;
      panel[place + 1] = matrix[at + stride]!;
      panel[place + 2] = matrix[at + 2 * stride]!;
      panel[place + 3] = matrix[at + 3 * stride]!;
    }
  }
  if (whole === n) return;
  panel.fill(0, place, place + tile * width);
  for (let i = whole; i < n; i++) {
    for (let k = 0; k < width; k++) panel[place + tile * k + i - whole] = matrix[i * stride + from + k]!;
  }
}
