const tags = ['think', 'thinking', 'reasoning'] as const;

/**
 * A reply without the thinking that some models write before it: what is weighed there is not yet a verdict.
 *
 * Only at the very start; thinking that never ends leaves nothing, since no answer came after it.
 */
export function afterThinking(text: string): string {
  const start = text.trimStart();
  const tag = tags.find((name) => start.startsWith(`<${name}>`));
  if (tag === undefined) return text;
  const end = start.indexOf(`</${tag}>`);
  return end < 0 ? '' : start.slice(end + tag.length + 3);
}
