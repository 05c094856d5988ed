import type { RunRecord, Store, Usage } from '@assize/core';

/** What one rater has used on one item in an earlier run. */
export interface EarlierItem {
  readonly calls: number;
  /** The upper bound of its input, as it was before the calls. */
  readonly inputBound: number;
  readonly usages: readonly Usage[];
}

/** A rater whose earlier replies are looked for: the same content, not only the same name. */
export interface EarlierRater {
  readonly id: string;
  readonly fingerprint: string;
  /** Output tokens of a call at most, which its bound holds beside the input. */
  readonly outputBound: number;
}

/** Runs that are looked at, the newest by name first; and items of a rater that are enough. */
const mostRuns = 5;
const enoughItems = 500;

/** What raters used on each item of earlier runs of a store, from intents and receipts: no reply is read for it. */
export async function earlierUsage(
  store: Store,
  raters: readonly EarlierRater[],
): Promise<ReadonlyMap<string, readonly EarlierItem[]>> {
  const found = new Map<string, EarlierItem[]>(raters.map(({ id }) => [id, []]));
  const runs: string[] = [];
  for await (const run of store.runs()) runs.push(run);
  for (const run of runs.toSorted().toReversed().slice(0, mostRuns)) {
    const wanted = raters.filter(({ id }) => (found.get(id)?.length ?? 0) < enoughItems);
    if (wanted.length === 0) break;
    for (const [id, items] of await usageOfRun(store.records(run), wanted)) found.get(id)?.push(...items);
  }
  return found;
}

async function usageOfRun(
  records: AsyncIterable<RunRecord>,
  wanted: readonly EarlierRater[],
): Promise<Map<string, EarlierItem[]>> {
  let present = new Map<string, EarlierRater>();
  const asked = new Map<string, { rater: EarlierRater; item: string; inputBound: number }>();
  const items = new Map<string, { rater: string; calls: number; inputBound: number; usages: Usage[] }>();
  for await (const record of records) {
    if (record.kind === 'manifest') {
      const prints = new Map(record.raters.map(({ id, fingerprint }) => [id, fingerprint]));
      present = new Map(
        wanted.filter((rater) => prints.get(rater.id) === rater.fingerprint).map((rater) => [rater.id, rater]),
      );
    } else if (record.kind === 'intent') {
      const rater = present.get(record.rater);
      const inputBound = record.maxTokens - (rater?.outputBound ?? 0);
      if (rater && inputBound > 0) asked.set(record.key, { rater, item: record.item, inputBound });
    } else if (record.kind === 'receipt' && record.from === 'model' && record.reply.usage) {
      const call = asked.get(record.key);
      if (!call) continue;
      asked.delete(record.key);
      const name = JSON.stringify([call.rater.id, call.item]);
      const item = items.get(name) ?? { rater: call.rater.id, calls: 0, inputBound: 0, usages: [] };
      item.calls += 1;
      item.inputBound += call.inputBound;
      item.usages.push(record.reply.usage);
      items.set(name, item);
    }
  }
  const byRater = new Map<string, EarlierItem[]>();
  for (const { rater, ...item } of items.values()) byRater.set(rater, [...(byRater.get(rater) ?? []), item]);
  return byRater;
}
