import { betaQuantile, fQuantile, seededRandom, tQuantile } from '@assize/stats';

import type { BenchArrays } from './bench-arrays.ts';
import type { Workload } from './workload.ts';

const n = 100_000;

export function quantileWorkloads(arrays: BenchArrays): Workload[] {
  const source = seededRandom('bench quantiles');
  const p = Float64Array.from({ length: n }, () => source.next());
  const quantiles = (
    call: string,
    name: string,
    quantile: (p: number) => number,
    settings: Record<string, number>,
  ): Workload[] =>
    (['r', 'python'] as const).map((tool) => ({
      id: `${call.replace('_', '-')}-${tool === 'r' ? 'r' : 'scipy'}`,
      what: `quantiles of ${name}, 10^5 values, to 1e-12; ${tool === 'r' ? 'R' : 'SciPy'} (limit 10-20 ms)`,
      most: 3,
      ours: () => {
        const found = new Float64Array(n);
        for (let i = 0; i < n; i += 1) found[i] = quantile(p[i] ?? Number.NaN);
        return [...found.subarray(0, 50)];
      },
      reference: { tool, call, files: arrays.files({ p }), settings },
      tolerance: (theirs) => theirs.map((value) => 1e-12 * Math.abs(value)),
    }));
  return [
    ...quantiles('quantile_t', 't, df 10', (at) => tQuantile(at, 10), { df: 10 }),
    ...quantiles('quantile_f', 'F, df 5 and 20', (at) => fQuantile(at, 5, 20), { df1: 5, df2: 20 }),
    ...quantiles('quantile_beta', 'beta, shapes 2.5 and 7.5', (at) => betaQuantile(at, 2.5, 7.5), { a: 2.5, b: 7.5 }),
  ];
}
