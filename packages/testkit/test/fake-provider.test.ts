import { describe, expect, test } from 'vitest';

import {
  type FakeProviderOptions,
  fakeScenarios,
  servedBy,
  spawnFakeProvider,
  startFakeProvider,
} from '../src/fake-provider.ts';

type Wire = { [field: string]: unknown };
const bodies = {
  chat: (content: string, more: object = {}) => ({ model: 'm', messages: [{ role: 'user', content }], ...more }),
  responses: (content: string, more: object = {}) => ({ model: 'm', input: [{ role: 'user', content }], ...more }),
  messages: (content: string, more: object = {}) => ({
    model: 'm',
    max_tokens: 9,
    messages: [{ role: 'user', content }],
    ...more,
  }),
};
const paths = { chat: '/v1/chat/completions', responses: '/v1/responses', messages: '/v1/messages' };
const post = (url: string, api: keyof typeof paths, body: object, headers: { [name: string]: string } = {}) =>
  fetch(`${url}${paths[api]}`, { method: 'POST', body: JSON.stringify(body), headers });
const chatText = async (response: Response): Promise<string> => {
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  return choices[0]?.message.content ?? '';
};

describe('answers', () => {
  test('equal questions get equal answers, whatever the order of arrival; another seed gives others', async () => {
    const questions = Array.from({ length: 30 }, (_, i) => `question ${i}`);
    const run = async (options: FakeProviderOptions, asked: readonly string[]) => {
      await using server = await startFakeProvider(options);
      const texts = await Promise.all(
        asked.map(async (question) => [
          question,
          await chatText(await post(server.url, 'chat', bodies.chat(question))),
        ]),
      );
      return Object.fromEntries(texts) as { [question: string]: string };
    };
    const first = await run({}, questions);
    expect(await run({}, questions.toReversed())).toEqual(first);
    expect(await run({ seed: 2 }, questions)).not.toEqual(first);
    expect(new Set(Object.values(first)).size).toBeGreaterThan(1);
  });

  test('a marker in the prompt decides, a function of the caller comes before it', async () => {
    await using server = await startFakeProvider();
    expect(await chatText(await post(server.url, 'chat', bodies.chat('rate [[s=0.73]]')))).toBe('0.73');
    expect(await chatText(await post(server.url, 'chat', bodies.chat('say [[answer: two words]]')))).toBe('two words');
    await using own = await startFakeProvider({ answer: ({ prompt }) => prompt.toUpperCase() });
    expect(await chatText(await post(own.url, 'chat', bodies.chat('hi [[s=1]]')))).toBe('HI [[S=1]]');
  });

  test('a schema is obeyed in all three formats, references and unions included', async () => {
    const schema = {
      type: 'object',
      properties: {
        score: { type: 'integer', minimum: 1, maximum: 5 },
        label: { enum: ['A', 'B'] },
        fixed: { const: 'x' },
        parts: { type: 'array', minItems: 2, items: { $ref: '#/$defs/part' } },
        either: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
      },
      $defs: { part: { type: 'object', properties: { share: { type: 'number' } } } },
    };
    await using server = await startFakeProvider();
    const sent = {
      chat: { response_format: { type: 'json_schema', json_schema: { name: 'v', schema } } },
      responses: { text: { format: { type: 'json_schema', name: 'v', schema } } },
      messages: { output_config: { format: { type: 'json_schema', schema } } },
    };
    const texts = await Promise.all(
      (['chat', 'responses', 'messages'] as const).map(async (api) => {
        const body = JSON.stringify(await (await post(server.url, api, bodies[api]('q [[s=3]]', sent[api]))).json());
        return /"(?:content|text)":"(\{.*?\})"/.exec(body)?.[1]?.replaceAll('\\"', '"') ?? body;
      }),
    );
    const verdict = JSON.parse(texts[0] ?? '') as Wire;
    expect(verdict).toMatchObject({ score: 3, fixed: 'x', either: expect.any(Boolean) as boolean });
    expect(['A', 'B']).toContain(verdict['label']);
    expect(verdict['parts']).toHaveLength(2);
    expect(texts).toEqual([texts[0], texts[0], texts[0]]);
  });

  test('alternatives of a token are distinct and their probabilities do not exceed one', async () => {
    await using server = await startFakeProvider({ answer: () => 'A good answer' });
    const body = bodies.chat('q', { logprobs: true, top_logprobs: 20 });
    const reply = (await (await post(server.url, 'chat', body)).json()) as {
      choices: { logprobs: { content: { token: string; top_logprobs: { token: string; logprob: number }[] }[] } }[];
    };
    const tokens = reply.choices[0]?.logprobs.content ?? [];
    expect(tokens.map(({ token }) => token).join('')).toBe('A good answer');
    for (const { top_logprobs: top } of tokens) {
      expect(new Set(top.map(({ token }) => token)).size).toBe(top.length);
      expect(top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeLessThanOrEqual(1);
    }
  });
});

describe('scenarios', () => {
  test('are chosen by header, by the name of the model, or by what is to be played', async () => {
    await using server = await startFakeProvider({ script: ['503'] });
    const status = async (model: string, headers = {}) =>
      (await post(server.url, 'chat', bodies.chat('q', { model }), headers)).status;
    expect(await status('scenario/404', { 'x-fake-scenario': '401' })).toBe(401);
    expect(await status('scenario/404')).toBe(404);
    expect(await status('m')).toBe(503);
    expect(await status('m')).toBe(200);
    server.play('529', '413');
    expect([await status('m'), await status('m'), await status('m')]).toEqual([529, 413, 200]);
  });

  test('every scenario ends, in every format, except those that stall', async () => {
    await using server = await startFakeProvider();
    for (const scenario of fakeScenarios) {
      if (scenario === 'stall' || scenario === 'stalled-body') continue;
      for (const api of ['chat', 'responses', 'messages'] as const) {
        const ended = await post(server.url, api, bodies[api]('q', { model: `scenario/${scenario}` }))
          .then((response) => response.text())
          .catch((error: unknown) => String(error));
        expect([scenario, api, typeof ended]).toEqual([scenario, api, 'string']);
      }
    }
    expect(server.requests.inFlight).toBe(0);
  });

  test('faults are a function of seed, question and attempt, near their share; sticky ones stay', async () => {
    await using server = await startFakeProvider({ faults: [{ scenario: '500', share: 0.2 }] });
    const questions = Array.from({ length: 300 }, (_, i) => `q${i}`);
    const failing = async (url: string) => {
      const statuses = await Promise.all(
        questions.map(async (q) => {
          const response = await post(url, 'chat', bodies.chat(q));
          await response.text();
          return response.status;
        }),
      );
      return questions.filter((_, i) => statuses[i] === 500);
    };
    const first = await failing(server.url);
    const second = await failing(server.url);
    expect(first.length / 300).toBeGreaterThan(0.11); // 0.2 less four standard errors
    expect(first.length / 300).toBeLessThan(0.29);
    expect(second).not.toEqual(first);
    server.reset();
    expect(await failing(server.url)).toEqual(first);
    await using sticky = await startFakeProvider({ faults: [{ scenario: '500', share: 0.2, sticky: true }] });
    expect(await failing(sticky.url)).toEqual(await failing(sticky.url));
  });
});

describe('traffic', () => {
  test('counts calls, keys and the most in flight at one time', async () => {
    await using server = await startFakeProvider({ latencyMs: 20 });
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) => (await post(server.url, 'chat', bodies.chat(`q${i % 3}`))).text()),
    );
    const { count, peak, inFlight, keys } = server.requests;
    expect({ count, peak, inFlight, distinct: new Set(keys).size }).toEqual({
      count: 12,
      peak: 12,
      inFlight: 0,
      distinct: 3,
    });
    expect(server.requests.last).toMatchObject({ api: 'chat', model: 'm' });
    server.reset();
    expect(server.requests).toEqual({ count: 0, peak: 0, inFlight: 0, answered: [], keys: [] });
  });

  test('names a served model and an id of the call', async () => {
    await using server = await startFakeProvider();
    const response = await post(server.url, 'messages', bodies.messages('q'));
    expect(await response.json()).toMatchObject({ model: servedBy('m'), stop_reason: 'end_turn' });
    expect(response.headers.get('request-id')).toMatch(new RegExp(`^req_${server.requests.keys[0]}_\\d+$`));
  });

  test('what is no call is turned down', async () => {
    await using server = await startFakeProvider();
    expect((await fetch(`${server.url}/v1/other`)).status).toBe(404);
    expect((await fetch(`${server.url}/v1/responses`, { method: 'POST', body: 'x' })).status).toBe(400);
  });
});

test('in a process of its own it answers the same and tells what it saw', async () => {
  const server = await spawnFakeProvider({ latencyMs: 1 });
  const text = await chatText(await post(server.url, 'chat', bodies.chat('q [[answer: B]]')));
  expect(text).toBe('B');
  expect(await server.traffic()).toEqual({ count: 1, inFlight: 0, peak: 1, distinct: 1 });
  await server.reset();
  expect((await server.traffic()).count).toBe(0);
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
});

test('what the real APIs turn down for its form is turned down here', async () => {
  await using server = await startFakeProvider();
  const status = async (api: keyof typeof paths, more: object) =>
    (await post(server.url, api, bodies[api]('q', more))).status;
  expect(await status('responses', { max_output_tokens: 15 })).toBe(400);
  expect(await status('responses', { max_output_tokens: 16 })).toBe(200);
  expect(await status('messages', { temperature: 0 })).toBe(400);
  expect(await status('messages', { max_tokens: undefined })).toBe(400);
  expect(await status('chat', { max_tokens: 1 })).toBe(200);
});
