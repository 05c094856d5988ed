import type { ScaleValue } from '@assize/core';

/**
 * How a verdict was found, from the surest to the loosest.
 *
 * `exact`: the reply is the JSON. `fenced`: the JSON in a code fence. `embedded`: JSON between prose. `repaired`: JSON
 * that had to be mended. `cut`: JSON that ends early, after its verdict. `bare`: the reply is the label. `stated`: a
 * sentence such as "Score: 4/5". `pattern`: the definition's own pattern; `pattern-last` when an earlier match said
 * otherwise. `logprobs`: label probabilities.
 */
export type ReadBy =
  | 'exact'
  | 'fenced'
  | 'embedded'
  | 'repaired'
  | 'cut'
  | 'bare'
  | 'stated'
  | 'pattern'
  | 'pattern-last'
  | 'logprobs';

/** What a reader found in a reply: a verdict (of slots, on a preference scale), or the reason why there is none. */
export type Reading =
  | { status: 'rated'; value: ScaleValue; distribution?: number[]; rationale?: string; read: ReadBy }
  | { status: 'abstained' | 'refused' | 'unreadable'; reason: string };

/** Raised whenever a reader could read the same reply otherwise: it enters the fingerprint of every judge. */
export const readerVersion = '1';

/** No reader looks into a reply longer than this, in UTF-16 units. */
export const longestReply = 8 * 2 ** 20;

export function unreadable(reason: string): Reading {
  return { status: 'unreadable', reason };
}

/** A piece of a reply, short enough for a reason and on one line. */
export function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `"${line.length > 60 ? `${line.slice(0, 59)}…` : line}"`;
}

/** One verdict of several statements, or the reason why they make none. */
export function agree(
  statements: readonly { value: ScaleValue; rationale?: string }[],
  read: ReadBy,
): Reading | undefined {
  const [first] = statements;
  if (!first) return undefined;
  const values = [...new Set(statements.map(({ value }) => value))];
  if (values.length > 1) return unreadable(`the reply holds verdicts that contradict: ${values.join(', ')}`);
  return { status: 'rated', ...first, read };
}
