import type { BootstrapMethod } from '../resampling/bootstrap-interval.ts';
import { checkLevel } from './estimate.ts';
import type { Random } from '../random/random.ts';

/**
 * How a statistic gets its interval.
 *
 * With `random` it is a bootstrap; without, the closed form where there is one and rows are independent;
 * else there is none, and a note says what is missing.
 */
export type IntervalOptions = {
  /** Default 0.95. */
  level?: number | undefined;
  interval?: 'closed-form' | 'bootstrap' | 'none' | undefined;
  /** Default 'percentile'. */
  bootstrap?: BootstrapMethod | undefined;
  /** Default 2000. */
  replicates?: number | undefined;
  random?: Random | undefined;
  /** One id per row or item: what is resampled together. Each stands alone without it. */
  clusters?: ArrayLike<number> | undefined;
};

export type IntervalPlan =
  | { kind: 'closed-form'; level: number }
  | { kind: 'bootstrap'; level: number; random: Random; replicates: number; method: BootstrapMethod }
  | { kind: 'none'; level: number; note: string };

/** Decides which interval is made. Throws RangeError where the options contradict each other. */
export function planInterval(options: IntervalOptions, closedForm: boolean): IntervalPlan {
  const { level = 0.95, interval, random, clusters, replicates = 2000, bootstrap: method = 'percentile' } = options;
  checkLevel(level);
  if (interval === 'none') return { kind: 'none', level, note: 'no interval was asked for' };
  if (interval === 'bootstrap' && random === undefined) throw new RangeError("interval 'bootstrap' needs `random`");
  if (interval === 'closed-form' && clusters !== undefined) {
    throw new RangeError("interval 'closed-form' takes rows as independent; with clusters use 'bootstrap'");
  }
  if (interval !== 'closed-form' && random !== undefined)
    return { kind: 'bootstrap', level, random, replicates, method };
  if (closedForm && clusters === undefined) return { kind: 'closed-form', level };
  return {
    kind: 'none',
    level,
    note: closedForm
      ? 'no interval: with clusters it is a bootstrap, which needs `random`'
      : 'no interval: it is a bootstrap, which needs `random`',
  };
}
