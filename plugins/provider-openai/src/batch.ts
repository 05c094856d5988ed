import {
  type BatchRow,
  type BatchStatus,
  faults,
  isFault,
  type JsonObject,
  jsonObjectSchema,
  type ModelBatch,
  type ModelReply,
  type ModelRequest,
} from '@assize/core';
import { faultOf } from '@assize/http';
import type { OpenAI } from 'openai';
import type { Batch } from 'openai/resources/batches';
import { z } from 'zod';

import type { OpenAIApi } from './abilities.ts';
import { isPolicyRefusal, kindOf, toFault } from './fault.ts';
import { linesOf } from './lines.ts';

/** What a model has beside its batches, and these need too. */
export interface BatchWire {
  readonly id: string;
  /** A client that bears files of any size. */
  readonly connected: () => Promise<OpenAI>;
  readonly api: (client: OpenAI) => OpenAIApi;
  readonly toWire: (client: OpenAI, request: ModelRequest) => { readonly body: object; readonly notApplied: string[] };
  /** Throws the fault that a body is. */
  readonly fromWire: (api: OpenAIApi, body: unknown, about: { requestId?: string }, memo: Memo) => ModelReply;
}

const memoSchema = z.object({
  api: z.enum(['responses', 'chat']),
  notApplied: z.array(z.string()),
  topLogprobs: z.number().exactOptional(),
  output: z.object({ kind: z.literal('json'), name: z.string(), schema: jsonObjectSchema }).exactOptional(),
});
/** What a row is read with: which format was spoken, what was left out, what was asked for that may not come. */
type Memo = z.infer<typeof memoSchema>;

const endpoints = { responses: '/v1/responses', chat: '/v1/chat/completions' } as const;
const labelName = 'assize_label';
/** Clocks of two machines differ by less. */
const skewMs = 3_600_000;

/**
 * OpenAI's Batch API: a file of requests goes up, two files come down, one of replies and one of errors; any of these may be
 * missing. Half the price, 24 hours; what is finished when a batch expires or is cancelled is billed and has its rows.
 *
 * @see https://developers.openai.com/api/docs/guides/batch
 */
export function openaiBatch({ id, connected, api: apiOf, toWire, fromWire }: BatchWire): ModelBatch {
  const asked = async <Result>(signal: AbortSignal, call: (client: OpenAI) => Promise<Result>): Promise<Result> => {
    signal.throwIfAborted();
    try {
      return await call(await connected());
    } catch (error) {
      signal.throwIfAborted();
      throw toFault(error, id);
    }
  };
  return {
    limits: { requests: 50_000, bytes: 200_000_000 },
    keepsLabels: true,
    async prepare(request) {
      const client = await connected();
      const { body, notApplied } = toWire(client, request);
      const { topLogprobs, output } = request;
      const memo = {
        api: apiOf(client),
        notApplied,
        ...(topLogprobs === undefined ? {} : { topLogprobs }),
        ...(output?.kind === 'json' ? { output } : {}),
      };
      return { body: JSON.stringify(body), memo };
    },
    submit: (entries, { label, signal }) =>
      asked(signal, async (client) => {
        const url = endpoints[apiOf(client)];
        const rest = `,"method":"POST","url":${JSON.stringify(url)},"body":`;
        const parts = entries.map(({ key, body }) => `{"custom_id":${JSON.stringify(key)}${rest}${body}}\n`);
        const file = new File(parts, `${label}.jsonl`, { type: 'application/jsonl' });
        const { id: input } = await client.files.create({ file, purpose: 'batch' }, options(signal));
        const batch = await client.batches.create(
          { input_file_id: input, endpoint: url, completion_window: '24h', metadata: { [labelName]: label } },
          options(signal),
        );
        return statusOf(id, batch);
      }),
    find: ({ label, since }, { signal }) =>
      asked(signal, async (client) => {
        const oldest = Date.parse(since) - skewMs;
        for await (const batch of client.batches.list({ limit: 100 }, options(signal))) {
          if (batch.metadata?.[labelName] === label) return [statusOf(id, batch)];
          if (batch.created_at * 1000 < oldest) break;
        }
        return [];
      }),
    status: (batch, { signal }) =>
      asked(signal, async (client) => statusOf(id, await client.batches.retrieve(batch, options(signal)))),
    async *results(batch, { signal, memoOf }) {
      const files = await asked(signal, async (client) => {
        const { output_file_id: output, error_file_id: errors } = await client.batches.retrieve(batch, options(signal));
        return [output, errors].filter((file) => file !== undefined && file !== null);
      });
      for (const file of files) {
        const { body } = await asked(signal, (client) => client.files.content(file, options(signal)));
        if (!body) continue;
        try {
          for await (const line of linesOf(body)) {
            const row = rowOf(line, { id, fromWire, memoOf });
            if (row) yield row;
          }
        } catch (error) {
          signal.throwIfAborted();
          throw toFault(error, id);
        }
      }
    },
    cancel: (batch, { signal }) =>
      asked(signal, async (client) => void (await client.batches.cancel(batch, options(signal)))),
  };
}

const options = (signal: AbortSignal) => ({ signal, maxRetries: 0 });

const ended = new Set<Batch['status']>(['completed', 'expired', 'cancelled']);

function statusOf(model: string, { id, status, errors, request_counts: counts }: Batch): BatchStatus {
  const base = { id, finished: counts?.completed ?? 0, failed: counts?.failed ?? 0 };
  if (ended.has(status)) return { ...base, state: 'ended' };
  if (status !== 'failed') return { ...base, state: 'running' };
  const code = errors?.data?.[0]?.code ?? 'batch_failed';
  // So many tokens may wait in batches: with less in them, it would have been taken.
  const fault = /token_limit/.test(code)
    ? faults.rateLimited({ model, providerCode: 'token_limit_exceeded' })
    : faultOf(model, { status: 400, code }, kindOf);
  return { ...base, state: 'refused', fault };
}

const wireError = z.object({ code: z.string().nullish(), type: z.string().nullish(), message: z.string().nullish() });
const rowSchema = z.object({
  custom_id: z.string(),
  response: z
    .object({ status_code: z.number(), request_id: z.string().nullish(), body: z.unknown().optional() })
    .nullish()
    .catch(undefined),
  error: wireError.nullish().catch(undefined),
});

/** One line of a result file; nothing when it does not even say whose it is. */
function rowOf(
  line: string,
  { id, fromWire, memoOf }: Pick<BatchWire, 'id' | 'fromWire'> & { memoOf: (key: string) => JsonObject | undefined },
): BatchRow | undefined {
  const wire = rowSchema.safeParse(parsed(line)).data;
  if (!wire) return undefined;
  const { custom_id: key, response, error } = wire;
  const code = error?.code ?? '';
  if (code === 'batch_expired') return { key, outcome: 'expired' };
  if (/^batch_cancell?ed$/.test(code)) return { key, outcome: 'cancelled' };
  const requestId = response?.request_id ?? undefined;
  const about = requestId === undefined ? {} : { requestId };
  if (response && response.status_code >= 400) {
    const inner = z.object({ error: wireError.loose() }).safeParse(response.body).data?.error;
    const failure = { status: response.status_code, ...words(inner) };
    if (isPolicyRefusal({ ...failure, error: inner }))
      return { key, outcome: 'reply', reply: { text: '', stop: 'refused', ...about } };
    return { key, outcome: 'failed', fault: faultOf(id, { ...failure, ...about }, kindOf) };
  }
  const memo = memoSchema.safeParse(memoOf(key)).data;
  if (!response || !memo) {
    return {
      key,
      outcome: 'failed',
      fault: faultOf(id, { ...(error ? { status: 500 } : {}), ...words(error), ...about }, kindOf),
    };
  }
  try {
    return { key, outcome: 'reply', reply: fromWire(memo.api, response.body, about, memo) };
  } catch (thrown) {
    const fault = isFault(thrown) ? thrown : faults.badReply({ model: id, ...about });
    return { key, outcome: 'failed', fault };
  }
}

function words(error: z.infer<typeof wireError> | null | undefined) {
  return {
    ...(error?.code ? { code: error.code } : {}),
    ...(error?.type ? { type: error.type } : {}),
    ...(error?.message ? { message: error.message } : {}),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
