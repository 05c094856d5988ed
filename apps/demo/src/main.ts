import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { isAssizeError, type JudgeCard, type Model } from '@assize/core';
import { anthropic } from '@assize/provider-anthropic';
import { openai } from '@assize/provider-openai';
import { replay } from '@assize/provider-replay';
import {
  renderCardsHtml,
  renderCardsTerminal,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderTerminal,
} from '@assize/report';

import { pipeline } from './pipeline.ts';
import { data, recordedTrials } from './recorded-trials.ts';

const options = { live: { type: 'boolean' }, model: { type: 'string' }, out: { type: 'string' } } as const;
const { live, model: named, out = join(import.meta.dirname, '../../../out/demo') } = parseArgs({ options }).values;
const { isTTY: colour, columns: width } = process.stdout;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const cards: JudgeCard[] = [];
const files: string[] = [];
async function keep(card: JudgeCard): Promise<void> {
  const name = card.judge.rater.toLowerCase().replaceAll(/[^\w.-]+/g, '-');
  await writeFile(join(out, `${name}.html`), renderHtml(card));
  await writeFile(join(out, `${name}.md`), renderMarkdown(card));
  await writeFile(join(out, `${name}.json`), renderJson(card));
  cards.push(card);
  files.push(`${name}.html`);
}

say('1. Real judges, real people: recorded verdicts of PandaLM and LLMBar on trial');
for await (const card of recordedTrials()) await keep(card);
say(renderTerminal(cards[0]!, { colour, width }));

const model = named ?? (process.env['ANTHROPIC_API_KEY'] ? 'anthropic:claude-sonnet-4-5' : 'openai:gpt-5-mini');
say(
  `2. From prompts to cards: ${live ? `live, on ${model}` : 'replies of a small language model, with log-probabilities'}`,
);
const name = model.slice(model.indexOf(':') + 1);
const asked = (): Model => (model.startsWith('anthropic:') ? anthropic(name) : openai(name));
const recorded = (id: string): Model => replay(join(data, 'replies.jsonl.gz'), { id });
try {
  const made = live ? pipeline(asked, join(out, 'runs'), model) : pipeline(recorded, join(out, 'runs'));
  for (const card of await made) await keep(card);
} catch (error) {
  if (!isAssizeError(error)) throw error;
  console.error(`${error.message}\n${error.hint}`);
  process.exitCode = 3;
}

say(renderCardsTerminal(cards, { colour, width }));
await writeFile(join(out, 'index.html'), renderCardsHtml(cards, { files }));
say(`\n${cards.length} judge cards as pages: ${join(out, 'index.html')}`);
