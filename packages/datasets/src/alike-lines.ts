import { isObject, longNumber } from './json-line.ts';

/** Reads lines of JSON by the patterns that the lines before them had. */
export interface AlikeLines {
  /** The object of a line that fits a pattern, equal to what `JSON.parse` gives; `undefined` for any other line. */
  read(text: string): Record<string, unknown> | undefined;
  /** Takes a line that did not fit, and its object, into the patterns. */
  learn(text: string, object: Record<string, unknown>): void;
}

/** A value of the pattern: where it stands in the line and in the object. */
interface Leaf {
  readonly kind: 'string' | 'number' | 'list' | 'word';
  /** Its place among the nested objects. */
  readonly within: number;
  readonly key: string;
  readonly raw: string;
  /** The text between the leaf before and this one. */
  readonly before: string;
  varies: boolean;
}

/** An object of the pattern; the first is the line's own. */
interface Nested {
  readonly parent: number;
  readonly key: string;
  readonly model: Record<string, unknown>;
}

interface Pattern {
  readonly leaves: readonly Leaf[];
  readonly nested: readonly Nested[];
  readonly end: string;
}

/** The values that vary, each after the text that does not. */
interface Steps {
  readonly holes: readonly { readonly literal: string; readonly leaf: Leaf }[];
  readonly end: string;
}

interface Known {
  readonly pattern: Pattern;
  steps: Steps;
}

/** Lines that fit pay for lines that do not, so that a file of unlike lines is soon left to `JSON.parse` alone. */
const firstCredit = 400;
const perLearning = 8;
/** Ratings with and without a value, an order or a rationale are lines of several patterns. */
const mostPatterns = 8;
/** A longer line is mostly one text, which a pattern does not make faster. */
const longest = 1 << 16;

/**
 * A reader of lines of JSON that are alike: the same keys in the same order, few values that vary.
 *
 * Text that is the same in each line is compared, not parsed; only what varies is read. A line fits when every literal
 * piece is equal and every varying piece is one value of the same kind, so that a line that fits is JSON, and its object
 * the one of the pattern with the varying values put in. Bonetta and Brantner 2017,
 * "FAD.js: Fast JSON Data Access Using JIT-based Speculative Optimizations", PVLDB 10(12).
 */
export function alikeLines(): AlikeLines {
  /** The one that fitted last comes first. */
  let known: Known[] = [];
  let credit = firstCredit;

  return {
    read(text) {
      for (let place = 0; place < known.length; place++) {
        const one = known[place];
        const object = one && fill(text, one.pattern, one.steps);
        if (!object) continue;
        if (place > 0) {
          known.splice(place, 1);
          known.unshift(one);
        }
        if (credit < firstCredit) credit++;
        return object;
      }
      return undefined;
    },
    learn(text, object) {
      if (credit <= 0) {
        known = [];
        return;
      }
      credit -= perLearning;
      const found = patternOf(text, object);
      if (!found) return;
      const like = known.find(({ pattern }) => isLike(pattern, found));
      if (like) {
        for (const [place, leaf] of like.pattern.leaves.entries()) {
          if (leaf.raw !== found.leaves[place]?.raw) leaf.varies = true;
        }
        like.steps = stepsOf(like.pattern);
      } else {
        known.unshift({ pattern: found, steps: stepsOf(found) });
        if (known.length > mostPatterns) known.pop();
      }
    },
  };
}

function isLike(one: Pattern, other: Pattern): boolean {
  return (
    one.end === other.end &&
    one.leaves.length === other.leaves.length &&
    one.leaves.every(({ kind, before }, place) => {
      const leaf = other.leaves[place];
      return leaf?.kind === kind && leaf.before === before && (kind !== 'word' || leaf.raw === one.leaves[place]?.raw);
    })
  );
}

function stepsOf({ leaves, end }: Pattern): Steps {
  const holes: { literal: string; leaf: Leaf }[] = [];
  let literal = '';
  for (const leaf of leaves) {
    literal += leaf.before;
    if (leaf.varies) {
      holes.push({ literal, leaf });
      literal = '';
    } else literal += leaf.raw;
  }
  return { holes, end: literal + end };
}

function fill(text: string, { nested }: Pattern, { holes, end }: Steps): Record<string, unknown> | undefined {
  const values: unknown[] = [];
  let at = 0;
  for (const { literal, leaf } of holes) {
    const start = at + literal.length;
    // Of the ways to compare a piece of text, a slice is the fastest by far: it is no copy.
    if (text.slice(at, start) !== literal) return undefined;
    at = readValue(leaf.kind, text, start, values);
    if (at < 0) return undefined;
  }
  if (text.slice(at) !== end) return undefined;

  const objects: Record<string, unknown>[] = [];
  for (const { parent, key, model } of nested) {
    const object = { ...model };
    const outer = parent < 0 ? undefined : objects[parent];
    if (outer) outer[key] = object;
    objects.push(object);
  }
  for (let place = 0; place < holes.length; place++) {
    const leaf = holes[place]?.leaf;
    const within = leaf && objects[leaf.within];
    if (within) within[leaf.key] = values[place];
  }
  return objects[0];
}

/** Reads a value that varies onto the end of the list. Returns where it ends, or −1 where it is none that is read here. */
function readValue(kind: Leaf['kind'], text: string, start: number, values: unknown[]): number {
  switch (kind) {
    case 'string':
      return readString(text, start, values);
    case 'number':
      return readNumber(text, start, values);
    case 'list':
      return readList(text, start, values);
    case 'word':
      return -1;
  }
}

function readString(text: string, start: number, values: unknown[]): number {
  if (text.charCodeAt(start) !== 0x22) return -1;
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  if (end < 0) return -1;
  // A longer slice would keep the whole chunk of the file alive that it was cut from; a parsed string does not.
  if (end - start < 13 && isLiteral(text, start + 1, end)) values.push(text.slice(start + 1, end));
  else if (!pushParsed(text.slice(start, end + 1), values)) return -1;
  return end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let before = quote;
  while (text.charCodeAt(before - 1) === 0x5c) before--;
  return (quote - before) % 2 === 1;
}

function isLiteral(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c || unit < 0x20) return false;
  }
  return true;
}

function pushParsed(raw: string, values: unknown[]): boolean {
  try {
    values.push(JSON.parse(raw));
    return true;
  } catch {
    return false;
  }
}

/** A number without an exponent. */
function readNumber(text: string, start: number, values: unknown[]): number {
  const whole = text.charCodeAt(start) === 0x2d ? start + 1 : start;
  let at = whole;
  let number = 0;
  for (let unit = text.charCodeAt(at); unit >= 0x30 && unit <= 0x39; unit = text.charCodeAt(++at)) {
    number = number * 10 + (unit - 0x30);
  }
  if (at === whole || (at > whole + 1 && text.charCodeAt(whole) === 0x30)) return -1;
  const fraction = text.charCodeAt(at) === 0x2e ? endOfDigits(text, at + 1) : at;
  if (fraction === at && whole === start && at - start <= 15) {
    values.push(number);
    return at;
  }
  if (fraction === at + 1) return -1;
  number = Number(text.slice(start, fraction));
  // Whole numbers beyond 2^53 are told apart by their text, which is not done here.
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) return -1;
  values.push(number);
  return fraction;
}

function endOfDigits(text: string, start: number): number {
  let at = start;
  for (let unit = text.charCodeAt(at); unit >= 0x30 && unit <= 0x39; unit = text.charCodeAt(at)) at++;
  return at;
}

/** A list that holds neither lists nor texts nor objects. */
function readList(text: string, start: number, values: unknown[]): number {
  const end = endOfList(text, start);
  const raw = text.slice(start, end);
  if (end < 0 || longNumber.test(raw)) return -1;
  return pushParsed(raw, values) ? end : -1;
}

function endOfList(text: string, start: number): number {
  const end = text.indexOf(']', start);
  if (text.charCodeAt(start) !== 0x5b || end < 0) return -1;
  return /["[{]/.test(text.slice(start + 1, end)) ? -1 : end + 1;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** The pattern of a line that is JSON; `undefined` where it has what no pattern holds. */
function patternOf(text: string, object: Record<string, unknown>): Pattern | undefined {
  if (text.length > longest) return undefined;
  const leaves: Leaf[] = [];
  const nested: Nested[] = [];
  const parts: Record<string, unknown>[] = [];
  const open: number[] = [];
  const seen = new Set<string>();
  let key: string | undefined;
  let done = 0;
  token.lastIndex = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [raw] = found;
    const within = open.at(-1);
    if (raw === '{') {
      const model: unknown = within === undefined ? object : parts[within]?.[key ?? ''];
      if (!isObject(model)) return undefined;
      parts.push(model);
      // A copy: the reader has the object itself, and may change it.
      open.push(nested.push({ parent: within ?? -1, key: key ?? '', model: { ...model } }) - 1);
      key = undefined;
    } else if (raw === '}') open.pop();
    else if (raw === ',') key = undefined;
    else if (raw === ':') continue;
    else if (within === undefined) return undefined;
    else if (key === undefined) {
      key = raw.slice(1, -1);
      // A key given twice has the later value, an escaped one another name, and this one another meaning.
      if (seen.has(`${within} ${key}`) || key.includes('\\') || key === '__proto__') return undefined;
      seen.add(`${within} ${key}`);
    } else {
      const kind = raw === '[' ? 'list' : raw.startsWith('"') ? 'string' : /^[-\d]/.test(raw) ? 'number' : 'word';
      const end = kind === 'list' ? endOfList(text, found.index) : found.index + raw.length;
      if (end < 0) return undefined;
      const before = text.slice(done, found.index);
      // A list varies always: the objects of two lines must not share one.
      leaves.push({ kind, within, key, raw: text.slice(found.index, end), before, varies: kind === 'list' });
      done = end;
      token.lastIndex = end;
    }
  }
  return { leaves, nested, end: text.slice(done) };
}
