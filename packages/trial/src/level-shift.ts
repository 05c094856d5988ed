import type { Measure } from '@assize/core';
import { clusterBootstrap, clusteredMean, plainEstimate } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import { decide } from './decision.ts';
import { inWords, noted } from './estimate-words.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import type { Shift } from './label-shift.ts';
import { clipped, withoutSpread } from './no-spread.ts';

/**
 * The mean of judge minus people on the same units, in levels.
 *
 * An interval scale has no levels: its range is cut into four steps, as many as lie between five levels, so that one
 * profile serves all scales.
 */
export function levelShift(one: CriterionCase, usable: Uint32Array, settings: ExaminationSettings): Shift {
  const { level, profile } = settings;
  const clusters = usable.map((unit) => one.clusters[unit]!);
  const { scale } = one.criterion;
  const interval = scale.kind === 'interval';
  const step = interval ? (scale.max - scale.min) / 4 : 1;
  const most = interval ? 4 : one.levels - 1;
  const differences = Float64Array.from(usable, (unit) => (one.verdicts[unit]! - one.consensus.values[unit]!) / step);
  const mean = clusteredMean(differences, { level, clusters });
  const estimate = clipped(withoutSpread(mean, [-most, most]), [-most, most]);
  const steps = interval ? 'quarters of the scale' : 'levels';
  const { value } = estimate;
  return {
    statistic: 'mean-shift',
    estimate: noted(estimate, `in ${steps}`),
    decision: decide(estimate, profile.levelShift, profile.leastGroups),
    measures: [spreadRatio(one, usable, settings, clusters)],
    threshold: profile.levelShift,
    wording: `The judge scores ${value === null || value === 0 ? 'as high as' : value > 0 ? 'higher than' : 'lower than'} people on average: judge minus people is ${inWords(estimate)} ${steps}.`,
  };
}

/** How widely the judge spreads its values beside people: below 1 it keeps to the middle. */
function spreadRatio(
  { verdicts, consensus }: CriterionCase,
  rows: Uint32Array,
  { level, replicates, random }: ExaminationSettings,
  clusters: Uint32Array,
): Measure {
  const ratio = (places: Uint32Array): number | null => {
    const people = deviation(consensus.values, rows, places);
    return people === 0 ? null : deviation(verdicts, rows, places) / people;
  };
  return {
    statistic: 'spread-ratio',
    estimate: plainEstimate(
      clusterBootstrap(clusters, ratio, { level, replicates, random: random.stream('spread-ratio') }),
    ),
  };
}

/** Standard deviation, divisor n; 0 where all values are equal, whatever rounding makes of their mean. */
function deviation(values: Float64Array, rows: Uint32Array, places: Uint32Array): number {
  const first = values[rows[places[0]!]!]!;
  let [total, equal] = [0, true];
  for (const place of places) {
    const value = values[rows[place]!]!;
    if (value !== first) equal = false;
    total += value;
  }
  if (equal) return 0;
  const mean = total / places.length;
  let squares = 0;
  for (const place of places) squares += (values[rows[place]!]! - mean) ** 2;
  return Math.sqrt(squares / places.length);
}
