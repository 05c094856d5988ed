import { faults, type Item, ratingSchema } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { conformJudge } from '@assize/testkit';
import { defineJudge, type JudgeDraft, publishedPatterns, requestsOf, requirements } from '../src/index.ts';
import { contextOf, scriptedModel } from './scripted.ts';

const helpful: JudgeDraft = {
  id: 'helpful',
  model: 'scripted:model',
  criteria: [{ id: 'helpful', question: 'Which response helps more?', scale: { kind: 'preference', ties: true } }],
};
const quality: JudgeDraft = {
  id: 'quality',
  model: { id: 'scripted:model', temperature: 0.7, seed: 7 },
  criteria: [
    {
      id: 'quality',
      question: 'How good is the response?',
      scale: { kind: 'ordinal', levels: [1, 2, 3] },
      anchors: { 3: 'excellent', 1: 'useless' },
    },
    { id: 'true', question: 'Is it true?', scale: { kind: 'binary' } },
  ],
  aggregation: { samples: 2 },
};
const item: Item = {
  id: 'sky',
  input: 'Why is the sky blue?',
  responses: [{ content: 'Scattering.', system: 'x' }, { content: 'Paint.' }],
  reference: ['Rayleigh scattering'],
  passages: [{ content: 'Light scatters.' }, { content: 'Blue more than red.' }],
};
const abilities = { logprobs: true, topLogprobs: 20, jsonSchema: true, seed: true, temperature: true };
const first = { text: '{"reasons":"first","verdict":"A"}' };

conformJudge('a pairwise judge by JSON', () => defineJudge(helpful), {
  variant: () => defineJudge({ ...helpful, model: 'scripted:other' }),
});
conformJudge('a pointwise judge of two criteria and two samples', () => defineJudge(quality), {
  variant: () => defineJudge({ ...quality, aggregation: { samples: 3 } }),
});
conformJudge(
  'a pairwise judge by label probabilities',
  () => defineJudge({ ...helpful, elicitation: 'label-logprobs' }),
  {
    variant: () => defineJudge({ ...helpful, elicitation: { name: 'label-logprobs', leastMass: 0.9 } }),
    good: () => ({
      text: 'A',
      logprobs: [
        {
          token: 'A',
          logprob: -0.2,
          top: [
            { token: 'B', logprob: -2 },
            { token: 'A', logprob: -0.2 },
          ],
        },
      ],
    }),
  },
);
conformJudge(
  'a pairwise judge by text',
  () => defineJudge({ ...helpful, elicitation: publishedPatterns['mt-bench-pair'] }),
  {
    good: () => 'Assistant A is clearer. [[A]]',
  },
);

describe('both orders', () => {
  test('a judge that always picks the first shown says opposite things of the content', async () => {
    const rows = await defineJudge(helpful).rate(item, contextOf(scriptedModel(() => first)));
    expect(rows.map(({ order, value }) => [order, value])).toEqual([
      [[0, 1], 0],
      [[1, 0], 1],
    ]);
  });

  test('a judge that knows the better response says the same thing in both', async () => {
    const model = scriptedModel(({ messages }) => {
      const shown = messages.at(-1)?.content ?? '';
      return JSON.stringify({ verdict: shown.indexOf('Scattering.') < shown.indexOf('Paint.') ? 'A' : 'B' });
    });
    const rows = await defineJudge(helpful).rate(item, contextOf(model));
    expect(rows.map(({ value }) => value)).toEqual([0, 0]);
  });

  test('distributions are told of the content as well', async () => {
    const judge = defineJudge({ ...helpful, elicitation: 'label-logprobs' });
    const top = [0.7, 0.2, 0.1].map((share, place) => ({
      token: ['A', 'B', 'tie'][place] ?? '',
      logprob: Math.log(share),
    }));
    const model = scriptedModel(() => ({ text: 'A', logprobs: [{ token: 'A', logprob: Math.log(0.7), top }] }));
    const rows = await judge.rate(item, contextOf(model));
    const close = (shares: number[]): unknown[] => shares.map((share): unknown => expect.closeTo(share, 9));
    expect(rows).toMatchObject([
      { value: 0, distribution: close([0.7, 0.2, 0.1]) },
      { value: 1, distribution: close([0.2, 0.7, 0.1]) },
    ]);
  });

  test.each([
    ['given', [[0, 1]]],
    ['reversed', [[1, 0]]],
  ] as const)('only %s when the definition says so', async (orders, expected) => {
    const judge = defineJudge({ ...helpful, protocol: { name: 'pairwise', orders } });
    const rows = await judge.rate(item, contextOf(scriptedModel(() => first)));
    expect(rows.map(({ order }) => order)).toEqual(expected);
  });
});

describe('the plan of an item', () => {
  test('is every criterion, response and sample, and is what is asked', async () => {
    const judge = defineJudge(quality);
    const plan = requestsOf(judge, item, abilities);
    if ('lacks' in plan) throw new Error(plan.lacks);
    expect(plan.requests.map(({ criterion, response, sample }) => [criterion.id, response, sample])).toEqual([
      ['quality', 0, 0],
      ['quality', 0, 1],
      ['quality', 1, 0],
      ['quality', 1, 1],
      ['true', 0, 0],
      ['true', 0, 1],
      ['true', 1, 0],
      ['true', 1, 1],
    ]);
    const model = scriptedModel(() => '{"verdict": 1}');
    await judge.rate(item, contextOf(model));
    expect(model.calls.map(({ request }) => request)).toEqual(plan.requests.map(({ request }) => request));
  });

  test('shows what the item has: anchors in their order, reference, passages, and nobody’s name', () => {
    const plan = requestsOf(defineJudge(quality), item, abilities);
    if ('lacks' in plan) throw new Error(plan.lacks);
    const text = plan.requests[0]?.request.messages.map(({ content }) => content).join('\n') ?? '';
    expect(text).toMatch(/1: useless\n3: excellent/);
    for (const part of ['INPUT', 'REFERENCE ANSWER', 'PASSAGE 1', 'PASSAGE 2', 'RESPONSE'])
      expect(text).toContain(`<<<${part} `);
    expect(text).toContain('The verdict is 1, 2 or 3.');
  });

  test('constrains the output where the model can, and writes the schema into the prompt where it cannot', () => {
    const [held, told] = [true, false].map((jsonSchema) => {
      const plan = requestsOf(defineJudge(helpful), item, { ...abilities, jsonSchema });
      return 'lacks' in plan ? undefined : plan.requests[0]?.request;
    });
    expect(held?.output).toMatchObject({
      kind: 'json',
      schema: {
        properties: { verdict: { enum: ['A', 'B', 'tie'] } },
        required: ['reasons', 'verdict'],
        additionalProperties: false,
      },
    });
    expect(JSON.stringify(held?.messages)).not.toContain('JSON Schema');
    expect(told?.output).toBeUndefined();
    expect(told?.messages.at(-1)?.content).toContain('"enum":["A","B","tie"]');
  });

  test('gives every scale its schema', () => {
    const verdictOf = (scale: JudgeDraft['criteria'][number]['scale']) => {
      const plan = requestsOf(
        defineJudge({ id: 'j', model: 'm:m', criteria: [{ id: 'c', question: '?', scale }] }),
        item,
        abilities,
      );
      const output = 'lacks' in plan ? undefined : plan.requests[0]?.request.output;
      return output?.kind === 'json' ? output.schema['properties'] : undefined;
    };
    expect(verdictOf({ kind: 'binary' })).toMatchObject({ verdict: { type: 'string', enum: ['no', 'yes'] } });
    expect(verdictOf({ kind: 'ordinal', levels: [1, 2] })).toMatchObject({
      verdict: { type: 'integer', enum: [1, 2] },
    });
    expect(verdictOf({ kind: 'ordinal', levels: [0, 0.5] })).toMatchObject({ verdict: { type: 'number' } });
    expect(verdictOf({ kind: 'nominal', labels: ['x', 'y'] })).toMatchObject({ verdict: { enum: ['x', 'y'] } });
    expect(verdictOf({ kind: 'interval', min: 0, max: 1 })).toMatchObject({ verdict: { minimum: 0, maximum: 1 } });
  });

  test('puts a definition’s own words in, and keeps the rule of the frame', () => {
    const judge = defineJudge({
      ...helpful,
      protocol: { name: 'pairwise', system: 'You judge poems.', instructions: 'Rhyme counts double.' },
    });
    const plan = requestsOf(judge, item, abilities);
    const [system, user] = ('lacks' in plan ? undefined : plan.requests[0])?.request.messages ?? [];
    expect(system?.content).toMatch(/^You judge poems\.\nText between lines/);
    expect(user?.content).toContain('Rhyme counts double.');
  });
});

describe('a rating', () => {
  test('says who answered, what was asked and applied, what it cost, and how it was read', async () => {
    const usage = { inputTokens: 100, outputTokens: 9 };
    const model = scriptedModel(() => ({ text: '{"verdict": 1}', usage, served: 'model-2026', notApplied: ['seed'] }));
    const judge = defineJudge(quality);
    const [row] = await judge.rate(item, contextOf(model));
    expect(ratingSchema.parse(row)).toMatchObject({
      item: 'sky',
      rater: 'quality',
      criterion: 'quality',
      response: 0,
      sample: 0,
      usage,
      provenance: {
        source: 'model',
        rater: judge.fingerprint,
        item: expect.stringMatching(/^[0-9a-f]{64}$/),
        asked: 'scripted:model',
        served: 'model-2026',
        read: 'exact',
        requested: { temperature: 0.7, seed: 7 },
        applied: { temperature: 0.7 },
      },
    });
    expect(row?.provenance.applied).not.toHaveProperty('seed');
  });

  test('of a call that stayed overloaded is failed, with the code and no word of the prompt', async () => {
    const model = scriptedModel((_, { index }) =>
      index === 0 ? faults.overloaded({ model: 'm', status: 529 }) : first,
    );
    const rows = await defineJudge(helpful).rate(item, contextOf(model));
    expect(rows).toMatchObject([
      { status: 'failed', order: [0, 1], reason: 'provider/overloaded: m: the provider is overloaded (529)' },
      { status: 'rated', order: [1, 0] },
    ]);
  });

  test('of an item that lacks a response is abstained and says what is missing', async () => {
    const model = scriptedModel(() => first);
    const rows = await defineJudge(helpful).rate({ ...item, responses: [{ content: 'x' }] }, contextOf(model));
    expect(rows).toMatchObject([
      { status: 'abstained', reason: 'a pairwise judge needs two responses, the item has 1' },
    ]);
    expect(model.calls).toHaveLength(0);
  });

  test('of a text with half a character is still made', async () => {
    const broken = { ...item, input: 'x\ud800y' };
    const rows = await defineJudge(helpful).rate(broken, contextOf(scriptedModel(() => first)));
    expect(rows.map(({ status }) => status)).toEqual(['rated', 'rated']);
  });

  test('that ends the run waits for the calls on their way', async () => {
    let ended = 0;
    const model = scriptedModel(async (_, { index }) => {
      if (index === 0) return faults.auth({ model: 'm', status: 401 });
      await new Promise((resolve) => setImmediate(resolve));
      ended += 1;
      return first;
    });
    await expect(defineJudge(helpful).rate(item, contextOf(model))).rejects.toMatchObject({ code: 'provider/auth' });
    expect(ended).toBe(1);
  });
});

describe('a definition', () => {
  test('written short is the same judge as written out', () => {
    const long = defineJudge({
      contract: 1,
      id: 'helpful',
      mode: 'pairwise',
      criteria: [
        {
          id: 'helpful',
          question: 'Which response helps more?',
          scale: { kind: 'preference', ties: true },
          higherIsBetter: true,
        },
      ],
      protocol: { name: 'pairwise', orders: 'both' },
      elicitation: { name: 'json', reasons: 'before' },
      aggregation: { orders: 'mean', samples: 1 },
      model: { id: 'scripted:model' },
    });
    expect(defineJudge(helpful).definition).toEqual(long.definition);
    expect(defineJudge(helpful).fingerprint).toBe(long.fingerprint);
    expect(defineJudge(long.definition).fingerprint).toBe(long.fingerprint);
  });

  test.each<[string, unknown, RegExp]>([
    ['no criteria', { ...helpful, criteria: [] }, /criteria/],
    ['a field that does not exist', { ...helpful, temprature: 0 }, /temprature/],
    ['a score on a pairwise judge', { ...quality, mode: 'pairwise' }, /preference scale, not ordinal/],
    ['a preference on a pointwise judge', { ...helpful, mode: 'pointwise' }, /cannot be put on a preference scale/],
    ['a mode that is not the protocol’s', { ...helpful, mode: 'pointwise', protocol: 'pairwise' }, /is pointwise/],
    ['orders on a pointwise judge', { ...quality, protocol: { name: 'pointwise', orders: 'both' } }, /no order/],
    ['settings that nobody reads', { ...helpful, protocol: { name: 'pairwise', settings: { a: 1 } } }, /no settings/],
    ['one id twice', { ...helpful, criteria: [helpful.criteria[0], helpful.criteria[0]] }, /two criteria/],
    ['a pattern that does not compile', { ...helpful, elicitation: { name: 'text-pattern', pattern: '(' } }, /pattern/],
    ['too few labels', { ...helpful, elicitation: { name: 'label-logprobs', labels: ['A', 'B'] } }, /3 levels/],
    [
      'labels that look alike',
      { ...helpful, elicitation: { name: 'label-logprobs', labels: ['A', 'a', 't'] } },
      /differ/,
    ],
    [
      'ties by policy on a scale without',
      {
        ...helpful,
        criteria: [{ id: 'c', question: '?', scale: { kind: 'preference', ties: false } }],
        aggregation: { orders: 'tie-on-conflict' },
      },
      /needs ties/,
    ],
  ])('with %s is refused', (_, draft, message) => {
    let thrown: unknown;
    try {
      defineJudge(draft as JudgeDraft);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'judge/bad-definition', message: expect.stringMatching(message) });
  });

  test('with labels on an interval, or a protocol that nobody has, is refused', () => {
    const criteria = [{ id: 'c', question: '?', scale: { kind: 'interval' as const, min: 0, max: 1 } }];
    expect(() => defineJudge({ id: 'j', model: 'm:m', criteria, elicitation: 'label-logprobs' })).toThrow(/levels/);
    expect(() => defineJudge({ ...helpful, protocol: 'debate' })).toThrow(
      expect.objectContaining({ code: 'judge/unknown-protocol', hint: expect.stringContaining('pointwise, pairwise') }),
    );
  });

  test('that reads probabilities refuses a model without them, before any call', async () => {
    const judge = defineJudge({ ...helpful, elicitation: 'label-logprobs' });
    expect(requirements(judge.definition)).toMatchObject({ model: 'scripted:model', logprobs: true, topLogprobs: 3 });
    for (const abilitiesOf of [{ logprobs: false, topLogprobs: 0 }, { topLogprobs: 2 }]) {
      const model = scriptedModel(() => first, { abilities: abilitiesOf });
      await expect(judge.rate(item, contextOf(model))).rejects.toMatchObject({ code: 'judge/needs-logprobs' });
      expect(model.calls).toHaveLength(0);
    }
    expect(requirements(defineJudge(helpful).definition)).toMatchObject({ logprobs: false, prefers: ['jsonSchema'] });
  });

  test('is checked against a model at plan time: what it needs, and what will have no effect', () => {
    const model = { id: 'm:m', temperature: 0, seed: 7 };
    const judge = defineJudge({ ...helpful, model });
    const nothing = { logprobs: false, topLogprobs: 0, jsonSchema: false, seed: false, temperature: false };
    expect(judge.check?.(nothing)).toEqual(['jsonSchema', 'temperature', 'seed']);
    expect(judge.check?.({ ...nothing, seed: true, jsonSchema: true })).toEqual(['temperature']);
    const reader = defineJudge({ ...helpful, elicitation: 'label-logprobs' });
    expect(() => reader.check?.(nothing)).toThrow(expect.objectContaining({ code: 'judge/needs-logprobs' }));
  });

  test('may name a protocol of one’s own', async () => {
    const protocol = {
      name: 'blind',
      version: '1',
      mode: 'pointwise' as const,
      check: () => undefined,
      showings: () => [{ response: 0 }],
      messages: ({ answerForm }: { answerForm: string }) => [{ role: 'user' as const, content: answerForm }],
    };
    const draft: JudgeDraft = { ...quality, mode: 'pointwise', protocol: 'blind' };
    const judge = defineJudge(draft, { protocols: [protocol] });
    const rows = await judge.rate(item, contextOf(scriptedModel(() => '{"verdict": 1}')));
    expect(rows).toHaveLength(4);
    const newer = defineJudge(draft, { protocols: [{ ...protocol, version: '2' }] });
    expect(newer.fingerprint).not.toBe(judge.fingerprint);
  });
});
