import type { FakeAnswer, FakeToken } from './fake-answer.ts';
import type { FakeApi, FakeRequest } from './fake-request.ts';

/** Tokens as the fake provider bills them, in the words of `Usage` of core. */
export interface FakeUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
}

/** Four bytes a token, a quarter of the prompt from the cache, an eighth written to it, three tokens of reasoning. */
export function usageOf(request: FakeRequest, answer: FakeAnswer): FakeUsage {
  const inputTokens = Math.ceil(request.prompt.length / 4) + 3;
  return {
    inputTokens,
    outputTokens: Math.ceil(answer.text.length / 4) + 3,
    cachedInputTokens: Math.floor(inputTokens / 4),
    cacheWriteTokens: Math.floor(inputTokens / 8),
    reasoningTokens: 3,
  };
}

/** The body of a reply in words, in the wire format that was asked in; without `usage`, it is left out. */
export function replyBody(
  request: FakeRequest & { readonly api: Exclude<FakeApi, 'decisions'> },
  answer: FakeAnswer,
  usage: FakeUsage | undefined,
): object {
  switch (request.api) {
    case 'chat':
      return chatBody(request, answer, usage);
    case 'responses':
      return responsesBody(request, answer, usage);
    case 'messages':
      return messagesBody(request, answer, usage);
  }
}

/** What a request for this model is served by: never quite the name that was asked for. */
export function servedBy(model: string): string {
  return `${model || 'fake'}-2026-01-15`;
}

function chatBody(request: FakeRequest, answer: FakeAnswer, usage: FakeUsage | undefined): object {
  const { tool } = request;
  const isSaid = answer.stop !== 'refused' && answer.stop !== 'filtered';
  const call = {
    index: 0,
    id: `call_${request.key}`,
    type: 'function',
    function: { name: tool, arguments: answer.text },
  };
  const finish = { done: 'stop', cut: 'length', refused: 'stop', filtered: 'content_filter' }[answer.stop];
  return {
    id: `chatcmpl-${request.key}`,
    object: 'chat.completion',
    created: 1_768_435_200,
    model: servedBy(request.model),
    choices: [
      {
        index: 0,
        finish_reason: finish,
        logprobs: answer.tokens && { content: answer.tokens.map(tokenOnWire), refusal: null },
        message: {
          role: 'assistant',
          content: isSaid && tool === undefined ? answer.text : null,
          ...(isSaid && tool !== undefined ? { tool_calls: [call] } : {}),
          refusal: answer.refusal ?? null,
          annotations: [],
        },
      },
    ],
    ...(usage && {
      usage: {
        prompt_tokens: usage.inputTokens,
        completion_tokens: usage.outputTokens,
        total_tokens: usage.inputTokens + usage.outputTokens,
        prompt_tokens_details: { cached_tokens: usage.cachedInputTokens, cache_write_tokens: usage.cacheWriteTokens },
        completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      },
    }),
    service_tier: tierOf(request),
    system_fingerprint: 'fp_fake',
  };
}

function responsesBody(request: FakeRequest, answer: FakeAnswer, usage: FakeUsage | undefined): object {
  const incomplete = answer.stop === 'cut' ? 'max_output_tokens' : answer.stop === 'filtered' ? 'content_filter' : null;
  const part =
    answer.stop === 'refused'
      ? { type: 'refusal', refusal: answer.refusal ?? '' }
      : {
          type: 'output_text',
          text: answer.stop === 'filtered' ? '' : answer.text,
          annotations: [],
          logprobs: (answer.tokens ?? []).map(tokenOnWire),
        };
  return {
    id: `resp_${request.key}`,
    object: 'response',
    created_at: 1_768_435_200,
    status: incomplete === null ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: incomplete === null ? null : { reason: incomplete },
    model: servedBy(request.model),
    output: [
      { id: `rs_${request.key}`, type: 'reasoning', summary: [] },
      {
        id: `msg_${request.key}`,
        type: 'message',
        role: 'assistant',
        status: incomplete === null ? 'completed' : 'incomplete',
        content: [part],
      },
    ],
    service_tier: tierOf(request),
    ...(usage && { usage: usageOnResponses(usage) }),
  };
}

/** Usage as Responses and Decisions write it. */
export function usageOnResponses(usage: FakeUsage): object {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    input_tokens_details: { cached_tokens: usage.cachedInputTokens, cache_write_tokens: usage.cacheWriteTokens },
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}

/** Priority is never to be had here: as at OpenAI, the standard tier answers instead. */
function tierOf({ serviceTier = 'auto' }: FakeRequest): string {
  return serviceTier === 'auto' || serviceTier === 'priority' ? 'default' : serviceTier;
}

function messagesBody(request: FakeRequest, answer: FakeAnswer, usage: FakeUsage | undefined): object {
  const declined = answer.stop === 'refused' || answer.stop === 'filtered';
  const explanation = answer.refusal ?? null;
  return {
    id: `msg_${request.key}`,
    type: 'message',
    role: 'assistant',
    model: servedBy(request.model),
    container: null,
    content: declined ? [] : [{ type: 'text', text: answer.text, citations: null }],
    stop_reason: declined ? 'refusal' : answer.stop === 'cut' ? 'max_tokens' : 'end_turn',
    stop_details: declined ? { type: 'refusal', category: 'general_harms', explanation } : null,
    stop_sequence: null,
    ...(usage && {
      usage: {
        input_tokens: usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens,
        output_tokens: usage.outputTokens,
        cache_read_input_tokens: usage.cachedInputTokens,
        cache_creation_input_tokens: usage.cacheWriteTokens,
        cache_creation: { ephemeral_5m_input_tokens: usage.cacheWriteTokens, ephemeral_1h_input_tokens: 0 },
        output_tokens_details: { thinking_tokens: usage.reasoningTokens },
        server_tool_use: null,
        service_tier: 'standard',
      },
    }),
  };
}

function tokenOnWire({ token, logprob, top }: FakeToken): object {
  const bytesOf = (text: string): number[] => [...Buffer.from(text)];
  return {
    token,
    logprob,
    bytes: bytesOf(token),
    top_logprobs: top.map((other) => ({ token: other.token, logprob: other.logprob, bytes: bytesOf(other.token) })),
  };
}
