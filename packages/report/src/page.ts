import { createHash } from 'node:crypto';

import { type Child, markup, markupText, styleElement } from './markup.ts';
import { pageStyle } from './page-style.ts';

/**
 * The policy of a page: nothing is loaded, nothing runs, and of styles only the one whose hash is here.
 *
 * A `meta` element cannot say `frame-ancestors`; a server that hands out a page should.
 */
export function contentSecurityPolicy(): string {
  const hash = createHash('sha256').update(pageStyle).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** One HTML file that needs nothing else: a title, and a body that holds its own landmarks. */
export function page(title: string, body: Child): string {
  return markupText(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${styleElement(pageStyle)}
</head>
<body>
${body}
</body>
</html>
`);
}
