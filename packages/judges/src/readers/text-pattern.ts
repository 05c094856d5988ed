import { encode, type Elicitation, type ScaleValue } from '@assize/core';

import type { AnswerSet } from '../answer-set.ts';
import { readLabel } from './label-text.ts';
import { quote, type Reading, unreadable } from './reading.ts';

type TextPattern = Extract<Elicitation, { name: 'text-pattern' }>;

/** The regular expression of an elicitation, ready to find every match. */
export function compilePattern({ pattern, flags = '' }: TextPattern): RegExp {
  return new RegExp(pattern, flags.includes('g') ? flags : `${flags}g`);
}

/**
 * The verdict that a definition's own pattern catches; `undefined` when it catches nothing.
 *
 * The last match counts, by contract: a judge that weighs before it decides says several things on the way. When an
 * earlier match said otherwise the reading is `pattern-last`, so that such rows can be counted. Of a reply that was cut
 * the last match is unknown, so only a pattern that is tied to the start is read there.
 */
export function readTextPattern(
  answers: AnswerSet,
  elicitation: TextPattern,
  text: string,
  cut: boolean,
): Reading | undefined {
  const caught = [...text.matchAll(compilePattern(elicitation))].map(
    (match) => match.slice(1).find((group) => group !== undefined) ?? match[0],
  );
  const last = caught.at(-1);
  if (last === undefined) return undefined;
  if (cut && !tiedToStart(elicitation)) return unreadable(`the reply was cut after ${quote(last)}`);
  const value = valueOf(answers, elicitation, last);
  if (value === undefined) return unreadable(`the verdict ${quote(last)} is not on the scale`);
  const unanimous = caught.every((other) => valueOf(answers, elicitation, other) === value);
  return { status: 'rated', value, read: unanimous ? 'pattern' : 'pattern-last' };
}

function valueOf(answers: AnswerSet, { values }: TextPattern, caught: string): ScaleValue | undefined {
  if (!values) return readLabel(answers, caught);
  const exact = Object.hasOwn(values, caught) ? values[caught] : undefined;
  const folded = Object.entries(values).filter(([text]) => text.toLowerCase() === caught.trim().toLowerCase());
  const value = exact ?? (folded.length === 1 ? folded[0]?.[1] : undefined);
  return value === undefined || encode(answers.scale, value) === undefined ? undefined : value;
}

function tiedToStart({ pattern, flags = '' }: TextPattern): boolean {
  return !flags.includes('m') && alternatives(pattern).every((alternative) => alternative.startsWith('^'));
}

/** The parts of a pattern between its outermost bars. */
function alternatives(pattern: string): string[] {
  const parts = [''];
  let depth = 0;
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const mark = pattern.charAt(at);
    if (mark === '|' && depth === 0 && !inClass) {
      parts.push('');
      continue;
    }
    if (mark === '[') inClass = true;
    else if (mark === ']') inClass = false;
    else if (mark === '(' && !inClass) depth += 1;
    else if (mark === ')' && !inClass) depth -= 1;
    const piece = mark === '\\' ? pattern.slice(at, (at += 1) + 1) : mark;
    parts[parts.length - 1] += piece;
  }
  return parts;
}
