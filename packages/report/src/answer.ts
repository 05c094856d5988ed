import type { Estimate, Outcome, Undetermined } from '@assize/core';

import { estimateParts } from './estimate-text.ts';
import { type Markup, markup } from './markup.ts';
import { outcomeWords } from './vocabulary.ts';

/** An answer as it stands in a table cell: number, interval and n aligned from row to row, or the reason in words. */
export function answer(estimate: Estimate | Undetermined, statistic: string, level: number): Markup {
  const { value, interval, n, determined } = estimateParts(estimate, statistic, level);
  const range = interval.startsWith('[') ? 'range' : 'words';
  return determined
    ? markup`<span class="answer"><b>${value}</b> <span class="${range}">${range === 'words' ? `(${interval})` : interval}</span> <span class="size">n = ${n}</span></span>`
    : markup`<span class="answer"><span class="words">${value}: ${interval}</span> <span class="size">n = ${n}</span></span>`;
}

/** An outcome as a badge: the word carries it, colour and border only repeat it. */
export function outcomeBadge(outcome: Outcome): Markup {
  return markup`<span class="outcome ${outcome}">${outcomeWords[outcome]}</span>`;
}
