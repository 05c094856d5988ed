import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { assize } from './captured-console.ts';
import { inShell } from './child-process.ts';

/** What a file imports when it is loaded: not what it imports later, nor types. */
function staticImports(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/^(?:import|export) (?!type\b)[^;]*? from '([^']+)';/gm)].map(([, to = '']) => to);
}

test('the entry loads the parser alone', () => {
  const folder = fileURLToPath(new URL('../src/', import.meta.url));
  const [seen, outside] = [new Set<string>(), new Set<string>()];
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const to of staticImports(file)) {
      if (to.startsWith('.')) visit(join(file, '..', to));
      else outside.add(to);
    }
  };
  visit(join(folder, 'main.ts'));
  // `redact` stands alone in core: errors are to be shown before anything else is loaded.
  expect([...outside].toSorted()).toEqual(['@assize/core/redact', 'commander', 'node:fs', 'node:module', 'node:path']);
});

test('--help opens no file of zod, core or the other packages', async () => {
  const tracer = `
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process.stderr.write('loaded ' + url + '\\n'); return next(url, context); } });`;
  const { code, stderr, stdout } = await inShell(`NODE_OPTIONS="$TRACE" assize --help`, {
    cwd: '/',
    env: { TRACE: `--import=data:text/javascript;base64,${Buffer.from(tracer).toString('base64')}` },
  });
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: assize') });
  const loaded = [...stderr.matchAll(/^loaded (.+)$/gm)]
    .map(([, url = '']) => url)
    .filter((url) => url.startsWith('file:'));
  expect(loaded.length).toBeGreaterThan(5);
  const ours = /\/packages\/(?:core\/(?:src|dist)\/redact\.|cli\/(?:src\/|package\.json))|\/commander\//;
  expect(loaded.filter((url) => !ours.test(url))).toEqual([]);
});

test('the help of each command names its arguments, the global options and the exit codes', async () => {
  for (const command of ['trial', 'doctor', 'run', 'init']) {
    const { code, stdout, stderr } = await assize([command, '--help'], { cwd: '/' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: assize ${command}`);
    expect(stdout).toContain('--cwd <dir>');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  }
  expect((await assize(['--version'], { cwd: '/' })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
