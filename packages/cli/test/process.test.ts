import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { judgeCardSchema } from '@assize/core';
import { startFakeProvider } from '@assize/testkit/fake-provider';
import { describe, expect, test } from 'vitest';

import { inShell, startAssize } from './child-process.ts';
import { bothOrders, folder, spreadsheet } from './rating-files.ts';

const key = 'sk-test-0123456789abcdef';

describe('as a process', () => {
  test('the exit code is the verdict, and stdout under --json is one JSON document', async () => {
    await using at = await folder();
    await at.put('sheet.csv', spreadsheet());
    await at.put('pairs.csv', bothOrders());
    const fit = await startAssize(['trial', 'sheet.csv', '--judge', 'gpt-4', '--json'], { cwd: at.path }).settled;
    judgeCardSchema.parse(JSON.parse(fit.stdout));
    expect(fit.code).toBe(0);
    const unfit = await startAssize(['trial', 'pairs.csv', '--judge', 'judge:first'], { cwd: at.path }).settled;
    expect(unfit.code).toBe(1);
    expect(unfit.stdout).not.toContain('\u001b');
    const missing = await startAssize(['trial', 'nope.csv', '--judge', 'x', '--json'], { cwd: at.path }).settled;
    expect(missing).toMatchObject({ code: 2, stdout: '' });
  });

  test('colour follows FORCE_COLOR where stdout is no terminal', async () => {
    await using at = await folder();
    await at.put('sheet.csv', spreadsheet());
    const argv = ['trial', 'sheet.csv', '--judge', 'gpt-4'];
    const forced = await startAssize(argv, { cwd: at.path, env: { FORCE_COLOR: '1' } }).settled;
    expect(forced.stdout).toContain('\u001b[');
    expect(forced.stderr).not.toContain('\u001b');
  });

  test('a reader that goes away changes neither the verdict nor the files', async () => {
    await using at = await folder();
    await at.put('pairs.csv', bothOrders());
    const run = await inShell('assize trial pairs.csv --judge judge:first --out card | true', { cwd: at.path });
    expect(run.code).toBe(1);
    expect(run.stderr).not.toContain('EPIPE');
    expect(await readdir(join(at.path, 'card'))).toHaveLength(3);
  });

  test.skipIf(process.platform !== 'linux')('a full disk under stdout is exit code 3, said in words', async () => {
    await using at = await folder();
    await at.put('sheet.csv', spreadsheet());
    const run = await inShell('assize trial sheet.csv --judge gpt-4 -q > /dev/full', { cwd: at.path });
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('standard output: the disk is full') });
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  // Root may write everywhere: the command is run as nobody there.
  const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
  test.skipIf(process.platform === 'win32')('a read-only folder is told before anything is read', async () => {
    await using at = await folder();
    await at.put('sheet.csv', spreadsheet());
    await chmod(at.path, 0o755);
    await mkdir(join(at.path, 'locked'), { mode: 0o555 });
    const { settled } = startAssize(['trial', 'sheet.csv', '--judge', 'gpt-4', '--out', 'locked/card'], {
      cwd: at.path,
      ...(nobody === undefined ? {} : { uid: nobody }),
    });
    expect(await settled).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${at.path}/locked/card cannot be written: no permission\n  Name another folder, or change who may write there.\n  [cli/cannot-write]\n`,
    });
  });

  test('a configuration that Node reads as CommonJS is told what to be named', async () => {
    await using at = await folder();
    await at.put('package.json', '{ "type": "commonjs" }');
    await at.put('assize.config.ts', 'export default { dataset: "x", judges: [] };');
    const run = await startAssize(['run'], { cwd: at.path }).settled;
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('Name it assize.config.mts');
  });

  test('paths are read from ASSIZE_CWD where the root script has put the user', async () => {
    await using at = await folder();
    await at.put('sheet.csv', spreadsheet());
    const run = await startAssize(['doctor', 'sheet.csv'], { cwd: '/', env: { ASSIZE_CWD: at.path } }).settled;
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('wide layout') });
  });
});

describe('a first project', () => {
  test('init, then --dry-run, then run, then cards; run --resume asks nothing again', async () => {
    await using at = await folder();
    await using server = await startFakeProvider();
    const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.openaiBaseURL };
    const assize = (...argv: string[]) => startAssize(argv, { cwd: at.path, env }).settled;

    const init = await assize('init', 'first');
    expect(init).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('assize run first/assize.config.mts'),
    });
    expect(await assize('init', 'first')).toMatchObject({ code: 2, stderr: expect.stringContaining('pass --force') });
    // As `npm init` leaves it, which has Node read .js and .ts as CommonJS.
    await at.put('first/package.json', '{ "type": "commonjs" }');

    const plan = await assize('run', 'first/assize.config.mts', '--dry-run');
    expect(plan).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('10 items, 1 rater, 20 calls') });
    expect(server.requests.count).toBe(0);

    const run = await assize('run', 'first', '--out', 'cards');
    expect(run.stdout).toContain('helpful-1');
    expect([0, 1, 4]).toContain(run.code);
    expect(run.stderr).not.toContain('Warning');
    expect(server.requests.count).toBe(20);
    const card = judgeCardSchema.parse(JSON.parse(await readFile(join(at.path, 'cards/helpful-1/card.json'), 'utf8')));
    expect(card).toMatchObject({ humans: ['ann', 'ben'], dataset: { items: 10 } });
    expect(card.findings.map(({ examination }) => examination)).toContain('position-bias');

    const again = await assize('run', 'first', '--resume', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ cards: [{ fingerprint: card.fingerprint }] });
    expect(server.requests.count).toBe(20);
    expect(`${run.stdout}${run.stderr}${again.stderr}`).not.toContain(key);
  }, 30_000);

  test('a key that is not accepted stops the run with exit code 3, a remedy, and no key in what is said', async () => {
    await using at = await folder();
    await using server = await startFakeProvider({ faults: [{ scenario: '401', share: 1, sticky: true }] });
    const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.openaiBaseURL };
    await startAssize(['init'], { cwd: at.path, env }).settled;
    const run = await startAssize(['run', '-v'], { cwd: at.path, env }).settled;
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain('the key was not accepted (401)');
    expect(run.stderr).toContain('Set the provider’s key in the environment');
    expect(run.stderr).toMatch(/Resume: assize run assize\.config\.mts --resume \S+\n$/);
    expect(run.stderr).not.toContain(key);
  }, 20_000);

  test('a call that is tried again is told at once, with the reason', async () => {
    await using at = await folder();
    await using server = await startFakeProvider({ script: ['429-ms'] });
    const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.openaiBaseURL };
    await startAssize(['init'], { cwd: at.path, env }).settled;
    const run = await startAssize(['run', '--limit', '1'], { cwd: at.path, env }).settled;
    expect(run.stderr).toMatch(/^trying again: openai:gpt-5-mini: too many requests \(429\)/m);
    expect(run.stderr).toContain('2 of 3 requests answered');
  }, 20_000);

  test('Ctrl-C lets calls in flight end, exits 130, and the command that it prints finishes the run', async () => {
    await using at = await folder();
    await using server = await startFakeProvider({ latencyMs: 120 });
    const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.openaiBaseURL };
    await startAssize(['init'], { cwd: at.path, env }).settled;
    const { child, settled } = startAssize(['run', '-j', '2', '--out', 'my cards'], { cwd: at.path, env });
    await expect.poll(() => server.requests.count, { timeout: 10_000, interval: 10 }).toBeGreaterThan(4);
    child.kill('SIGINT');
    const stopped = await settled;
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).not.toContain('may have been billed and lost');
    const asked = server.requests.count;
    expect(asked).toBeLessThan(20);

    const command = /Resume: (assize .+)\n/.exec(stopped.stderr)?.[1] ?? '';
    expect(command).toContain(`--out 'my cards' -j 2`);
    const rest = await inShell(command, { cwd: at.path, env });
    expect([0, 1, 4]).toContain(rest.code);
    expect(rest.stderr).toContain('20 of 20 requests answered');
    expect(server.requests.count).toBe(20);
    expect(await readdir(join(at.path, 'my cards'))).toEqual(['helpful-1', 'ratings.jsonl']);
  }, 30_000);
});
