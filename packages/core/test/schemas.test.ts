import { join } from 'node:path';

import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';

import {
  defineMetric,
  type Item,
  itemSchema,
  judgeCardSchema,
  judgeDefinitionSchema,
  liftItem,
  type Rating,
  ratingSchema,
  runPageSchema,
  textOf,
} from '../src/index.ts';

/** The schemas that ship beside the code: `npm test -- schemas -u` writes them anew. */
const published = {
  item: itemSchema,
  rating: ratingSchema,
  'judge-definition': judgeDefinitionSchema,
  'judge-card': judgeCardSchema,
  run: runPageSchema,
};

test.each(Object.entries(published))(
  'the published JSON Schema of %s is what the code checks',
  async (name, schema) => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'output' });
    const text = `${JSON.stringify({ $schema, title: `Assize ${name}, contract 1`, ...rest }, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(join(import.meta.dirname, `../schemas/${name}.schema.json`));
  },
);

const rated = {
  item: 'a',
  rater: 'r',
  criterion: 'c',
  status: 'rated',
  value: 1,
  provenance: { source: 'recorded' },
} as const;

test('a rating has either a value or a reason', () => {
  expect(ratingSchema.safeParse(rated).success).toBe(true);
  expect(ratingSchema.safeParse({ ...rated, value: null }).success).toBe(false);
  expect(ratingSchema.safeParse({ ...rated, value: Number.NaN }).success).toBe(false);
  expect(ratingSchema.safeParse({ ...rated, status: 'failed', value: null }).success).toBe(false);
  expect(ratingSchema.safeParse({ ...rated, status: 'failed', value: null, reason: 'timeout' }).success).toBe(true);
  expectTypeOf<Extract<Rating, { status: 'rated' }>['value']>().toEqualTypeOf<string | number>();
});

test('short forms of an item are lifted, and a misspelt field is refused', () => {
  const draft = { id: '1', input: 'capital of France?', responses: ['Paris', { content: 'Lyon' }], reference: 'Paris' };
  const item = itemSchema.parse(liftItem(draft));
  expectTypeOf(item).toEqualTypeOf<Item>();
  expect(item.responses).toEqual([{ content: 'Paris' }, { content: 'Lyon' }]);
  expect(item.reference).toEqual(['Paris']);
  expect(itemSchema.safeParse({ ...item, respones: [] }).success).toBe(false);
  expect(
    textOf([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', name: 'bot', content: 'Hello' },
    ]),
  ).toBe('user: Hi\n\nbot: Hello');
});

test('a metric fills in item, rater and provenance, and its fingerprint moves with its settings', async () => {
  const make = (ignoreCase: boolean) =>
    defineMetric({
      id: 'exact',
      version: '1',
      settings: { ignoreCase },
      needs: ['reference'],
      criteria: [{ id: 'exact', question: 'Equal?', scale: { kind: 'binary' }, higherIsBetter: true }],
      rate: async ({ reference }) =>
        reference
          ? [{ criterion: 'exact', status: 'rated', value: 1 }]
          : [{ criterion: 'exact', status: 'abstained', value: null, reason: 'the item has no reference' }],
    });
  expect(make(true).fingerprint).toBe(make(true).fingerprint);
  expect(make(true).fingerprint).not.toBe(make(false).fingerprint);
  const random = { next: () => 0, stream: () => random };
  const context = { signal: new AbortController().signal, random, model: () => expect.fail('no model is needed') };
  const [rating] = await make(true).rate({ id: '1', input: 'x', responses: [] }, context);
  expect(ratingSchema.parse(rating)).toMatchObject({ item: '1', rater: 'exact', status: 'abstained' });
});
