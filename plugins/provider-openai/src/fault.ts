import type { AssizeError, FaultFacts } from '@assize/core';
import { faults } from '@assize/core';
import { failureOf, faultOfSdkError, type KindOf, kindOfStatus } from '@assize/http';

import { policyCodes } from './reply.ts';

/** Codes of a 429, 402 or 403 that no waiting heals. */
const quotaCodes = new Set([
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
  'usage_limit_exceeded',
  'billing_hard_limit_reached',
  'billing_not_active',
]);

const tooLargeCodes = new Set(['context_length_exceeded', 'string_above_max_length', 'exceed_context_size_error']);
const tooLargeWords = /maximum context|context (length|window|size)|(prompt|input) is too long|too many tokens/i;
/** Flex capacity that is not there now is no limit of the account's. */
const busyCodes = new Set(['flex_unavailable', 'server_overloaded', 'server_is_overloaded', 'slow_down']);

/** Which fault an answer of OpenAI, Azure or a compatible server is: their codes first, then the status. */
export const kindOf: KindOf = ({ status, code = '', type = '', message = '' }) => {
  if (quotaCodes.has(code) || quotaCodes.has(type)) return faults.quota;
  if (status === 429 && busyCodes.has(code)) return faults.overloaded;
  const kind = kindOfStatus(status);
  if (kind === faults.serverError && code === 'rate_limit_exceeded') return faults.rateLimited;
  if (kind === faults.serverError && busyCodes.has(code)) return faults.overloaded;
  if (kind !== faults.badRequest) return kind;
  const tooLarge = tooLargeCodes.has(code) || tooLargeCodes.has(type) || tooLargeWords.test(message);
  return code === 'rate_limit_exceeded' ? faults.rateLimited : tooLarge ? faults.tooLarge : kind;
};

/** The fault that an error of the SDK is. */
export function toFault(error: unknown, model: string): AssizeError<FaultFacts> {
  return faultOfSdkError(error, model, kindOf);
}

/** Whether an error is the provider's refusal of the prompt, which is an answer and not a fault. */
export function isPolicyRefusal(error: unknown): boolean {
  const { status, code } = failureOf(error);
  return status === 400 && (policyCodes.has(code ?? '') || innerCodeOf(error) === 'ResponsibleAIPolicyViolation');
}

/** Azure writes what its filter found into `innererror`. */
function innerCodeOf(error: unknown): unknown {
  let at: unknown = error;
  for (const field of ['error', 'innererror', 'code']) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, field) : undefined;
  }
  return at;
}
