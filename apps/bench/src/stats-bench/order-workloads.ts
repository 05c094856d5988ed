import { auroc, isotonicRegression, kendall, predictIsotonic, seededRandom, spearman } from '@assize/stats';

import type { BenchArrays } from './bench-arrays.ts';
import type { Workload } from './workload.ts';

const n = 1_000_000;

export function orderWorkloads(arrays: BenchArrays): Workload[] {
  const source = seededRandom('bench order');
  const x = Float64Array.from({ length: n }, () => source.next());
  const y = x.map((value) => Math.round(50 * (value + source.next())));
  const wins = x.map((value) => Number(source.next() < value));
  const python = (call: string, other: Float64Array): Workload['reference'] => ({
    tool: 'python',
    call,
    files: arrays.files({ x, y: other }),
    settings: {},
  });
  return [
    {
      id: 'kendall',
      what: "Kendall's tau-b, n = 10^6, ties in y; SciPy (limit 60-100 ms: two sorts, 10^6 paths down a tree of counters)",
      most: 1,
      ours: () => {
        const { value, ...rest } = kendall(x, y);
        return value === null || !('p' in rest) ? [] : [value, rest.p ?? Number.NaN];
      },
      reference: python('kendall', y),
      tolerance: 1e-12,
    },
    {
      id: 'spearman',
      what: "Spearman's correlation, n = 10^6, ties in y; SciPy (limit two sorts)",
      most: 1,
      ours: () => [spearman(x, y).value ?? Number.NaN],
      reference: python('spearman', y),
      tolerance: 1e-10,
    },
    {
      id: 'isotonic',
      what: 'isotonic regression of 0 and 1, n = 10^6, unsorted; scikit-learn (limit 60 ms: a sort)',
      most: 0.5,
      ours: () => {
        const fit = isotonicRegression(x, wins);
        return 'y' in fit ? [...predictIsotonic(fit, [0.1, 0.3, 0.5, 0.7, 0.9])] : [];
      },
      reference: python('isotonic', wins),
      tolerance: 1e-9,
    },
    {
      id: 'auroc',
      what: 'AUROC with its interval, n = 10^6; scikit-learn without one (limit: a sort)',
      most: 1,
      ours: () => [auroc(x, wins).value ?? Number.NaN],
      reference: python('auroc', wins),
      tolerance: 1e-9,
    },
  ];
}
