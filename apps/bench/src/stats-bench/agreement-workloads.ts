import { type AlphaMetric, krippendorffAlpha, seededRandom } from '@assize/stats';

import type { BenchArrays } from './bench-arrays.ts';
import type { Workload } from './workload.ts';

const [rows, columns] = [100_000, 5];

/** Five levels, raters who follow the item's own level six times of ten, one rating in ten missing. */
function ratings(): Float64Array {
  const source = seededRandom('bench alpha');
  const values = new Float64Array(rows * columns);
  let level = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (i % columns === 0) level = Math.floor(5 * source.next());
    const own = source.next() < 0.6 ? level : Math.floor(5 * source.next());
    values[i] = source.next() < 0.1 ? Number.NaN : own;
  }
  return values;
}

export function agreementWorkloads(arrays: BenchArrays): Workload[] {
  const values = ratings();
  const alpha = (metric: AlphaMetric, limit: string): Workload => ({
    id: `alpha-${metric}`,
    what: `Krippendorff's alpha, ${metric}, 100,000 x 5, 10% missing; vectorised NumPy (limit ${limit})`,
    most: 0.4,
    rounds: 21,
    ours: () => [krippendorffAlpha({ values, rows, columns }, { metric }).value ?? Number.NaN],
    reference: {
      tool: 'python',
      call: `alpha_${metric}`,
      files: arrays.files({ ratings: values }),
      settings: { columns },
    },
    tolerance: 1e-12,
  });
  return [alpha('nominal', '1-2 ms'), alpha('interval', '0.5 ms')];
}
