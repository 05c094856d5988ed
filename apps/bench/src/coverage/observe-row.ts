import { isEstimate, proportion, type Random, seededRandom } from '@assize/stats';

import type { CoverageRow } from './coverage-row.ts';

/** What the samples of one row showed. */
export interface Observation {
  readonly id: string;
  readonly draws: number;
  /** Samples that gave an interval. */
  readonly intervals: number;
  readonly covered: number;
  /** Intervals that lie wholly above the truth, and wholly below it. */
  readonly above: number;
  readonly below: number;
  /** Median width of the intervals; null where there were none. */
  readonly width: number | null;
}

/** The name of a row, unique among all rows: the seed of its samples. */
export function rowId({ interval, population, n, prevalence }: CoverageRow): string {
  const share = prevalence === undefined ? '' : ` | prevalence ${prevalence}`;
  return `${interval} | ${population}${share} | n = ${n}`;
}

const slack = 0.02;

/**
 * Draws a row's samples and counts how often the interval holds the truth.
 *
 * Sample i is drawn from the stream of the row's name and i: the same whatever else is observed, in whichever process.
 * A row that looks short gets four times the samples before it is judged, so that chance alone seldom accuses an interval;
 * all samples count.
 */
export function observeRow(
  row: CoverageRow,
  { draws = row.draws, random = seededRandom('coverage') }: { draws?: number; random?: Random } = {},
): Observation {
  const id = rowId(row);
  const source = random.stream(id);
  const widths: number[] = [];
  let [drawn, covered, above, below] = [0, 0, 0, 0];
  const draw = (until: number): void => {
    for (; drawn < until; drawn++) {
      const found = row.observe(source.stream(String(drawn)));
      const interval = 'interval' in found ? found.interval : null;
      if (interval === null) continue;
      const [low, high] = interval;
      widths.push(high - low);
      // Rounding must not decide: an interval that ends at the truth holds it.
      const rounding = 1e-12 * Math.max(1, Math.abs(row.truth));
      if (low > row.truth + rounding) above++;
      else if (high < row.truth - rounding) below++;
      else covered++;
    }
  };
  draw(draws);
  if (row.documented && covered < (row.level - slack) * widths.length) draw(4 * draws);
  widths.sort((a, b) => a - b);
  const width = widths.length === 0 ? null : widths[widths.length >> 1]!;
  return { id, draws: drawn, intervals: widths.length, covered, above, below, width };
}

/** Half of this share of samples must give an interval, else there is nothing to hold a row to. */
const enough = 0.5;

export type Verdict = 'holds' | 'short' | 'no interval' | 'outside';

/**
 * What an observation says of its row: `short` when a documented interval falls more than 2 points short of its level.
 *
 * The share is of the intervals that were made: where the function gives none, with a note, it promises nothing.
 */
export function verdictOf(row: CoverageRow, { draws, intervals, covered }: Observation): Verdict {
  if (!row.documented) return 'outside';
  if (intervals < enough * draws) return 'no interval';
  return covered / intervals < row.level - slack ? 'short' : 'holds';
}

/** Observed coverage with its Monte Carlo error; null where no interval was made. */
export function coverageOf({ covered, intervals }: Observation): { share: number; error: number } | null {
  if (intervals === 0) return null;
  const share = covered / intervals;
  // Wilson's half width at one standard error: not 0 where every interval covered.
  const estimate = proportion(covered, intervals, { level: 0.6826894921370859 });
  const [low, high] = isEstimate(estimate) ? estimate.interval! : [0, 1];
  return { share, error: (high - low) / 2 };
}
