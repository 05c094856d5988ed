import { type AssizeError, type ErrorKind, type FaultFacts, faults, isFault, retryAfterMs } from '@assize/core';

/** What is known of a call that gave no reply, in the provider's words. */
export interface Failure {
  readonly status?: number;
  /** The provider's own code: `error.code` of OpenAI, `error.details.error_code` of Anthropic. */
  readonly code?: string;
  readonly type?: string;
  /** Read to tell kinds apart, never passed on: it may quote the prompt or the key. */
  readonly message?: string;
  readonly retryAfterMs?: number;
  /** What the provider itself says of another try (`x-should-retry`). */
  readonly shouldRetry?: boolean;
  readonly requestId?: string;
}

/** Which fault a failure with a status is; what a provider adds to `kindOfStatus`. */
export type KindOf = (failure: Failure & { readonly status: number }) => ErrorKind<FaultFacts>;

/** The fault that a failure is. What the provider said in words stays behind; only a short code comes along. */
export function faultOf(model: string, failure: Failure, kindOf: KindOf): AssizeError<FaultFacts> {
  const { status, code, type, requestId, shouldRetry } = failure;
  const providerCode = [code, type].find((word) => word !== undefined && /^[A-Za-z][A-Za-z_]{0,47}$/.test(word));
  const kind = status === undefined || status < 400 ? faults.badReply : kindOf({ ...failure, status });
  return kind({
    model,
    ...(status === undefined ? {} : { status }),
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    ...(shouldRetry === undefined ? {} : { shouldRetry }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(providerCode === undefined ? {} : { providerCode }),
  });
}

/** The fault that a status means everywhere, when the provider's own codes say nothing finer. */
export function kindOfStatus(status: number): ErrorKind<FaultFacts> {
  switch (status) {
    case 401:
    case 403:
      return faults.auth;
    case 402:
      return faults.quota;
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
      // 409 is a lock at the provider's and 425 a replay that it feared: both pass by themselves.
      return status >= 500 || status === 409 || status === 425 ? faults.serverError : faults.badRequest;
  }
}

const ended = new Set(['TRUNCATED_REPLY', 'REPLY_TOO_LARGE', 'REPEATED_REPLY']);
const late = new Set(['HEADERS_TIMEOUT', 'IDLE_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const neverMade = new Set(['CONNECT_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * The fault that an error thrown by an SDK is: OpenAI's and Anthropic's are made by one generator and have the same fields.
 *
 * The classes are told apart by their fields, not by `instanceof`: the SDK is loaded at the first request only, and the
 * client may come from another copy of it. The error itself does not become the cause, since it carries the request's words.
 */
export function faultOfSdkError(error: unknown, model: string, kindOf: KindOf): AssizeError<FaultFacts> {
  if (isFault(error)) return error;
  const failure = failureOf(error);
  if (failure.status !== undefined) return faultOf(model, failure, kindOf);
  const chain = causes(error);
  if (chain.some((cause) => /authentication method/.test(textAt(cause, 'message') ?? ''))) {
    return faults.auth({ model, providerCode: 'missing_key' });
  }
  const codes = chain.map((cause) => textAt(cause, 'code') ?? '');
  const providerCode = codes.find((code) => /^[A-Z][A-Z_]{2,47}$/.test(code));
  const facts = { model, ...(providerCode === undefined ? {} : { providerCode }) };
  const oneOf = (set: ReadonlySet<string>): boolean => codes.some((code) => set.has(code));
  if (oneOf(ended)) return faults.badReply(facts);
  if (oneOf(late)) return faults.timeout(facts);
  if (oneOf(neverMade)) return faults.network({ model, providerCode: 'CONNECT_TIMEOUT' });
  // Only errors of the connection carry this field and no status; whatever else is thrown was thrown while the body was read.
  if (!isObject(error) || !('requestID' in error)) return faults.badReply(facts);
  return error.constructor.name === 'APIConnectionTimeoutError' ? faults.timeout(facts) : faults.network(facts);
}

/** Reads the fields that every error of the SDKs has, whichever copy made it; nothing when the error has no status. */
export function failureOf(error: unknown): Failure {
  if (!isObject(error) || !('status' in error) || typeof error.status !== 'number') return {};
  const headers = headersOf(error) ?? new Headers();
  const wait = retryAfterMs(headers);
  const again = headers.get('x-should-retry');
  const requestId = textAt(error, 'requestID') ?? headers.get('apim-request-id') ?? undefined;
  const code = textAt(error, 'code') ?? textAt(error, 'errorCode');
  const type = textAt(error, 'type');
  return {
    status: error.status,
    message: textAt(error, 'message') ?? '',
    ...(code === undefined ? {} : { code }),
    ...(type === undefined ? {} : { type }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(again === 'true' || again === 'false' ? { shouldRetry: again === 'true' } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** The headers of the response that an error of an SDK came of: of the platform's class or of the transport's own. */
export function headersOf(error: unknown): Pick<Headers, 'get'> | undefined {
  return isObject(error) && 'headers' in error && areHeaders(error.headers) ? error.headers : undefined;
}

function areHeaders(value: unknown): value is Pick<Headers, 'get'> {
  return isObject(value) && 'get' in value && typeof value.get === 'function';
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
