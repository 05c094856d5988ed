import type { Criterion } from './criterion.ts';
import type { Item } from './item.ts';
import type { Rating } from './rating.ts';

/** Items and what people said of them, readable more than once and from the start each time. */
export interface Dataset {
  readonly contract: 1;
  readonly name: string;
  readonly fingerprint: string;
  readonly criteria: readonly Criterion[];
  readonly size?: number;
  items(): AsyncIterable<Item>;
  labels(): AsyncIterable<Rating>;
}
