import { type AssizeError, defineError, type ErrorKind, isAssizeError } from './error.ts';

/** What is known of a call that gave no reply. */
export type FaultFacts = {
  model: string;
  status?: number;
  /** How long the provider asks to wait. */
  retryAfterMs?: number;
  /** Whether the provider itself says that another try may help; it knows better than a table of statuses. */
  shouldRetry?: boolean;
  requestId?: string;
  /** The provider's own code or type: short, never its message, which may quote the prompt. */
  providerCode?: string;
};

const fault = (code: string, what: string, hint: string): ErrorKind<FaultFacts> =>
  defineError(code, (facts: FaultFacts) => ({
    message: `${facts.model}: ${what}${facts.status === undefined ? '' : ` (${facts.status})`}${facts.providerCode ? ` [${facts.providerCode}]` : ''}`,
    hint,
  }));

/**
 * Why a call gave no reply: the closed set that every provider adapter maps to, and the only one the runner knows.
 *
 * `transient` faults are tried again; `permanent` ones end the call; `stopping` ones end the run, which can be resumed.
 */
export const faults = {
  rateLimited: fault(
    'provider/rate-limited',
    'too many requests',
    'The runner slows down and tries again; lower the concurrency if it goes on.',
  ),
  overloaded: fault(
    'provider/overloaded',
    'the provider is overloaded',
    'The runner tries again; run later if it goes on.',
  ),
  serverError: fault(
    'provider/server-error',
    'the provider failed',
    'The runner tries again; if it goes on, see the provider’s status page.',
  ),
  timeout: fault(
    'provider/timeout',
    'no reply in time',
    'The call may have been billed. Raise the deadline or lower the load.',
  ),
  network: fault('provider/network', 'the connection failed', 'Check the address of the provider and the network.'),
  badReply: fault(
    'provider/bad-reply',
    'the reply is not of the provider’s format',
    'The call may have been billed. Check that the base URL speaks the API that was chosen.',
  ),
  badRequest: fault(
    'provider/bad-request',
    'the provider rejects the request',
    'Check model settings against what the model takes.',
  ),
  notFound: fault('provider/not-found', 'no such model or address', 'Check the name of the model and the base URL.'),
  auth: fault(
    'provider/auth',
    'the key was not accepted',
    'Set the provider’s key in the environment, then resume the run.',
  ),
  quota: fault(
    'provider/quota',
    'the account’s quota or spend limit is used up',
    'Raise the limit, then resume the run.',
  ),
  tooLarge: fault(
    'provider/too-large',
    'the request is larger than the model takes',
    'Shorten the item or choose a model with a longer context.',
  ),
  notRecorded: fault(
    'provider/not-recorded',
    'no reply to this request was recorded',
    'Record it with record(model, file); nothing else is ever given in its place.',
  ),
} as const;

const transient = new Set(
  [faults.rateLimited, faults.overloaded, faults.serverError, faults.timeout, faults.network, faults.badReply].map(
    (kind) => kind.code,
  ),
);
const stopping = new Set([faults.auth, faults.quota, faults.notFound].map((kind) => kind.code));
/** Codes of the system for a connection that was never made. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CONNECT_TIMEOUT',
]);
const maybeBilled = new Set(
  [faults.timeout, faults.network, faults.badReply, faults.serverError].map((kind) => kind.code),
);

/** Whether an error is a fault of a provider call. */
export function isFault(error: unknown): error is AssizeError<FaultFacts> {
  return isAssizeError(error) && error.code.startsWith('provider/');
}

/** What a runner does about a fault; the provider's own word on another try decides between `transient` and `permanent`. */
export function faultClass(error: AssizeError<FaultFacts>): 'transient' | 'permanent' | 'stopping' {
  const { shouldRetry } = error.facts;
  if (shouldRetry !== undefined && !stopping.has(error.code)) return shouldRetry ? 'transient' : 'permanent';
  return transient.has(error.code) ? 'transient' : stopping.has(error.code) ? 'stopping' : 'permanent';
}

/** Whether nobody answers at the provider's address: nothing was sent, and waiting seldom helps. */
export function isUnreachable(error: AssizeError<FaultFacts>): boolean {
  return faults.network.is(error) && unreachable.has(error.facts.providerCode ?? '');
}

/** Whether the provider may have billed a call that ended in this fault. */
export function mayBeBilled(error: AssizeError<FaultFacts>): boolean {
  return maybeBilled.has(error.code) && !isUnreachable(error);
}
