import { type Dataset, defineError, type Item, type Judge, type Rater } from '@assize/core';

/** What is to be rated, and by whom. */
export interface RunPlan {
  /** A data set, or its items alone: read once, lazily, and in the same order on a resume. */
  readonly dataset: Dataset | AsyncIterable<Item>;
  readonly raters: readonly Rater[];
  /** Only so many items, from the start. */
  readonly limit?: number;
}

export const duplicateRater = defineError('runner/duplicate-rater', (facts: { rater: string }) => ({
  message: `two raters have the id ${facts.rater}`,
  hint: 'Give each rater an id of its own: ratings are told apart by it.',
}));

export const duplicateItem = defineError('runner/duplicate-item', (facts: { item: string; position: number }) => ({
  message: `item ${facts.position} has the id ${facts.item}, which an earlier one has too`,
  hint: 'Give each item an id of its own, then resume the run.',
}));

/** Whether a rater says in a definition which model it asks. */
export function isJudge(rater: Rater): rater is Judge {
  return rater.kind === 'judge' && 'definition' in rater;
}

function isDataset(source: RunPlan['dataset']): source is Dataset {
  return 'contract' in source;
}

/** The items of a plan, from the start. */
export function itemsOf(source: RunPlan['dataset']): AsyncIterable<Item> {
  return isDataset(source) ? source.items() : source;
}

/** What a plan's items are called, and the hash that moves with them where there is one. */
export function datasetOf(source: RunPlan['dataset']): { name: string; fingerprint: string | null } {
  return isDataset(source)
    ? { name: source.name, fingerprint: source.fingerprint }
    : { name: 'items', fingerprint: null };
}

/** How many assignments a plan has, where that is known before it is read. */
export function plannedOf({ dataset, raters, limit }: RunPlan): number | null {
  const size = isDataset(dataset) ? dataset.size : undefined;
  const items = size === undefined ? limit : Math.min(size, limit ?? size);
  return size === undefined || items === undefined ? null : items * raters.length;
}
