import { levelsOf, type Scale } from '@assize/core';

/**
 * The expected score of a distribution over the levels of a scale of numbers: Σ level·p(level).
 *
 * `undefined` where levels are not numbers (nominal, words, preference), where there is no list of levels, and where the
 * distribution has another length.
 *
 * @example expectedValue({ kind: 'ordinal', levels: [1, 2, 3] }, [0.5, 0.25, 0.25]) // 1.75
 * @see Liu et al. 2023, G-Eval, arXiv:2303.16634
 */
export function expectedValue(scale: Scale, distribution: readonly number[]): number | undefined {
  if (scale.kind !== 'binary' && scale.kind !== 'ordinal') return undefined;
  const levels = levelsOf(scale) ?? [];
  if (levels.length !== distribution.length) return undefined;
  let sum = 0;
  for (const [place, level] of levels.entries()) {
    if (typeof level !== 'number') return undefined;
    sum += level * (distribution[place] ?? 0);
  }
  return sum;
}
