import type { Criterion } from './criterion.ts';
import type { Estimate, Undetermined } from './estimate.ts';
import type { Item } from './item.ts';
import type { JudgeDefinition } from './judge-definition.ts';
import type { Abilities, Model } from './model.ts';
import type { Random } from './random.ts';
import type { Rating } from './rating.ts';
import type { RatingTable } from './rating-table.ts';

/** What a rater is given beside the item: how to stop, chance, and models that are paced and journaled. */
export interface RatingContext {
  readonly signal: AbortSignal;
  readonly random: Random;
  /** The model of that id. The runner hands in paced, journaled models; a notebook plain ones. */
  model(id: string): Model;
  /** The fingerprint of the item, where whoever asks has it at hand; else the rater makes it. */
  readonly itemFingerprint?: string;
}

/** Anything that rates items by a program: a judge, a metric or a reward model. */
export interface Rater {
  readonly contract: 1;
  readonly id: string;
  readonly kind: 'judge' | 'metric' | 'reward-model';
  readonly criteria: readonly Criterion[];
  /** Moves whenever the same item could be rated otherwise. */
  readonly fingerprint: string;
  /** All its rows on the item: every criterion, response, order and sample. What is missing is a row with a reason. */
  rate(item: Item, context: RatingContext): Promise<Rating[]>;
}

/** A language model that rates by a definition. */
export interface Judge extends Rater {
  readonly kind: 'judge';
  readonly mode: 'pointwise' | 'pairwise' | 'listwise';
  readonly definition: JudgeDefinition;
  /**
   * Looks whether a model of these abilities can be this judge, before anything is asked.
   *
   * @returns the settings of its definition that will have no effect.
   * @throws an error that says what the judge needs and the model lacks.
   */
  check?(abilities: Abilities): readonly string[];
}

/** A program that rates without a definition: an exact match, a length, a similarity. */
export interface Metric extends Rater {
  readonly kind: 'metric';
  /** What an item must have; where it is missing, the rating is `abstained`. */
  readonly needs: readonly (keyof Item)[];
  summarise?(ratings: RatingTable): Estimate | Undetermined;
}
