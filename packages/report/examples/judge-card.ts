import type { JudgeCard } from '@assize/core';
import { renderHtml, renderMarkdown, renderTerminal } from '@assize/report';

/** Every face of one card: the same numbers for a terminal, a pull request and a reader. */
export function faces(card: JudgeCard): { terminal: string; markdown: string; page: string } {
  return {
    terminal: renderTerminal(card, { colour: process.stdout.isTTY, width: process.stdout.columns }),
    markdown: renderMarkdown(card), // append it to $GITHUB_STEP_SUMMARY
    page: renderHtml(card), // one file: no script, no network
  };
}
