import { faults, type Model, type ModelReply, type ModelRequest } from '@assize/core';

import { reasonOf } from './abort-reason.ts';
import type { Clock } from './clock.ts';

export interface AttemptOptions {
  readonly sample: number;
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** Ends the attempt at once, whatever the model does about it. */
  readonly signal: AbortSignal;
}

/**
 * One request, which ends by its deadline even when the model does not listen to its signal.
 *
 * @throws provider/timeout at the deadline; the reason of the signal when it aborts; else what the model throws.
 */
export async function attempt(
  model: Model,
  request: ModelRequest,
  { sample, deadlineMs, clock, signal }: AttemptOptions,
): Promise<ModelReply> {
  const call = new AbortController();
  let cancel = (): void => undefined;
  let stop = cancel;
  try {
    return await new Promise<ModelReply>((resolve, reject) => {
      const end = (reason: Error): void => {
        call.abort(reason);
        reject(reason);
      };
      stop = () => end(reasonOf(signal));
      if (signal.aborted) {
        stop();
        return;
      }
      signal.addEventListener('abort', stop);
      cancel = clock.after(deadlineMs, () => end(faults.timeout({ model: model.id })));
      model.generate(request, { signal: call.signal, sample }).then(resolve, reject);
    });
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}
