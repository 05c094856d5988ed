import type { AnswerSet } from '../answer-set.ts';
import { readLabel } from './label-text.ts';
import type { Reading } from './reading.ts';

/** The verdict of a reply that is nothing but a label: `B`, `4/5`, `[[A]]`, "Response B". */
export function readBareVerdict(answers: AnswerSet, text: string): Reading | undefined {
  if (text.length > 200) return undefined;
  const value = readLabel(answers, text.replace(/^\s*```\w{0,20}|```\s*$/g, ''));
  return value === undefined ? undefined : { status: 'rated', value, read: 'bare' };
}
