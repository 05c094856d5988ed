import { encode, type ScaleValue } from '@assize/core';

import type { AnswerSet } from '../answer-set.ts';
import { readLabel } from './label-text.ts';
import { topLevelKeys } from './json-segments.ts';
import { quote } from './reading.ts';

/** What one JSON object says: a verdict, that there is none to give, something off the scale, or nothing at all. */
export type ObjectReading =
  | { kind: 'verdict'; value: ScaleValue; rationale?: string }
  | { kind: 'abstained'; rationale?: string }
  | { kind: 'off-scale'; found: string }
  | { kind: 'nothing' };

/** Names under which models put a verdict when nothing constrains them; the first that is present counts. */
const verdictKeys = [
  'verdict',
  'score',
  'rating',
  'winner',
  'answer',
  'preference',
  'choice',
  'grade',
  'decision',
  'label',
] as const;
const reasonKeys = ['reasons', 'reason', 'rationale', 'reasoning', 'explanation', 'justification', 'critique'];

/** Reads the verdict of a parsed object. A schema that is quoted back has objects where the verdict should be. */
export function readObject(answers: AnswerSet, object: unknown): ObjectReading {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return { kind: 'nothing' };
  const fields = new Map(Object.entries(object).map(([key, value]) => [key.trim().toLowerCase(), value as unknown]));
  const key = verdictKeys.find((name) => fields.has(name));
  if (key === undefined) return { kind: 'nothing' };
  const rationale = rationaleOf(fields);
  const withReasons = rationale === undefined ? {} : { rationale };
  const raw = fields.get(key);
  if (raw === null) return { kind: 'abstained', ...withReasons };
  const value = readValue(answers, raw);
  return value === undefined
    ? { kind: 'off-scale', found: quote(typeof raw === 'string' ? raw : JSON.stringify(raw)) }
    : { kind: 'verdict', value, ...withReasons };
}

/** A JSON value as a value of the scale: numbers are not labels of a preference, and `true` is one of yes and no. */
export function readValue(answers: AnswerSet, raw: unknown): ScaleValue | undefined {
  if (typeof raw === 'string') return readLabel(answers, raw);
  if (typeof raw === 'boolean') return answers.scale.kind === 'binary' ? Number(raw) : undefined;
  if (typeof raw !== 'number' || answers.scale.kind === 'preference') return undefined;
  return encode(answers.scale, raw) === undefined ? readLabel(answers, String(raw)) : raw;
}

/** Whether the text of an object has its verdict twice: a parser keeps the last and says nothing. */
export function writesVerdictTwice(source: string): boolean {
  const keys = topLevelKeys(source).map((key) => key.trim().toLowerCase());
  const key = verdictKeys.find((name) => keys.includes(name));
  return key !== undefined && keys.indexOf(key) !== keys.lastIndexOf(key);
}

function rationaleOf(fields: ReadonlyMap<string, unknown>): string | undefined {
  for (const key of reasonKeys) {
    const value = fields.get(key);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string'))
      return value.join('\n');
  }
  return undefined;
}
