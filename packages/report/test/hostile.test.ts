import { describe, expect, test } from 'vitest';

import {
  renderCardsHtml,
  renderCardsTerminal,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderTerminal,
} from '../src/index.ts';
import { exampleCard } from './example-card.ts';
import { hostileTexts, poisoned, poisonedPlots } from './hostile-texts.ts';
import { breaches, hidden } from './page-rules.ts';

const ours = new RegExp(String.raw`\u001b\[[\d;]*m`, 'g');
const named = hostileTexts.map((text) => [JSON.stringify(text).slice(0, 50), text] as const);

describe.each(named)('%s in every text of a card', (_, text) => {
  const cards = [poisoned(exampleCard(), text), poisonedPlots(exampleCard(), text)];

  test('makes no element, attribute or link in a page', () => {
    for (const card of cards) {
      const html = renderHtml(card);
      expect(breaches(html)).toEqual([]);
      expect(html).not.toMatch(hidden);
    }
    expect(
      breaches(renderCardsHtml(cards, { files: [text, `${text}.html`], title: text })).filter(
        (breach) => breach !== `href ${text}.html`,
      ),
    ).toEqual([]);
  });

  test('reaches a terminal without an escape, a hidden character or a log command', () => {
    for (const card of cards) {
      for (const options of [{ colour: true }, { colour: false }, { colour: true, width: 60 }]) {
        for (const shown of [renderTerminal(card, options), renderCardsTerminal([card], options)]) {
          const bare = options.colour ? shown.replaceAll(ours, '') : shown;
          expect(bare).not.toMatch(hidden);
          expect(bare).not.toMatch(/^\s*::/m);
          expect(bare).not.toContain('##[');
        }
      }
    }
  });

  test('is only text in Markdown', () => {
    for (const card of cards) {
      const markdown = renderMarkdown(card);
      expect(markdown).not.toMatch(hidden);
      expect(markdown.replaceAll(/<\/?(?:details|summary)>/g, '')).not.toMatch(/[<>]/);
      expect(markdown).not.toMatch(/^\s*(?:::|##\[)/m);
      const plain = markdown.replaceAll(/`[^`\n]*`/g, 'code').replaceAll(/\[[−\d.,%]+ [−\d.,%]+\](?=,)/g, 'interval');
      expect(plain).not.toMatch(/[[\]`]|!\[|:\/\/|@\w|www\./);
      for (const row of plain.split('\n').filter((line) => line.startsWith('|')))
        expect(row.split('|').length).toBeOneOf([5, 7]);
    }
  });

  test('survives JSON unchanged and prints as visible characters', () => {
    for (const card of cards) {
      const json = renderJson(card);
      expect(JSON.parse(json)).toEqual(card);
      expect(json).not.toMatch(hidden);
      expect(renderJson(JSON.parse(json) as typeof card)).toBe(json);
    }
  });
});
