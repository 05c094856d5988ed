import { faults, type Model, type ModelReply, type ModelRequest, type RateLimits } from '@assize/core';

import type { Clock } from '../pacing/clock.ts';

export interface AttemptOptions {
  readonly sample: number;
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** Told what the response says of the provider's limits. */
  readonly onLimits: (limits: RateLimits) => void;
  /** Registers what ends the attempt at once, whatever the model does about it; see `RunHalt.onAbort`. */
  readonly onAbort: (callback: (reason: Error) => void) => () => void;
}

/**
 * One request, which ends by its deadline even when the model does not listen to its signal.
 *
 * @throws provider/timeout at the deadline; what `onAbort` gives as reason; else what the model throws.
 */
export async function attempt(
  model: Model,
  request: ModelRequest,
  { sample, deadlineMs, clock, onLimits, onAbort }: AttemptOptions,
): Promise<ModelReply> {
  const call = new AbortController();
  let [cancelTimer, forget] = [(): void => undefined, (): void => undefined];
  try {
    return await new Promise<ModelReply>((resolve, reject) => {
      const end = (reason: Error): void => {
        call.abort(reason);
        reject(reason);
      };
      forget = onAbort(end);
      cancelTimer = clock.after(deadlineMs, () => end(faults.timeout({ model: model.id })));
      if (!call.signal.aborted) {
        model.generate(request, { signal: call.signal, sample, onLimits }).then(resolve, reject);
      }
    });
  } finally {
    cancelTimer();
    forget();
  }
}
