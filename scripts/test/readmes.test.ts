import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folders = globSync('{packages,plugins}/*/package.json', { cwd: root }).map(dirname).toSorted();

/** Text without what a formatter may move: white space. */
const squeezed = (text: string): string => text.replaceAll(/\s+/g, '');

/** The statements of a shown block, line by line, without the comments that explain them to a reader. */
const shownLines = (block: string): string[] =>
  block
    .split('\n')
    .map((line) => squeezed(line.replace(/(^|\s)\/\/ .*$/, '')))
    .filter((line) => line !== '' && !line.startsWith('/**'));

function examplesIn(folder: string): string[] {
  return globSync('examples/*.ts', { cwd: join(root, folder) }).map((file) =>
    squeezed(readFileSync(join(root, folder, file), 'utf8')),
  );
}

describe.each(folders)('the README of %s', (folder) => {
  const file = join(root, folder, 'README.md');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string };

  test('has the name, how to install, an example and what it does not do', () => {
    expect(text.startsWith(`# ${manifest.name}\n`)).toBe(true);
    expect(text).toMatch(/(npm i|pnpm add|npx) .*@assize\//);
    expect(text).toMatch(/^```(ts|sh)\n/m);
    expect(text).toContain('**Does not**');
    expect(text.split('\n').length).toBeLessThan(90);
  });

  test('shows examples that are files, which tests run', () => {
    const files = examplesIn(folder);
    const strangers = [...text.matchAll(/^```ts\n(.*?)^```/gms)].flatMap((match) =>
      shownLines(match[1] ?? '').filter((line) => !files.some((example) => example.includes(line))),
    );
    expect(strangers).toEqual([]);
  });
});

test('the README of the repository shows an example that is a file', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```/gms)].map((match) => squeezed(match[1] ?? ''));
  expect(blocks.length).toBeGreaterThan(0);
  const files = examplesIn('apps/demo');
  for (const block of blocks) expect(files.some((example) => example.includes(block))).toBe(true);
});

test('links between pages of the repository lead somewhere', () => {
  const pages = globSync('{*.md,docs/**/*.md,packages/*/*.md,plugins/*/*.md,apps/*/*.md}', { cwd: root });
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => !existsSync(join(root, dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});
