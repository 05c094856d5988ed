import { type Child, type Markup, markup } from './markup.ts';

/** A plot as it goes into a page. Style comes from classes alone, so that a strict policy needs no exception. */
export interface FigureParts {
  /** Unique in the page; letters, digits and dashes. */
  id: string;
  title: string;
  /** What the plot shows, for those who do not see it. */
  description: string;
  /** How to read it. */
  caption: Child;
  height: number;
  body: Child;
}

/** A figure: a heading line, an SVG with title and description, and a caption. */
export function figure({ id, title, description, caption, height, body }: FigureParts): Markup {
  return markup`<figure class="plot">
<div class="plot-title" aria-hidden="true">${title}</div>
<svg width="100%" height="${height}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>
${body}
</svg>
<figcaption>${caption}</figcaption>
</figure>`;
}
