import { normalQuantile } from '../numerics/normal.ts';
import { checkCounts } from '../proportions/proportion.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';

/** What the judge said where people's labels are known: approvals of right ones and refusals of wrong ones. */
export type JudgeCalibration = {
  /** Right by people, and right by the judge. */
  truePositives: number;
  /** Right by people. */
  positives: number;
  /** Wrong by people, and wrong by the judge. */
  trueNegatives: number;
  /** Wrong by people. */
  negatives: number;
};

export type RoganGladenEstimate = Estimate & {
  /** Share that the judge calls right. */
  p: number;
  /** Share of the wrong ones that the judge calls wrong. */
  q0: number;
  /** Share of the right ones that the judge calls right. */
  q1: number;
  /** Youden's J, q0 + q1 − 1: how much of a true change the judge shows. */
  youden: number;
  m0: number;
  m1: number;
};

const method = 'rogan-gladen, lee 2025';
const clip = (x: number): number => Math.min(1, Math.max(0, x));

/** The smoothed estimate, its shift and its standard error; null where the smoothed judge is no better than chance. */
function leeTerms(
  judged: { positives: number; n: number },
  { truePositives, positives: m1, trueNegatives, negatives: m0 }: JudgeCalibration,
  z: number,
): { centre: number; se: number } | null {
  const square = z * z;
  const n = judged.n + square;
  const p = (judged.positives + square / 2) / n;
  const q0 = (trueNegatives + 1) / (m0 + 2);
  const q1 = (truePositives + 1) / (m1 + 2);
  const j = q0 + q1 - 1;
  if (!(j > 0)) return null;
  const theta = clip((p + q0 - 1) / j);
  const v0 = (q0 * (1 - q0)) / (m0 + 2);
  const v1 = (q1 * (1 - q1)) / (m1 + 2);
  const shift = 2 * square * (theta * v1 - (1 - theta) * v0);
  const se = Math.sqrt((p * (1 - p)) / n + (1 - theta) ** 2 * v0 + theta ** 2 * v1) / j;
  return { centre: theta + shift, se };
}

/**
 * The true share of right ones behind a judge's share, from its error rates on labelled items.
 *
 *     θ   (p + q0 − 1) / (q0 + q1 − 1), clipped to [0, 1]
 *
 * The interval of Lee et al. counts both sources of doubt, the judged sample and the calibration, with p, q0 and q1 pulled
 * towards ½. Right where the error rates are the same in both samples, even if the share of right ones is not; the labelled
 * items must not be counted among the judged. Where labels are a random draw of the judged items,
 * `predictionPoweredMean` is narrower.
 * Rogan, Gladen 1978; Lee et al. 2025, arXiv:2511.21140.
 *
 * @param judged how many the judge called right, of how many
 * @returns `no-data` without judged items or without both kinds of labelled ones, `judge-not-better-than-chance` where q0 + q1 ≤ 1
 * @throws RangeError if counts do not fit or level is outside (0, 1)
 * @example
 * roganGladen({ positives: 400, n: 1000 }, { truePositives: 180, positives: 200, trueNegatives: 140, negatives: 200 });
 * // value .1667, interval [.0564, .2627]
 * @see https://github.com/assize/assize/blob/main/docs/stats/rogan-gladen.md
 */
export function roganGladen(
  judged: { positives: number; n: number },
  calibration: JudgeCalibration,
  { level = 0.95 }: { level?: number } = {},
): RoganGladenEstimate | Undetermined {
  checkLevel(level);
  checkCounts(judged.positives, judged.n);
  const { truePositives, positives: m1, trueNegatives, negatives: m0 } = calibration;
  checkCounts(truePositives, m1);
  checkCounts(trueNegatives, m0);
  const n = judged.n;
  if (n === 0) return undetermined('no-data', 'needs judged items, found none', 0, method);
  if (m0 === 0 || m1 === 0) {
    const found = `found ${m1} right and ${m0} wrong`;
    return undetermined('no-data', `the error rates need labelled items of both kinds, ${found}`, n, method);
  }
  const [p, q0, q1] = [judged.positives / n, trueNegatives / m0, truePositives / m1];
  // In whole numbers, so that a judge at exactly chance is not let through by rounding.
  if (trueNegatives * m1 + truePositives * m0 <= m0 * m1) {
    const rates = `q0 = ${q0.toFixed(3)}, q1 = ${q1.toFixed(3)}`;
    return undetermined('judge-not-better-than-chance', `${rates} sum to no more than 1`, n, method);
  }
  const youden = q0 + q1 - 1;
  const found = (p + q0 - 1) / youden;
  const value = clip(found);
  const notes: string[] = [];
  if (value !== found) notes.push(`the estimate ${found.toFixed(4)} lies outside [0, 1] and was moved to ${value}`);
  const terms = leeTerms(judged, calibration, normalQuantile((1 + level) / 2));
  const common = { p, q0, q1, youden, m0, m1 };
  if (terms === null) {
    notes.push('no interval: with the error rates pulled towards ½ the judge is no better than chance');
    return withNotes({ value, interval: null, level, n, method, ...common }, notes);
  }
  const half = normalQuantile((1 + level) / 2) * terms.se;
  // A shift can carry both ends past a point estimate at the border; it stays inside its own interval.
  const low = Math.min(value, clip(terms.centre - half));
  const high = Math.max(value, clip(terms.centre + half));
  return withNotes({ value, interval: [low, high], level, n, se: terms.se, method, ...common }, notes);
}

/**
 * How to split m labels between wrong and right items, after a pilot, so that the interval becomes shortest.
 *
 *     k   (m_p(1 − q0) + 1) / (m_p(1 − q1) + 1)
 *     m1  m / (1 + (1/p − 1)·√k), rounded, between m_p and m − m_p
 *
 * The truth is not known beforehand: label within what the judge calls right and wrong until both quotas are filled.
 * Lee et al. 2025, arXiv:2511.21140, adaptive allocation.
 *
 * @param pilot.p share that the judge calls right, in (0, 1)
 * @param pilot.perClass labels of each class in the pilot
 * @throws RangeError for rates outside [0, 1], p at 0 or 1, or fewer labels than two pilots
 * @example
 * allocateCalibration(200, { p: 0.4, q0: 0.7, q1: 0.9, perClass: 10 }); // { m0: 136, m1: 64 }
 * @see https://github.com/assize/assize/blob/main/docs/stats/rogan-gladen.md
 */
export function allocateCalibration(
  labels: number,
  { p, q0, q1, perClass }: { p: number; q0: number; q1: number; perClass: number },
): { m0: number; m1: number } {
  checkCounts(perClass, labels);
  if (perClass * 2 > labels) throw new RangeError(`labels must be at least two pilots of ${perClass}, found ${labels}`);
  if (!(p > 0 && p < 1)) throw new RangeError(`p must lie in (0, 1), found ${p}`);
  for (const [rate, value] of Object.entries({ q0, q1 })) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${rate} must lie in [0, 1], found ${value}`);
  }
  const k = (perClass * (1 - q0) + 1) / (perClass * (1 - q1) + 1);
  const wanted = Math.round(labels / (1 + (1 / p - 1) * Math.sqrt(k)));
  const m1 = Math.min(labels - perClass, Math.max(perClass, wanted));
  return { m0: labels - m1, m1 };
}
