import type { AssizeError } from './error.ts';
import type { FaultFacts } from './fault.ts';
import type { JsonObject } from './json.ts';
import type { ModelReply, ModelRequest } from './model-call.ts';

/** A request as it lies in a batch. */
export interface BatchLine {
  /** What the provider is sent: its own words, as JSON. */
  readonly body: string;
  /** What reading its row needs to know of it, small: kept in the journal, since another process may read the row. */
  readonly memo: JsonObject;
}

/** A line under the name by which its row comes back: 1-64 of `A-Z a-z 0-9 _ -`, no two alike in a batch. */
export interface BatchEntry {
  readonly key: string;
  readonly body: string;
}

/** How a batch stands at the provider. */
export interface BatchStatus {
  /** The provider's id. */
  readonly id: string;
  /** `running` until it has rows to give; `refused` when the provider took none of it and billed nothing. */
  readonly state: 'running' | 'ended' | 'refused';
  /** Why it was refused. */
  readonly fault?: AssizeError<FaultFacts>;
  /** As far as the provider says: some say nothing before the end. */
  readonly finished: number;
  readonly failed: number;
}

/** What became of one request: a reply (a refusal and a length stop are replies), a fault, or no attempt at all. */
export type BatchRow =
  | { readonly key: string; readonly outcome: 'reply'; readonly reply: ModelReply }
  | { readonly key: string; readonly outcome: 'failed'; readonly fault: AssizeError<FaultFacts> }
  | { readonly key: string; readonly outcome: 'expired' | 'cancelled' };

/** What is known of a batch that was perhaps submitted. */
export interface BatchTrace {
  readonly label: string;
  /** How many requests it has. */
  readonly calls: number;
  /** Wall clock as ISO 8601, shortly before it was submitted. */
  readonly since: string;
}

export interface BatchCallOptions {
  readonly signal: AbortSignal;
}

/**
 * How a model takes many requests at once. Each method makes what calls the provider needs and no second try; it throws a
 * fault (see `faults`) when it could not, and an abort passes through as the signal's reason.
 */
export interface ModelBatch {
  /** What one batch may hold at most, as the provider says. */
  readonly limits: { readonly requests: number; readonly bytes: number };
  /** Whether a batch is found again by its label alone. */
  readonly keepsLabels: boolean;
  /** The line of a request. Asks nothing of the provider. */
  prepare(request: ModelRequest): Promise<BatchLine>;
  submit(entries: readonly BatchEntry[], options: BatchCallOptions & { readonly label: string }): Promise<BatchStatus>;
  /**
   * The batches that may be the one of a trace, the likeliest first. One at most where the provider keeps labels; elsewhere
   * all that could be it, and their rows decide.
   */
  find(trace: BatchTrace, options: BatchCallOptions): Promise<BatchStatus[]>;
  status(id: string, options: BatchCallOptions): Promise<BatchStatus>;
  /**
   * The rows of a batch that has ended, in any order, one at a time. A row that cannot be read is a `failed` one.
   *
   * @param memoOf the memo of a line by its key; `undefined` for a key that is not ours
   */
  results(
    id: string,
    options: BatchCallOptions & { readonly memoOf: (key: string) => JsonObject | undefined },
  ): AsyncIterable<BatchRow>;
  /** Asks for the end of a batch; what is finished by then still has its rows. */
  cancel(id: string, options: BatchCallOptions): Promise<void>;
}
