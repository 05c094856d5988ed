import type { Estimate, Undetermined } from '@assize/core';

import { estimateText } from './estimate-text.ts';
import { oneLine } from './visible-text.ts';

// Entities and not backslashes: they hold inside table cells and raw HTML alike, and no reader takes them for syntax.
const special = /[\\`*_{}[\]<>|~$&!#]|^(?:[-+=]|\d+[.)](?=\s|$))|::/g;

/**
 * A text that is only text in Markdown: no markup, no HTML, no table cell, no mention, no reference and no link.
 *
 * @example inMarkdown('a|b <b> @team') // 'a&#124;b &#60;b&#62; @&#8288;team'
 */
export function inMarkdown(text: string): string {
  return oneLine(text)
    .replace(special, (found) =>
      Array.from(found, (character) =>
        /[\d]/.test(character) ? character : `&#${character.codePointAt(0) ?? 0};`,
      ).join(''),
    )
    .replace(/@/g, '@&#8288;')
    .replace(/:\/\//g, ':&#8288;//')
    .replace(/\bwww\./gi, (found) => `${found.slice(0, 3)}&#8288;.`)
    .replace(/&#35;(?=\d)/g, '&#35;&#8288;')
    .replace(/\bGH-(?=\d)/gi, (found) => `${found}&#8288;`);
}

/** An id as code where it can stand so, else as text. */
export function codeInMarkdown(text: string): string {
  const line = oneLine(text);
  return line !== '' && !/[`|\\<>&]|::|##\[/.test(line) ? `\`${line}\`` : inMarkdown(text);
}

/** An answer: numbers alone stay as they are, words (a reason, a note) are escaped. */
export function estimateInMarkdown(estimate: Estimate | Undetermined, statistic: string, level: number): string {
  const text = estimateText(estimate, statistic, level);
  return estimate.value !== null && estimate.interval ? text : inMarkdown(text);
}
