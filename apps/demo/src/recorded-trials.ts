import { join } from 'node:path';

import { type JudgeCard, parseScale } from '@assize/core';
import { loadRatings } from '@assize/datasets';
import { putOnTrial } from '@assize/trial';

export const data = join(import.meta.dirname, '../data');

/** Real verdicts of real judges against real people: numbers and ids of two public sets, see data/README.md. */
const tables = [
  {
    file: 'pandalm.csv',
    name: 'PandaLM: 999 pairs, three annotators',
    humans: ['r1', 'r2', 'r3'],
    judges: ['gpt-3.5-turbo', 'pandalm-7b'],
    scale: 'preference',
    facets: [],
  },
  {
    file: 'llmbar.csv',
    name: 'LLMBar: 419 pairs with a gold answer, both orders',
    humans: ['gold'],
    judges: ['GPT-4', 'PaLM2', 'Falcon', 'ChatGPT-0301', 'LLaMA2', 'ChatGPT'],
    scale: 'preference:no-ties',
    facets: ['subset'],
  },
];

/** Puts every recorded judge on trial, card by card. */
export async function* recordedTrials(): AsyncGenerator<JudgeCard> {
  for (const { file, name, humans, judges, scale, facets } of tables) {
    const { table } = await loadRatings(join(data, file), { humans, raters: judges, scale: parseScale(scale), facets });
    // A verdict that cannot be read counts against the judge: nobody is served by one.
    for (const judge of judges) yield putOnTrial(table, { judge, humans, unrated: 'wrong', dataset: { name } });
  }
}
