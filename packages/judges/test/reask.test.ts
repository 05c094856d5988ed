import { type Item, faults } from '@assize/core';
import { expect, test } from 'vitest';

import { defineJudge, type JudgeDraft } from '../src/index.ts';
import { contextOf, scriptedModel } from './scripted.ts';

const item: Item = { id: 'sky', input: 'Why is the sky blue?', responses: [{ content: 'Scattering.' }] };
const draft = (reask: number, samples = 1): JudgeDraft => ({
  id: 'quality',
  model: 'scripted:model',
  criteria: [{ id: 'quality', question: 'How good is it?', scale: { kind: 'ordinal', levels: [1, 2, 3] } }],
  elicitation: { name: 'json', reasons: 'none', reask },
  aggregation: { samples },
});
const usage = { inputTokens: 10, outputTokens: 2 };
const good = { text: '{"verdict":2}', usage };
const bad = { text: '{"verd', usage };

test('a reply that cannot be read is asked for again, as a sample of its own, and the rating says so', async () => {
  const model = scriptedModel((_, { index }) =>
    index === 0 ? bad : { ...good, usage: { ...usage, cachedInputTokens: 4 } },
  );
  const [rating] = await defineJudge(draft(1)).rate(item, contextOf(model));
  expect(rating).toMatchObject({
    status: 'rated',
    value: 2,
    sample: 0,
    usage: { inputTokens: 20, outputTokens: 4, cachedInputTokens: 4 },
    provenance: { reasked: 1 },
  });
  expect(model.calls.map(({ sample }) => sample)).toEqual([0, 1]);
});

test('samples that are asked again are numbered after all that were planned', async () => {
  const model = scriptedModel((_, { sample }) => (sample === 1 || sample === 4 ? bad : good));
  const ratings = await defineJudge(draft(2, 3)).rate(item, contextOf(model));
  expect(ratings.map(({ sample, status, provenance }) => [sample, status, provenance.reasked])).toEqual([
    [0, 'rated', undefined],
    [1, 'rated', 2],
    [2, 'rated', undefined],
  ]);
  expect(model.calls.map(({ sample }) => sample)).toEqual([0, 1, 2, 4, 7]);
});

test('it is asked no more often than the judge allows, and never by default', async () => {
  const model = scriptedModel(() => bad);
  const [twice] = await defineJudge(draft(2)).rate(item, contextOf(model));
  expect(twice).toMatchObject({ status: 'unreadable', value: null, provenance: { reasked: 2 } });
  expect(model.calls).toHaveLength(3);
  const plain = scriptedModel(() => bad);
  const [once] = await defineJudge({ ...draft(0), elicitation: 'json' }).rate(item, contextOf(plain));
  expect(once?.provenance.reasked).toBeUndefined();
  expect(plain.calls).toHaveLength(1);
});

test('a refusal is an answer, and is not asked for again', async () => {
  const model = scriptedModel(() => ({ text: '', stop: 'refused' }));
  const [rating] = await defineJudge(draft(3)).rate(item, contextOf(model));
  expect(rating?.status).toBe('refused');
  expect(model.calls).toHaveLength(1);
});

test('usage is unknown when one of the replies does not say', async () => {
  const model = scriptedModel((_, { index }) => (index === 0 ? { text: 'no' } : good));
  const [rating] = await defineJudge(draft(1)).rate(item, contextOf(model));
  expect(rating).toMatchObject({ status: 'rated', value: 2 });
  expect(rating).not.toHaveProperty('usage');
});

test('a fault of the second call is the outcome: what may pass can be rated again', async () => {
  const model = scriptedModel((_, { index }) => (index === 0 ? bad : faults.badRequest({ model: 'scripted:model' })));
  const [rating] = await defineJudge(draft(1)).rate(item, contextOf(model));
  expect(rating).toMatchObject({ status: 'failed', provenance: { reasked: 1 } });
});

test('how often a judge asks again is part of what it is', () => {
  expect(defineJudge(draft(1)).fingerprint).not.toBe(defineJudge(draft(2)).fingerprint);
  expect(() => defineJudge(draft(-1))).toThrow(/elicitation/);
});
