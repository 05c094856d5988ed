import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { judgeCardSchema } from '@assize/core';
import { spawnFakeProvider } from '@assize/testkit/fake-provider';
import { afterAll, expect, test } from 'vitest';

const out = mkdtempSync(join(tmpdir(), 'assize-demo-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

function demo(args: string[], env: Record<string, string> = {}) {
  const main = join(import.meta.dirname, '../src/main.ts');
  const { NODE_OPTIONS: _, OPENAI_API_KEY: __, ANTHROPIC_API_KEY: ___, ...rest } = process.env;
  return spawnSync(process.execPath, ['--conditions=@assize/source', main, '--out', out, ...args], {
    env: { ...rest, ...env, NO_COLOR: '1' },
    encoding: 'utf8',
    timeout: 110_000,
  });
}
const card = (name: string) => judgeCardSchema.parse(JSON.parse(readFileSync(join(out, `${name}.json`), 'utf8')));

test(
  'the demo makes cards of recorded judges, and of a pipeline that replays a small model',
  { timeout: 120_000 },
  () => {
    const { status, stdout, stderr } = demo([]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('10 judge cards as pages');
    expect(card('gpt-3.5-turbo').verdict).toBe('unfit');
    expect(card('gpt-4').verdict).toBe('fit-with-correction');
    const small = card('demo-rubric-a');
    expect(small.verdict).toBe('unfit');
    expect(small.judge.served).toEqual(['gemma-3-270m-q4_k_m']);
    expect(small.unrated).toMatchObject({ rows: 250, rated: 250 });
    expect(small.findings.find(({ examination }) => examination === 'position-bias')).toMatchObject({
      outcome: 'fail',
    });
    const page = readFileSync(join(out, 'index.html'), 'utf8');
    expect(page).toContain('href="gpt-4.html"');
  },
);

test('live, the same pipeline asks the provider that the environment names', { timeout: 120_000 }, async () => {
  await using server = await spawnFakeProvider({});
  const { status, stdout, stderr } = demo(['--live'], {
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: server.openaiBaseURL,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('live, on openai:gpt-5-mini');
  expect(card('demo-rubric-a').unrated.rows).toBe(250);
});

test('live without a key says what to set', { timeout: 120_000 }, () => {
  const { status, stderr } = demo(['--live']);
  expect(status).toBe(3);
  expect(stderr).toContain('key');
});
