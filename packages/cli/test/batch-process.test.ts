import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startFakeProvider } from '@assize/testkit/fake-provider';
import { expect, test } from 'vitest';

import { startAssize } from './child-process.ts';
import { type Folder, folder } from './rating-files.ts';

async function project(at: Folder, url: string): Promise<Record<string, string>> {
  const env = { OPENAI_API_KEY: 'sk-test-0123456789abcdef', OPENAI_BASE_URL: url };
  await startAssize(['init'], { cwd: at.path, env }).settled;
  const config = await readFile(join(at.path, 'assize.config.mts'), 'utf8');
  await at.put('assize.config.mts', config.replace('export default {', 'export default {\n  batch: { pollMs: 240 },'));
  return env;
}

test('N5: assize run --batch, killed again and again, asks each question once', async () => {
  await using at = await folder();
  await using server = await startFakeProvider({ batches: { looks: 8 } });
  const env = await project(at, server.openaiBaseURL);
  for (let kill = 0; kill < 2; kill += 1) {
    const resume = server.batches().uploads > 0 ? ['--resume'] : [];
    const { child, settled } = startAssize(['run', '--batch', ...resume], { cwd: at.path, env });
    const seen = server.batches().batches[0]?.looks ?? -1;
    await expect
      .poll(() => (kill === 0 ? server.batches().uploads : (server.batches().batches[0]?.looks ?? -1) - seen), {
        timeout: 15_000,
        interval: 5,
      })
      .toBeGreaterThan(0);
    child.kill('SIGKILL');
    await settled;
  }
  const run = await startAssize(['run', '--resume', '--batch'], { cwd: at.path, env }).settled;
  expect([0, 1, 4]).toContain(run.code);
  expect(run.stderr).toContain('20 of 20 requests answered');
  const rows = server.batches().batches.flatMap((batch) => batch.rows);
  expect(rows).toHaveLength(20);
  expect(new Set(rows.map(({ request }) => request.key)).size).toBe(20);
  expect(server.requests.count).toBe(0);
}, 120_000);

test('Ctrl-C leaves the batch at the provider, says so, and the command that it prints collects it', async () => {
  await using at = await folder();
  await using server = await startFakeProvider({ batches: { looks: 1000 } });
  const env = await project(at, server.openaiBaseURL);
  const { child, settled } = startAssize(['run', '--batch'], { cwd: at.path, env });
  await expect.poll(() => server.batches().batches[0]?.looks ?? 0, { timeout: 15_000, interval: 5 }).toBeGreaterThan(0);
  child.kill('SIGINT');
  const stopped = await settled;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain('at the provider: 1 batch with 20 calls');
  expect(stopped.stderr).toMatch(/Resume: assize run \S+ --resume \S+ --batch\n$/);
  server.batches().batches[0]!.looks = 1000;
  const rest = await startAssize(['run', '--resume'], { cwd: at.path, env }).settled;
  expect([0, 1, 4]).toContain(rest.code);
  expect(server.batches().batches).toHaveLength(1);
  expect(server.requests.count).toBe(0);
}, 120_000);
