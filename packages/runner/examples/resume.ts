import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Dataset, defineMetric, type Model, textOf } from '@assize/core';
import { readRun, startRun } from '@assize/runner';

/** Runs a rater over a data set in a new folder, and again: the second time nothing is computed. */
export async function runTwice(
  dataset: Dataset,
  models: (id: string) => Model,
): Promise<{ kept: number; mean: number }> {
  const length = defineMetric({
    id: 'words',
    version: '1',
    needs: ['responses'],
    criteria: [
      {
        id: 'words',
        question: 'How many words?',
        scale: { kind: 'interval', min: 0, max: 1e6 },
        higherIsBetter: false,
      },
    ],
    rate: async ({ responses: [first] }) => {
      const words = first ? textOf(first.content).split(/\s+/).length : 0;
      return [{ criterion: 'words', status: 'rated', value: words }];
    },
  });
  const directory = await mkdtemp(join(tmpdir(), 'assize-example-'));
  const plan = { dataset, raters: [length] };
  await startRun(plan, { directory, run: 'words', models }).done;

  const again = startRun(plan, { directory, run: 'words', models });
  for await (const event of again.events) if (event.type === 'warning') console.warn(event.message);
  const { assignments } = await again.done;

  let [sum, count] = [0, 0];
  const { ratings } = await readRun(directory, 'words');
  for await (const rating of ratings()) {
    if (rating.status === 'rated') [sum, count] = [sum + Number(rating.value), count + 1];
  }
  return { kept: assignments.kept, mean: sum / count };
}
