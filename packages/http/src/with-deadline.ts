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
  let [forward, timer]: [() => void, NodeJS.Timeout | undefined] = [() => {}, undefined];
  try {
    // A transport that does not listen to the signal must not keep the caller waiting.
    return await new Promise<Result>((resolve, reject) => {
      const end = (reason: unknown): void => {
        reject(reason); // before the transport learns of it and says so in its own words
        inner.abort(reason);
      };
      forward = () => end(signal.reason);
      signal.addEventListener('abort', forward, { once: true });
      timer = setTimeout(() => end(onTimeout()), Math.min(ms, longestTimer));
      call(inner.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
  }
}
