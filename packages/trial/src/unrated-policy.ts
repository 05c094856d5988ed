import type { UnratedPolicy } from '@assize/core';

import type { CriterionCase } from './criterion-case.ts';

/** The code of a verdict that is none: it follows the labels, equals none of them and stands as one of its own in tables. */
export function noVerdict({ levels }: CriterionCase): number {
  return levels;
}

/**
 * How many labels stand in a table of verdicts: those of the scale, and the verdict that is none where it occurs. The tie of
 * a preference without ties is one only where a split has made it.
 */
export function categoriesOf(one: CriterionCase, verdicts: Float64Array): number {
  if (verdicts.includes(noVerdict(one))) return one.levels + 1;
  const { scale } = one.criterion;
  return scale.kind === 'preference' && !scale.ties && !verdicts.includes(2) ? 2 : one.levels;
}

/** Which policies a criterion allows: `tie` is for preferences only. */
export function policiesOf({ criterion }: CriterionCase): UnratedPolicy[] {
  return criterion.scale.kind === 'preference' ? ['exclude', 'tie', 'wrong', 'worst'] : ['exclude', 'wrong', 'worst'];
}

/**
 * The judge's values with the unrated ones filled in by a policy; NaN stays where the policy leaves a unit out.
 *
 * `exclude` leaves out. `tie` counts a preference as a tie. `wrong` and `worst` count against the judge: between labels as a
 * verdict that equals none; on ordered scales as the end of the scale that lies farther from `reference`, which is the most
 * that one answer can be wrong. Units that the judge was never asked are left out by every policy.
 */
export function withUnrated(one: CriterionCase, policy: UnratedPolicy, reference: Float64Array): Float64Array {
  if (policy === 'exclude') return one.verdicts;
  const [low, high] = endsOf(one);
  return one.verdicts.map((value, unit) => {
    if (!Number.isNaN(value) || one.asked[unit] === 0) return value;
    if (policy === 'tie') return 2;
    if (!one.ordered) return noVerdict(one);
    const people = reference[unit]!;
    if (Number.isNaN(people)) return value;
    return people - low > high - people ? low : high;
  });
}

function endsOf({ criterion: { scale }, levels, verdicts, consensus }: CriterionCase): [number, number] {
  if (scale.kind === 'interval') return [scale.min, scale.max];
  if (levels > 0) return [0, levels - 1];
  let low = Infinity;
  let high = -Infinity;
  for (const values of [verdicts, consensus.values]) {
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}
