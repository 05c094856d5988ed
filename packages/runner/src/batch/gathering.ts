import type { BatchLine, Model } from '@assize/core';

import type { Answer, Call } from '../calls/call.ts';

/** A call that waits for its row. */
export interface Waiter {
  readonly call: Call;
  readonly key: string;
  readonly asked: string;
  /** `undefined`: it is to be asked by itself. */
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: Error) => void;
  /** Batches in which it has brought no reply. */
  misses: number;
}

/** A call with the words in which it is sent. */
export interface Gathered {
  readonly waiter: Waiter;
  readonly line: BatchLine;
  readonly bytes: number;
}

/** Of a provider's limits, so much is used: what surrounds the lines is not counted. */
const headroom = 0.95;
/** What a line has around its body, at most: key, method, address. */
const frameBytes = 160;

/** Calls of one model that go into its next batch, within the provider's limits by count and by bytes. */
export class Gathering {
  readonly model: Model;
  readonly #most: { readonly requests: number; readonly bytes: number };
  #gathered: Gathered[] = [];
  #bytes = 0;

  constructor(model: Model, limits: { readonly requests: number; readonly bytes: number }) {
    this.model = model;
    this.#most = {
      requests: Math.max(1, Math.floor(limits.requests * headroom)),
      bytes: Math.floor(limits.bytes * headroom),
    };
  }

  get size(): number {
    return this.#gathered.length;
  }

  /** Whether a line could ever be in a batch of this model. */
  takes(line: BatchLine): boolean {
    return bytesOf(line) <= this.#most.bytes;
  }

  /** Whether one more line would be too much for the batch as it is. */
  isFullFor(line: BatchLine): boolean {
    return this.size >= this.#most.requests || this.#bytes + bytesOf(line) > this.#most.bytes;
  }

  add(waiter: Waiter, line: BatchLine): void {
    const bytes = bytesOf(line);
    this.#gathered.push({ waiter, line, bytes });
    this.#bytes += bytes;
  }

  /** Gives out what was gathered, and begins anew. */
  take(): Gathered[] {
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#bytes = 0;
    return gathered;
  }
}

function bytesOf({ body }: BatchLine): number {
  return Buffer.byteLength(body) + frameBytes;
}
