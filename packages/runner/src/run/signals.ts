import type { EventEmitter } from 'node:events';

import { type Clock, systemClock } from '../pacing/clock.ts';
import type { Run } from './start-run.ts';

/** Package managers forward a Ctrl-C that the terminal has sent to all already. */
const sameSignalMs = 300;
/** Below the half minute that most orchestrators wait before they kill. */
const terminateMs = 20_000;

/**
 * Lets signals end a run well: the first Ctrl-C drains it, the second aborts it, the third is left to the system;
 * SIGTERM and SIGHUP drain for 20 seconds at most. Two Ctrl-C within 300 ms count as one.
 *
 * @returns a function that takes the listeners away again; call it when the run is done.
 * @example
 * const stopListening = handleSignals(run, process);
 * await run.done.finally(stopListening);
 */
export function handleSignals(
  run: Pick<Run, 'drain' | 'abort'>,
  source: EventEmitter,
  { clock = systemClock }: { clock?: Clock } = {},
): () => void {
  let interrupts = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  const interrupt = (): void => {
    const now = clock.now();
    if (now - lastAt < sameSignalMs) return;
    lastAt = now;
    interrupts += 1;
    if (interrupts === 1) run.drain();
    else {
      run.abort();
      source.removeListener('SIGINT', interrupt);
    }
  };
  const terminate = (): void => run.drain(terminateMs);
  const stop = (): void => {
    source.removeListener('SIGINT', interrupt);
    source.removeListener('SIGTERM', terminate);
    source.removeListener('SIGHUP', terminate);
  };
  source.on('SIGINT', interrupt);
  source.on('SIGTERM', terminate);
  source.on('SIGHUP', terminate);
  return stop;
}
