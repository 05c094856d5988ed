import type { Estimate, Random, Undetermined } from '@assize/stats';

/** What a row looks at in one draw: an interval, or that there is none. */
export type Observed = Pick<Estimate, 'interval'> | Pick<Undetermined, 'value' | 'reason'>;

/** One interval on one population: how often does it hold the truth, and how wide is it? */
export interface CoverageRow {
  /** The interval: function, method, options: "proportion, wilson". Rows of one interval stand together. */
  readonly interval: string;
  /** The page of `docs/stats/` that documents the interval, without ending. */
  readonly page: string;
  /** The population in words: "Bernoulli(0.1)", "openqa-eval, resampled by question". */
  readonly population: string;
  /** Items in one sample; raters, players and the like belong to the population's words. */
  readonly n: number;
  readonly prevalence?: number;
  readonly clustered: boolean;
  readonly level: number;
  /** The value of the population that an interval should hold. */
  readonly truth: number;
  /**
   * Whether the page recommends the interval here. A documented row whose coverage falls more than 2 points short is a
   * miss; one that is not documented shows why.
   */
  readonly documented: boolean;
  /** How many samples are drawn: as many as make the row cost a second or so, 400 at least, 4,000 at most. */
  readonly draws: number;
  /** Draws one sample and computes the interval; all randomness comes from `random`. */
  readonly observe: (random: Random) => Observed;
}

/** The rows of one family; given the folder of public data where that is present, for populations resampled from it. */
export type CoverageFamily = (folder: string | undefined) => readonly CoverageRow[];
