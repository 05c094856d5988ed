import { type AssizeError, type FaultFacts, faults } from '@assize/core';
import { faultOfSdkError, type KindOf, kindOfStatus } from '@assize/http';

/** `error.details.error_code` of a limit on money, which a 429 otherwise does not tell from a limit on pace. */
const spentCodes = new Set([
  'enforced_spend_limit_reached',
  'contract_spend_limit_reached',
  'linked_organization_spend_limit_reached',
]);
const tooLargeWords = /(prompt|input) is too long|exceeds? the (maximum|context)|context window/i;

/** Which fault an answer of Anthropic is: what it says of money first, then its status, then its type. */
export const kindOf: KindOf = ({ status, code = '', type = '', message = '' }) => {
  // An old balance message has no code of its own.
  if (spentCodes.has(code) || type === 'billing_error' || /credit balance/i.test(message)) return faults.quota;
  const kind = kindOfStatus(status);
  if (kind === faults.badRequest) return tooLargeWords.test(message) ? faults.tooLarge : kind;
  if (kind !== faults.serverError) return kind;
  return type === 'overloaded_error' ? faults.overloaded : type === 'timeout_error' ? faults.timeout : kind;
};

/** The fault that an error of the SDK is. */
export function toFault(error: unknown, model: string): AssizeError<FaultFacts> {
  return faultOfSdkError(error, model, kindOf);
}
