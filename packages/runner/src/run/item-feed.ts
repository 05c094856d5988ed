import type { Item } from '@assize/core';

import { canonicalHash, contentHash } from '../calls/call-key.ts';
import type { RunHalt } from './run-halt.ts';
import { duplicateItem, itemsOf, type RunPlan } from './run-plan.ts';

/** An item as it was pulled, counted from 0. */
interface FedItem {
  readonly item: Item;
  readonly fingerprint: string;
  /** Whether it is of the item's canonical JSON, and so what anyone makes of the item. */
  readonly isCanonical: boolean;
  readonly position: number;
}

/**
 * The items of a plan, up to its limit, each pulled when it is asked for and with an id of its own.
 *
 * @throws runner/duplicate-item; what the source throws; runner/interrupted when the run comes to rest while a slow source
 * is waited for.
 */
export async function* itemFeed({ dataset, limit = Number.POSITIVE_INFINITY }: RunPlan, halt: RunHalt) {
  const items = itemsOf(dataset)[Symbol.asyncIterator]();
  const seen = new Set<string>();
  try {
    for (let position = 0; position < limit; position += 1) {
      const next = await nextOf(items, halt);
      if (next.done === true) return;
      const item = next.value;
      if (seen.has(item.id)) throw duplicateItem({ item: item.id, position });
      seen.add(item.id);
      const canonical = canonicalHash(item);
      const fed: FedItem = {
        item,
        fingerprint: canonical ?? contentHash(item),
        isCanonical: canonical !== undefined,
        position,
      };
      yield fed;
    }
  } finally {
    // Not waited for: a source that is stuck would hold up the end of the run.
    items.return?.().catch(() => undefined);
  }
}

async function nextOf(items: AsyncIterator<Item>, halt: RunHalt): Promise<IteratorResult<Item>> {
  const rest = Promise.withResolvers<never>();
  const stop = (): void => rest.reject(halt.error());
  if (halt.launching.aborted) stop();
  halt.launching.addEventListener('abort', stop);
  try {
    return await Promise.race([items.next(), rest.promise]);
  } finally {
    halt.launching.removeEventListener('abort', stop);
  }
}
