import {
  type Criterion,
  type Dataset,
  fingerprint,
  type Item,
  itemSchema,
  liftItem,
  type ItemDraft,
  type Rating,
} from '@assize/core';

import { badRow, duplicateItem } from './dataset-errors.ts';
import { datasetFingerprint } from './dataset-fingerprint.ts';
import { fieldProblem } from './read-items.ts';

/**
 * A data set of items and labels that are in memory. Short forms of items are lifted.
 *
 * The fingerprint is of the criteria and of what items and labels hold, in whatever order they come.
 *
 * @throws dataset/bad-row for an item that is none, dataset/duplicate-item for an id that occurs twice; `line` is the
 *   place in the list, from 1
 * @example
 * const capitals = defineDataset({
 *   name: 'capitals',
 *   criteria: [{ id: 'correct', question: 'Is it right?', scale: { kind: 'binary' }, higherIsBetter: true }],
 *   items: [{ id: 'fr', input: 'Capital of France?', responses: ['Paris'] }],
 *   labels: [{ item: 'fr', rater: 'ann', criterion: 'correct', status: 'rated', value: 1, provenance: { source: 'person' } }],
 * });
 */
export function defineDataset({
  name,
  criteria,
  items,
  labels = [],
}: {
  name: string;
  criteria: readonly Criterion[];
  items: readonly ItemDraft[];
  labels?: readonly Rating[];
}): Dataset {
  const lifted = items.map((draft, index) => liftedItem(draft, name, index + 1));
  const lines = new Map<string, number>();
  for (const [index, { id }] of lifted.entries()) {
    const firstLine = lines.get(id);
    if (firstLine !== undefined) throw duplicateItem({ file: name, line: index + 1, id, firstFile: name, firstLine });
    lines.set(id, index + 1);
  }
  const print = datasetFingerprint(criteria);
  for (const item of lifted) print.item(fingerprint(item));
  for (const label of labels) print.label(fingerprint(label));
  return {
    contract: 1,
    name,
    fingerprint: print.finish(),
    criteria,
    size: lifted.length,
    items: () => each(lifted),
    labels: () => each(labels),
  };
}

function liftedItem(draft: ItemDraft, file: string, line: number): Item {
  const read = itemSchema.safeParse(liftItem(draft));
  if (read.success) return read.data;
  throw badRow({ file, line, ...fieldProblem(read.error) });
}

async function* each<Entry>(list: readonly Entry[]): AsyncGenerator<Entry, void, undefined> {
  yield* list;
}
