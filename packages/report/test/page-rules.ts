import { parseHTML } from 'linkedom';

/** As much of a parsed element as the tests look at. */
export interface PageElement {
  readonly tagName: string;
  readonly id: string;
  readonly textContent: string;
  readonly firstElementChild: PageElement | null;
  readonly attributes: Iterable<{ name: string; value: string }>;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** The document of a page. */
export function parsed(html: string): PageElement {
  const { document }: { document: PageElement } = parseHTML(html);
  return document;
}

/** All elements of a selector, in the order of the page. */
export function all(root: PageElement | undefined, selector: string): PageElement[] {
  return root ? [...root.querySelectorAll(selector)] : [];
}

const elements = new Set(
  'html head meta title style body a header p h1 h2 h3 bdi main div ul li dl dt dd nav section article table caption thead tbody tr th td small span b code details summary pre footer figure figcaption svg desc g text rect line circle path'.split(
    ' ',
  ),
);
const attributes = new Set(
  'lang charset http-equiv content name class href id role aria-labelledby aria-label aria-hidden tabindex scope colspan rowspan width height x y x1 x2 y1 y2 cx cy r d dx text-anchor overflow'.split(
    ' ',
  ),
);

/** Everything that a page must not hold, found by parsing it: an empty list is a clean page. */
export function breaches(html: string): string[] {
  const found: string[] = [];
  const document = parsed(html);
  for (const element of document.querySelectorAll('*')) {
    const tag = element.tagName.toLowerCase();
    if (!elements.has(tag)) found.push(`<${tag}>`);
    for (const { name, value } of element.attributes) {
      if (!attributes.has(name)) found.push(`${tag} ${name}`);
      if (name === 'href' && !value.startsWith('#')) found.push(`href ${value}`);
    }
  }
  const ids = all(document, '[id]').map(({ id }) => id);
  if (new Set(ids).size !== ids.length) found.push('an id twice');
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    if (!ids.includes((link.getAttribute('href') ?? '').slice(1)))
      found.push(`${link.getAttribute('href') ?? ''} leads nowhere`);
  }
  for (const labelled of document.querySelectorAll('[aria-labelledby]')) {
    for (const id of (labelled.getAttribute('aria-labelledby') ?? '').split(' '))
      if (!ids.includes(id)) found.push(`no label ${id}`);
  }
  return found;
}

/** The characters that must never reach a screen as themselves. */
export const hidden = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
