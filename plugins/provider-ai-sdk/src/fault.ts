import { type AssizeError, type FaultFacts, faults, isFault, type ModelReply, retryAfterMs } from '@assize/core';
import { type Failure, faultOf, type KindOf, kindOfStatus } from '@assize/http';

import { headersOf } from './headers.ts';

const spent = /quota|billing|credit_balance|spend_limit/;
const tooLargeCodes = /context_length|string_above_max|request_too_large/;
const tooLargeWords = /maximum context|context (length|window|size)|(prompt|input) is too long|too many tokens/i;
const policy = /content_filter|content_policy|invalid_prompt|_policy/;

/** Which fault an answer is, by the words that providers share: the adapters pass on each provider's own body. */
const kindOf: KindOf = ({ status, code = '', type = '', message = '' }) => {
  if (spent.test(code) || spent.test(type)) return faults.quota;
  const kind = kindOfStatus(status);
  if (kind === faults.serverError && /overloaded/.test(`${code} ${type}`)) return faults.overloaded;
  if (kind !== faults.badRequest) return kind;
  return tooLargeCodes.test(`${code} ${type}`) || tooLargeWords.test(message) ? faults.tooLarge : kind;
};

/**
 * The fault that an error of an adapter is, told apart by its fields: the error itself does not become the cause, since it
 * carries the request and its headers.
 */
export function toFault(error: unknown, model: string): AssizeError<FaultFacts> {
  if (isFault(error)) return error;
  const failure = failureOf(error);
  if (failure.status !== undefined && failure.status >= 400) return faultOf(model, failure, kindOf);
  const name = textAt(error, 'name') ?? '';
  if (/LoadAPIKey|LoadSetting/.test(name)) return faults.auth({ model, providerCode: 'missing_key' });
  // A body that was no reply has a status too, of success; whatever never got an answer has none.
  if (failure.status !== undefined || /Parse|Validation|EmptyResponse|InvalidResponse|NoContent/.test(name)) {
    return faults.badReply({ model });
  }
  const codes = causes(error).map((cause) => textAt(cause, 'code') ?? '');
  const providerCode = codes.find((code) => /^[A-Z][A-Z_]{2,47}$/.test(code));
  return faults.network({ model, ...(providerCode === undefined ? {} : { providerCode }) });
}

/** A refusal that came as an error: an answer of the provider's, not a fault of the call. */
export function refusalOf(error: unknown): ModelReply | undefined {
  const { status, code = '', requestId } = failureOf(error);
  if (status !== 400 || !policy.test(code)) return undefined;
  return { text: '', stop: 'refused', ...(requestId === undefined ? {} : { requestId }) };
}

/** The headers of the response that an error came of. */
export function headersOfError(error: unknown): { get(name: string): string | null } {
  const headers = fieldOf(error, 'responseHeaders');
  return headersOf(typeof headers === 'object' && headers !== null ? Object.fromEntries(Object.entries(headers)) : {});
}

function failureOf(error: unknown): Failure {
  const status = fieldOf(error, 'statusCode');
  const headers = headersOfError(error);
  const wait = retryAfterMs(headers);
  const requestId = headers.get('x-request-id') ?? headers.get('request-id') ?? undefined;
  const body = fieldOf(bodyOf(error), 'error');
  const code = textAt(body, 'code') ?? textAt(fieldOf(body, 'details'), 'error_code');
  const type = textAt(body, 'type');
  return {
    ...(typeof status === 'number' ? { status } : {}),
    message: textAt(body, 'message') ?? '',
    ...(code === undefined ? {} : { code }),
    ...(type === undefined ? {} : { type }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function bodyOf(error: unknown): unknown {
  try {
    return JSON.parse(textAt(error, 'responseBody') ?? 'null');
  } catch {
    return undefined;
  }
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let at = error; at !== undefined && chain.length < 5; at = fieldOf(at, 'cause')) chain.push(at);
  return chain;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

function textAt(value: unknown, field: string): string | undefined {
  const found = fieldOf(value, field);
  return typeof found === 'string' ? found : undefined;
}
