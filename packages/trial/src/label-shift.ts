import type { Estimate, Finding, Measure, Undetermined } from '@assize/core';
import { clusteredMean } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import { decide, type Decision, gravest } from './decision.ts';
import { inWords, noted } from './estimate-words.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import { clipped, withoutSpread } from './no-spread.ts';
import { labelOf } from './wording.ts';

/** How the judge's use of the scale differs from people's, and what that means against the profile. */
export interface Shift {
  statistic: 'label-shift' | 'mean-shift';
  estimate: Estimate | Undetermined;
  decision: Decision;
  measures: Measure[];
  threshold: Finding['threshold'] & object;
  wording: string;
}

/**
 * For each label, how much more often the judge gives it than people do on the same units.
 *
 * The intervals hold together (Bonferroni over the labels that occur); the gravest decides, among equals the largest shift.
 * A split verdict on a preference without ties is no label of its own: it is half a vote for each response.
 */
export function labelShift(one: CriterionCase, usable: Uint32Array, settings: ExaminationSettings): Shift {
  const { level, profile } = settings;
  const clusters = usable.map((unit) => one.clusters[unit]!);
  const seen = new Set<number>();
  for (const unit of usable) for (const values of [one.verdicts, one.consensus.values]) seen.add(values[unit]!);
  const labels = Array.from({ length: one.levels }, (_, code) => code);
  const { scale } = one.criterion;
  const halves = scale.kind === 'preference' && !scale.ties;
  const used = halves ? [0, 1] : labels.filter((code) => seen.has(code));
  const part = (value: number, code: number): number => (halves && value === 2 ? 0.5 : Number(value === code));
  const together = 1 - (1 - level) / used.length;
  const shifts = used.map((code) => {
    const differences = Float64Array.from(
      usable,
      (unit) => part(one.verdicts[unit]!, code) - part(one.consensus.values[unit]!, code),
    );
    const mean = clusteredMean(differences, { level: together, clusters });
    const estimate = clipped(withoutSpread(mean, [-1, 1]), [-1, 1]);
    return { code, estimate, decision: decide(estimate, profile.labelShift, profile.leastGroups) };
  });
  // Of two equal shifts the one upwards leads, so that the names of labels decide nothing.
  const size = ({ estimate }: (typeof shifts)[number]): number => Math.abs(estimate.value ?? 0);
  const sorted = shifts.toSorted((a, b) => size(b) - size(a) || (b.estimate.value ?? 0) - (a.estimate.value ?? 0));
  const worst = gravest(sorted.map(({ decision }) => decision));
  const deciding = sorted.find(({ decision }) => decision === worst)!;
  const label = labelOf(one, deciding.code);
  const others = used.length - 1;
  return {
    statistic: 'label-shift',
    estimate: noted(deciding.estimate, `label ${label}; holds together with ${others} other labels`),
    decision: worst,
    measures: shifts.map(({ code, estimate }) => ({
      statistic: 'label-shift',
      about: { label: labelOf(one, code) },
      estimate,
    })),
    threshold: profile.labelShift,
    wording:
      deciding.estimate.value === 0
        ? `The judge gives each label as often as people do: ${label} differs by ${inWords(deciding.estimate)}.`
        : `The judge gives ${label} ${(deciding.estimate.value ?? 0) > 0 ? 'more' : 'less'} often than people: its share of units minus theirs is ${inWords(deciding.estimate)}.`,
  };
}
