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

const { values } = parseArgs({
  options: { live: { type: 'boolean' }, model: { type: 'string' }, out: { type: 'string' } },
});
const out = values.out ?? join(import.meta.dirname, '../../../out/demo');
const terminal = {
  colour: process.stdout.isTTY && !process.env['NO_COLOR'],
  width: Math.min(100, process.stdout.columns || 100),
};
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
say(renderTerminal(cards[0]!, terminal));

const model = values.model ?? (process.env['ANTHROPIC_API_KEY'] ? 'anthropic:claude-sonnet-4-5' : 'openai:gpt-5-mini');
say(
  values.live
    ? `2. From prompts to cards, live, on ${model}`
    : '2. From prompts to cards: replies of a small language model, recorded with log-probabilities',
);
const [provider, name] = [model.slice(0, model.indexOf(':')), model.slice(model.indexOf(':') + 1)];
const live = (): Model => (provider === 'anthropic' ? anthropic(name) : openai(name));
const recorded = (id: string): Model => replay(join(data, 'replies.jsonl.gz'), { id });
try {
  for (const card of await pipeline(values.live ? live : recorded, join(out, 'runs'), values.live ? model : undefined))
    await keep(card);
} catch (error) {
  if (!isAssizeError(error)) throw error;
  console.error(`${error.message}\n${error.hint}`);
  process.exitCode = 3;
}

say(renderCardsTerminal(cards, terminal));
await writeFile(join(out, 'index.html'), renderCardsHtml(cards, { files }));
say(`\n${cards.length} judge cards as pages: ${join(out, 'index.html')}`);
