import { decisionSchema, type DecisionRequest, faults } from '@assize/core';
import { type FakeProvider, startFakeProvider } from '@assize/testkit/fake-provider';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { fromDecision } from '../src/decision.ts';
import { openai } from '../src/index.ts';

const { signal } = new AbortController();
const request: DecisionRequest = {
  messages: [
    { role: 'system', content: 'the rubric' },
    { role: 'user', content: 'the answer', name: 'ann' },
  ],
  questions: [
    { kind: 'predicate', instructions: 'Is it polite?' },
    {
      kind: 'choice',
      instructions: 'Which is better?',
      choices: [{ value: 'A' }, { value: 'B', description: 'the second' }],
    },
    {
      kind: 'score',
      instructions: 'How clear is it?',
      levels: [{ label: 'low' }, { label: 'mid' }, { label: 'high' }],
    },
    { kind: 'predicate', instructions: 'Is it so? [[refuse]]' },
  ],
};
let server: FakeProvider;

beforeAll(async () => {
  server = await startFakeProvider();
});
afterAll(() => server.close());
beforeEach(() => server.reset());
const decide = (more: object = {}) => {
  const model = openai('gpt-6-luna', { baseURL: server.openaiBaseURL, apiKey: 'k', ...more });
  if (model.decide === undefined) throw new Error('the model should decide');
  return model.decide(request, { signal });
};

test('one call answers each question in its kind and place, with probabilities over its answers', async () => {
  const decision = await decide();
  expect(decisionSchema.safeParse(decision).error).toBeUndefined();
  expect(decision.answers.map(({ kind }) => kind)).toEqual(['predicate', 'choice', 'score', 'refused']);
  for (const answer of decision.answers) {
    if (!('probabilities' in answer)) continue;
    expect(answer.probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
  }
  expect(decision).toMatchObject({
    served: 'gpt-6-luna-2026-01-15',
    requestId: `req_${server.requests.last?.key}_0`,
    usage: server.requests.lastUsage,
  });
  expect(server.requests).toMatchObject({ count: 1, last: { prompt: 'the rubric\n\nann: the answer' } });
  expect(server.requests.last?.questions).toHaveLength(4);
});

test('a model without the endpoint has no decide, unless it is said to have one', () => {
  expect(openai('gpt-4o')).not.toHaveProperty('decide');
  expect(openai('gpt-4o', { decisions: true })).toHaveProperty('decide');
  expect(openai('gpt-6-luna', { decisions: false })).not.toHaveProperty('decide');
});

test('a failure is a fault, as it is of a reply', async () => {
  server.play('429-seconds');
  await expect(decide()).rejects.toMatchObject({ code: faults.rateLimited.code, facts: { retryAfterMs: 2000 } });
  server.play('garbage');
  await expect(decide()).rejects.toMatchObject({ code: faults.badReply.code });
  server.play('stall');
  await expect(decide({ timeoutMs: 100 })).rejects.toMatchObject({ code: faults.timeout.code });
});

test('R3: answers that are too few, of another kind, or no probabilities are no decision', () => {
  const predicate = { type: 'predicate', name: null, probability: 0.5 };
  const { questions } = request;
  const one = questions.slice(0, 1);
  expect(fromDecision({ model: 'm', answers: [predicate] }, one)).toMatchObject({ answers: [{ probability: 0.5 }] });
  expect(fromDecision({ answers: [predicate] }, questions)).toBeUndefined();
  expect(fromDecision({ answers: [predicate] }, questions.slice(1, 2))).toBeUndefined();
  expect(fromDecision({ answers: [{ ...predicate, probability: 1.5 }] }, one)).toBeUndefined();
  expect(fromDecision({}, one)).toBeUndefined();
});
