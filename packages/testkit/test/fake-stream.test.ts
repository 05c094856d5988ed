import { expect, test } from 'vitest';

import { startFakeProvider } from '../src/fake-provider.ts';

async function post(baseURL: string, extra: object): Promise<Response> {
  return fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
    body: JSON.stringify({ model: 'gpt-4o', ...extra }),
  });
}

const saying = (words: string) => ({ messages: [{ role: 'user', content: `[[answer: ${words}]]` }] });

test('a streamed reply has the words, the end and the usage of the plain one', async () => {
  await using server = await startFakeProvider();
  const plain: unknown = await (await post(server.openaiBaseURL, saying('B it is'))).json();
  const streamed = await post(server.openaiBaseURL, { ...saying('B it is'), stream: true });
  expect(streamed.headers.get('content-type')).toBe('text/event-stream');
  const events = (await streamed.text()).split('\n\n').filter(Boolean);
  expect(events.pop()).toBe('data: [DONE]');
  const [words, end, usage] = events.map((event): unknown => JSON.parse(event.slice('data: '.length)));
  expect(words).toMatchObject({ choices: [{ delta: { content: 'B it is' }, finish_reason: null }] });
  expect(end).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  expect(plain).toMatchObject({ usage: Reflect.get(Object(usage), 'usage') as unknown });
});

test('a model that is told to call a function gives its answer as the arguments', async () => {
  await using server = await startFakeProvider();
  const reply = await post(server.openaiBaseURL, {
    ...saying('{"choice":"3"}'),
    tool_choice: { type: 'function', function: { name: 'select' } },
  });
  const message = { content: null, tool_calls: [{ function: { name: 'select', arguments: '{"choice":"3"}' } }] };
  expect(await reply.json()).toMatchObject({ choices: [{ message }] });
});
