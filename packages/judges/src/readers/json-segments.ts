/** A part of a reply that looks like a JSON object. */
export interface JsonSegment {
  readonly source: string;
  /** Whether its last brace was found: otherwise the text ended first. */
  readonly closed: boolean;
  readonly start: number;
}

/**
 * Finds the outermost `{…}` of a text in one pass, braces inside double-quoted strings aside.
 *
 * A brace counts as a start where a key may follow, so that `{x | x > 0}` in prose costs at most a failed parse.
 */
export function jsonSegments(text: string): JsonSegment[] {
  const segments: JsonSegment[] = [];
  let start = -1;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text.charAt(at);
    if (start < 0) {
      if (mark === '{' && keyMayFollow(text, at + 1)) [start, depth, quoted] = [at, 1, false];
    } else if (quoted) {
      if (mark === '\\') at += 1;
      else if (mark === '"') quoted = false;
    } else if (mark === '"') quoted = true;
    else if (mark === '{') depth += 1;
    else if (mark === '}') {
      depth -= 1;
      if (depth === 0) {
        segments.push({ source: text.slice(start, at + 1), closed: true, start });
        start = -1;
      }
    }
  }
  if (start >= 0) segments.push({ source: text.slice(start), closed: false, start });
  return segments;
}

/** A text without its objects: what stands in a broken object may be quoted, and is no statement of the reply. */
export function outsideJson(text: string): string {
  let rest = '';
  let from = 0;
  for (const { source, start } of jsonSegments(text)) {
    rest += `${text.slice(from, start)}\n`;
    from = start + source.length;
  }
  return rest + text.slice(from);
}

function keyMayFollow(text: string, from: number): boolean {
  let at = from;
  while (at < text.length && at < from + 1000 && /\s/.test(text.charAt(at))) at += 1;
  return /["'“‘`}\p{L}_]/u.test(text.charAt(at));
}

/**
 * How often each key is written at the top of a JSON object: `JSON.parse` keeps the last and says nothing.
 */
export function topLevelKeys(source: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    const mark = source.charAt(at);
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    else if (mark === '"') {
      const from = at + 1;
      at = endOfString(source, from);
      if (depth === 1 && /^\s{0,100}:/.test(source.slice(at + 1, at + 102))) keys.push(source.slice(from, at));
    }
  }
  return keys;
}

function endOfString(source: string, from: number): number {
  let at = from;
  while (at < source.length && source.charAt(at) !== '"') at += source.charAt(at) === '\\' ? 2 : 1;
  return at;
}
