import { type AssizeError, type FaultFacts, faults, isFault, retryAfterMs } from '@assize/core';

/** What is known of a call that gave no reply, in the provider's words. */
interface Failure {
  readonly status: number;
  readonly type: string;
  /** `error.details.error_code`, which tells a spend limit from a rate limit. */
  readonly errorCode: string;
  /** Read to tell kinds apart, never passed on: it may quote the prompt or the key. */
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly requestId?: string;
}

const tooLargeWords = /(prompt|input) is too long|exceeds? the (maximum|context)|context window/i;

/**
 * The fault that an error of the SDK is.
 *
 * The SDK's classes are told apart by their fields, not by `instanceof`: the SDK is loaded at the first request only, and the
 * client may come from another copy of it. The error itself does not become the cause, since it carries the request's words.
 */
export function toFault(error: unknown, model: string): AssizeError<FaultFacts> {
  if (isFault(error)) return error;
  const failure = failureOf(error);
  if (failure !== undefined) {
    const providerCode = [failure.errorCode, failure.type].find((word) => /^[A-Za-z][A-Za-z_]{0,47}$/.test(word));
    return kindOf(failure)({
      model,
      status: failure.status,
      ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
      ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
      ...(providerCode === undefined ? {} : { providerCode }),
    });
  }
  if (/authentication method/.test(textAt(error, 'message') ?? '')) {
    return faults.auth({ model, providerCode: 'missing_key' });
  }
  const code = causes(error)
    .map((cause) => textAt(cause, 'code') ?? '')
    .find((word) => /^[A-Z][A-Z_]{2,47}$/.test(word));
  const facts = { model, ...(code === undefined ? {} : { providerCode: code }) };
  // Only errors of the connection carry this field and no status; whatever else is thrown was thrown while the body was read.
  if (!isObject(error) || !('requestID' in error)) return faults.badReply(facts);
  return error.constructor.name === 'APIConnectionTimeoutError' ? faults.timeout(facts) : faults.network(facts);
}

function kindOf({ status, type, errorCode, message }: Failure) {
  if (status < 400) return faults.badReply;
  const spent = errorCode === 'enforced_spend_limit_reached' || type === 'billing_error' || status === 402;
  if (spent || /credit balance/i.test(message)) return faults.quota;
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
  if (type === 'overloaded_error') return faults.overloaded;
  if (type === 'timeout_error') return faults.timeout;
  if (status >= 500 || status === 409 || status === 425) return faults.serverError;
  return tooLargeWords.test(message) ? faults.tooLarge : faults.badRequest;
}

function failureOf(error: unknown): Failure | undefined {
  if (!isObject(error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const headers = 'headers' in error && error.headers instanceof Headers ? error.headers : new Headers();
  const wait = retryAfterMs(headers);
  const requestId = textAt(error, 'requestID');
  return {
    status: error.status,
    type: textAt(error, 'type') ?? '',
    errorCode: textAt(error, 'errorCode') ?? '',
    message: textAt(error, 'message') ?? '',
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
