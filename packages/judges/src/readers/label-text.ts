import { type Scale, type ScaleValue, valueFromText } from '@assize/core';

import type { AnswerSet } from '../answer-set.ts';

const number = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/;
const fraction = /^([+-]?\d{1,15}(?:\.\d{1,15})?)\s*(?:\/|out of)\s*(\d{1,15})$/i;
const shownAs = /^(?:response|answer|output|assistant|option|candidate)\s+(?=\S)/i;
const tieWords = new Set(['tie', 'a tie', 'draw', 'a draw', 'equal', 'tied']);

/**
 * The value that a short text names, or `undefined`: a label as shown, a level, `4/5` on a scale that ends at 5.
 *
 * Marks around it (quotes, brackets, stars, a full stop) and a repeated anchor after it ("4 - mostly right") do not
 * matter. A text that holds anything more is none: half a sentence that happens to start with a label is not a verdict.
 *
 * @example readLabel(answersFrom1To5, '**4/5**') // 4
 */
export function readLabel(answers: AnswerSet, text: string): ScaleValue | undefined {
  if (text.length > 200) return undefined;
  const core = unwrap(text);
  return valueOf(answers, core) ?? labelWithAnchor(answers, core);
}

function valueOf(answers: AnswerSet, text: string): ScaleValue | undefined {
  if (text === '') return undefined;
  const byLabel = only(answers.labels, text);
  if (byLabel !== undefined) return answers.values[byLabel];
  if (answers.scale.kind === 'preference') {
    const bare = unwrap(text.replace(shownAs, ''));
    if (bare !== text) return valueOf(answers, bare);
    return answers.scale.ties && tieWords.has(text.toLowerCase()) ? 'tie' : undefined;
  }
  const parts = fraction.exec(text);
  if (parts)
    return Number(parts[2]) === topOf(answers.scale) ? valueFromText(answers.scale, parts[1] ?? '') : undefined;
  // `Number` also reads 0x4, 1e0 and Infinity, which no judge means.
  if (!number.test(text) && Number.isFinite(Number(text))) return undefined;
  return valueFromText(answers.scale, text);
}

/** "4 - mostly right", "4: good", "4 (good)", where nothing that follows could be a verdict too. */
function labelWithAnchor(answers: AnswerSet, text: string): ScaleValue | undefined {
  const parts = /^(\S{1,40}?)\s{0,3}(?:[:–—(]|\s-\s)\s{0,3}(\D{1,120})$/.exec(text);
  if (!parts || answers.values.length === 0) return undefined;
  const [, head = '', rest = ''] = parts;
  if (rest.split(/[^\p{L}\p{N}]+/u).some((word) => valueOf(answers, word) !== undefined)) return undefined;
  return valueOf(answers, unwrap(head));
}

function only(labels: readonly string[], text: string): number | undefined {
  const exact = labels.indexOf(text);
  if (exact >= 0) return exact;
  const folded = labels.flatMap((label, place) => (label.toLowerCase() === text.toLowerCase() ? [place] : []));
  return folded.length === 1 ? folded[0] : undefined;
}

/** The highest number of a scale of numbers: the only denominator that a fraction may have. */
function topOf(scale: Scale): number | undefined {
  if (scale.kind === 'interval') return scale.max;
  if (scale.kind !== 'ordinal') return undefined;
  const top = Math.max(...scale.levels.map((level) => (typeof level === 'number' ? level : Number.NaN)));
  return Number.isNaN(top) ? undefined : top;
}

const marks = /^[\s"'“”‘’`*_#([<]+|[\s"'“”‘’`*_\])>.,;!]+$/g;

function unwrap(text: string): string {
  return text.replace(marks, '').trim();
}
