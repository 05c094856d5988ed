import type { ModelReply, TokenLogprob } from '@assize/core';
import { z } from 'zod';

import { chatUsage, responsesUsage, usageOfChat, usageOfResponses } from './usage.ts';

/** What a body said: a reply, or the provider's own word that there is none. */
export type Read = { reply: ModelReply } | { failure: { status?: number; code?: string; message?: string } };

const word = z.string().nullish().catch(undefined);
const alternative = z.object({ token: z.string(), logprob: z.number() });
const tokens = z.array(
  z.object({ token: z.string(), logprob: z.number(), top_logprobs: z.array(alternative).nullish() }),
);
/** Together and Fireworks still write the log-probabilities of the old completions API. */
const legacyTokens = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullish(),
});
const failureBody = z.object({
  error: z.object({
    code: z.union([z.string(), z.number()]).nullish(),
    message: z.string().nullish(),
  }),
});

/** Mistral's servers write a text in parts, of which thinking is one. */
const content = z
  .union([z.string(), z.array(z.object({ type: z.string().nullish(), text: z.string().nullish() }))])
  .nullish();

const chatBody = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        logprobs: z
          .union([z.object({ content: tokens }), legacyTokens])
          .nullish()
          .catch(undefined),
        message: z.object({ content, refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  service_tier: word,
  usage: chatUsage,
});

const responsesBody = z.object({
  model: z.string().nullish(),
  status: z.string().nullish(),
  error: z.object({ code: z.string().nullish() }).nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  output: z.array(
    z.object({
      type: z.string(),
      phase: z.string().nullish(),
      content: z
        .array(
          z.object({
            type: z.string(),
            text: z.string().nullish(),
            refusal: z.string().nullish(),
            logprobs: tokens.nullish().catch(undefined),
          }),
        )
        .nullish(),
    }),
  ),
  service_tier: word,
  usage: responsesUsage,
});

/** How compatible servers say that the model ended of itself. A reason not named here is no end: the reply counts as cut. */
const ends = new Set([
  'stop',
  'eos',
  'end_turn',
  'stop_sequence',
  'tool_calls',
  'function_call',
  'complete',
  'completed',
]);
const declines = new Set(['content_filter', 'safety', 'refusal']);

/** Reads a Chat Completions body; whatever is of another shape is a failure without a status. */
export function fromChat(body: unknown): Read {
  const read = chatBody.safeParse(body);
  if (!read.success) return failureIn(body);
  const { model, choices, usage, service_tier: tier } = read.data;
  const [choice] = choices;
  if (choice === undefined) return { failure: {} };
  const { content: said, refusal } = choice.message;
  const finish = choice.finish_reason ?? '';
  if (finish === 'error') return failureIn(body);
  const logprobs = logprobsOf(choice.logprobs);
  return {
    reply: {
      text: typeof said === 'string' ? said : (said ?? []).map(textOf).join(''),
      stop: refusal || declines.has(finish) ? 'refused' : ends.has(finish) ? 'done' : 'cut',
      ...(refusal ? { refusal } : {}),
      ...(logprobs ? { logprobs } : {}),
      ...(usage ? { usage: usageOfChat(usage) } : {}),
      ...(model ? { served: model } : {}),
      ...(tier ? { tier } : {}),
    },
  };
}

/** Reads a Responses body; one that failed on the provider's side is a failure with the provider's code. */
export function fromResponses(body: unknown): Read {
  const read = responsesBody.safeParse(body);
  if (!read.success) return failureIn(body);
  const { model, status, error, incomplete_details: incomplete, output, usage, service_tier: tier } = read.data;
  const code = error?.code ?? undefined;
  const banned = code !== undefined && policyCodes.has(code);
  if (status === 'failed' && !banned) return { failure: { status: 500, ...(code === undefined ? {} : { code }) } };
  if (status !== 'completed' && status !== 'incomplete' && !banned) return { failure: {} };
  // What a model says while it works is marked as commentary and is not its answer.
  const answers = output.filter(({ type, phase }) => type === 'message' && phase !== 'commentary');
  const parts = answers.flatMap((message) => message.content ?? []);
  const refusal = parts.map((part) => part.refusal ?? '').join('');
  const logprobs = parts.flatMap((part) => logprobsOf(part.logprobs && { content: part.logprobs }) ?? []);
  const declined = refusal !== '' || banned || incomplete?.reason === 'content_filter';
  return {
    reply: {
      text: parts.map(textOf).join(''),
      stop: declined ? 'refused' : status === 'completed' ? 'done' : 'cut',
      ...(refusal === '' ? {} : { refusal }),
      ...(logprobs.length === 0 ? {} : { logprobs }),
      ...(usage ? { usage: usageOfResponses(usage) } : {}),
      ...(model ? { served: model } : {}),
      ...(tier ? { tier } : {}),
    },
  };
}

/** Codes by which OpenAI and Azure decline a prompt: an answer of theirs, not a fault of the call. */
export const policyCodes: ReadonlySet<string> = new Set([
  'content_filter',
  'content_policy_violation',
  'invalid_prompt',
  'bio_policy',
  'misalignment_policy_violation',
]);

/** Gateways send an error with status 200; its numeric code is the status of whoever is behind them. */
function failureIn(body: unknown): Read {
  const inChoice = z.object({ choices: z.array(failureBody).min(1) }).safeParse(body);
  const read = failureBody.safeParse(inChoice.success ? inChoice.data.choices[0] : body);
  if (!read.success) return { failure: {} };
  const { code, message } = read.data.error;
  return {
    failure: {
      status: typeof code === 'number' && code >= 400 && code < 600 ? code : 500,
      ...(typeof code === 'string' ? { code } : {}),
      ...(message ? { message } : {}),
    },
  };
}

function textOf({ type, text }: { type?: string | null | undefined; text?: string | null | undefined }): string {
  return type === 'text' || type === 'output_text' ? (text ?? '') : '';
}

type WireLogprobs = { content: z.infer<typeof tokens> } | z.infer<typeof legacyTokens>;

function logprobsOf(wire: WireLogprobs | null | undefined): TokenLogprob[] | undefined {
  if (wire == null) return undefined;
  if ('content' in wire) {
    return wire.content.map(({ token, logprob, top_logprobs: top }) => ({
      token,
      logprob,
      top: (top ?? []).map((other) => ({ token: other.token, logprob: other.logprob })),
    }));
  }
  return wire.tokens.flatMap((token, place) => {
    const logprob = wire.token_logprobs[place];
    if (logprob == null) return [];
    const top = Object.entries(wire.top_logprobs?.[place] ?? {});
    return [{ token, logprob, top: top.map(([other, value]) => ({ token: other, logprob: value })) }];
  });
}
