import { isDeepStrictEqual } from 'node:util';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { alikeLines } from '../src/alike-lines.ts';
import { parseJsonLine } from '../src/json-line.ts';

const place = { file: 'f', line: 1 };

/** Reads lines as the readers do; each that fits must be what a full parse gives. Returns how many fitted. */
function readAll(lines: readonly string[]): number {
  const alike = alikeLines();
  let fitted = 0;
  for (const line of lines) {
    const quick = alike.read(line);
    if (quick) {
      fitted++;
      const full = parseJsonLine(line, place);
      expect([line, isDeepStrictEqual(quick, full)]).toEqual([line, true]);
      expect(JSON.stringify(quick)).toBe(JSON.stringify(full));
      continue;
    }
    try {
      alike.learn(line, parseJsonLine(line, place));
    } catch {
      // A line that is no JSON teaches nothing.
    }
  }
  return fitted;
}

const value = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 2 ** 53, 1e21, 1e-7, true, false, null, 'judge'),
  fc.array(fc.oneof(fc.integer(), fc.constantFrom('x', null, [1])), { maxLength: 3 }),
);
const key = fc.constantFrom('item', 'value', 'a b', '__proto__', '1', 'é', 'q"', 'constructor');
const shape = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.dictionary(key, fc.oneof({ maxDepth: 2 }, fc.constant('leaf'), tie('node')), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
})).node;

/** An object of a shape, with values in place of its leaves. */
function filled(node: unknown, values: Iterator<unknown>): unknown {
  if (node === 'leaf') return values.next().value ?? null;
  return Object.fromEntries(Object.entries(Object(node)).map(([name, inner]) => [name, filled(inner, values)]));
}

test('what fits the pattern is what a full parse gives, for lines of one shape or several', () => {
  const lines = fc
    .tuple(
      fc.array(shape, { minLength: 1, maxLength: 2 }),
      fc.array(fc.array(value, { maxLength: 8 }), { maxLength: 12 }),
    )
    .map(([shapes, rows]) =>
      rows.map((row, index) => JSON.stringify(filled(shapes[index % 7 === 6 ? 1 : 0] ?? {}, row.values()))),
    );
  fc.assert(
    fc.property(lines, (list) => {
      readAll(list);
    }),
    { seed: 42, numRuns: 2000 },
  );
});

test('a line that is damaged is never read as something else', () => {
  const good = (index: number): string =>
    `{"item":"item-${index}","n":${index * 1.5},"order":[${index % 2},1],"inner":{"x":${-index},"y":"same"}}`;
  const damage = fc.record({
    at: fc.nat(80),
    cut: fc.nat(3),
    put: fc.oneof(
      fc.constantFrom('"', '\\', '0', '.', '-', 'e5', ']', ',', '}', ' ', '\u0001', '1234567890123456'),
      fc.string(),
    ),
  });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
      const start = [1, 2, 3, 4].map(good);
      const broken = damages.map(({ at, cut, put }, index) => {
        const line = good(index + 5);
        return line.slice(0, at) + put + line.slice(at + cut);
      });
      readAll([...start, ...broken, good(9)]);
    }),
    { seed: 42, numRuns: 5000 },
  );
});

test('lines that are alike fit, whatever varies: all but the first few', () => {
  const words = ['a', 'tie', 'a longer text, with é and a comma'];
  const lines = Array.from({ length: 500 }, (_, index) =>
    JSON.stringify({
      item: `item-${index}`,
      value: words[index % 3],
      latencyMs: index / 7,
      order: [index % 2, 1 - (index % 2)],
      provenance: { source: 'model', served: index < 250 ? 'one' : 'two' },
    }),
  );
  expect(readAll(lines)).toBeGreaterThan(490);
});

test('a file whose shape changes halfway is read by its new pattern', () => {
  const lines = Array.from({ length: 400 }, (_, index) => (index < 200 ? `{"a":${index}}` : `{"b":{"c":${index}}}`));
  expect(readAll(lines)).toBeGreaterThan(385);
});

test('lines that are not alike are left to the parser after a while', () => {
  const alike = alikeLines();
  for (let index = 0; index < 100; index++) alike.learn(`{"k${index}":1}`, { [`k${index}`]: 1 });
  expect(alike.read('{"k96":1}')).toBeUndefined();
});

test('texts with escapes fit too, and a line of megabytes is read', () => {
  const lines = Array.from({ length: 100 }, (_, index) =>
    JSON.stringify({ a: `"${index}"\n`, b: `\\${'\t'.repeat(index)}` }),
  );
  expect(readAll(lines)).toBeGreaterThan(95);
  readAll([JSON.stringify({ a: '"'.repeat(4_000_000) }), ...lines]);
});

test('what a reader does to an object does not reach the next one', () => {
  const alike = alikeLines();
  const first = { a: { b: 1 }, c: 'x' };
  alike.learn('{"a":{"b":1},"c":"x"}', first);
  first.a.b = 2;
  first.c = 'y';
  expect(alike.read('{"a":{"b":1},"c":"x"}')).toEqual({ a: { b: 1 }, c: 'x' });
});

test('two lines share no object', () => {
  const alike = alikeLines();
  const line = '{"a":{"b":1},"c":[1]}';
  alike.learn(line, { a: { b: 1 }, c: [1] });
  const [one, two] = [alike.read(line), alike.read(line)];
  expect(one).toEqual(two);
  expect(one?.['a']).not.toBe(two?.['a']);
  expect(one?.['c']).not.toBe(two?.['c']);
});
