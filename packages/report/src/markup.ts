import { visible } from './visible-text.ts';

const text = Symbol('markup');

/** Finished HTML or SVG. Only the `markup` tag makes one, so that no text of a card can pass for it. */
export interface Markup {
  readonly [text]: string;
}

export type Child = string | number | Markup | undefined | readonly Child[];

/**
 * Builds HTML or SVG: whatever is put into the template is escaped, for text and for double-quoted attributes alike.
 *
 * @example markup`<p title="${name}">${name}</p>`
 */
export function markup(parts: TemplateStringsArray, ...children: Child[]): Markup {
  return { [text]: parts.map((part, place) => part + written(children[place])).join('') };
}

/** Puts a style sheet of our own into a page: the one text that is not escaped, since its hash is in the policy. */
export function styleElement(sheet: string): Markup {
  if (/[<&]/.test(sheet)) throw new RangeError('a style sheet must hold neither < nor &');
  return { [text]: `<style>${sheet}</style>` };
}

export function markupText(value: Markup): string {
  return value[text];
}

function written(child: Child): string {
  if (child === undefined) return '';
  if (typeof child === 'string') return escapeHtml(child);
  if (typeof child === 'number') return String(Math.round(child * 100) / 100);
  if (isMarkup(child)) return child[text];
  return child.map(written).join('');
}

function isMarkup(child: Markup | readonly Child[]): child is Markup {
  return text in child;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** A text that is inert in HTML text and in a quoted attribute; control characters are written out. */
function escapeHtml(value: string): string {
  return visible(value).replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}
