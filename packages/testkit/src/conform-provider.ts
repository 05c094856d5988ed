import { inspect } from 'node:util';

import {
  type AssizeError,
  type ErrorKind,
  type FaultFacts,
  faults,
  isFault,
  type Model,
  type ModelReply,
  modelReplySchema,
  type ModelRequest,
} from '@assize/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { batched } from './batched-rows.ts';
import { type FakeProvider, type FakeScenario, servedBy, startFakeProvider } from './fake-provider.ts';
import { requestIdOf } from './fake-request.ts';

/** Where a provider under test is to call, and with what. */
export interface ProviderUnderTest {
  readonly openaiBaseURL: string;
  readonly anthropicBaseURL: string;
  readonly url: string;
  /** A canary: it must reach no message, fact or cause of an error. */
  readonly apiKey: string;
  /** The deadline that the model must keep for a whole call. */
  readonly timeoutMs: number;
}

/** What the kit demands, by name. */
export type ProviderCase =
  | FakeScenario
  | 'logprobs'
  | 'json-schema'
  | 'seed'
  | 'temperature'
  | 'max-output-tokens'
  | 'usage'
  | 'served'
  | 'request-id'
  | 'abort-before'
  | 'abort-during'
  | 'concurrency'
  | 'batch'
  | 'batch-failures'
  | 'no-key';

export interface ConformProviderOptions {
  /** What the provider cannot meet, each with the reason that is printed in the name of the skipped test. */
  readonly gaps?: { readonly [name in ProviderCase]?: string };
  /**
   * Makes the model without any key: it must be made, and its first request must be an auth fault that sends nothing. When
   * left out, only the making is tried.
   */
  readonly withoutKey?: (server: Omit<ProviderUnderTest, 'apiKey'>) => Model;
}

const canary = 'sk-canary-8f14e45fceea167a5a36dedd4bea2543';
const secret = 'the prompt that nobody may log 6b86b273ff34';
const question: ModelRequest = {
  messages: [
    { role: 'system', content: 'You are a judge.' },
    { role: 'user', content: `${secret} [[s=3]] Which is better, A or B? Answer in one word.` },
  ],
};
const schema = {
  type: 'object',
  properties: { score: { type: 'integer', minimum: 1, maximum: 5 }, reason: { type: 'string' } },
  required: ['score', 'reason'],
  additionalProperties: false,
};

type Expected = ErrorKind<FaultFacts> | { fault: ErrorKind<FaultFacts>; retryAfterMs: number | undefined };

/** What each failure must become; a wait is part of the demand where the provider asks for one. */
const expectations: { readonly [scenario in FakeScenario]?: Expected } = {
  '400': faults.badRequest,
  '400-context': faults.tooLarge,
  '401': faults.auth,
  '403': faults.auth,
  '404': faults.notFound,
  '408': faults.timeout,
  '413': faults.tooLarge,
  '429': { fault: faults.rateLimited, retryAfterMs: undefined },
  '429-second': { fault: faults.rateLimited, retryAfterMs: 1000 },
  '429-seconds': { fault: faults.rateLimited, retryAfterMs: 2000 },
  '429-float': { fault: faults.rateLimited, retryAfterMs: 1500 },
  '429-ms': { fault: faults.rateLimited, retryAfterMs: 250 },
  '429-date': { fault: faults.rateLimited, retryAfterMs: 7000 },
  '429-absurd': { fault: faults.rateLimited, retryAfterMs: 600_000 },
  '429-nonsense': { fault: faults.rateLimited, retryAfterMs: undefined },
  '429-quota': faults.quota,
  '500': faults.serverError,
  '503': faults.overloaded,
  '529': faults.overloaded,
  reset: faults.network,
  redirect: faults.badReply,
  truncated: faults.badReply,
  garbage: faults.badReply,
  html: faults.badReply,
  empty: faults.badReply,
  'wrong-shape': faults.badReply,
};

/**
 * Holds a provider to the contract of `Model`, through its real SDK, against a local server that speaks the wire formats.
 *
 * Each claimed ability is shown and each other one refused or reported in `notApplied`; every failure maps to the right fault
 * and carries no key, prompt or reply; one `generate` is one call; deadlines and aborts are kept. What the provider cannot
 * meet is named in `gaps` with a reason, which the name of the skipped test prints.
 *
 * @example
 * conformProvider('openai chat', ({ openaiBaseURL, apiKey, timeoutMs }) =>
 *   openai('gpt-4o', { baseURL: openaiBaseURL, apiKey, timeoutMs }));
 */
export function conformProvider(
  name: string,
  makeModel: (server: ProviderUnderTest) => Model,
  { gaps = {}, withoutKey }: ConformProviderOptions = {},
): void {
  const demand = (id: ProviderCase, what: string, run: () => Promise<void>): void => {
    const gap = gaps[id];
    test.skipIf(gap !== undefined)(gap === undefined ? what : `${what} (gap: ${gap})`, run);
  };

  describe(`${name} keeps the contract of a model`, () => {
    let server: FakeProvider;
    let model: Model;
    const at = (timeoutMs: number): ProviderUnderTest => {
      const { url, openaiBaseURL, anthropicBaseURL } = server;
      return { url, openaiBaseURL, anthropicBaseURL, apiKey: canary, timeoutMs };
    };
    const ask = (extra: Partial<ModelRequest> = {}, signal = new AbortController().signal): Promise<ModelReply> =>
      model.generate({ ...question, ...extra }, { signal });

    beforeAll(async () => {
      server = await startFakeProvider();
      model = makeModel(at(20_000));
    });
    afterAll(() => server.close());
    beforeEach(() => server.reset());

    test('it says what it is and what it can do', () => {
      expect(model.contract).toBe(1);
      expect(model.id).toMatch(/^[\w-]+:./);
      expect(model.abilities.topLogprobs > 0).toBe(model.abilities.logprobs);
    });

    demand('no-key', 'it is made without a key, and says what is missing at the first request', async () => {
      const { apiKey: _, ...keyless } = at(20_000);
      // A developer's own key must not be found, let alone used.
      const settings = Object.keys(process.env).filter((variable) => /(API_KEY|AUTH_TOKEN|BASE_URL)$/.test(variable));
      for (const variable of settings) vi.stubEnv(variable, undefined);
      try {
        const made = (withoutKey ?? makeModel)({ ...keyless, apiKey: '' });
        expect(made.contract).toBe(1);
        if (withoutKey === undefined) return;
        const error = await failed(made.generate(question, { signal: new AbortController().signal }));
        expectFault(error, faults.auth);
        expect(server.requests.count).toBe(0);
      } finally {
        vi.unstubAllEnvs();
      }
    });

    demand('success', 'it gives the words of the reply and says that the model ended', async () => {
      const reply = await ask();
      expect(reply).toMatchObject({ text: '3', stop: 'done' });
      expect(modelReplySchema.safeParse(reply).error).toBeUndefined();
      expect(server.requests.last?.prompt).toContain('You are a judge.');
      expect(server.requests.last?.credential).toBe(canary);
    });

    demand('served', 'it names the model that answered', async () => {
      expect((await ask()).served).toBe(servedBy(server.requests.last?.model ?? ''));
    });

    demand('request-id', 'it gives the provider’s id of the call', async () => {
      const { requestId } = await ask();
      expect(requestId).toBe(server.requests.last && requestIdOf(server.requests.last));
    });

    demand('usage', 'it counts tokens in one convention', async () => {
      expect((await ask()).usage).toEqual(server.requests.lastUsage);
    });

    demand('no-usage', 'it leaves usage out when the provider does not say', async () => {
      server.play('no-usage');
      expect((await ask()).usage).toBeUndefined();
    });

    demand('logprobs', 'it gives log-probabilities when it claims them, and says so when it does not', async () => {
      const { logprobs, topLogprobs } = model.abilities;
      const asked = Math.min(5, topLogprobs || 5);
      const reply = await refusedOr(ask({ topLogprobs: asked }));
      if (!logprobs) return expectNotApplied(reply, 'topLogprobs', server.requests.last?.topLogprobs);
      expect(reply?.logprobs?.map(({ token }) => token).join('')).toBe(reply?.text);
      for (const { logprob, top } of reply?.logprobs ?? []) {
        expect(logprob).toBeLessThanOrEqual(0);
        expect(top).toHaveLength(asked);
      }
      expect(reply?.notApplied).toBeUndefined();
    });

    demand('no-logprobs', 'it reports log-probabilities that were asked for and did not come', async () => {
      if (!model.abilities.logprobs) return;
      server.play('no-logprobs');
      const reply = await ask({ topLogprobs: 2 });
      expect(reply.logprobs).toBeUndefined();
      expect(reply.notApplied).toContain('topLogprobs');
    });

    demand(
      'json-schema',
      'it constrains the reply by a schema when it claims to, and says so when it does not',
      async () => {
        const reply = await refusedOr(ask({ output: { kind: 'json', name: 'verdict', schema } }));
        if (!model.abilities.jsonSchema) return expectNotApplied(reply, 'output', server.requests.last?.schema);
        expect(server.requests.last?.schema).toEqual(schema);
        expect(JSON.parse(reply?.text ?? '')).toMatchObject({ score: 3, reason: expect.any(String) as string });
      },
    );

    for (const setting of ['seed', 'temperature'] as const) {
      demand(setting, `it sends a ${setting} when it claims to take one, and says so when it does not`, async () => {
        const reply = await refusedOr(ask({ [setting]: 1 }));
        if (!model.abilities[setting]) return expectNotApplied(reply, setting, server.requests.last?.[setting]);
        expect(server.requests.last?.[setting]).toBe(1);
        expect(reply?.notApplied).toBeUndefined();
      });
    }

    demand('max-output-tokens', 'it sends the limit of the reply, or says that it could not', async () => {
      await ask({ maxOutputTokens: 17 });
      expect(server.requests.last?.maxOutputTokens).toBe(17);
      const { notApplied } = await ask({ maxOutputTokens: 1 });
      const sent = server.requests.last?.maxOutputTokens;
      expect(sent === 1 || notApplied?.includes('maxOutputTokens')).toBe(true);
    });

    demand('length', 'a reply that the length limit ended is cut', async () => {
      server.play('length');
      expect((await ask()).stop).toBe('cut');
    });

    demand('refusal', 'a refusal is a reply, with the words of the refusal', async () => {
      server.play('refusal');
      const reply = await ask();
      expect(reply).toMatchObject({ text: '', stop: 'refused', refusal: 'I cannot help with that.' });
    });

    demand('content-filter', 'what a filter withheld is a refusal', async () => {
      server.play('content-filter');
      expect((await ask()).stop).toBe('refused');
    });

    demand('malformed-json', 'words that are no JSON are given as they came', async () => {
      server.play('malformed-json');
      expect((await ask()).text).toBe('{"score": 0.');
    });

    demand('slow-body', 'a body that comes in pieces is read to its end', async () => {
      server.play('slow-body');
      expect(await ask()).toMatchObject({ text: '3', stop: 'done' });
    });

    for (const [scenario, expected] of Object.entries(expectations) as [FakeScenario, Expected][]) {
      const { fault, ...facts } = 'fault' in expected ? expected : { fault: expected };
      const wait = 'retryAfterMs' in facts ? `, wait ${facts.retryAfterMs ?? 'unknown'}` : '';
      demand(scenario, `${scenario} is ${fault.code}${wait}, after one call, and leaks nothing`, async () => {
        server.play(scenario, scenario, scenario);
        const error = await failed(ask());
        expectFault(error, fault);
        expectNoLeak(error);
        if ('retryAfterMs' in facts) expect(error.facts.retryAfterMs).toBe(facts.retryAfterMs);
        expect(server.requests.count).toBe(1);
      });
    }

    for (const scenario of ['stall', 'stalled-body'] as const) {
      demand(scenario, `${scenario} ends at the deadline as ${faults.timeout.code}`, async () => {
        server.play(scenario);
        const impatient = makeModel(at(300));
        const error = await failed(impatient.generate(question, { signal: new AbortController().signal }));
        expectFault(error, faults.timeout);
        expectNoLeak(error);
        expect(server.requests.count).toBe(1);
      });
    }

    demand(
      'abort-before',
      'a signal that was aborted before is thrown as its reason, and nothing is sent',
      async () => {
        const reason = new Error('the run was stopped');
        await expect(ask({}, AbortSignal.abort(reason))).rejects.toBe(reason);
        expect(server.requests.count).toBe(0);
      },
    );

    demand(
      'abort-during',
      'an abort during the call, or during its body, is thrown as the signal’s reason',
      async () => {
        for (const scenario of ['stall', 'stalled-body'] as const) {
          server.play(scenario);
          const [reason, stop] = [new Error('the run was stopped'), new AbortController()];
          const call = ask({}, stop.signal);
          await arrived(server);
          stop.abort(reason);
          await expect(call).rejects.toBe(reason);
          server.reset();
        }
      },
    );

    demand('concurrency', 'fifty calls are in flight at one time, and each gets its own answer', async () => {
      const { signal } = new AbortController();
      const numbers = Array.from({ length: 50 }, (_, i) => i);
      server.play('slow-body');
      const texts = await Promise.all(
        numbers.map(async (number) => {
          const content = `[[answer: item ${number}]]`;
          return (await model.generate({ messages: [{ role: 'user', content }] }, { signal })).text;
        }),
      );
      expect(texts).toEqual(numbers.map((number) => `item ${number}`));
      expect(server.requests.count).toBe(50);
    });

    demand('batch', 'a batch gives each request the reply that a call of its own gets, by its key', async () => {
      if (model.batch === undefined) return;
      const numbers = Array.from({ length: 12 }, (_, i) => i);
      const requests = numbers.map((number) => ({ ...question, maxOutputTokens: 64, seed: 1, ...saying(number) }));
      const live = await Promise.all(requests.map((request) => ask(request)));
      const rows = await batched(model, requests);
      expect(rows.map(({ outcome }) => outcome)).toEqual(numbers.map(() => 'reply'));
      rows.forEach((row, number) => {
        const { requestId: _, ...reply } = row.outcome === 'reply' ? row.reply : { requestId: '' };
        const { requestId: __, ...alone } = live[number]!;
        expect(reply).toEqual(alone);
      });
    });

    demand('batch-failures', 'a row of a batch is a reply, a fault, or no attempt, and leaks nothing', async () => {
      const faulty = (['refusal', 'length', '400', '429', '500', 'expired', 'cancelled'] as const).map((scenario) => ({
        scenario,
        share: 0.2,
      }));
      await using other = await startFakeProvider({ batches: { faults: faulty } });
      const { url, openaiBaseURL, anthropicBaseURL } = other;
      const made = makeModel({ url, openaiBaseURL, anthropicBaseURL, apiKey: canary, timeoutMs: 20_000 });
      if (made.batch === undefined) return;
      const requests = Array.from({ length: 60 }, (_, number) => ({ ...question, ...saying(number) }));
      const rows = await batched(made, requests);
      const [batch] = other.batches().batches;
      batch?.rows.forEach(({ outcome, status }, number) => {
        const row = rows[number]!;
        expect(row.outcome).toBe(outcome === 'errored' ? 'failed' : outcome);
        if (row.outcome !== 'failed') return;
        const expected = { 400: faults.badRequest, 429: faults.rateLimited, 500: faults.serverError }[status];
        expectFault(row.fault, expected ?? faults.badReply);
        expectNoLeak(row.fault);
      });
    });
  });
}

function saying(number: number): Pick<ModelRequest, 'messages'> {
  return { messages: [{ role: 'user', content: `[[answer: item ${number}]]` }] };
}

async function failed(call: Promise<unknown>): Promise<AssizeError<FaultFacts>> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isFault(outcome)) throw new Error(`expected a fault of core, found ${inspect(outcome)}`);
  return outcome;
}

async function refusedOr(call: Promise<ModelReply>): Promise<ModelReply | undefined> {
  return call.catch((error: unknown) => {
    expectFault(error, faults.badRequest);
    return undefined;
  });
}

function expectNotApplied(reply: ModelReply | undefined, setting: string, sent: unknown): void {
  if (reply !== undefined) expect(reply.notApplied).toContain(setting);
  expect(sent).toBeUndefined();
}

function expectFault(error: unknown, fault: ErrorKind<FaultFacts>): void {
  expect(isFault(error) ? error.code : error).toBe(fault.code);
}

/** Everything that a log could print of an error, causes and hidden fields included. */
function expectNoLeak(error: unknown): void {
  const printed = inspect(error, { depth: 12, showHidden: true });
  const windows = Array.from({ length: canary.length - 7 }, (_, i) => canary.slice(i, i + 8));
  for (const word of [...windows, secret, 'nobody may log']) expect(printed).not.toContain(word);
}

async function arrived(server: FakeProvider): Promise<void> {
  const until = performance.now() + 5000;
  while (server.requests.last === undefined && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
