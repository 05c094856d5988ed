import { tileKernelModule } from './tile-kernel-module.ts';

/** Rows and columns of a tile: what fits into the registers of a processor. */
export const tile = 4;

/**
 * Subtracts products of packed panels from a row of 4 × 4 tiles, in `memory` at the given byte places:
 * out[t][i][j] −= Σ_k left[k][i] · right[t][k][j], k from 0 to width − 1, rows of `out` `stride` bytes apart.
 */
export type TileKernel = (
  left: number,
  right: number,
  out: number,
  stride: number,
  tiles: number,
  width: number,
) => void;

type Wasm = {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: { run: TileKernel } };
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer };
};

const page = 65_536;
let compiled: object | null | undefined;

/**
 * Room for so many bytes with the kernel over it: two multiplications at a time by WebAssembly where there is one, else
 * plain JavaScript. Both add in the same order, so that results are equal bit for bit.
 */
export function kernelOver(
  bytes: number,
  { plain = false }: { plain?: boolean } = {},
): { buffer: ArrayBuffer; run: TileKernel } {
  if (!plain && compiled !== null) {
    try {
      const wasm: Wasm = Reflect.get(globalThis, 'WebAssembly');
      compiled ??= new wasm.Module(tileKernelModule());
      const memory = new wasm.Memory({ initial: Math.ceil(bytes / page) });
      const { exports } = new wasm.Instance(compiled, { m: { m: memory } });
      return { buffer: memory.buffer, run: exports.run };
    } catch {
      // There may be no WebAssembly, a page may forbid it by its policy, an old machine may have no vectors.
      compiled = null;
    }
  }
  const buffer = new ArrayBuffer(bytes);
  return { buffer, run: plainKernel(new Float64Array(buffer)) };
}

function plainKernel(memory: Float64Array): TileKernel {
  const sums = new Float64Array(tile * tile);
  return (left, right, out, stride, tiles, width) => {
    const [p, step] = [left / 8, stride / 8];
    let [q, place] = [right / 8, out / 8];
    for (let t = 0; t < tiles; t++, place += tile) {
      for (let i = 0; i < tile; i++) {
        let [c0, c1, c2, c3] = [0, 0, 0, 0];
        for (let k = 0, at = q; k < width; k++, at += tile) {
          const s = memory[p + tile * k + i]!;
          c0 += s * memory[at]!;
          c1 += s * memory[at + 1]!;
          c2 += s * memory[at + 2]!;
          c3 += s * memory[at + 3]!;
        }
        sums[tile * i] = c0;
        sums[tile * i + 1] = c1;
        sums[tile * i + 2] = c2;
        sums[tile * i + 3] = c3;
      }
      for (let i = 0; i < tile; i++) {
        for (let j = 0; j < tile; j++) memory[place + i * step + j]! -= sums[tile * i + j]!;
      }
      q += tile * width;
    }
  };
}
