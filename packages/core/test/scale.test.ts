import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  badScale,
  decode,
  encode,
  formatScale,
  levelsOf,
  parseScale,
  type Scale,
  scaleSchema,
  valueFromText,
} from '../src/index.ts';

const scales: Scale[] = [
  { kind: 'binary' },
  { kind: 'nominal', labels: ['cat', 'dog', 'newt'] },
  { kind: 'ordinal', levels: [1, 2, 3, 4, 5] },
  { kind: 'ordinal', levels: ['low', 'mid', 'high'] },
  { kind: 'ordinal', levels: [0.5, 1, 1.5] },
  { kind: 'interval', min: 0, max: 1 },
  { kind: 'interval', min: -2.5, max: 10 },
  { kind: 'preference', ties: true },
  { kind: 'preference', ties: false },
  { kind: 'rank' },
];

describe('scales', () => {
  test.each(scales.map((scale) => [formatScale(scale), scale] as const))(
    '%s is written as it is read',
    (text, scale) => {
      expect(parseScale(text)).toEqual(scale);
    },
  );

  test.each([
    '',
    'binary:1',
    'ordinal',
    'ordinal:5..1',
    'ordinal:1..1',
    'nominal:a',
    'nominal:a,a',
    'interval:1..0',
    'interval',
    'preference:maybe',
    'ratio',
  ])('"%s" is no scale, and the error says what is', (text) => {
    expect(() => parseScale(text)).toThrow(
      expect.objectContaining({ code: badScale.code, hint: expect.stringContaining('ordinal:1..5') }),
    );
  });

  test('levels are encoded by their place and decoded to themselves, the tie last', () => {
    for (const scale of scales) {
      for (const [place, level] of (levelsOf(scale) ?? []).entries()) {
        expect(encode(scale, level)).toBe(place);
        expect(decode(scale, place)).toBe(level);
        expect(valueFromText(scale, ` ${level} `)).toBe(level);
      }
    }
    expect(levelsOf({ kind: 'preference', ties: true })?.at(-1)).toBe('tie');
  });

  test('what is off the scale is undefined, never clipped', () => {
    expect(encode({ kind: 'ordinal', levels: [1, 2, 3] }, 4)).toBeUndefined();
    expect(encode({ kind: 'ordinal', levels: [1, 2, 3] }, '2')).toBeUndefined();
    expect(encode({ kind: 'interval', min: 0, max: 1 }, 1.0000001)).toBeUndefined();
    expect(encode({ kind: 'interval', min: 0, max: 1 }, Number.NaN)).toBeUndefined();
    expect(encode({ kind: 'preference', ties: false }, 'tie')).toBeUndefined();
    expect(encode({ kind: 'rank' }, 0)).toBeUndefined();
    expect(valueFromText({ kind: 'interval', min: 0, max: 1 }, '')).toBeUndefined();
  });

  test('words are read where only one level can be meant', () => {
    expect(valueFromText({ kind: 'binary' }, 'TRUE')).toBe(1);
    expect(valueFromText({ kind: 'binary' }, 'fail')).toBe(0);
    expect(valueFromText({ kind: 'preference', ties: true }, 'Tie')).toBe('tie');
    expect(valueFromText({ kind: 'ordinal', levels: [1, 2, 3] }, '2.0')).toBe(2);
    expect(valueFromText({ kind: 'nominal', labels: ['a', 'A'] }, 'a')).toBe('a');
    expect(valueFromText({ kind: 'nominal', labels: ['ab', 'AB'] }, 'Ab')).toBeUndefined();
  });

  test('no text makes a reader throw, and what it reads is on the scale', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...scales), (text, scale) => {
        const value = valueFromText(scale, text);
        if (value !== undefined) expect(encode(scale, value)).toBeTypeOf('number');
      }),
    );
  });

  test('levels that read alike are refused', () => {
    expect(scaleSchema.safeParse({ kind: 'ordinal', levels: [1, '1'] }).success).toBe(false);
  });
});
