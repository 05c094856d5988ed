export type LabelPlan = {
  /** Cost of one classical label's worth of information, in labels; at 1 or above, label by hand. */
  costPerLabel: number;
  /** Labels to buy. */
  n: number;
  /** Items for the judge alone. */
  N: number;
  /** Labelling n items and judging all n + N, in labels. */
  cost: number;
  /** Classical labels that one label is worth beside N judged items. */
  gain: number;
  worthwhile: boolean;
};

/**
 * How many labels and how many judged items do what `classical` labels alone would do, at least cost.
 *
 *     cost  classical · (1 − r² + g·r² + 2√(g·r²(1 − r²)))
 *     n     classical · (1 − r² + √(g·r²(1 − r²)))       N   n(classical − n) / (n − (1 − r²)·classical)
 *
 * `correlation` is that of human label and judge's score, from a pilot; round n and N up. Broska et al. 2024; formulas of
 * ppi_py's power analysis. A judge that is no better than the judged model has r² of at most ½ and saves at most half of the
 * labels (Dorner, Nastl, Hardt 2025, arXiv:2410.13341).
 *
 * @param classical labels that a study without a judge would need, 1 or more
 * @param costRatio cost of judging an item over cost of labelling it, above 0
 * @throws RangeError for a correlation outside [−1, 1], a cost ratio that is not positive, or too few classical labels
 * @example
 * planLabels(400, { correlation: 0.7, costRatio: 0.01 }).costPerLabel; // 0.6149
 * @see https://github.com/assize/assize/blob/main/docs/stats/label-planning.md
 */
export function planLabels(
  classical: number,
  { correlation, costRatio }: { correlation: number; costRatio: number },
): LabelPlan {
  if (!(classical >= 1 && classical < Infinity)) {
    throw new RangeError(`classical must be at least 1 label and finite, found ${classical}`);
  }
  if (!(correlation >= -1 && correlation <= 1)) {
    throw new RangeError(`correlation must lie in [-1, 1], found ${correlation}`);
  }
  if (!(costRatio > 0 && costRatio < Infinity)) {
    throw new RangeError(`costRatio must be positive and finite, found ${costRatio}`);
  }
  const byHand = { costPerLabel: 1, n: classical, N: 0, cost: classical, gain: 1, worthwhile: false };
  // λ is never negative: a judge that disagrees on the whole is not used.
  if (correlation <= 0) return byHand;
  const r2 = correlation ** 2;
  const root = Math.sqrt(costRatio * r2 * (1 - r2));
  const costPerLabel = 1 - r2 + costRatio * r2 + 2 * root;
  const n = classical * (1 - r2 + root);
  if (costPerLabel >= 1 || n >= classical) return { ...byHand, costPerLabel };
  // With r = 1 a single label would do and N is the classical number: the limit of the formula.
  const N = root === 0 ? classical : (n * (classical - n)) / (n - (1 - r2) * classical);
  return { costPerLabel, n, N, cost: n + costRatio * (n + N), gain: classical / Math.max(n, 1e-300), worthwhile: true };
}

/**
 * How many classical labels one label is worth beside N judged items: 1 / (1 − r²/(1 + n/N)), at the best λ.
 *
 * @param correlation of human label and judge's score; at 0 or below the judge is not used and the gain is 1
 * @param ratio n/N, labelled over unlabelled items
 * @throws RangeError for a correlation outside [−1, 1] or a negative ratio; with r = 1 and ratio 0 the gain has no bound
 * @example
 * predictionGain(0.9, 0.1); // 3.793
 * @see https://github.com/assize/assize/blob/main/docs/stats/label-planning.md
 */
export function predictionGain(correlation: number, ratio: number): number {
  if (!(correlation >= -1 && correlation <= 1)) {
    throw new RangeError(`correlation must lie in [-1, 1], found ${correlation}`);
  }
  if (!(ratio >= 0 && ratio < Infinity)) throw new RangeError(`ratio must be at least 0 and finite, found ${ratio}`);
  if (correlation === 1 && ratio === 0) throw new RangeError('at correlation 1 and ratio 0 the gain has no bound');
  return correlation <= 0 ? 1 : 1 / (1 - correlation ** 2 / (1 + ratio));
}
