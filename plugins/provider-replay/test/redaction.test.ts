import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ModelRequest } from '@assize/core';
import { scriptedModel } from '@assize/testkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { readReplayLines, record, replay } from '../src/index.ts';
import { redacted, redaction } from '../src/redaction.ts';

const folder = mkdtempSync(join(tmpdir(), 'assize-redact-'));
const { signal } = new AbortController();
const ask = (content: string): ModelRequest => ({ messages: [{ role: 'user', content }] });
let files = 0;
const fresh = (): string => join(folder, `${(files += 1)}.jsonl`);
afterEach(() => vi.unstubAllEnvs());

// Put together here, so that no scanner takes them for keys.
const secrets = [
  ['sk', 'proj-abcdefghij0123456789'].join('-'),
  ['sk', 'ant-api03-abcdefghijklmnop'].join('-'),
  `Bearer ${'a1B2'.repeat(6)}`,
  ['AI', 'za', 'x'.repeat(35)].join(''),
  ['AK', 'IA', 'A1'.repeat(8)].join(''),
  ['gh', 'p_', 'a'.repeat(36)].join(''),
  ['ey', 'JhbGciOiJIUzI1NiJ9', '.ey', 'JzdWIiOiIxMjM0NSJ9', '.signature1'].join(''),
  ['-----BEGIN PRIVATE', ' KEY-----\nabc\n-----END PRIVATE KEY-----'].join(''),
];

describe('E2: redaction', () => {
  test.each(secrets)('takes out what looks like a key: %s', (secret) => {
    expect(redaction([], {})(`before ${secret} after`)).toBe('before [redacted] after');
  });

  test('takes out the keys of the environment, whatever they look like, and leaves the rest of it', () => {
    const env = { MY_API_KEY: 'correct horse', SHORT_KEY: 'abc', HOME: '/home/someone', DB_PASSWORD: 'hunter2!!' };
    expect(redaction([], env)('correct horse abc /home/someone hunter2!!')).toBe(
      '[redacted] abc /home/someone [redacted]',
    );
  });

  test('takes out every match of an own pattern; a string is no expression', () => {
    const redact = redaction([/\d{3}-\d{4}/, 'a.b', ''], {});
    expect(redact('555-1234 and 555-9876, a.b but not axb')).toBe('[redacted] and [redacted], [redacted] but not axb');
  });

  test('a value without a secret is the value itself', () => {
    const value = { a: ['x', { b: 1 }] };
    expect(redacted(value, redaction([], {}), z.custom<typeof value>())).toBe(value);
  });
});

describe('E2: a recording with secrets in prompt and reply', () => {
  const logprobs = [{ token: 'x', logprob: -0.1, top: [] }];
  const leaky = () =>
    scriptedModel(({ messages }) => ({ text: `you said ${messages[0]?.content ?? ''}`, stop: 'done', logprobs }), {
      id: 'scripted:leaky',
    });

  test('holds none of them on disk, and still knows the request by what was asked', async () => {
    vi.stubEnv('GATEWAY_API_KEY', 'a key of no known form');
    const secret = `${secrets.join(' ')} a key of no known form 555-1234`;
    const file = fresh();
    const model = leaky();
    const options = { requests: true, redact: [/\d{3}-\d{4}/] };
    const recorded = await record(model, file, options).generate(ask(secret), { signal });
    const written = readFileSync(file, 'utf8');
    for (const word of [...secrets, 'a key of no known form', '555-1234']) {
      expect(written).not.toContain(JSON.stringify(word).slice(1, -1));
    }
    expect(await replay(file).generate(ask(secret), { signal })).toEqual(recorded);
    expect(await record(model, file, options).generate(ask(secret), { signal })).toEqual(recorded);
    expect(model.calls).toHaveLength(1);
    for await (const line of readReplayLines(file)) expect(line.redacted).toBe(true);
  });

  test('a redacted text keeps no log-probabilities, which would spell it; another one keeps them', async () => {
    const recorder = record(leaky(), fresh(), { redact: ['hidden'] });
    const hidden = await recorder.generate(ask('hidden'), { signal });
    expect(hidden).toMatchObject({ text: 'you said [redacted]', stop: 'done', notApplied: ['topLogprobs'] });
    expect(hidden).not.toHaveProperty('logprobs');
    expect((await recorder.generate(ask('plain'), { signal })).logprobs).toEqual(logprobs);
  });
});
