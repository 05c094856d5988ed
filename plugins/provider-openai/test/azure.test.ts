import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { faults, type ModelRequest, type RateLimits } from '@assize/core';
import { conformProvider } from '@assize/testkit';
import { type FakeProvider, startFakeProvider } from '@assize/testkit/fake-provider';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { openai, type OpenAISettings } from '../src/index.ts';

const request: ModelRequest = { messages: [{ role: 'user', content: '[[answer: A]]' }] };
const { signal } = new AbortController();
let server: FakeProvider;

beforeAll(async () => {
  server = await startFakeProvider();
});
afterAll(() => server.close());
beforeEach(() => {
  server.reset();
  vi.stubEnv('AZURE_OPENAI_API_KEY', 'azure-key');
  for (const name of ['AZURE_OPENAI_AD_TOKEN', 'AZURE_OPENAI_ENDPOINT', 'OPENAI_API_VERSION'])
    vi.stubEnv(name, undefined);
  // What stands for OpenAI must not be found at Azure.
  vi.stubEnv('OPENAI_BASE_URL', 'https://elsewhere.example/v1');
  vi.stubEnv('OPENAI_API_KEY', 'sk-openai');
  vi.stubEnv('OPENAI_ORG_ID', 'org-openai');
});
afterEach(() => vi.unstubAllEnvs());

const codeOf = async (call: Promise<unknown>): Promise<string | undefined> => {
  const error = await call.catch((caught: unknown) => caught);
  return faults.auth.is(error) || faults.notFound.is(error) ? error.facts.providerCode : `no fault: ${String(error)}`;
};

test('over the v1 API, by key: the deployment is the model, and there is no version', async () => {
  const azure = { endpoint: `${server.url}/`, deployment: 'judges-4o' };
  const told: RateLimits[] = [];
  const reply = await openai('gpt-4o', { azure }).generate(request, {
    signal,
    onLimits: (limits) => told.push(limits),
  });
  expect(reply).toMatchObject({ text: 'A', stop: 'done' });
  expect(server.requests.last).toMatchObject({ api: 'chat', model: 'judges-4o', credential: 'azure-key', azure: {} });
  expect(told).toEqual([{ tokens: { remaining: 9000 } }]);
});

test('by dated version: the deployment stands in the path and the version in the query', async () => {
  const azure = { endpoint: server.url, apiVersion: '2025-04-01-preview' };
  expect((await openai('gpt-4o', { azure }).generate(request, { signal })).text).toBe('A');
  expect(server.requests.last).toMatchObject({
    api: 'chat',
    credential: 'azure-key',
    azure: { deployment: 'gpt-4o', apiVersion: '2025-04-01-preview' },
  });
  await openai('gpt-4o', { azure, api: 'responses' }).generate(request, { signal });
  expect(server.requests.last).toMatchObject({ api: 'responses', azure: { apiVersion: '2025-04-01-preview' } });
});

test('endpoint and version come from the environment', async () => {
  vi.stubEnv('AZURE_OPENAI_ENDPOINT', server.url);
  vi.stubEnv('OPENAI_API_VERSION', '2024-10-21');
  await openai('gpt-4o', { azure: {} }).generate(request, { signal });
  expect(server.requests.last?.azure?.apiVersion).toBe('2024-10-21');
  vi.stubEnv('AZURE_OPENAI_ENDPOINT', undefined);
  expect(await codeOf(openai('gpt-4o', { azure: {} }).generate(request, { signal }))).toBe('missing_endpoint');
});

test.each([undefined, '2024-10-21'])(
  'Entra ID: a token of the environment is sent as a bearer, fresh each time (%s)',
  async (apiVersion) => {
    vi.stubEnv('AZURE_OPENAI_AD_TOKEN', 'token-1');
    const seen: Headers[] = [];
    const settings: OpenAISettings = {
      azure: { endpoint: server.url, auth: 'entra', ...(apiVersion ? { apiVersion } : {}) },
      fetch: (url, init) => {
        seen.push(new Headers(init?.headers));
        return fetch(url, init);
      },
    };
    const model = openai('gpt-4o', settings);
    await model.generate(request, { signal });
    vi.stubEnv('AZURE_OPENAI_AD_TOKEN', 'token-2');
    await model.generate(request, { signal });
    expect(seen.map((headers) => headers.get('authorization'))).toEqual(['Bearer token-1', 'Bearer token-2']);
    for (const headers of seen) {
      expect(headers.get('api-key')).toBeNull();
      expect(JSON.stringify([...headers])).not.toMatch(/azure-key|sk-openai|org-openai/);
    }
  },
);

test('Entra ID: without a token, @azure/identity of the working folder is asked, and missed by name', async () => {
  const model = () => openai('gpt-4o', { azure: { endpoint: server.url, auth: 'entra' } });
  expect(await codeOf(model().generate(request, { signal }))).toBe('missing_token');
  const folder = mkdtempSync(join(tmpdir(), 'assize-entra-'));
  const home = join(folder, 'node_modules/@azure/identity');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "name": "@azure/identity", "type": "module", "exports": "./index.js" }');
  writeFileSync(
    join(home, 'index.js'),
    'export class DefaultAzureCredential { name = "managed"; }\n' +
      'export const getBearerTokenProvider = (credential, scope) => async () => `${credential.name} for ${scope}`;\n',
  );
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
  try {
    await model().generate(request, { signal });
    expect(server.requests.last?.credential).toBe('managed for https://cognitiveservices.azure.com/.default');
  } finally {
    cwd.mockRestore();
    rmSync(folder, { recursive: true });
  }
});

test('A9: neither key nor token follows an endpoint outside Azure', async () => {
  vi.stubEnv('AZURE_OPENAI_AD_TOKEN', 'token-1');
  const fetch = () => Promise.reject(new Error('no call was expected'));
  for (const endpoint of [
    'https://evil.example',
    'https://openai.azure.com.evil.example',
    'http://x.openai.azure.com',
  ]) {
    for (const auth of ['key', 'entra'] as const) {
      const call = openai('gpt-4o', { azure: { endpoint, auth }, fetch }).generate(request, { signal });
      expect([endpoint, await codeOf(call)]).toEqual([endpoint, 'key_withheld']);
    }
  }
  const seen: (string | null)[] = [];
  const listening = async (_: unknown, init?: RequestInit): Promise<Response> => {
    seen.push(new Headers(init?.headers).get('api-key'));
    return Response.json({}, { status: 401 });
  };
  const azure = { endpoint: 'https://my-resource.openai.azure.com' };
  await openai('gpt-4o', { azure, fetch: listening })
    .generate(request, { signal })
    .catch(() => undefined);
  expect(seen).toEqual(['azure-key']);
});

test('a missing key is said before anything is sent', async () => {
  vi.stubEnv('AZURE_OPENAI_API_KEY', undefined);
  expect(await codeOf(openai('gpt-4o', { azure: { endpoint: server.url } }).generate(request, { signal }))).toBe(
    'missing_key',
  );
  expect(server.requests.count).toBe(0);
});

conformProvider('openai at Azure, by dated version', ({ url, apiKey, timeoutMs }) =>
  openai('gpt-4o', { azure: { endpoint: url, apiVersion: '2024-10-21' }, apiKey, timeoutMs }),
);
