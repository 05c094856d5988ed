import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type JudgeCard, judgeDefinitionSchema, type Model } from '@assize/core';
import { buildTable, factsOfItems, openDataset } from '@assize/datasets';
import { defineJudge } from '@assize/judges';
import { readRun, startRun } from '@assize/runner';
import { putOnTrial } from '@assize/trial';

import { data } from './recorded-trials.ts';

/** The two wordings of one rubric, as judges that ask the given model. */
async function demoJudges(model?: string) {
  const texts = await Promise.all(['rubric-a.json', 'rubric-b.json'].map((file) => readFile(join(data, file), 'utf8')));
  return texts.map((text) => {
    const definition = judgeDefinitionSchema.parse(JSON.parse(text));
    if (model === undefined) return defineJudge(definition);
    // Not every live model gives log-probabilities: it answers in JSON instead.
    return defineJudge({ ...definition, elicitation: { name: 'json' }, model: { id: model, maxOutputTokens: 2000 } });
  });
}

/** The whole way from prompts to cards: items, judges, a run with its journal, the table, the trial. */
export async function pipeline(models: (id: string) => Model, runs: string, model?: string): Promise<JudgeCard[]> {
  const judges = await demoJudges(model);
  const criteria = judges[0]!.criteria;
  const dataset = await openDataset({ items: join(data, 'pairs.jsonl'), labels: join(data, 'labels.jsonl'), criteria });
  const run = startRun({ dataset, raters: judges }, { directory: runs, models, concurrency: 16, durability: 'fast' });
  const { reason, fault } = await run.done;
  if (reason !== 'done') throw fault ?? new Error(`the run ended early: ${reason}`);

  async function* ratings() {
    yield* dataset.labels();
    yield* (await readRun(runs, run.id)).ratings();
  }
  const facts = await factsOfItems(dataset.items());
  const table = await buildTable(ratings(), { criteria, ...facts, kinds: { gold: 'human' } });
  return judges.map(({ id, definition }) =>
    putOnTrial(table, {
      judge: id,
      humans: ['gold'],
      definition,
      unrated: 'wrong',
      dataset: { name: '125 pairs with a planted flaw in one response', source: dataset.fingerprint },
    }),
  );
}
