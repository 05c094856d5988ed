import { expect, test } from 'vitest';

import { fitsSchema } from '../src/index.ts';

const verdict = {
  type: 'object',
  properties: { score: { type: 'integer', minimum: 1, maximum: 5 }, reason: { type: ['string', 'null'] } },
  required: ['score'],
  additionalProperties: false,
};

test.each([
  [{ score: 3 }, true],
  [{ score: 3, reason: null }, true],
  [{ score: 3.5 }, false],
  [{ score: '3' }, false],
  [{ score: 6 }, false],
  [{ reason: 'x' }, false],
  [{ score: 3, more: 1 }, false],
  [[3], false],
  [null, false],
])('R3: %j against a verdict: %s', (value, fits) => expect(fitsSchema(value, verdict)).toBe(fits));

test.each([
  [{ enum: ['A', 'B'] }, 'A', true],
  [{ enum: ['A', 'B'] }, 'C', false],
  [{ const: { a: [1] } }, { a: [1] }, true],
  [{ type: 'array', items: { type: 'number' }, minItems: 1, maxItems: 2 }, [1, 2], true],
  [{ type: 'array', items: { type: 'number' }, maxItems: 2 }, [1, 2, 3], false],
  [{ type: 'array', items: { type: 'number' } }, ['1'], false],
  [{ type: 'string', minLength: 2, maxLength: 2 }, '👍👍', true],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 1, false],
  [{ oneOf: [{ type: 'number' }, { type: 'integer' }] }, 1, false],
  [{ allOf: [{ minimum: 0 }, { maximum: 1 }] }, 0.5, true],
  [{ type: 'boolean' }, 'true', false],
  [{ additionalProperties: { type: 'number' } }, { a: 'x' }, false],
  [{ $ref: '#/$defs/score', $defs: { score: { type: 'integer' } } }, 1.5, false],
  [{ format: 'made-up', patternProperties: {} }, 'anything', true],
  [{ properties: { constructor: { type: 'string' } } }, {}, true],
])('%j against %j: %s', (schema, value, fits) => expect(fitsSchema(value, schema)).toBe(fits));

test('a schema that refers to itself ends', () => {
  const list = { $ref: '#/$defs/list', $defs: { list: { properties: { next: { $ref: '#/$defs/list' } } } } };
  expect(fitsSchema({ next: { next: {} } }, list)).toBe(true);
  expect(fitsSchema({}, { $ref: '#' })).toBe(false);
});
