import type { JsonObject } from '@assize/core';

/** What a language model of the AI SDK is asked: the fields that its specifications v2, v3 and v4 share, and `reasoning` of v4. */
export interface CallOptions {
  prompt: Turn[];
  maxOutputTokens?: number;
  temperature?: number;
  stopSequences?: string[];
  seed?: number;
  reasoning?: string;
  responseFormat?: { type: 'text' } | { type: 'json'; name?: string; schema?: JsonObject };
  providerOptions?: { [provider: string]: JsonObject };
  headers?: { [name: string]: string };
  abortSignal?: AbortSignal;
}

export type Turn =
  | { role: 'system'; content: string }
  | { role: 'user' | 'assistant'; content: { type: 'text'; text: string }[] };

/**
 * A language model of the AI SDK, by its shape: those of AI SDK 5 (`v2`), 6 (`v3`) and 7 (`v4`) fit.
 *
 * Each of them types the options of `doGenerate` in its own way: `never` takes them all, and `CallOptions` is what is sent.
 */
export interface LanguageModel {
  readonly specificationVersion: 'v2' | 'v3' | 'v4';
  /** Such as `openai.chat`, `anthropic.messages`. */
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: never): PromiseLike<unknown>;
}
