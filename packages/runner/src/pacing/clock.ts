import { asError } from '../run/as-error.ts';

/** Time as a run sees it: passed in, so that a test can hold it. */
export interface Clock {
  /** Milliseconds that only ever grow: durations, deadlines, waits. */
  now(): number;
  /** Wall clock as ISO 8601, for people to read. */
  date(): string;
  /** Calls back after that many milliseconds, unless the function that it returns is called first. */
  after(ms: number, callback: () => void): () => void;
}

/** A longer wait makes a Node timer fire at once. */
const longestTimer = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date().toISOString(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), longestTimer));
    return () => clearTimeout(timer);
  },
};

/** The date, read from the clock once a second at most: for what changes with the day. */
export function recentDate(clock: Clock): () => string {
  let [date, readAt] = ['', Number.NEGATIVE_INFINITY];
  return () => {
    const now = clock.now();
    if (now - readAt >= 1000) [date, readAt] = [clock.date(), now];
    return date;
  };
}

/** Resolves after that many milliseconds; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(asError(signal.reason));
      return;
    }
    const stop = (): void => {
      cancel();
      reject(asError(signal.reason));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
