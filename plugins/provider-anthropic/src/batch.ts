import {
  type BatchRow,
  type BatchStatus,
  faults,
  type JsonObject,
  jsonObjectSchema,
  type ModelBatch,
  type ModelReply,
  type ModelRequest,
} from '@assize/core';
import type { Anthropic } from '@anthropic-ai/sdk';
import type { BatchCreateParams, MessageBatch } from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';

import { toFault } from './fault.ts';

/** What a model has beside its batches, and these need too. */
export interface BatchWire {
  readonly id: string;
  readonly connected: () => Promise<Anthropic>;
  readonly toWire: (request: ModelRequest) => { readonly body: object; readonly notApplied: string[] };
  /** Nothing when the body is no message. */
  readonly fromWire: (body: unknown, memo: Memo) => ModelReply | undefined;
}

const memoSchema = z.object({
  notApplied: z.array(z.string()),
  output: z.object({ kind: z.literal('json'), name: z.string(), schema: jsonObjectSchema }).exactOptional(),
});
/** What a row is read with: what was left out of its request, and the schema that it was to keep. */
type Memo = z.infer<typeof memoSchema>;

/** Clocks of two machines differ by less. */
const skewMs = 600_000;

/**
 * Anthropic's Message Batches: half the price, 24 hours, results for 29 days; only what succeeded is billed.
 *
 * A batch has no label there. One that was perhaps submitted is looked for by when it was made and by how many requests it
 * has; only its rows, which bear our keys, say whether it is the one.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/batch-processing
 */
export function anthropicBatch({ id, connected, toWire, fromWire }: BatchWire): ModelBatch {
  const asked = async <Result>(signal: AbortSignal, call: (client: Anthropic) => Promise<Result>): Promise<Result> => {
    signal.throwIfAborted();
    try {
      return await call(await connected());
    } catch (error) {
      signal.throwIfAborted();
      throw toFault(error, id);
    }
  };
  return {
    limits: { requests: 100_000, bytes: 256_000_000 },
    keepsLabels: false,
    async prepare(request) {
      const { body, notApplied } = toWire(request);
      return {
        body: JSON.stringify(body),
        memo: { notApplied, ...(request.output?.kind === 'json' ? { output: request.output } : {}) },
      };
    },
    submit: (entries, { signal }) =>
      asked(signal, async (client) => {
        const requests = entries.map(({ key, body }) => {
          const params: BatchCreateParams.Request['params'] = JSON.parse(body);
          return { custom_id: key, params };
        });
        return statusOf(await client.messages.batches.create({ requests }, options(signal)));
      }),
    find: ({ calls, since }, { signal }) =>
      asked(signal, async (client) => {
        const oldest = Date.parse(since) - skewMs;
        const found: BatchStatus[] = [];
        for await (const batch of client.messages.batches.list({ limit: 100 }, options(signal))) {
          if (Date.parse(batch.created_at) < oldest) break;
          if (totalOf(batch) === calls) found.push(statusOf(batch));
        }
        return found;
      }),
    status: (batch, { signal }) =>
      asked(signal, async (client) => statusOf(await client.messages.batches.retrieve(batch, {}, options(signal)))),
    async *results(batch, { signal, memoOf }) {
      const rows = await asked(signal, async (client) => {
        // Results go after 29 days, and their address with them.
        const { results_url: url } = await client.messages.batches.retrieve(batch, {}, options(signal));
        if (url === null) throw faults.notFound({ model: id, providerCode: 'results_gone' });
        return client.messages.batches.results(batch, {}, options(signal));
      });
      try {
        for await (const row of rows) {
          const known = rowOf(row, { id, fromWire, memoOf });
          if (known) yield known;
        }
      } catch (error) {
        signal.throwIfAborted();
        throw toFault(error, id);
      }
    },
    cancel: (batch, { signal }) =>
      asked(signal, async (client) => void (await client.messages.batches.cancel(batch, {}, options(signal)))),
  };
}

function totalOf({ request_counts: { processing, succeeded, errored, canceled, expired } }: MessageBatch): number {
  return processing + succeeded + errored + canceled + expired;
}

const options = (signal: AbortSignal) => ({ signal, maxRetries: 0 });

function statusOf({ id, processing_status: state, request_counts: counts }: MessageBatch): BatchStatus {
  const failed = counts.errored + counts.expired + counts.canceled;
  return { id, state: state === 'ended' ? 'ended' : 'running', finished: counts.succeeded, failed };
}

const wireError = z.object({
  error: z.object({ type: z.string(), message: z.string().nullish() }),
  request_id: z.string().nullish(),
});
const rowSchema = z.object({
  custom_id: z.string(),
  result: z.object({ type: z.string(), message: z.unknown().optional(), error: z.unknown().optional() }),
});

/** The status that a call of its own would have had: an error in a row has none. */
const statuses: { readonly [type: string]: number } = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  timeout_error: 408,
  overloaded_error: 529,
};

/** One line of the results; nothing when it does not even say whose it is. */
function rowOf(
  line: unknown,
  { id, fromWire, memoOf }: Pick<BatchWire, 'id' | 'fromWire'> & { memoOf: (key: string) => JsonObject | undefined },
): BatchRow | undefined {
  const wire = rowSchema.safeParse(line).data;
  if (!wire) return undefined;
  const { custom_id: key, result } = wire;
  if (result.type === 'expired') return { key, outcome: 'expired' };
  if (result.type === 'canceled') return { key, outcome: 'cancelled' };
  if (result.type === 'succeeded') {
    const memo = memoSchema.safeParse(memoOf(key)).data;
    const reply = fromWire(result.message, memo ?? { notApplied: [] });
    if (!reply) return { key, outcome: 'failed', fault: faults.badReply({ model: id }) };
    return { key, outcome: 'reply', reply };
  }
  const said = wireError.safeParse(result.error).data;
  const type = said?.error.type ?? 'api_error';
  const failure = { status: statuses[type] ?? 500, type, message: said?.error.message ?? '' };
  return { key, outcome: 'failed', fault: toFault({ ...failure, requestID: said?.request_id ?? undefined }, id) };
}
