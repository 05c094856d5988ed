import type { Estimate, Undetermined } from '@assize/core';
import { krippendorffAlpha, type Matrix } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import { clipped, withoutSpread } from './no-spread.ts';

export type Metric = 'nominal' | 'ordinal' | 'interval';

/** The metric of Krippendorff's alpha that a scale calls for. */
export function alphaMetric(one: CriterionCase): Metric {
  if (!one.ordered) return 'nominal';
  return one.levels > 0 || one.criterion.scale.kind === 'rank' ? 'ordinal' : 'interval';
}

/** Krippendorff's alpha of units × raters with an interval, also where no unit shows a disagreement. */
export function alphaOf(
  matrix: Matrix,
  metric: Metric,
  clusters: Uint32Array,
  name: string,
  { level, replicates, random }: ExaminationSettings,
): Estimate | Undetermined {
  const found = krippendorffAlpha(matrix, { metric, level, replicates, clusters, random: random.stream(name) });
  if (found.value === null) return withoutSpread(found, [-1, 1]);
  const worst = found.value - widestDisagreement(matrix, metric) / found.expectedDisagreement;
  return clipped(withoutSpread(found, [worst, 1]), [-1, 1]);
}

/** The disagreement of a unit whose raters stand at the two ends of what was said. */
function widestDisagreement({ values, rows, columns }: Matrix, metric: Metric): number {
  if (metric === 'nominal') return 1;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < rows * columns; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (metric === 'interval') return (high - low) ** 2;
  let [n, atEnds] = [0, 0];
  for (let i = 0; i < rows * columns; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    n++;
    if (value === low || value === high) atEnds++;
  }
  return (n - atEnds / 2) ** 2;
}
