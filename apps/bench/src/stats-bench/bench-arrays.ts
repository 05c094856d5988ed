import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Arrays that both sides read: in memory here, as a file of doubles there. */
export class BenchArrays implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'stats-bench-'));
  readonly #paths = new Map<Float64Array, string>();

  /** The file that holds an array; written once. */
  file(values: Float64Array): string {
    const known = this.#paths.get(values);
    if (known !== undefined) return known;
    const path = join(this.#folder, `${this.#paths.size}.f64`);
    writeFileSync(path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.#paths.set(values, path);
    return path;
  }

  files(arrays: Record<string, Float64Array>): Record<string, string> {
    return Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, this.file(values)]));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
