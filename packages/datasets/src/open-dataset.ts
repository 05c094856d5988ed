import { basename } from 'node:path';

import { type Criterion, type Dataset, fingerprint, type Rating } from '@assize/core';

import { datasetFingerprint } from './dataset-fingerprint.ts';
import { readItems } from './read-items.ts';
import { readRatings } from './read-ratings.ts';

/**
 * A data set in files: items as JSONL, labels as JSONL or CSV. Both are read once to check them and to take the
 * fingerprint, and again each time `items()` or `labels()` is asked for; neither is held in memory.
 *
 * The fingerprint is that of `defineDataset` on the same content.
 *
 * @throws what `readItems` and `readRatings` throw
 * @example
 * const dataset = await openDataset({ items: 'items.jsonl', labels: 'labels.csv', criteria: [helpful] });
 */
export async function openDataset({
  items,
  labels,
  criteria,
  name,
  signal,
}: {
  items: string | readonly string[];
  labels?: string | readonly string[];
  criteria: readonly Criterion[];
  /** Default: the name of the first file of items, without its ending. */
  name?: string;
  signal?: AbortSignal;
}): Promise<Dataset> {
  const options = signal ? { signal } : {};
  const only = criteria.length === 1 ? criteria[0]?.id : undefined;
  const readLabels = (): AsyncIterable<Rating> =>
    labels === undefined
      ? none()
      : readRatings(labels, { ...options, ...(only === undefined ? {} : { criterion: only }) });
  const print = datasetFingerprint(criteria);
  let size = 0;
  for await (const item of readItems(items, options)) {
    print.item(fingerprint(item));
    size++;
  }
  for await (const label of readLabels()) print.label(fingerprint(label));
  const [first = ''] = typeof items === 'string' ? [items] : items;
  return {
    contract: 1,
    name: name ?? basename(first).replace(/\.(?:jsonl|ndjson)(?:\.gz)?$/i, ''),
    fingerprint: print.finish(),
    criteria,
    size,
    items: () => readItems(items, options),
    labels: readLabels,
  };
}

async function* none(): AsyncGenerator<Rating, void, undefined> {
  // A data set without labels has nothing to give.
}
