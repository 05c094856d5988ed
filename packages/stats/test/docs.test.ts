import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { formatWithOptions } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';

const pages = fileURLToPath(new URL('../../../docs/stats/', import.meta.url));
const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), 'docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = readdirSync(pages)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .toSorted();

/** Every block of an example with the output that the page promises right after it. */
function examplesOf(text: string): { code: string; output: string | undefined }[] {
  const pattern = /```ts\n(?<code>[\s\S]*?)```(?:\s*```text\n(?<output>[\s\S]*?)```)?/g;
  return [...text.matchAll(pattern)].map(({ groups }) => ({ code: groups!['code']!, output: groups!['output'] }));
}

describe.each(names)('%s', (name) => {
  const text = readFileSync(join(pages, name), 'utf8');

  test('says what it answers, when to use another, the formula, and what it was checked against', () => {
    for (const part of ['**Question.**', '**Use another**', '## Formula', '## Example', '## Checked against']) {
      expect(text).toContain(part);
    }
  });

  test('links to pages that are there', () => {
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      const known = [...readdirSync(pages), ...readdirSync(join(pages, '..')).map((file) => `../${file}`)];
      expect(known, `link to ${target} in ${name}`).toContain(target);
    }
  });

  test('has an example that prints what the page says', async () => {
    const examples = examplesOf(text);
    expect(examples.length).toBeGreaterThan(0);
    for (const [i, { code, output }] of examples.entries()) {
      if (output === undefined) throw new Error(`example ${i + 1} of ${name} is not followed by its output`);
      const file = join(folder, `${name}-${i}.ts`);
      writeFileSync(file, code);
      const said: string[] = [];
      const log = vi.spyOn(console, 'log').mockImplementation((...parts: unknown[]) => {
        said.push(formatWithOptions({ colors: false }, ...parts));
      });
      await import(pathToFileURL(file).href).finally(() => log.mockRestore());
      expect(said.join('\n').trim()).toBe(output.trim());
    }
  });
});

test('the docstring of every exported function leads to a page', () => {
  const index = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8');
  const lost: string[] = [];
  for (const [, list, path] of index.matchAll(/export \{([^}]+)\} from '(\.[^']+)'/g)) {
    const source = readFileSync(new URL(`../src/${path}`, import.meta.url), 'utf8');
    for (const entry of list!.split(',').map((part) => part.trim())) {
      if (entry === '' || entry.startsWith('type ')) continue;
      const declared = source.search(new RegExp(`^export (async )?function\\*? ${entry}\\b`, 'm'));
      if (declared < 0) continue;
      const doc = source.slice(source.lastIndexOf('/**', declared), declared);
      const page = /@see https:\/\/github\.com\/assize\/assize\/blob\/main\/docs\/stats\/([a-z0-9-]+)\.md/.exec(
        doc,
      )?.[1];
      if (page === undefined || !names.includes(`${page}.md`)) lost.push(`${entry} (${path})`);
    }
  }
  expect(lost).toEqual([]);
});
