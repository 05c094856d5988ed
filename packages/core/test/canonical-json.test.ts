import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { canonicalJson, fingerprint } from '../src/index.ts';

describe('canonical JSON', () => {
  test('follows the number and key order examples of RFC 8785', () => {
    expect(
      canonicalJson({ numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27], literals: [null, true, false] }),
    ).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}');
    expect(canonicalJson({ '€': 1, '\r': 2, '1': 3, '😀': 4, '\u0080': 5, ö: 6 })).toBe(
      '{"\\r":2,"1":3,"\u0080":5,"ö":6,"€":1,"😀":4}',
    );
  });

  test('equal values have equal text, whatever the order of their keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const reversed = (node: unknown): unknown =>
          Array.isArray(node)
            ? node.map(reversed)
            : typeof node === 'object' && node !== null
              ? Object.fromEntries(
                  Object.entries(node)
                    .toReversed()
                    .map(([key, entry]) => [key, reversed(entry)]),
                )
              : node;
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('refuses what has no canonical text', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    for (const value of [Number.NaN, Infinity, 1n, Symbol('x'), () => 0, '\ud800', { '\ud800': 1 }, loop]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });

  test('a shared, not circular, value is fine', () => {
    const shared = { a: 1 };
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });

  test('a fingerprint is the SHA-256 of the canonical text', () => {
    expect(fingerprint({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
    expect(fingerprint({ a: 1, b: undefined })).toBe(fingerprint({ a: 1 }));
  });
});
