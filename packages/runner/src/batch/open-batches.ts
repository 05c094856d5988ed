import type { JsonObject, Money, RunRecord } from '@assize/core';

import { rowKey } from './row-key.ts';

/** A call that lies in a batch. */
export interface BatchMember {
  readonly call: string;
  readonly attempt: number;
  readonly item: string;
  readonly rater: string;
  readonly asked: string;
  readonly memo: JsonObject;
  readonly maxCost: Money | null;
  readonly maxTokens: number;
}

/** A batch that has calls without an end. */
export interface OpenBatch {
  readonly label: string;
  readonly model: string;
  /** By the name of their row. */
  readonly members: Map<string, BatchMember>;
  /** How many calls it was made of, and since when it may be at the provider; nothing before its record is written. */
  submitted?: { readonly calls: number; readonly since: string };
  /** The provider's id, as soon as it is known. */
  id?: string;
}

/** The batches of a run that are not over, from its records in order. */
export class OpenBatches {
  readonly #batches = new Map<string, OpenBatch>();
  /** Label and row of a call that lies in a batch. */
  readonly #rows = new Map<string, { readonly label: string; readonly row: string; readonly attempt: number }>();
  readonly #ids = new Set<string>();

  get size(): number {
    return this.#batches.size;
  }

  add(record: RunRecord): void {
    switch (record.kind) {
      case 'intent': {
        if (!record.batch) break;
        const { key: call, attempt, item, rater, maxCost, maxTokens, model } = record;
        const { label, asked, memo } = record.batch;
        const row = rowKey(label, call);
        const open = this.#batches.get(label) ?? { label, model, members: new Map<string, BatchMember>() };
        open.members.set(row, { call, attempt, item, rater, asked, memo, maxCost, maxTokens });
        this.#batches.set(label, open);
        this.#rows.set(call, { label, row, attempt });
        break;
      }
      case 'receipt':
      case 'settle': {
        const lies = this.#rows.get(record.key);
        if (lies?.attempt !== record.attempt) break;
        this.#rows.delete(record.key);
        this.#batches.get(lies.label)?.members.delete(lies.row);
        break;
      }
      case 'batch': {
        const open = this.#batches.get(record.label);
        if (open) open.submitted = { calls: record.calls, since: record.since };
        break;
      }
      case 'batch-start': {
        this.#ids.add(record.id);
        const open = this.#batches.get(record.label);
        if (open) open.id = record.id;
        break;
      }
      case 'batch-end':
        this.#batches.delete(record.label);
        break;
      case 'manifest':
      case 'ratings':
      case 'end':
      case 'note':
        break;
    }
  }

  has(label: string): boolean {
    return this.#batches.has(label);
  }

  get(label: string): OpenBatch | undefined {
    return this.#batches.get(label);
  }

  /** Whether a call lies in a batch and has no end yet. */
  holds(call: string): boolean {
    return this.#rows.has(call);
  }

  /** Whether the provider's id is that of a batch of this run, over or not. */
  isKnown(id: string): boolean {
    return this.#ids.has(id);
  }

  all(): OpenBatch[] {
    return [...this.#batches.values()];
  }

  /** What is at the provider, and what it costs at most; `null` where a price is unknown. */
  summary(): { readonly open: number; readonly calls: number; readonly maxCost: Money | null } {
    let [calls, amount, unpriced] = [0, 0, false];
    for (const { members } of this.#batches.values()) {
      for (const { maxCost } of members.values()) {
        calls += 1;
        amount += maxCost?.amount ?? 0;
        unpriced ||= maxCost === null;
      }
    }
    return { open: this.#batches.size, calls, maxCost: unpriced ? null : { amount, currency: 'USD' } };
  }
}
