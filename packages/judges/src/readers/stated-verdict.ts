import type { ScaleValue } from '@assize/core';

import type { AnswerSet } from '../answer-set.ts';
import { readLabel } from './label-text.ts';
import { agree, quote, type Reading, unreadable } from './reading.ts';

const named =
  /(?<!["“'‘`\w])(?:verdict|score|rating|grade|winner|preference|choice|decision|judge?ment)\b["'”*_`]{0,4}\s{0,3}(?:is\b|:|=|–)\s{0,3}([^\n{}]{1,120})/gi;
const answer = /^[\s>*_#-]{0,6}(?:final\s+)?answer["'”*_`]{0,4}\s{0,3}[:=]\s{0,3}([^\n{}]{1,120})/gim;
const given =
  /(?<!["“'‘`\w])I(?:['’]d|\s+would|\s+will)?\s+(?:give|rate|score|grade|award|assign)\b[^\n.]{0,60}?(\d{1,6}(?:\.\d{1,4})?\s{0,2}(?:\/|out of)\s{0,2}\d{1,6})\b/gi;
const preferred =
  /(?:^|[\n.!?:*])[\s*]{0,4}(?:(?:therefore|overall|thus|hence|so|in conclusion|in summary|finally),?\s{1,3})?((?:response|answer|output|assistant|option|candidate)\s{1,3}\(?[AB]\)?)\s{1,3}is\s{1,3}(?:(?:clearly|slightly|much|the|overall)\s{1,3}){0,2}(?:better|best|stronger|winner|preferred)\b/gi;

/**
 * The verdict that a reply states in words: `Score: 4/5`, `**Verdict:** B`, "I would give it 4 out of 5",
 * "Therefore, Response A is better".
 *
 * Only whole statements count, all of them, and none that opens a quotation: `Verdict: A or B` is none, and two that
 * differ are unreadable, which is also what becomes of a reply that recites the rubric.
 */
export function readStatedVerdict(answers: AnswerSet, text: string): Reading | undefined {
  const patterns = answers.scale.kind === 'preference' ? [named, answer, preferred] : [named, answer, given];
  const statements = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
  const verdicts: { value: ScaleValue }[] = [];
  let off: string | undefined;
  for (const statement of statements) {
    const words = upToItsEnd(statement, answers.scale.kind === 'preference');
    const value = readLabel(answers, words);
    if (value !== undefined) verdicts.push({ value });
    else if (/^[\s"'“*_`([]{0,6}[+-]?\d{1,15}(?:\.\d+)?(?:\s*(?:\/|out of)\s*\d{1,15})?\W{0,6}$/i.test(words))
      off ??= words;
  }
  if (off !== undefined) return unreadable(`the verdict ${quote(off)} is not on the scale`);
  return agree(verdicts, 'stated');
}

/** A statement ends with its sentence, or where its reason begins; "A is better" says no more than "A". */
function upToItsEnd(statement: string, comparing: boolean): string {
  const words = statement
    .replace(/[.!?](?:\s.*)?$/, '')
    .replace(/[,;]?\s{1,3}(?:because|since|as|due)\b.*$/i, '')
    .trim();
  return comparing ? words.replace(/\s{1,3}(?:wins|is (?:the )?(?:better|best|winner)(?: one)?)$/i, '') : words;
}
