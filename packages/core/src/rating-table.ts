import type { Criterion } from './criterion.ts';

/** A rater as a table knows it: people are raters too. */
export type RaterKind = 'human' | 'judge' | 'metric' | 'reward-model';

/**
 * Ratings as columns: one entry of each array a row, names held once and referred to by their place.
 *
 * Plain data, so that a plugin reads it without a library; pivots and slices are functions of `@assize/datasets`.
 * A million ratings of 50,000 items take under 100 MB.
 */
export interface RatingTable {
  readonly contract: 1;
  readonly length: number;

  readonly items: readonly string[];
  /** The group of each item; an item that names none is a group of its own. */
  readonly groups: readonly string[];
  readonly groupOfItem: Uint32Array;
  readonly raters: readonly string[];
  readonly raterKinds: readonly RaterKind[];
  readonly criteria: readonly Criterion[];
  /** Distinct presentation orders; `[]`, always at place 0, stands for none given. */
  readonly orders: readonly (readonly number[])[];
  /** Facets of items: for each, its values and the value's place for each item (65535 where the item has none). */
  readonly facets: readonly {
    readonly name: string;
    readonly values: readonly string[];
    readonly ofItem: Uint16Array;
  }[];

  readonly item: Uint32Array;
  readonly rater: Uint16Array;
  readonly criterion: Uint16Array;
  readonly response: Uint16Array;
  readonly order: Uint16Array;
  readonly sample: Uint16Array;
  /** Place in `ratingStatuses`. */
  readonly status: Uint8Array;
  /** Place among the scale's levels (tie last) or the number; to be read only where the status is `rated` (0). */
  readonly value: Float64Array;

  /** Rows `start[i]` to `start[i + 1]` of `share` are the distribution of row i; equal starts mean none. */
  readonly distribution?: { readonly start: Uint32Array; readonly share: Float64Array };
  /** US dollars; NaN where unknown. */
  readonly cost?: Float64Array;
  /** NaN where unknown. */
  readonly latencyMs?: Float64Array;
  /** The model that answered: place 0 is `''`, unknown. */
  readonly served?: { readonly names: readonly string[]; readonly code: Uint16Array };
}
