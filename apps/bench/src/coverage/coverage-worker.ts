// One process of the observatory: is sent the place of a row, and sends back what its samples showed.
import { parentPort, workerData } from 'node:worker_threads';

import { z } from 'zod';

import { dataFolder } from '../public-records.ts';
import { observeRow } from './observe-row.ts';
import { coverageFamilies } from './rows.ts';

const rows = coverageFamilies.flatMap((family) => family(dataFolder()));
const { draws } = z.object({ draws: z.number().optional() }).parse(workerData);

parentPort!.on('message', (place: number) => {
  const row = rows[place]!;
  const start = performance.now();
  const observation = observeRow(row, draws === undefined ? {} : { draws: Math.min(draws, row.draws) });
  parentPort!.postMessage({ place, observation, seconds: (performance.now() - start) / 1000 }, []);
});
