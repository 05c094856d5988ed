import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { JudgeCard } from '@assize/core';
import { renderHtml, renderJson, renderMarkdown } from '@assize/report';

import { writing } from './output-folder.ts';

/** Writes a card as a page, as Markdown and as JSON. Returns the path of the page. */
export async function writeCard(folder: string, card: JudgeCard): Promise<string> {
  const files = {
    'card.html': renderHtml(card),
    'card.md': renderMarkdown(card),
    'card.json': renderJson(card),
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await writing(path, () => writeFile(path, text));
  }
  return join(folder, 'card.html');
}
