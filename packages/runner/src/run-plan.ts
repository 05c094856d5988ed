import type { Dataset, Item, Rater } from '@assize/core';

/** What is to be rated, and by whom. */
export interface RunPlan {
  /** A data set, or its items alone: read once, lazily, and in the same order on a resume. */
  readonly dataset: Dataset | AsyncIterable<Item>;
  readonly raters: readonly Rater[];
  /** Only so many items, from the start. */
  readonly limit?: number;
}
