import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, expect, test } from 'vitest';

import { checkFloors, findCycle, importsOf, objection } from '../floors.mjs';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

function workspace(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'floors-'));
  roots.push(root);
  for (const room of ['packages', 'plugins', 'apps']) mkdirSync(join(root, room));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function manifest(name: string, dependencies: string[] = []): string {
  return JSON.stringify({
    name: `@assize/${name}`,
    exports: { '.': './src/index.ts' },
    dependencies: Object.fromEntries(dependencies.map((dependency) => [`@assize/${dependency}`, 'workspace:^'])),
  });
}

test('this workspace stands', () => {
  expect(checkFloors(join(import.meta.dirname, '../..')).problems).toEqual([]);
});

test('an upward import is named with file and line, type-only ones too', () => {
  const root = workspace({
    'packages/datasets/package.json': manifest('datasets', ['trial']),
    'packages/datasets/src/index.ts':
      "\nimport type { Card } from '@assize/trial';\nexport const one = (card: Card) => card;\n",
    'packages/trial/package.json': manifest('trial'),
    'packages/trial/src/index.ts': 'export interface Card {}\n',
  });
  expect(checkFloors(root).problems).toEqual([
    'packages/datasets/package.json: depends on @assize/trial: upward, from floor 2 to floor 3',
    'packages/datasets/src/index.ts:2: imports @assize/trial: upward, from floor 2 to floor 3',
  ]);
});

test('a circle of files and a circle of packages are both found', () => {
  const root = workspace({
    'packages/core/package.json': manifest('core'),
    'packages/core/src/a.ts': "export * from './b.ts';\n",
    'packages/core/src/b.ts': "export * from './a.ts';\n",
  });
  expect(checkFloors(root).problems).toEqual([expect.stringContaining('a circle of imports')]);
  expect(
    findCycle(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b', 'c']);
});

test('an undeclared package, a private path and a foreign folder are refused', () => {
  const root = workspace({
    'packages/core/package.json': manifest('core'),
    'packages/core/src/index.ts': "import 'left-pad';\n",
    'packages/judges/package.json': manifest('judges', ['core']),
    'packages/judges/src/index.ts': "import '@assize/core/src/secret.ts';\nimport '../../core/src/index.ts';\n",
  });
  expect(checkFloors(root).problems).toEqual([
    'packages/core/src/index.ts:1: left-pad is not declared in packages/core/package.json',
    'packages/judges/src/index.ts:1: @assize/core/src/secret.ts is a private path of @assize/core',
    'packages/judges/src/index.ts:2: ../../core/src/index.ts reaches into another package',
  ]);
});

test.each([
  ['packages/trial', 'packages/datasets', undefined],
  ['packages/trial', 'packages/report', 'same floor'],
  ['packages/runner', 'packages/judges', 'same floor'],
  ['packages/stats', 'packages/core', 'nothing of ours'],
  ['packages/cli', 'packages/viewer', undefined],
  ['packages/viewer', 'packages/cli', 'same floor'],
  ['plugins/provider-openai', 'plugins/provider-replay', 'each other'],
  ['plugins/metric-rag', 'packages/judges', undefined],
  ['plugins/metric-rag', 'packages/datasets', 'at most the one package'],
  ['packages/runner', 'plugins/provider-openai', 'packages do not import plugins'],
  ['packages/trial', 'packages/testkit', 'tests and apps only'],
  ['apps/demo', 'plugins/provider-openai', undefined],
  ['packages/core', 'apps/demo', 'nothing imports an app'],
])('%s importing %s: %s', (from, to, why) => {
  const place = (path: string) => ({ room: path.split('/')[0], name: path.split('/')[1] });
  const found = objection(place(from), place(to));
  if (why === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(why);
});

test('re-exports, type imports and dynamic imports count as imports', () => {
  const source =
    "import type { A } from 'a';\nexport * from 'b';\nexport { c } from 'c';\nconst d = await import('d');\n";
  expect(importsOf('x.ts', source)).toEqual([
    { to: 'a', line: 1 },
    { to: 'b', line: 2 },
    { to: 'c', line: 3 },
    { to: 'd', line: 4 },
  ]);
});

test('plugins share what they need of HTTP on a package of its own, which packages do not reach for', () => {
  const [http, openai, judges] = [
    { name: 'http', room: 'packages' },
    { name: 'provider-openai', room: 'plugins' },
    { name: 'judges', room: 'packages' },
  ];
  expect(objection(openai, http)).toBeUndefined();
  expect(objection(http, { name: 'core', room: 'packages' })).toBeUndefined();
  expect(objection(http, judges)).toBe('http stands on core');
  expect(objection(judges, http)).toMatch(/http is for plugins/);
});
