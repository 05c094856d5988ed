import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Anthropic } from '@anthropic-ai/sdk';
import { faults, type ModelRequest, type RateLimits } from '@assize/core';
import { type FakeProvider, startFakeProvider } from '@assize/testkit/fake-provider';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { anthropic, provider } from '../src/index.ts';

const request: ModelRequest = { messages: [{ role: 'user', content: '[[answer: A]]' }] };
const { signal } = new AbortController();
let server: FakeProvider;

beforeAll(async () => {
  server = await startFakeProvider();
});
afterAll(() => server.close());
beforeEach(() => {
  server.reset();
  // The SDK also looks for a profile in the home folder: an empty one keeps a developer's own key out of the tests.
  const empty = mkdtempSync(join(tmpdir(), 'assize-home-'));
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'ANTHROPIC_CONFIG_DIR']) vi.stubEnv(name, empty);
  for (const name of ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

test('it is the provider of anthropic:MODEL', () => {
  expect(provider).toBe(anthropic);
  expect(anthropic('claude-sonnet-5-5')).toMatchObject({
    id: 'anthropic:claude-sonnet-5-5',
    abilities: { logprobs: false, topLogprobs: 0, jsonSchema: true, seed: false, temperature: false },
  });
});

test('a missing key is an auth fault at the first request, without a call', async () => {
  const model = anthropic('claude-sonnet-5-5', { fetch: () => Promise.reject(new Error('no call was expected')) });
  const error: unknown = await model.generate(request, { signal }).catch((caught: unknown) => caught);
  expect(faults.auth.is(error) && error.facts.providerCode).toBe('missing_key');
});

test('the key and the address come from the environment at the first request', async () => {
  const model = anthropic('claude-sonnet-5-5');
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-from-env');
  vi.stubEnv('ANTHROPIC_BASE_URL', server.anthropicBaseURL);
  expect((await model.generate(request, { signal })).text).toBe('A');
  expect(server.requests.last).toMatchObject({ api: 'messages', credential: 'sk-ant-from-env' });
});

test('A9, E2: the key of the environment does not follow a base URL that the config names', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-from-env');
  vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'token-from-env');
  for (const baseURL of [
    'https://evil.example',
    'http://api.anthropic.com',
    'https://api.anthropic.com.evil.example',
  ]) {
    const fetch = () => Promise.reject(new Error('no call was expected'));
    const model = anthropic('claude-sonnet-5-5', { baseURL, fetch });
    const error: unknown = await model.generate(request, { signal }).catch((caught: unknown) => caught);
    expect([baseURL, faults.auth.is(error) && error.facts.providerCode]).toEqual([baseURL, 'key_withheld']);
  }
});

test('A9: the key goes to this machine and to allowed hosts', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-from-env');
  await anthropic('claude-sonnet-5-5', { baseURL: server.anthropicBaseURL }).generate(request, { signal });
  expect(server.requests.last?.credential).toBe('sk-ant-from-env');
  const seen: (string | null)[] = [];
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    seen.push(new Headers(init?.headers).get('authorization'));
    return Response.json({}, { status: 401 });
  };
  const settings = { baseURL: 'https://gateway.example', allowKeyHosts: ['gateway.example'], fetch };
  await expect(anthropic('m', settings).generate(request, { signal })).rejects.toThrow(/not accepted/);
  expect(seen).toEqual(['Bearer sk-ant-from-env']);
});

test('limits of the provider are told with a reply and with a fault', async () => {
  const told: RateLimits[] = [];
  for (const status of [200, 429]) {
    const headers = { 'anthropic-ratelimit-input-tokens-remaining': String(status), 'request-id': 'req_1' };
    const body = { content: [{ type: 'text', text: 'A' }], stop_reason: 'end_turn' };
    const fetch = async (): Promise<Response> => Response.json(body, { status, headers });
    const model = anthropic('m', { baseURL: server.anthropicBaseURL, apiKey: 'k', fetch });
    await model.generate(request, { signal, onLimits: (limits) => told.push(limits) }).catch(() => undefined);
  }
  expect(told).toEqual([{ inputTokens: { remaining: 200 } }, { inputTokens: { remaining: 429 } }]);
});

test('a ready client is used as it is, but never retries', async () => {
  const client = new Anthropic({ apiKey: 'mine', baseURL: server.anthropicBaseURL, maxRetries: 5 });
  const model = anthropic('claude-sonnet-5-5', { client });
  expect((await model.generate(request, { signal })).text).toBe('A');
  expect(server.requests.last?.credential).toBe('mine');
  server.reset();
  server.play('529', '529');
  await expect(model.generate(request, { signal })).rejects.toThrow(/overloaded/);
  expect(server.requests.count).toBe(1);
});

test('a request without a limit is sent with 4,096 tokens; a long one is sent as it is', async () => {
  const model = anthropic('claude-sonnet-5-5', { baseURL: server.anthropicBaseURL, apiKey: 'k' });
  await model.generate(request, { signal });
  expect(server.requests.last?.maxOutputTokens).toBe(4096);
  await model.generate({ ...request, maxOutputTokens: 128_000 }, { signal });
  expect(server.requests.last?.maxOutputTokens).toBe(128_000);
});

test('R3: a finished reply that breaks its schema tells that it was ignored', async () => {
  const model = anthropic('claude-sonnet-5-5', { baseURL: server.anthropicBaseURL, apiKey: 'k', promptCache: '5m' });
  const schema = { type: 'object', properties: { score: { type: 'integer' } }, required: ['score'] };
  const ask = (content: string) =>
    model.generate(
      {
        messages: [
          { role: 'system', content: 'the rubric' },
          { role: 'user', content },
        ],
        output: { kind: 'json', name: 'verdict', schema },
      },
      { signal },
    );
  expect((await ask('[[s=3]]')).notApplied).toBeUndefined();
  expect(server.requests.last?.cachedPrefix).toBe('the rubric');
  expect((await ask('[[answer: {"score": "three"}]]')).notApplied).toEqual(['output']);
});
