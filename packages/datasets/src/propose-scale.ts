import { formatScale, type Scale } from '@assize/core';

import { numberFromText } from './cell-value.ts';
import { statusOfWord } from './missing-words.ts';
import {
  detectPreferenceCoding,
  isPreferenceWord,
  namesComparison,
  type PreferenceCoding,
  readPreference,
} from './preference-coding.ts';
import { addValue, emptySummary, type ValueSummary } from './value-summary.ts';

/** A scale that fits the values seen, with the reason; or none, with the reason. */
export type ScaleProposal =
  | {
      readonly scale: Scale;
      readonly reason: string;
      readonly coding?: PreferenceCoding;
      readonly notes: readonly string[];
    }
  | { readonly scale: undefined; readonly reason: string; readonly notes: readonly string[] };

const yesNo = /^(?:true|false|yes|no|y|n|pass|fail|correct|incorrect)$/i;
const notANumber = /^[+-]?(?:nan|inf|infinity)$/i;

/**
 * Proposes the scale on which values were given. A proposal from what was seen: a level that nobody used is not in it.
 *
 * - 0, 1, yes, no, true, false, pass, fail: binary
 * - two responses and perhaps a tie (0/1/tie, A/B/tie, model_a/model_b/tie, left/right): preference
 * - whole numbers within a range of eleven: ordinal, from the lowest to the highest seen
 * - other numbers: interval, the seen range rounded outwards
 * - up to twenty words: nominal
 *
 * Anything else gives no scale and says why: one value alone, numbers mixed with words, texts. `A, B, C` gives none
 * either, since it is a preference or three labels. Numbers may be text. Words that stand for a missing value do not count.
 *
 * @param options.pairwise the file shows two responses: then 0/1 and 0/1/2 are preferences too.
 * @example proposeScale([1, 5, 3]).scale // { kind: 'ordinal', levels: [1, 2, 3, 4, 5] }
 */
export function proposeScale(values: Iterable<string | number>, options: { pairwise?: boolean } = {}): ScaleProposal {
  const summary = emptySummary();
  for (const value of values) {
    const number = typeof value === 'string' ? numberFromText(value) : Number.isFinite(value) ? value : undefined;
    addValue(summary, number ?? String(value).trim());
  }
  return proposeFromSummary(summary, options);
}

export function proposeFromSummary(
  summary: ValueSummary,
  { pairwise = false }: { pairwise?: boolean } = {},
): ScaleProposal {
  const words = [...summary.words.keys()].filter((word) => statusOfWord(word) === undefined && !notANumber.test(word));
  const numbers = [...summary.numbers.keys()].toSorted((a, b) => a - b);
  const notes: string[] = [];
  const strange = [...summary.words.keys()].filter((word) => notANumber.test(word));
  if (strange.length > 0) notes.push(`${strange.join(', ')} lies off every scale`);

  if (words.length === 0 && numbers.length === 0) return none('there are no values');
  if (numbers.every((number) => number === 0 || number === 1) && words.every((word) => yesNo.test(word)) && !pairwise) {
    return { scale: { kind: 'binary' }, reason: `the values are ${shown()}`, notes };
  }
  const all = [...words, ...numbers];
  if (all.every(isPreferenceWord) && (pairwise || words.length > 0)) {
    const preference = proposePreference(all);
    if (preference) return preference;
  }
  if (words.length > 0 && numbers.length > 0) return none(`numbers are mixed with words: ${shown()}`);
  if (words.length > 0) {
    if (summary.wordsOverflow || words.length > 20) return none('there are more than twenty different texts');
    if (words.length === 1) return none(`all values are "${words[0]}"`);
    const labels = words.toSorted();
    return { scale: { kind: 'nominal', labels }, reason: `the values are ${labels.length} different words`, notes };
  }
  if (numbers.length === 1) return none(`all values are ${numbers[0]}`);
  const { min, max } = summary;
  if (summary.whole && max - min <= 10) {
    const levels = Array.from({ length: max - min + 1 }, (_, step) => min + step);
    notes.push(`levels are those from the lowest to the highest value seen, ${min} to ${max}`);
    return { scale: { kind: 'ordinal', levels }, reason: `the values are whole numbers from ${min} to ${max}`, notes };
  }
  const [low, high] = roundedRange(min, max);
  notes.push(`the range is that of the values seen, ${min} to ${max}, rounded outwards`);
  const scale: Scale = { kind: 'interval', min: low, max: high };
  return { scale, reason: `the values are numbers from ${min} to ${max}: ${formatScale(scale)}`, notes };

  function none(reason: string): ScaleProposal {
    return { scale: undefined, reason, notes };
  }

  function shown(): string {
    const list = [...numbers.map(String), ...words.toSorted()];
    return list.slice(0, 6).join(', ') + (list.length > 6 ? ', …' : '');
  }

  function proposePreference(values: (string | number)[]): ScaleProposal | undefined {
    const compares = pairwise || values.some(namesComparison);
    const letters = values.map((value) => String(value).trim().toLowerCase());
    if (!compares && letters.includes('c')) {
      return none('A, B and C may be a preference (C a tie) or three labels; say preference or nominal:A,B,C');
    }
    if (!compares && !(letters.includes('a') && letters.includes('b'))) return undefined;
    const { coding, notes: codingNotes } = detectPreferenceCoding(values);
    if (!coding) return none(codingNotes.join('; '));
    const tie = values.some((value) => readPreference(value, coding) === 'tie');
    const reason = pairwise
      ? `the file compares two responses and the values are ${shown()}`
      : `the values name one of two responses: ${shown()}`;
    return { scale: { kind: 'preference', ties: tie }, reason, coding, notes: [...notes, ...codingNotes] };
  }
}

/** The range in round numbers: 0 to 1 for shares, else outwards to the leading digit of its width. */
function roundedRange(min: number, max: number): [number, number] {
  if (min >= 0 && max <= 1) return [0, 1];
  const step = 10 ** Math.floor(Math.log10(max - min));
  return [clean(Math.floor(min / step) * step), clean(Math.ceil(max / step) * step)];
}

function clean(number: number): number {
  return Number(number.toPrecision(12));
}
