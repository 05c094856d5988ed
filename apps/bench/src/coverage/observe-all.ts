import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { Observation } from './observe-row.ts';

/**
 * Observes rows on all cores; a row goes to whoever is free, and what it shows does not depend on that.
 *
 * @param places the rows, by their place among all rows of all families
 * @param options.draws an upper bound on the samples of a row
 * @returns one observation per place, in order
 */
export async function observeAll(
  places: readonly number[],
  options: {
    draws?: number;
    workers?: number;
    seen?: (place: number, observation: Observation, seconds: number) => void;
  } = {},
): Promise<Observation[]> {
  const { workers = Math.min(availableParallelism(), places.length), draws, seen } = options;
  const found = new Map<number, Observation>();
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('coverage-worker.ts', import.meta.url), { workerData: { draws } });
    try {
      await new Promise<void>((resolve, reject) => {
        const give = (): void => {
          if (next < places.length) worker.postMessage(places[next++], []);
          else resolve();
        };
        worker.on('error', reject);
        worker.on('message', (said: { place: number; observation: Observation; seconds: number }) => {
          found.set(said.place, said.observation);
          seen?.(said.place, said.observation, said.seconds);
          give();
        });
        give();
      });
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return places.map((place) => found.get(place)!);
}
