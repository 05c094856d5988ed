import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { defaultAnswer, type FakeAnswer, tokensOf, unit } from './fake-answer.ts';
import type { FakeCall } from './fake-call.ts';
import { decisionBody } from './fake-decision.ts';
import { apiOf, azureOf, type FakeRequest, isRejected, readFakeRequest, requestIdOf } from './fake-request.ts';
import { type FakeScenario, isBilled, isRejection, isScenario, rejectionOf } from './fake-scenario.ts';
import { FakeBatches, type FakeBatchTraffic } from './fake-batch.ts';
import { serveAnthropicBatches } from './fake-batch-anthropic.ts';
import { serveOpenAIBatches } from './fake-batch-openai.ts';
import type { FakeProviderSettings } from './fake-settings.ts';
import { sendEvents, sendJson, sendReply } from './fake-send.ts';
import { chatEvents } from './fake-stream.ts';
import { type FakeUsage, replyBody, servedBy, usageOf } from './fake-wire.ts';

export type { FakeAnswer, FakeToken } from './fake-answer.ts';
export type { FakeCall } from './fake-call.ts';
export type { FakeBatch, FakeBatchRow, FakeBatchTraffic } from './fake-batch.ts';
export type { FakeBatchFault, FakeBatchSettings, FakeRowScenario } from './fake-batch-settings.ts';
export type { FakeApi, FakeRequest } from './fake-request.ts';
export { fakeScenarios, type FakeScenario } from './fake-scenario.ts';
export type { FakeFault, FakeProviderSettings } from './fake-settings.ts';
export { type FakeUsage, servedBy } from './fake-wire.ts';
export { type RemoteFakeProvider, spawnFakeProvider } from './spawn-fake-provider.ts';

export interface FakeProviderOptions extends FakeProviderSettings {
  /** What the model says: a text, or a whole answer. Default: see `defaultAnswer`. */
  readonly answer?: (request: FakeRequest) => string | FakeAnswer;
}

/** What the fake provider saw. */
export interface FakeTraffic {
  /** Calls that arrived. */
  count: number;
  inFlight: number;
  /** Most calls in flight at one time. */
  peak: number;
  /** The key of each call, in order of arrival. */
  readonly keys: string[];
  /** The calls that were answered, in order. */
  readonly answered: FakeCall[];
  /** The last call that could be read. */
  last?: FakeRequest;
  /** What the last reply said it cost; nothing when it did not say. */
  lastUsage?: FakeUsage;
}

/** A running fake provider. */
export interface FakeProvider extends AsyncDisposable {
  readonly url: string;
  /** What an OpenAI client takes as base URL. */
  readonly openaiBaseURL: string;
  /** What an Anthropic client takes as base URL. */
  readonly anthropicBaseURL: string;
  readonly requests: FakeTraffic;
  /** Batches that were created, and what their replies are billed. */
  readonly batches: () => FakeBatchTraffic;
  /** What the next calls meet, before anything else decides. */
  readonly play: (...scenarios: FakeScenario[]) => void;
  /** Forgets what was seen and what was to be played. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

/**
 * Starts an HTTP server on 127.0.0.1 that speaks Chat Completions, Responses, Decisions (at Azure's addresses too)
 * and Anthropic Messages, and fails on request.
 *
 * What a call meets is decided by, in this order: its header `x-fake-scenario`; a form that
 * the real API rejects (400); its model's name (`scenario/429`); what
 * `play` or `script` put in line; `faults`; else it succeeds. Equal seeds and questions get equal answers.
 *
 * @example
 * await using server = await startFakeProvider({ latencyMs: 50, faults: [{ scenario: '429-seconds', share: 0.1 }] });
 * const model = openai('gpt-4o', { baseURL: server.openaiBaseURL, apiKey: 'any' });
 */
export async function startFakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  const { latencyMs = 0, jitterMs = 0, seed = 1, script = [], faults = [], port = 0 } = options;
  const requests: FakeTraffic = { count: 0, inFlight: 0, peak: 0, keys: [], answered: [] };
  const attempts = new Map<string, number>();
  let line: FakeScenario[] = [...script];
  let replies = 0;
  let serial = 0;
  let firstAt: number | undefined;

  const countAttempt = (key: string): number => {
    const before = attempts.get(key) ?? 0;
    attempts.set(key, before + 1);
    return before;
  };
  const reset = (): void => {
    Object.assign(requests, { count: 0, peak: requests.inFlight });
    requests.keys.length = 0;
    requests.answered.length = 0;
    replies = 0;
    firstAt = undefined;
    delete requests.last;
    delete requests.lastUsage;
    attempts.clear();
    line = [];
  };
  const scenarioOf = (request: FakeRequest, header: string | undefined): FakeScenario => {
    if (isScenario(header)) return header;
    if (isRejected(request)) return '400';
    const named = request.model.startsWith('scenario/') ? request.model.slice('scenario/'.length) : undefined;
    if (isScenario(named)) return named;
    firstAt ??= performance.now();
    if (options.storm && performance.now() - firstAt < options.storm.ms) return options.storm.scenario;
    const next = line.shift();
    if (next !== undefined) return next;
    const struck = faults.find(({ scenario, share, sticky = false }) => {
      const attempt = sticky ? '' : String(request.attempt);
      return unit(`${seed}\0${scenario}\0${request.key}\0${attempt}`) < share;
    });
    return struck?.scenario ?? 'success';
  };

  const batches = new FakeBatches({
    settings: options.batches ?? {},
    seed,
    read: (api, body) => readFakeRequest(api, body, {}, serial++, countAttempt),
    answer: (request, scenario) => {
      const met = isRejected(request) ? '400' : scenario;
      if (isRejection(met)) return { ...rejectionOf(met, request), usage: undefined };
      const said = say(met, request, options.answer, seed);
      const usage = met === 'no-usage' ? undefined : usageOf(request, said);
      const { api } = request;
      const body =
        api === 'decisions' ? decisionBody(request, seed, usage) : replyBody({ ...request, api }, said, usage);
      return { status: 200, body, usage };
    },
  });

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (/^\/v1\/messages\/batches\b/.test(incoming.url ?? ''))
      return serveAnthropicBatches(batches, incoming, response);
    if (/^\/v1\/(files|batches)\b/.test(incoming.url ?? '')) return serveOpenAIBatches(batches, incoming, response);
    const api = apiOf(incoming.url);
    if (api === undefined) {
      serveControl(incoming, response, requests, reset);
      return;
    }
    requests.count += 1;
    requests.inFlight += 1;
    requests.peak = Math.max(requests.peak, requests.inFlight);
    response.once('close', () => (requests.inFlight -= 1));
    const body = await readBody(incoming);
    const read = readFakeRequest(api, body, incoming.headers, serial++, countAttempt);
    const azure = azureOf(incoming.url);
    const request = read && azure ? { ...read, azure } : read;
    if (request === undefined) {
      sendJson(response, 400, { error: { message: 'not JSON', type: 'invalid_request_error', code: null } });
      return;
    }
    requests.keys.push(request.key);
    requests.last = request;
    const header = incoming.headers['x-fake-scenario'];
    const scenario = scenarioOf(request, typeof header === 'string' ? header : undefined);
    const wait = latencyMs + jitterMs * unit(`${seed}\0jitter\0${request.key}`);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (response.destroyed) return;
    serve(scenario, request, response);
  };

  const serve = (scenario: FakeScenario, request: FakeRequest, response: ServerResponse): void => {
    delete requests.lastUsage;
    const { key, attempt } = request;
    requests.answered.push({ key, attempt, scenario, billed: isBilled(scenario) });
    response.setHeader(request.api === 'messages' ? 'request-id' : 'x-request-id', requestIdOf(request));
    if (isRejection(scenario)) {
      const { status, headers, body } = rejectionOf(scenario, request);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      sendJson(response, status, body);
      return;
    }
    if (request.azure) {
      response.setHeader('apim-request-id', `apim_${request.key}`);
      // Azure counts in whole seconds and says -1 for what it does not know.
      response.setHeader('x-ratelimit-remaining-requests', '-1').setHeader('x-ratelimit-remaining-tokens', '9000');
    }
    const { api } = request;
    if (api === 'decisions') {
      const usage = scenario === 'no-usage' ? undefined : usageOf(request, { text: '', stop: 'done' });
      if (usage !== undefined) requests.lastUsage = usage;
      sendReply(scenario, response, JSON.stringify(decisionBody(request, seed, usage)));
      return;
    }
    const said = say(scenario, request, options.answer, seed);
    const usage = scenario === 'no-usage' ? undefined : usageOf(request, said);
    if (usage !== undefined) requests.lastUsage = usage;
    const hasDrifted = options.drift !== undefined && replies >= options.drift.after;
    replies += 1;
    const served = hasDrifted ? options.drift?.served : servedBy(request.model);
    const body = replyBody({ ...request, api }, said, usage, served);
    if (request.stream) sendEvents(scenario, response, chatEvents(body));
    else sendReply(scenario, response, JSON.stringify(body));
  };

  const server = createServer({ keepAlive: true, keepAliveTimeout: 60_000 }, (incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url,
    openaiBaseURL: `${url}/v1`,
    anthropicBaseURL: url,
    requests,
    batches: () => batches.traffic,
    play: (...scenarios) => void line.push(...scenarios),
    reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Runs a fake provider until the process is told to end; prints its addresses as one JSON line on stdout.
 *
 * For a process of its own; `spawnFakeProvider` starts one and stops it.
 */
export async function runFakeProvider(settings: FakeProviderSettings = {}): Promise<void> {
  const { url, openaiBaseURL, anthropicBaseURL, close } = await startFakeProvider(settings);
  process.stdout.write(`${JSON.stringify({ url, openaiBaseURL, anthropicBaseURL })}\n`);
  // A parent that died closes this pipe: the child must not outlive it.
  process.stdin.on('end', () => void close()).resume();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
}

function say(
  scenario: FakeScenario,
  request: FakeRequest,
  answer: FakeProviderOptions['answer'],
  seed: number,
): FakeAnswer {
  const given = answer?.(request) ?? defaultAnswer(request, seed);
  const whole: FakeAnswer = typeof given === 'string' ? { text: given, stop: 'done' } : given;
  if (scenario === 'refusal') return { text: '', stop: 'refused', refusal: 'I cannot help with that.' };
  if (scenario === 'content-filter') return { text: '', stop: 'filtered' };
  if (scenario === 'malformed-json') return { text: '{"score": 0.', stop: 'done' };
  if (scenario === 'no-logprobs') return whole;
  const text = scenario === 'length' ? whole.text.slice(0, Math.ceil(whole.text.length / 2)) : whole.text;
  const stop = scenario === 'length' ? 'cut' : whole.stop;
  const tokens =
    request.topLogprobs === undefined ? {} : { tokens: tokensOf(text, request, seed, request.topLogprobs) };
  return { ...tokens, ...whole, text, stop };
}

function serveControl(incoming: IncomingMessage, response: ServerResponse, seen: FakeTraffic, reset: () => void): void {
  if (incoming.url === '/fake/traffic') {
    const { count, inFlight, peak, keys } = seen;
    sendJson(response, 200, { count, inFlight, peak, distinct: new Set(keys).size });
  } else if (incoming.url === '/fake/answered') {
    sendJson(response, 200, seen.answered);
  } else if (incoming.url === '/fake/reset' && incoming.method === 'POST') {
    reset();
    sendJson(response, 200, {});
  } else {
    sendJson(response, 404, { error: { message: 'no such path', type: 'invalid_request_error', code: null } });
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
