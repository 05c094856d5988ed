import { canonicalJson, type JudgeCard } from '@assize/core';

/**
 * A judge card as JSON: keys sorted, two spaces of indent, a line feed at the end; equal cards give equal bytes.
 *
 * Control, bidirectional and invisible characters are written as escapes, so that the text is safe to print and still
 * parses to the same value. Its schema is `judge-card.schema.json` of `@assize/core`.
 *
 * @throws TypeError when a number is not finite: such a card has no JSON.
 * @example renderJson(card) === renderJson(JSON.parse(renderJson(card))) // true
 */
export function renderJson(card: JudgeCard): string {
  const sorted: unknown = JSON.parse(canonicalJson(card));
  return `${JSON.stringify(sorted, null, 2).replace(hidden, escaped)}\n`;
}

// JSON.stringify escapes C0 itself; its line feeds are the layout.
const hidden = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
  ).join('');
}
