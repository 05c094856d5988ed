import type { FakeRequest, Wire } from './fake-request.ts';

/** One token with the alternatives that the fake model weighed. */
export interface FakeToken {
  readonly token: string;
  /** Natural logarithm of the probability. */
  readonly logprob: number;
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

/** What the fake model says. */
export interface FakeAnswer {
  readonly text: string;
  readonly stop: 'done' | 'cut' | 'refused' | 'filtered';
  readonly refusal?: string;
  readonly tokens?: readonly FakeToken[];
}

/**
 * The answer of the fake model: the same for the same seed and question, whatever the order of arrival.
 *
 * A marker in the prompt decides it: `[[answer: B]]` is said word for word, `[[s=0.73]]` is the number of the answer. So a
 * test tells a wrong item from a lost one. Without a marker the question's hash decides; a JSON schema is obeyed.
 */
export function defaultAnswer(request: FakeRequest, seed: number): string {
  const said = /\[\[answer: ?([\s\S]*?)\]\]/.exec(request.prompt)?.[1];
  if (said !== undefined) return said;
  const marked = /\[\[s=(-?[\d.]+)\]\]/.exec(request.prompt)?.[1];
  const draw = (place: string): number => unit(`${seed}\0${request.key}\0${place}`);
  if (request.schema !== undefined) {
    const number = marked === undefined ? undefined : Number(marked);
    return JSON.stringify(fill(request.schema, { root: request.schema, draw, number }, '$', 0));
  }
  return marked ?? String(1 + Math.floor(draw('$') * 5));
}

/** The tokens of a text with `count` alternatives each, by the seeded hash of the question. */
export function tokensOf(text: string, request: FakeRequest, seed: number, count: number): FakeToken[] {
  return (text.match(/\s*\S+|\s+/g) ?? []).map((token, place) => {
    const sure = 0.5 + 0.49 * unit(`${seed}\0${request.key}\0p${place}`);
    const others = alternativesTo(token).slice(0, Math.max(0, count - 1));
    const top = [token, ...others].slice(0, count).map((other, rank) => ({
      token: other,
      // Each alternative takes half of what is left, so that the whole never exceeds 1.
      logprob: Math.log(rank === 0 ? sure : (1 - sure) * 0.5 ** rank),
    }));
    return { token, logprob: Math.log(sure), top };
  });
}

/** A number in [0, 1) that depends on nothing but the text (FNV-1a with a final mix). */
export function unit(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

const families = ['123456789', 'ABCDEFGHIJ', 'abcdefghij'].map((letters) => letters.split(''));

function alternativesTo(token: string): string[] {
  const family = families.find((letters) => letters.includes(token)) ?? [];
  const words = ['yes', 'no', 'tie', 'true', 'false', 'the', 'a', 'of', 'and', 'to', 'in', 'is'];
  return [...new Set([...family, ...words, ...(families[1] ?? [])])].filter((other) => other !== token);
}

interface Filling {
  readonly root: Wire;
  readonly draw: (place: string) => number;
  readonly number: number | undefined;
}

function fill(schema: Wire, filling: Filling, place: string, depth: number): unknown {
  if (depth > 16) return null;
  const choose = (from: readonly unknown[]): unknown => from[Math.floor(filling.draw(place) * from.length)];
  if (typeof schema['$ref'] === 'string') {
    return fill(resolve(schema['$ref'], filling.root), filling, place, depth + 1);
  }
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return choose(schema['enum']);
  const union = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(union)) return fill((union[0] ?? {}) as Wire, filling, place, depth + 1);
  const kind = Array.isArray(schema['type']) ? (schema['type'] as unknown[])[0] : schema['type'];
  switch (kind) {
    case 'object': {
      const properties = Object.entries((schema['properties'] ?? {}) as { [name: string]: Wire });
      return Object.fromEntries(
        properties.map(([name, part]) => [name, fill(part, filling, `${place}.${name}`, depth + 1)]),
      );
    }
    case 'array': {
      const length = typeof schema['minItems'] === 'number' ? schema['minItems'] : 1;
      const part = (schema['items'] ?? {}) as Wire;
      return Array.from({ length }, (_, i) => fill(part, filling, `${place}[${i}]`, depth + 1));
    }
    case 'integer':
    case 'number':
      return numberIn(schema, kind === 'integer', filling, place);
    case 'boolean':
      return filling.draw(place) < 0.5;
    case 'null':
      return null;
    default:
      return `fake words ${Math.floor(filling.draw(place) * 0xffff).toString(16)}`;
  }
}

function numberIn(schema: Wire, whole: boolean, { number, draw }: Filling, place: string): number {
  const low = typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
  const high = typeof schema['maximum'] === 'number' ? schema['maximum'] : whole ? low + 9 : low + 1;
  if (number !== undefined && number >= low && number <= high && (!whole || Number.isInteger(number))) return number;
  return whole ? low + Math.floor(draw(place) * (high - low + 1)) : low + draw(place) * (high - low);
}

function resolve(reference: string, root: Wire): Wire {
  let at: unknown = root;
  for (const step of reference.split('/').slice(1)) at = (at as Wire | undefined)?.[step];
  return (at ?? {}) as Wire;
}
