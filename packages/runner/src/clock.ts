import { reasonOf } from './abort-reason.ts';

/** Time as a run sees it: passed in, so that a test can hold it. */
export interface Clock {
  /** Milliseconds that only ever grow: durations, deadlines, waits. */
  now(): number;
  /** Wall clock as ISO 8601, for people to read. */
  date(): string;
  /** Resolves after that many milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A longer wait makes a Node timer fire at once. */
const longestTimer = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date().toISOString(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(reasonOf(signal));
        return;
      }
      const stop = (): void => {
        clearTimeout(timer);
        reject(reasonOf(signal));
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
        Math.min(Math.max(ms, 0), longestTimer),
      );
      signal.addEventListener('abort', stop, { once: true });
    }),
};
