import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { faults, type ModelRequest } from '@assize/core';
import { type FakeProvider, startFakeProvider } from '@assize/testkit/fake-provider';
import { OpenAI } from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { openai, provider } from '../src/index.ts';

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

test('the key of the environment does not follow a base URL that the config names', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-from-env');
  vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-admin');
  vi.stubEnv('OPENAI_ORG_ID', 'org-secret');
  let seen: IncomingHttpHeaders = {};
  const other = createServer((incoming, response) => {
    seen = incoming.headers;
    response.writeHead(401, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const baseURL = `http://127.0.0.1:${(other.address() as AddressInfo).port}/v1`;
  const error: unknown = await openai('m', { baseURL })
    .generate(request, { signal })
    .catch((caught: unknown) => caught);
  expect(faults.auth.is(error)).toBe(true);
  expect(JSON.stringify(seen)).not.toMatch(/sk-|org-secret/);
  other.closeAllConnections();
  other.close();
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
