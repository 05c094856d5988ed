import { type AssizeError, type FaultFacts, faults, isFault, retryAfterMs } from '@assize/core';

import { policyCodes } from './reply.ts';

/** What is known of a call that gave no reply, in the provider's words. */
export interface Failure {
  readonly status?: number;
  readonly code?: string;
  readonly type?: string;
  /** Read to tell kinds apart, never passed on: it may quote the prompt or the key. */
  readonly message?: string;
  readonly retryAfterMs?: number;
  readonly requestId?: string;
}

/** Codes of a 429 or 402 that no waiting heals. */
const quotaCodes = new Set([
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'billing_hard_limit_reached',
  'billing_not_active',
]);

const tooLargeCodes = new Set(['context_length_exceeded', 'string_above_max_length', 'exceed_context_size_error']);
const tooLargeWords = /maximum context|context (length|window|size)|(prompt|input) is too long|too many tokens/i;

/** The fault that a failure is. What the provider said in words stays behind; only a short code comes along. */
export function faultOf(model: string, failure: Failure): AssizeError<FaultFacts> {
  const { status, code, type, requestId } = failure;
  const providerCode = [code, type].find((word) => word !== undefined && /^[A-Za-z][A-Za-z_]{0,47}$/.test(word));
  const facts: FaultFacts = {
    model,
    ...(status === undefined ? {} : { status }),
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(providerCode === undefined ? {} : { providerCode }),
  };
  return kindOf(failure)(facts);
}

function kindOf({ status, code = '', type = '', message = '' }: Failure) {
  if (status === undefined || status < 400) return faults.badReply;
  if (status === 402 || quotaCodes.has(code) || quotaCodes.has(type)) return faults.quota;
  switch (status) {
    case 401:
    case 403:
      return faults.auth;
    case 404:
      return faults.notFound;
    case 408:
      return faults.timeout;
    case 413:
      return faults.tooLarge;
    case 429:
      return faults.rateLimited;
    case 503:
    case 529:
      return faults.overloaded;
    default:
  }
  if (code === 'rate_limit_exceeded') return faults.rateLimited;
  if (status >= 500 || status === 409 || status === 425) return faults.serverError;
  return tooLargeCodes.has(code) || tooLargeCodes.has(type) || tooLargeWords.test(message)
    ? faults.tooLarge
    : faults.badRequest;
}

/**
 * The fault that an error of the SDK is.
 *
 * The SDK's classes are told apart by their fields, not by `instanceof`: the SDK is loaded at the first request only, and the
 * client may come from another copy of it. The error itself does not become the cause, since it carries the request's words.
 */
export function toFault(error: unknown, model: string): AssizeError<FaultFacts> {
  if (isFault(error)) return error;
  const failure = failureOf(error);
  if (failure.status !== undefined) return faultOf(model, failure);
  const codes = causes(error).map((cause) => textAt(cause, 'code') ?? '');
  const providerCode = codes.find((code) => /^[A-Z][A-Z_]{2,47}$/.test(code));
  const facts = { model, ...(providerCode === undefined ? {} : { providerCode }) };
  if (causes(error).some((cause) => /authentication method/.test(textAt(cause, 'message') ?? ''))) {
    return faults.auth({ model, providerCode: 'missing_key' });
  }
  if (codes.includes('TRUNCATED_REPLY') || codes.includes('REPLY_TOO_LARGE')) return faults.badReply(facts);
  // Only errors of the connection carry this field and no status; whatever else is thrown was thrown while the body was read.
  if (!isObject(error) || !('requestID' in error)) return faults.badReply(facts);
  return error.constructor.name === 'APIConnectionTimeoutError' ? faults.timeout(facts) : faults.network(facts);
}

/** Whether an error is the provider's refusal of the prompt, which is an answer and not a fault. */
export function isPolicyRefusal(error: unknown): boolean {
  const { status, code } = failureOf(error);
  const inner = isObject(error) && 'error' in error && isObject(error.error) ? error.error : {};
  const innerCode = 'innererror' in inner ? textAt(inner.innererror, 'code') : undefined;
  return status === 400 && (policyCodes.has(code ?? '') || innerCode === 'ResponsibleAIPolicyViolation');
}

/** Reads the fields that every error of the SDK has, whichever copy made it. */
export function failureOf(error: unknown): Failure {
  if (!isObject(error) || !('status' in error) || typeof error.status !== 'number') return {};
  const headers = 'headers' in error && error.headers instanceof Headers ? error.headers : new Headers();
  const wait = retryAfterMs(headers);
  const requestId = textAt(error, 'requestID');
  const code = textAt(error, 'code');
  const type = textAt(error, 'type');
  return {
    status: error.status,
    message: textAt(error, 'message') ?? '',
    ...(code === undefined ? {} : { code }),
    ...(type === undefined ? {} : { type }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (
    let at = error;
    at !== undefined && chain.length < 5;
    at = isObject(at) && 'cause' in at ? at.cause : undefined
  ) {
    chain.push(at);
  }
  return chain;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function textAt(value: unknown, field: string): string | undefined {
  if (!isObject(value)) return undefined;
  const found: unknown = Reflect.get(value, field);
  return typeof found === 'string' ? found : undefined;
}
