import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import { configSchema, findConfig, loadConfig, resolveModel } from '../src/index.ts';
import { isAtLeast } from '../src/journal/sqlite.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest } from './rater-for-test.ts';

const definition = {
  contract: 1,
  id: 'helpful',
  mode: 'pointwise',
  criteria: [{ id: 'c', question: 'q', scale: { kind: 'binary' }, higherIsBetter: true }],
  protocol: { name: 'pointwise' },
  elicitation: { name: 'json' },
  aggregation: { orders: 'mean', samples: 1 },
  model: { id: 'openai:gpt' },
};
const good = { dataset: 'items.jsonl', judges: [definition] };

async function write(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Loads in a process of its own: within the test runner, imports are not Node's. */
async function loadApart(
  folder: string,
  file: string,
): Promise<{ loader?: string; code?: string; message?: string; hint?: string; cause?: string }> {
  const program = `import { loadConfig } from ${JSON.stringify(fileURLToPath(new URL('../src/config/load-config.ts', import.meta.url)))};
    try { const { loader } = await loadConfig({ file: ${JSON.stringify(file)}, cwd: ${JSON.stringify(folder)} }); console.log(JSON.stringify({ loader })); }
    catch (error) { console.log(JSON.stringify({ code: error.code, message: error.message, hint: error.hint, cause: String(error.cause) })); }`;
  // pnpm sets NODE_PATH, by which everything in the workspace would be installed everywhere.
  const { NODE_PATH: _, ...env } = process.env;
  const options = ['--conditions=@assize/source', '--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, options, { env });
  return JSON.parse(stdout) as { loader?: string };
}

describe('a config file', () => {
  test('is found upward, as far as the root of the repository or workspace', async () => {
    const folder = await folderForTest();
    await write(folder, {
      'assize.config.json': '{}',
      'in/.git/x': '',
      'in/deep/x': '',
      'up/deep/x': '',
      'up/assize.config.mjs': '',
    });
    expect(findConfig(join(folder, 'up/deep'))).toBe(join(folder, 'up/assize.config.mjs'));
    expect(findConfig(folder)).toBe(join(folder, 'assize.config.json'));
    expect(findConfig(join(folder, 'in/deep'))).toBeUndefined();
    await expect(loadConfig({ cwd: join(folder, 'in/deep') })).rejects.toMatchObject({ code: 'runner/no-config' });
    await expect(loadConfig({ cwd: folder, file: 'other.json' })).rejects.toMatchObject({ code: 'runner/no-config' });
  });

  test('of JSON gives its definitions', async () => {
    const folder = await folderForTest();
    await write(folder, { 'assize.config.json': JSON.stringify(good) });
    expect(await loadConfig({ cwd: folder })).toEqual({
      file: join(folder, 'assize.config.json'),
      config: good,
      loader: 'json',
    });
  });

  test('of TypeScript runs as it is', async () => {
    const folder = await folderForTest();
    await write(folder, {
      'package.json': '{ "type": "module" }',
      'assize.config.ts': `import { judges } from './judges.ts';\nconst config: { dataset: string; judges: unknown } = { dataset: 'x', judges };\nexport default config;`,
      'judges.ts': `export const judges: unknown[] = [${JSON.stringify(definition)}];`,
    });
    expect(await loadApart(folder, 'assize.config.ts')).toEqual({ loader: 'native' });
  });

  test('that throws is named with the place and the cause', async () => {
    const folder = await folderForTest();
    await write(folder, { 'assize.config.mjs': `\n\nthrow new Error('no such secret');` });
    const { code, message, cause } = await loadApart(folder, 'assize.config.mjs');
    expect(code).toBe('runner/config-threw');
    expect(message).toContain(`${join(folder, 'assize.config.mjs')}:3:7 threw`);
    expect(cause).toBe('Error: no such secret');
  });

  test('that needs a package which is not there says so', async () => {
    const folder = await folderForTest();
    await write(folder, { 'assize.config.mjs': `import 'a-package-that-is-not-there';` });
    expect(await loadApart(folder, 'assize.config.mjs')).toMatchObject({
      code: 'runner/config-threw',
      message: expect.stringContaining('a-package-that-is-not-there') as string,
    });
  });

  test.each([
    ['an enum', 'enum Level { Low }\nexport default {};', 'enum'],
    ['an import of a .js that is a .ts', `import './other.js';\nexport default {};`, 'other.js'],
  ])('with %s is told what to change, when there is no jiti', async (_, text, problem) => {
    const folder = await folderForTest();
    await write(folder, { 'package.json': '{ "type": "module" }', 'assize.config.ts': text, 'other.ts': '' });
    const { code, message, hint } = await loadApart(folder, 'assize.config.ts');
    expect(code).toBe('runner/config-syntax');
    expect(message).toContain(join(folder, 'assize.config.ts'));
    expect(message).toContain(problem);
    expect(hint).toContain('jiti');
  });

  test('that Node does not run is given to the jiti beside it', async () => {
    const folder = await folderForTest();
    // Stands in for jiti by its documented contract: createJiti(file).import(path).
    await write(folder, {
      'package.json': '{ "type": "module" }',
      'assize.config.ts': 'enum Level { Low }\nexport default {};',
      'node_modules/jiti/package.json': '{ "name": "jiti", "type": "module", "exports": "./index.js" }',
      'node_modules/jiti/index.js': `export const createJiti = () => ({ import: async () => ({ default: ${JSON.stringify(good)} }) });`,
    });
    expect(await loadApart(folder, 'assize.config.ts')).toEqual({ loader: 'jiti' });
  });

  test.each([
    ['no judges', { dataset: 'x', judges: [] }, 'judges'],
    ['an unknown key', { ...good, dataste: 'y' }, 'config'],
    ['a wrong number', { ...good, concurrency: 0 }, 'concurrency'],
    ['a judge that is neither', { ...good, judges: [{ id: 'x' }] }, 'judges.0.contract'],
    ['no default export', undefined, 'config'],
  ])('with %s names the field', async (_, config, field) => {
    const folder = await folderForTest();
    await write(folder, {
      'assize.config.mjs': config ? `export default ${JSON.stringify(config)};` : 'export const other = 1;',
    });
    await expect(loadConfig({ cwd: folder })).rejects.toMatchObject({ code: 'runner/bad-config', facts: { field } });
  });

  test('may hold raters, data sets and models themselves', () => {
    const config = { dataset: itemsForTest(1), judges: [raterForTest()], models: { 'fake:one': modelForTest() } };
    const read = configSchema.parse(config);
    expect(read.dataset).toBe(config.dataset);
    expect(read.judges[0]).toBe(config.judges[0]);
    expect(read.models?.['fake:one']).toBe(config.models['fake:one']);
  });
});

describe('a model by its id', () => {
  const plugin = (name: string, text: string): Record<string, string> => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, type: 'module', exports: './index.js' }),
    [`node_modules/${name}/index.js`]: text,
  });
  const provider = `export const provider = (id) => ({ contract: 1, id: 'acme:' + id, abilities: {}, generate: async () => ({}) });`;

  test('comes from the plugin beside the config, ours before a community one', async () => {
    const folder = await folderForTest();
    await write(folder, {
      ...plugin('@assize/provider-acme', provider),
      ...plugin('assize-provider-acme', 'throw new Error("never");'),
    });
    const model = await resolveModel('acme:large:v2', { from: join(folder, 'assize.config.ts'), cwd: '/' });
    expect(model.id).toBe('acme:large:v2');
  });

  test('comes from a community plugin, or from the working folder', async () => {
    const folder = await folderForTest();
    await write(folder, plugin('assize-provider-acme', provider));
    expect((await resolveModel('acme:x', { from: '/nowhere/assize.config.ts', cwd: folder })).id).toBe('acme:x');
  });

  test('without a plugin says what to install', async () => {
    await expect(resolveModel('nobody:x', { cwd: await folderForTest() })).rejects.toMatchObject({
      code: 'runner/no-provider',
      hint: expect.stringContaining('@assize/provider-nobody') as string,
    });
  });

  test.each(['openai', 'openai:', ':x', '../up:x', 'A:x'])('refuses %j, which is no id', async (id) => {
    await expect(resolveModel(id)).rejects.toMatchObject({ code: 'runner/bad-model-id' });
  });

  test.each(['export const other = 1;', 'export const provider = () => ({ contract: 2 });'])(
    'refuses a plugin that is none: %s',
    async (text) => {
      const folder = await folderForTest();
      await write(folder, plugin('assize-provider-acme', text));
      await expect(resolveModel('acme:x', { cwd: folder })).rejects.toMatchObject({ code: 'runner/bad-provider' });
    },
  );
});

test.each([
  ['3.51.3', true],
  ['3.53.4', true],
  ['4.0', true],
  ['3.51.2', false],
  ['3.9.9', false],
  ['3.51', false],
])('SQLite %s is new enough: %s', (version, expected) => {
  expect(isAtLeast(version, '3.51.3')).toBe(expected);
});
