import { z } from 'zod';

import { criterionSchema } from './criterion.ts';
import { jsonObjectSchema } from './json.ts';
import { modelReplySchema } from './model-call.ts';
import { ratingSchema } from './rating.ts';
import { moneySchema } from './usage.ts';

const count = z.number().int().nonnegative();
const hash = z.string().min(1);
/** Milliseconds since the session began, by a clock that never jumps. */
const at = z.number().nonnegative();

/** What the run is about. Written at each opening; the last one holds. */
export const manifestRecordSchema = z.strictObject({
  kind: z.literal('manifest'),
  /** The version of the rules by which call keys are made. */
  spec: z.literal(1),
  run: z.string().min(1),
  /** Counts openings of the run, from 1: who wrote what. */
  epoch: count,
  /** Wall clock, for people. */
  started: z.string(),
  /** Which start of the machine this is: a power loss may have dropped what a kill never drops. */
  boot: z.string(),
  dataset: z.strictObject({ name: z.string(), fingerprint: z.string().nullable() }),
  raters: z.array(
    z.strictObject({ id: z.string(), kind: z.string(), fingerprint: z.string(), criteria: z.array(criterionSchema) }),
  ),
  settings: jsonObjectSchema,
});
export type ManifestRecord = z.infer<typeof manifestRecordSchema>;

/** Written before a request leaves: whatever happens next, it is known that this call may be billed. */
export const intentRecordSchema = z.strictObject({
  kind: z.literal('intent'),
  key: hash,
  attempt: count,
  epoch: count,
  at,
  model: z.string(),
  item: z.string(),
  rater: z.string(),
  /** What this attempt costs at most; `null` where the price is unknown. */
  maxCost: moneySchema.nullable(),
  maxTokens: count,
  /** Given where the request goes by batch: which one, and what its receipt needs in a process that never saw it. */
  batch: z.strictObject({ label: hash, asked: hash, memo: jsonObjectSchema }).exactOptional(),
});
export type IntentRecord = z.infer<typeof intentRecordSchema>;

/** A reply as it came, written before anything looks at it. */
export const receiptRecordSchema = z.strictObject({
  kind: z.literal('receipt'),
  key: hash,
  attempt: count,
  epoch: count,
  at,
  model: z.string(),
  /** Hash of model, request and sample: what a cache is keyed by. */
  asked: hash,
  from: z.enum(['model', 'cache']),
  reply: modelReplySchema,
  /** `null` where the price or the usage is unknown. */
  cost: moneySchema.nullable(),
  /** Of a reply from the cache: what asking again would have cost; `null` where that is unknown. */
  saved: moneySchema.nullable().exactOptional(),
  latencyMs: z.number().nonnegative(),
});
export type ReceiptRecord = z.infer<typeof receiptRecordSchema>;

/** The end of an attempt that brought no reply. */
export const settleRecordSchema = z.strictObject({
  kind: z.literal('settle'),
  key: hash,
  attempt: count,
  epoch: count,
  at,
  model: z.string(),
  /** The code of the fault. */
  fault: z.string(),
  /** The provider may have billed it all the same: its bound stays in the ledger. */
  maybeBilled: z.boolean(),
  /** Given only where the run stopped between intent and request: nothing left, so that nothing counts. */
  sent: z.literal(false).exactOptional(),
});
export type SettleRecord = z.infer<typeof settleRecordSchema>;

/** All rows of one rater on one item: written together, so that there is never half of them. */
export const ratingsRecordSchema = z.strictObject({
  kind: z.literal('ratings'),
  /** Hash of item and rater, contents included. */
  assignment: hash,
  epoch: count,
  at,
  /** Place of the item in the data set. */
  position: count,
  item: z.string(),
  rater: z.string(),
  fingerprint: z.string(),
  /** How often it was rated again because it had failed; the highest counts. */
  again: count,
  ratings: z.array(ratingSchema),
});
export type RatingsRecord = z.infer<typeof ratingsRecordSchema>;

/**
 * Written after the intents of a batch and before it is submitted: from here on the provider may have it.
 *
 * Its calls are the intents that bear its label.
 */
export const batchRecordSchema = z.strictObject({
  kind: z.literal('batch'),
  /** What the batch is found by at the provider. */
  label: hash,
  epoch: count,
  at,
  model: z.string(),
  /** How many calls it has. */
  calls: count,
  /** Wall clock as ISO 8601: no batch of this label is older. */
  since: z.string(),
});
export type BatchRecord = z.infer<typeof batchRecordSchema>;

/** The provider has taken a batch, and calls it by this id. */
export const batchStartRecordSchema = z.strictObject({
  kind: z.literal('batch-start'),
  label: hash,
  epoch: count,
  at,
  model: z.string(),
  id: z.string().min(1),
});
export type BatchStartRecord = z.infer<typeof batchStartRecordSchema>;

/** Each call of a batch has its receipt or its settle: nothing more is to be had from it. */
export const batchEndRecordSchema = z.strictObject({
  kind: z.literal('batch-end'),
  label: hash,
  epoch: count,
  at,
  model: z.string(),
  /** `absent`: the provider never had it. `refused`: it took none of it. `gone`: its results are no longer there. */
  outcome: z.enum(['collected', 'absent', 'refused', 'gone']),
});
export type BatchEndRecord = z.infer<typeof batchEndRecordSchema>;

/** How a session ended; one that was killed has none. */
export const endRecordSchema = z.strictObject({
  kind: z.literal('end'),
  epoch: count,
  at,
  reason: z.enum(['done', 'budget', 'drained', 'aborted', 'stopped']),
  fault: z.string().exactOptional(),
});
export type EndRecord = z.infer<typeof endRecordSchema>;

/** Something a reader of the run should know: a torn tail was dropped, a data set has changed. */
export const noteRecordSchema = z.strictObject({
  kind: z.literal('note'),
  epoch: count,
  at,
  code: z.string(),
  message: z.string(),
});
export type NoteRecord = z.infer<typeof noteRecordSchema>;

/** One entry of a run's journal, in the order in which things happened. */
export const runRecordSchema = z.discriminatedUnion('kind', [
  manifestRecordSchema,
  intentRecordSchema,
  receiptRecordSchema,
  settleRecordSchema,
  ratingsRecordSchema,
  batchRecordSchema,
  batchStartRecordSchema,
  batchEndRecordSchema,
  endRecordSchema,
  noteRecordSchema,
]);
export type RunRecord = z.infer<typeof runRecordSchema>;

/** What opening a run found that people should know. */
export interface StoreNotice {
  readonly code: string;
  readonly message: string;
}

/** Which kept replies may be given again. */
export interface CacheLimits {
  /** Only those that came at this moment or later, ISO 8601. */
  readonly since?: string;
  /** The same for replies of a model that answered under another name than it was asked by. */
  readonly aliasSince?: string;
  /** Only the newest of the store, up to so many bytes together; what this session has asked counts beside. */
  readonly maxBytes?: number;
}

/** A run that this process owns until it closes it. */
export interface OpenRun {
  readonly run: string;
  readonly notices: readonly StoreNotice[];
  /** Resolves when the record is kept, as the store's durability says: a crash of the process can no longer lose it. */
  append(record: RunRecord): Promise<void>;
  /** The first receipt of a call. */
  receipt(key: string): Promise<ReceiptRecord | undefined>;
  /** The ratings of an assignment, the latest where it was rated again. */
  ratings(assignment: string): Promise<RatingsRecord | undefined>;
  /** A complete reply to the same question, of this run or of any run of the store: the newest within the limits. */
  cached(asked: string, scope: 'run' | 'store', limits?: CacheLimits): Promise<ReceiptRecord | undefined>;
  close(): Promise<void>;
}

export interface OpenRunOptions {
  /** Called once for each record that is already there, in order, before `open` resolves. */
  readonly visit: (record: RunRecord) => void;
  /** Called when the store can no longer take new work (a full disk); what is in flight may still be appended. */
  readonly trouble: (error: Error) => void;
}

/** Where runs are kept. */
export interface Store {
  readonly contract: 1;
  readonly id: string;
  /** Opens a run, new or old, for one owner: a second one is refused and told who has it. */
  open(run: string, options: OpenRunOptions): Promise<OpenRun>;
  /** Everything written of a run, in order. Needs no ownership. */
  records(run: string): AsyncIterable<RunRecord>;
  /** What counts: each assignment of the last manifest once, in data-set order, then in the order of its raters. */
  ratings(run: string): AsyncIterable<RatingsRecord>;
  runs(): AsyncIterable<string>;
}
