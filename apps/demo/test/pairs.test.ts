import { readFileSync } from 'node:fs';

import { itemSchema, judgeDefinitionSchema, ratingSchema, textOf } from '@assize/core';
import type { Item } from '@assize/core';
import { describe, expect, test } from 'vitest';

const read = (name: string): string => readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8');
const rows = (name: string): unknown[] =>
  read(name)
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

const items = rows('pairs.jsonl').map((row) => itemSchema.parse(row));
const labels = rows('labels.jsonl').map((row) => ratingSchema.parse(row));

const domainOf = (item: Item): string => item.facets?.['domain'] ?? '';
const domains = [...new Set(items.map(domainOf))];
const texts = (item: Item): string[] => item.responses.map((response) => textOf(response.content));
const wordsOf = (text: string): string[] => text.trim().split(/\s+/);
const gold = (item: Item): number => Number(item.metadata?.['gold']);
const longest = (item: Item, size: (text: string) => number): number => {
  const [first, second] = texts(item).map(size);
  return Number(second) > Number(first) ? 1 : 0;
};
const accuracy = (of: Item[], pick: (item: Item) => number): number =>
  of.filter((item) => pick(item) === gold(item)).length / of.length;
const inDomain = (domain: string): Item[] => items.filter((item) => domainOf(item) === domain);
const shareOfWords = (one: string, other: string): number => {
  const [a, b] = [new Set(wordsOf(one.toLowerCase())), new Set(wordsOf(other.toLowerCase()))];
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / (a.size + b.size - shared);
};

describe('the pairs', () => {
  test('are 125, 25 in each of five domains', () => {
    expect(items).toHaveLength(125);
    expect(domains.map((domain) => inDomain(domain).length)).toEqual([25, 25, 25, 25, 25]);
  });

  test('have unique ids, inputs and responses', () => {
    expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
    expect(new Set(items.map((item) => textOf(item.input))).size).toBe(items.length);
    expect(new Set(items.flatMap(texts)).size).toBe(2 * items.length);
  });

  test('have two responses of 15 to 90 words each', () => {
    const counts = items.flatMap((item) => texts(item).map((text) => wordsOf(text).length));
    expect(counts).toHaveLength(250);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(15);
    expect(Math.max(...counts)).toBeLessThanOrEqual(90);
  });

  test('each name one planted flaw, say what it is, and how quiet', () => {
    const unnamed = items.filter(
      ({ facets, metadata }) =>
        !/^[a-z]+(-[a-z]+)+$|^[a-z]+$/.test(facets?.['flaw'] ?? '') ||
        !['easy', 'hard'].includes(facets?.['difficulty'] ?? '') ||
        typeof metadata?.['note'] !== 'string' ||
        metadata['note'] === '',
    );
    expect(unnamed.map((item) => item.id)).toEqual([]);
  });

  test('share a group exactly where they share a source text', () => {
    const sources = new Map<string, Set<string>>();
    for (const item of items) {
      const source = /"[^"]{60,}"/.exec(textOf(item.input))?.[0];
      if (source !== undefined) sources.set(source, (sources.get(source) ?? new Set()).add(item.group ?? item.id));
    }
    expect([...sources.values()].filter((groups) => groups.size > 1)).toEqual([]);
    for (const group of new Set(items.flatMap((item) => item.group ?? []))) {
      expect(items.filter((item) => item.group === group).length).toBeGreaterThan(1);
    }
  });

  test('no better response is a near copy of that of another pair', () => {
    const better = items.map((item) => texts(item)[gold(item)] ?? '');
    const closest = better.flatMap((one, i) => better.slice(i + 1).map((other) => shareOfWords(one, other)));
    expect(Math.max(...closest)).toBeLessThan(0.6);
  });
});

describe.each([...domains, 'all domains'])('a baseline that reads nothing, in %s', (domain) => {
  const some = domain === 'all domains' ? items : inDomain(domain);
  // As near to a half as the count allows: 12 or 13 of 25, 62 or 63 of 125.
  const half = 0.5 / some.length + 1e-12;

  test.each([
    ['first wins', () => 0],
    ['longest wins, in characters', (item: Item) => longest(item, (text) => text.length)],
    ['longest wins, in words', (item: Item) => longest(item, (text) => wordsOf(text).length)],
  ])('is right half of the time: %s', (_name, pick) => {
    expect(Math.abs(accuracy(some, pick) - 0.5)).toBeLessThanOrEqual(half);
  });

  test('position tells nothing about length: the better one is first in half of the pairs of either kind', () => {
    for (const longer of [true, false]) {
      const part = some.filter((item) => (longest(item, (text) => text.length) === gold(item)) === longer);
      expect(Math.abs(part.filter((item) => gold(item) === 0).length - part.length / 2)).toBeLessThanOrEqual(1);
    }
  });
});

describe('the labels', () => {
  test('are one gold rating for each pair, equal to its metadata', () => {
    expect(
      labels.map(({ item, rater, criterion, status, value }) => ({ item, rater, criterion, status, value })),
    ).toEqual(
      items.map((item) => ({ item: item.id, rater: 'gold', criterion: 'better', status: 'rated', value: gold(item) })),
    );
  });
});

describe('the two rubrics', () => {
  const [a, b] = ['rubric-a.json', 'rubric-b.json'].map((name) => judgeDefinitionSchema.parse(JSON.parse(read(name))));

  test('differ in their wording and their id alone', () => {
    expect(a?.protocol.instructions).not.toBe(b?.protocol.instructions);
    expect({ ...a, id: '', protocol: { ...a?.protocol, instructions: '' } }).toEqual({
      ...b,
      id: '',
      protocol: { ...b?.protocol, instructions: '' },
    });
  });

  test('ask for both orders, by log-probabilities, on the scale of the labels', () => {
    expect(a).toMatchObject({
      mode: 'pairwise',
      protocol: { orders: 'both' },
      elicitation: { name: 'label-logprobs' },
    });
    expect(a?.criteria.map((criterion) => criterion.id)).toEqual(['better']);
  });
});
