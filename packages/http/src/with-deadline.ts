const longestTimer = 2 ** 31 - 1; // beyond it a timer fires at once

/**
 * Runs a call that must end within `ms`, body included: the SDK's own timeout stops at the headers.
 *
 * An abort by the caller comes out as the signal's own reason; a deadline that passed as what `onTimeout` makes.
 */
export async function withDeadline<Result>(
  signal: AbortSignal,
  ms: number,
  onTimeout: () => Error,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const inner = new AbortController();
  const forward = (): void => inner.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  const timer = setTimeout(() => inner.abort(), Math.min(ms, longestTimer));
  // A transport that does not listen to the signal must not keep the caller waiting.
  const aborted = new Promise<never>((_, reject) => {
    inner.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
  try {
    return await Promise.race([call(inner.signal), aborted]);
  } catch (error) {
    signal.throwIfAborted();
    throw inner.signal.aborted ? onTimeout() : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
  }
}
