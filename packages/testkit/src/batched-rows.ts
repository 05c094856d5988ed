import type { BatchRow, Model, ModelRequest } from '@assize/core';
import { expect } from 'vitest';

/** Submits requests in one batch, waits for its end, and gives the rows in the order of the requests. */
export async function batched(model: Model, requests: readonly ModelRequest[]): Promise<BatchRow[]> {
  const { batch } = model;
  if (batch === undefined) return [];
  const { signal } = new AbortController();
  const lines = await Promise.all(requests.map((request) => batch.prepare(request)));
  const entries = lines.map(({ body }, place) => ({ key: `key-${place}`, body }));
  let status = await batch.submit(entries, { label: 'assize_label', signal });
  while (status.state === 'running') status = await batch.status(status.id, { signal });
  const since = new Date(0).toISOString();
  const found = await batch.find({ label: 'assize_label', calls: requests.length, since }, { signal });
  expect(found.map(({ id }) => id)).toContain(status.id);
  const memoOf = (key: string) => lines[Number(key.slice('key-'.length))]?.memo;
  const rows: BatchRow[] = [];
  for await (const row of batch.results(status.id, { signal, memoOf })) rows[Number(row.key.slice(4))] = row;
  return rows;
}
