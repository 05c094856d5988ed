import { isAssizeError, type RunFault } from '@assize/core';

/** An error as the plain data of an event. */
export function runFault(error: unknown): RunFault {
  if (isAssizeError(error)) return { code: error.code, message: error.message, hint: error.hint };
  return {
    code: 'runner/unexpected',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  };
}
