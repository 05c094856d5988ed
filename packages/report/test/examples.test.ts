import { expect, test } from 'vitest';

import { faces } from '../examples/judge-card.ts';
import { exampleCard } from './example-card.ts';

test('the example of the README shows the verdict on every face', () => {
  const { terminal, markdown, page } = faces(exampleCard());
  expect(terminal).toContain('FIT WITH CORRECTION');
  expect(markdown).toContain('**Fit with correction.**');
  expect(page).toContain('<h2 id="verdict">Fit with correction</h2>');
});
