import { isAssizeError, type RunFault } from '@assize/core';
import { redact, secretsOf } from '@assize/core/redact';

/** An error as the plain data of an event. Errors of other people's code may quote a key: that is left out. */
export function runFault(error: unknown): RunFault {
  if (isAssizeError(error)) return { code: error.code, message: withoutSecrets(error.message), hint: error.hint };
  return {
    code: 'runner/unexpected',
    message: withoutSecrets(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  };
}

/** A text without the secrets of this process's environment, and without what looks like one. */
export function withoutSecrets(text: string): string {
  return redact(text, secretsOf(process.env));
}
