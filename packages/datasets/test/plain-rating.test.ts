import { ratingSchema } from '@assize/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { isPlainRating } from '../src/plain-rating.ts';

const count = fc.nat(70_000);
const text = fc.string({ minLength: 1 });
const common = {
  item: text,
  rater: text,
  criterion: text,
  provenance: fc.record(
    {
      source: fc.constantFrom('recorded', 'model', 'program', 'person'),
      rater: text,
      item: text,
      asked: text,
      served: text,
      read: text,
      reasked: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: ['source'], noNullPrototype: true },
  ),
  response: count,
  order: fc.array(count),
  sample: count,
  rationale: fc.string(),
  usage: fc.record(
    {
      inputTokens: count,
      outputTokens: count,
      cachedInputTokens: count,
      cacheWriteTokens: count,
      reasoningTokens: count,
    },
    { requiredKeys: ['inputTokens', 'outputTokens'], noNullPrototype: true },
  ),
  cost: fc.record(
    { amount: fc.double({ min: 0, max: 9, noNaN: true }), currency: fc.constant('USD') },
    { noNullPrototype: true },
  ),
  latencyMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
};
const required = ['item', 'rater', 'criterion', 'provenance', 'status', 'value'] as const;
const rating = fc.oneof(
  fc.record(
    {
      ...common,
      status: fc.constant('rated'),
      value: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
      distribution: fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
    },
    { requiredKeys: [...required], noNullPrototype: true },
  ),
  fc.record(
    {
      ...common,
      status: fc.constantFrom('abstained', 'refused', 'unreadable', 'failed'),
      value: fc.constant(null),
      reason: fc.string(),
    },
    { requiredKeys: [...required, 'reason'], noNullPrototype: true },
  ),
);

test('every rating without evidence and requests is plain', () => {
  fc.assert(
    fc.property(rating, (one) => {
      expect(ratingSchema.safeParse(one).success).toBe(true);
      expect(isPlainRating({ ...one })).toBe(true);
    }),
    { seed: 42, numRuns: 2000 },
  );
});

const fields = [
  ...new Set(ratingSchema.options.flatMap(({ shape }) => Object.keys(shape))),
  'source',
  'reasked',
  'inputTokens',
  'reasoningTokens',
  'amount',
  'currency',
  'other',
  '__proto__',
  '0',
];
const oddValue = fc.oneof(
  fc.constantFrom(
    null,
    '',
    0,
    -0,
    -1,
    0.5,
    1e16,
    Number.POSITIVE_INFINITY,
    true,
    'rated',
    'failed',
    'USD',
    'model',
    [],
    [-1],
    [0.5, 'x'],
    {},
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const change = fc.record({
  within: fc.constantFrom('', 'provenance', 'usage', 'cost'),
  field: fc.constantFrom(...fields),
  value: oddValue,
  drop: fc.boolean(),
});

/** The rating with fields put in, replaced or dropped, at its top or in a nested object. */
function changed(
  from: object,
  changes: readonly { within: string; field: string; value: unknown; drop: boolean }[],
): object {
  const copy: object = structuredClone(from);
  for (const { within, field, value, drop } of changes) {
    const at: unknown = within === '' ? copy : Reflect.get(copy, within);
    if (typeof at !== 'object' || at === null) continue;
    if (drop) Reflect.deleteProperty(at, field);
    else Object.defineProperty(at, field, { value, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

test('what is plain, the schema accepts unchanged, whatever was done to the rating', () => {
  let plain = 0;
  let refused = 0;
  fc.assert(
    fc.property(rating, fc.array(change, { minLength: 1, maxLength: 2 }), (one, changes) => {
      const object = changed(one, changes);
      const read = ratingSchema.safeParse(object);
      if (!read.success) refused++;
      if (!isPlainRating({ ...object })) return;
      plain++;
      expect(read.success).toBe(true);
      expect(read.data).toStrictEqual(object);
    }),
    { seed: 42, numRuns: 20_000 },
  );
  expect(plain).toBeGreaterThan(1000);
  expect(refused).toBeGreaterThan(1000);
});
