import { badJson } from './dataset-errors.ts';

/** A whole number that JavaScript cannot hold: sixteen digits or more. */
export const longNumber = /\d{16}/;

/**
 * A line of JSONL as an object. Integers beyond 2^53 stay text, since as numbers two ids could become one.
 *
 * @throws dataset/bad-json when the line is not one JSON object.
 */
export function parseJsonLine(text: string, place: { file: string; line: number }): Record<string, unknown> {
  let value: unknown;
  try {
    value = longNumber.test(text) ? JSON.parse(text, keepLongInteger) : JSON.parse(text);
  } catch (error) {
    throw badJson({ ...place, problem: problemOf(text, error) }, { cause: error });
  }
  if (!isObject(value)) {
    const found = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
    throw badJson({ ...place, problem: `found ${found}` });
  }
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// The third argument, the text of a number, is newer than TypeScript's types of `JSON.parse`.
function keepLongInteger(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}

/** What JSON.parse says, without the part of the text that it quotes: a prompt has no place in an error. */
function problemOf(text: string, error: unknown): string {
  const bare = /[:[,]\s*(-?Infinity|NaN)\s*[,\]}]/.exec(text)?.[1];
  if (bare !== undefined) return `${bare} is not JSON`;
  const at = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return at === undefined ? 'it ends too early' : `unexpected text at column ${Number(at) + 1}`;
}
