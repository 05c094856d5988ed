import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { faults, type ModelRequest, type RateLimits } from '@assize/core';
import { type FakeProvider, startFakeProvider } from '@assize/testkit/fake-provider';
import { OpenAI } from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { openai, type OpenAISettings, provider } from '../src/index.ts';

const request: ModelRequest = { messages: [{ role: 'user', content: '[[answer: A]]' }] };
const { signal } = new AbortController();
let server: FakeProvider;

beforeAll(async () => {
  server = await startFakeProvider();
});
afterAll(() => server.close());
beforeEach(() => server.reset());
afterEach(() => vi.unstubAllEnvs());

test('it is the provider of openai:MODEL', () => {
  expect(provider).toBe(openai);
  expect(openai('gpt-4o').id).toBe('openai:gpt-4o');
});

test('the key and the address come from the environment at the first request', async () => {
  vi.stubEnv('OPENAI_API_KEY', undefined);
  const model = openai('gpt-4o');
  await expect(model.generate(request, { signal })).rejects.toThrow(/missing_key/);
  vi.stubEnv('OPENAI_API_KEY', 'sk-from-env');
  vi.stubEnv('OPENAI_BASE_URL', server.openaiBaseURL);
  expect((await model.generate(request, { signal })).text).toBe('A');
  expect(server.requests.last).toMatchObject({ api: 'chat', credential: 'sk-from-env' });
});

/** A transport that keeps what it was asked to send and turns it down. */
function listening(): {
  seen: Headers[];
  fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
} {
  const seen: Headers[] = [];
  return {
    seen,
    fetch: async (_, init) => {
      seen.push(new Headers(init?.headers));
      return Response.json({ error: { message: 'no key', type: 'invalid_request_error' } }, { status: 401 });
    },
  };
}

test('A9, E2: the keys of the environment do not follow a base URL that the config names, and the fault says so', async () => {
  for (const [name, value] of Object.entries({
    OPENAI_API_KEY: 'sk-from-env',
    OPENAI_ADMIN_KEY: 'sk-admin',
    OPENAI_ORG_ID: 'org-secret',
    OPENAI_PROJECT_ID: 'proj-secret',
  })) {
    vi.stubEnv(name, value);
  }
  for (const baseURL of [
    'https://evil.example/v1',
    'https://api.openai.com.evil.example/v1',
    'https://evilapi.openai.com/v1',
    'http://api.openai.com/v1',
    'https://127.0.0.1.evil.example/v1',
    'https://user:word@evil.example/v1',
  ]) {
    const { seen, fetch } = listening();
    const error: unknown = await openai('m', { baseURL, fetch })
      .generate(request, { signal })
      .catch((caught: unknown) => caught);
    expect([baseURL, faults.auth.is(error) && error.facts.providerCode]).toEqual([baseURL, 'key_withheld']);
    expect(seen).toHaveLength(1);
    expect(JSON.stringify([...(seen[0] ?? [])])).not.toMatch(/sk-|-secret/);
  }
});

test('A9: the key goes to this machine, to allowed hosts over HTTPS, and wherever it is given outright', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-from-env');
  const sent = async (settings: OpenAISettings): Promise<string | null | undefined> => {
    const { seen, fetch } = listening();
    await expect(openai('m', { ...settings, fetch }).generate(request, { signal })).rejects.toThrow(/not accepted/);
    return seen[0]?.get('authorization');
  };
  const allowKeyHosts = ['gateway.example', 'lan.example:8443'];
  expect(await sent({ baseURL: 'http://localhost:8000/v1' })).toBe('Bearer sk-from-env');
  expect(await sent({ baseURL: 'https://gateway.example/v1', allowKeyHosts })).toBe('Bearer sk-from-env');
  expect(await sent({ baseURL: 'https://lan.example:8443/v1', allowKeyHosts })).toBe('Bearer sk-from-env');
  expect(await sent({ baseURL: 'http://gateway.example/v1', allowKeyHosts })).toBeNull();
  expect(await sent({ baseURL: 'https://sub.gateway.example/v1', allowKeyHosts })).toBeNull();
  expect(await sent({ baseURL: 'https://other.example/v1', apiKey: 'mine' })).toBe('Bearer mine');
});

test('OpenAI is spoken to in Responses, others in Chat Completions, unless told', async () => {
  const apiKey = 'k';
  await openai('gpt-4o', { baseURL: server.openaiBaseURL, apiKey }).generate(request, { signal });
  expect(server.requests.last?.api).toBe('chat');
  await openai('gpt-4o', { baseURL: server.openaiBaseURL, apiKey, api: 'responses' }).generate(request, { signal });
  expect(server.requests.last?.api).toBe('responses');
});

test('a ready client is used as it is, but never retries', async () => {
  const client = new OpenAI({ apiKey: 'mine', baseURL: server.openaiBaseURL, maxRetries: 5 });
  const model = openai('gpt-4o', { client });
  expect((await model.generate(request, { signal })).text).toBe('A');
  expect(server.requests.last?.credential).toBe('mine');
  server.reset();
  server.play('500', '500');
  await expect(model.generate(request, { signal })).rejects.toThrow(/failed/);
  expect(server.requests.count).toBe(1);
});

test('headers of the settings are sent, and scenarios can be chosen by one', async () => {
  const headers = { 'x-fake-scenario': '429-ms' };
  const error: unknown = await openai('m', { baseURL: server.openaiBaseURL, apiKey: 'k', headers })
    .generate(request, { signal })
    .catch((caught: unknown) => caught);
  expect(faults.rateLimited.is(error) && error.facts.retryAfterMs).toBe(250);
});

test('a prompt that Azure’s filter turns down is a refused reply', async () => {
  const azure = createServer((_, response) => {
    const error = { code: 'content_filter', message: 'filtered', status: 400 };
    response.writeHead(400, { 'content-type': 'application/json', 'x-request-id': 'req_9' });
    response.end(JSON.stringify({ error }));
  });
  await new Promise<void>((resolve) => azure.listen(0, '127.0.0.1', resolve));
  const baseURL = `http://127.0.0.1:${(azure.address() as AddressInfo).port}/v1`;
  const reply = await openai('gpt-4o', { baseURL, apiKey: 'k' }).generate(request, { signal });
  expect(reply).toEqual({ text: '', stop: 'refused', requestId: 'req_9' });
  azure.closeAllConnections();
  azure.close();
});

test('a host that cannot be reached is a network fault', async () => {
  const closed = await startFakeProvider();
  await closed.close();
  const error: unknown = await openai('m', { baseURL: closed.openaiBaseURL, apiKey: 'k' })
    .generate(request, { signal })
    .catch((caught: unknown) => caught);
  expect(faults.network.is(error) && error.facts.providerCode).toBe('ECONNREFUSED');
});

test('no listener stays on a signal that outlives its calls', async () => {
  const model = openai('m', { baseURL: server.openaiBaseURL, apiKey: 'k' });
  const stop = new AbortController();
  const [add, remove] = [vi.spyOn(stop.signal, 'addEventListener'), vi.spyOn(stop.signal, 'removeEventListener')];
  for (let i = 0; i < 5; i += 1) await model.generate(request, { signal: stop.signal });
  expect(add).toHaveBeenCalledTimes(5);
  expect(remove).toHaveBeenCalledTimes(5);
});

test('a transport that ignores the signal does not outlive the deadline or an abort', async () => {
  const fetch = () => new Promise<Response>(() => {});
  const settings = { baseURL: server.openaiBaseURL, apiKey: 'k', fetch };
  const late = openai('m', { ...settings, timeoutMs: 20 }).generate(request, { signal });
  await expect(late).rejects.toMatchObject({ code: faults.timeout.code });
  const reason = new Error('stop');
  const stop = new AbortController();
  const call = openai('m', settings).generate(request, { signal: stop.signal });
  setTimeout(() => stop.abort(reason), 20);
  await expect(call).rejects.toBe(reason);
});

test('limits of the provider are told with a reply and with a fault, and only when there are any', async () => {
  const told: RateLimits[] = [];
  const onLimits = (limits: RateLimits): void => void told.push(limits);
  const model = openai('m', { baseURL: server.openaiBaseURL, apiKey: 'k' });
  await model.generate(request, { signal, onLimits });
  expect(told).toEqual([]);
  for (const [status, remaining] of [
    [200, '59'],
    [429, '0'],
  ] as const) {
    const headers = { 'x-ratelimit-remaining-requests': remaining, 'x-ratelimit-reset-requests': '1s' };
    const choices = [{ finish_reason: 'stop', message: { content: 'A' } }];
    const fetch = async (): Promise<Response> => Response.json({ choices }, { status, headers });
    const limited = openai('m', { baseURL: server.openaiBaseURL, apiKey: 'k', fetch });
    await limited.generate(request, { signal, onLimits }).catch(() => undefined);
  }
  expect(told).toEqual([{ requests: { remaining: 59, resetMs: 1000 } }, { requests: { remaining: 0, resetMs: 1000 } }]);
});
