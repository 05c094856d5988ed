import { parseArgs } from 'node:util';

import { faults, type Model, modelReplySchema } from '@assize/core';

import { handleSignals, readRun, resultDigest, startRun } from '../src/index.ts';
import { itemsForTest, raterForTest } from './rater-for-test.ts';

/** A run in a process of its own, to be killed: asks the server at `--url`, and prints its end as one line of JSON. */
const { values } = parseArgs({
  options: {
    directory: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    items: { type: 'string', default: '10' },
    concurrency: { type: 'string', default: '8' },
    reserve: { type: 'string', default: '65536' },
    durability: { type: 'string', default: 'batch' },
    run: { type: 'string', default: 'r' },
  },
});

const model: Model = {
  contract: 1,
  id: 'fake:one',
  abilities: { logprobs: false, topLogprobs: 0, jsonSchema: true, seed: false, temperature: true },
  async generate(request, { signal, sample }) {
    const body = JSON.stringify({ request, sample });
    const response = await fetch(values.url, { method: 'POST', body, signal }).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason as Error;
      throw faults.network({ model: 'fake:one' }, { cause: error });
    });
    return modelReplySchema.parse(await response.json());
  },
};

const { directory } = values;
const run = startRun(
  { dataset: itemsForTest(Number(values.items)), raters: [raterForTest({ samples: 2 })] },
  {
    directory,
    run: values.run,
    models: () => model,
    concurrency: Number(values.concurrency),
    reserveBytes: Number(values.reserve),
    durability: values.durability as 'fast' | 'batch' | 'strict',
    prices: { 'fake:one': { input: 3, output: 15 } },
    onEvent: (event) => {
      if (event.type === 'run-start') process.stderr.write('started\n');
      if (event.type === 'warning' && event.code === 'runner/draining') process.stderr.write('draining\n');
    },
  },
);
handleSignals(run, process);
try {
  const { reason, fault, ledger } = await run.done;
  const digest = await resultDigest((await readRun(directory, values.run)).ratings());
  process.stdout.write(`${JSON.stringify({ reason, fault, message: fault?.message, ledger, digest })}\n`);
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.stdout.write(`${JSON.stringify({ refused: code, message })}\n`);
}
process.exit();
