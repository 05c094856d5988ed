import { reasonOf } from './abort-reason.ts';

/** A promise that does not outlast the signal, whether or not what it stands for ever settles. */
export async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const settled = new AbortController();
  try {
    return await new Promise<Value>((resolve, reject) => {
      promise.then(resolve, reject);
      const stop = (): void => reject(reasonOf(signal));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true, signal: settled.signal });
    });
  } finally {
    settled.abort();
  }
}
