import { jsonrepair } from 'jsonrepair';

import type { AnswerSet } from '../answer-set.ts';
import type { JsonSegment } from './json-segments.ts';
import { type ObjectReading, readObject, writesVerdictTwice } from './json-object.ts';

/** Mending takes more than linear time on hostile text, so longer segments are left alone. */
const longestRepair = 16_000;
const deepest = 64;

/**
 * Reads an object that `JSON.parse` refuses: single quotes, trailing commas, Python's words, an end that is missing.
 *
 * Of a text that ends early only a verdict that is complete counts: `{"verdict": 1` may have been about to say 10.
 */
export function readRepaired(answers: AnswerSet, { source, closed }: JsonSegment): ObjectReading {
  if (source.length > longestRepair || nesting(source) > deepest) return { kind: 'nothing' };
  const reading = readObject(answers, mend(source));
  if (closed) return reading;
  if (reading.kind !== 'verdict') return { kind: 'nothing' };
  if (/["'”’]\s*$/.test(source)) return reading;
  const longer = readObject(answers, mend(`${source}1`));
  return longer.kind === 'verdict' && longer.value === reading.value ? reading : { kind: 'nothing' };
}

/** `"verdict": 4/5` is not JSON, and jsonrepair gives up on it. */
const bareFraction = /("(?:verdict|score|rating|grade)"\s{0,9}:\s{0,9})(\d{1,9}(?:\.\d{1,9})?\s?\/\s?\d{1,9})/gi;

function mend(source: string): unknown {
  try {
    const mended = jsonrepair(source.replace(bareFraction, '$1"$2"'));
    return writesVerdictTwice(mended) ? undefined : JSON.parse(mended);
  } catch {
    return undefined; // neither JSON nor near it: the next reader takes over
  }
}

function nesting(source: string): number {
  let depth = 0;
  let most = 0;
  for (const mark of source) {
    if (mark === '{' || mark === '[') most = Math.max(most, (depth += 1));
    else if (mark === '}' || mark === ']') depth = Math.max(0, depth - 1);
  }
  return most;
}
