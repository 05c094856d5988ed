import type { AnswerSet } from '../answer-set.ts';
import { type ObjectReading, readObject, readValue, writesVerdictTwice } from './json-object.ts';
import { type JsonSegment, jsonSegments } from './json-segments.ts';
import { agree, type ReadBy, type Reading, unreadable } from './reading.ts';
import { readRepaired } from './repaired-json.ts';

/** More objects than this in one reply are not read: no judge answers so. */
const mostSegments = 32;

/**
 * The verdict in the JSON of a reply, wherever it stands; `undefined` when the reply has no JSON with a verdict.
 *
 * In order: the whole reply, objects in fences or between prose, and only when none parses, mended ones. Two objects
 * that contradict, one key written twice with two verdicts, and a value off the scale are unreadable.
 */
export function readJsonVerdict(answers: AnswerSet, text: string): Reading | undefined {
  const trimmed = text.trim();
  const scalar = parse(trimmed);
  if (scalar !== undefined && (typeof scalar !== 'object' || scalar === null)) {
    const value = readValue(answers, scalar);
    return value === undefined ? undefined : { status: 'rated', value, read: 'bare' };
  }
  const segments = jsonSegments(trimmed).slice(0, mostSegments);
  const parsed: [JsonSegment, unknown][] = segments.map((segment) => [segment, parse(segment.source)]);
  const twice = parsed.find(([{ source }, object]) => object !== undefined && writesVerdictTwice(source));
  if (twice) return unreadable('an object of the reply writes its verdict twice');

  const whole = segments.length === 1 && segments[0]?.source === trimmed;
  const fenced = segments.length === 1 && /^```[\w-]{0,20}\s*$/.test(trimmed.slice(0, segments[0]?.start).trim());
  const clean = parsed.flatMap(([, object]) => (object === undefined ? [] : [readObject(answers, object)]));
  const found = verdictOf(clean, whole ? 'exact' : fenced ? 'fenced' : 'embedded');
  if (found) return found;

  const broken = parsed.flatMap(([segment, object]) => (object === undefined ? [segment] : [])).slice(-4);
  const mended = broken.map((segment) => readRepaired(answers, segment));
  return verdictOf(mended, broken.at(-1)?.closed === false ? 'cut' : 'repaired');
}

function verdictOf(readings: readonly ObjectReading[], read: ReadBy): Reading | undefined {
  const verdicts = readings.filter((reading) => reading.kind === 'verdict');
  const statements = verdicts.map(({ value, rationale }) =>
    rationale === undefined ? { value } : { value, rationale },
  );
  const verdict = agree(statements, read);
  if (verdict) return verdict;
  const off = readings.find((reading) => reading.kind === 'off-scale');
  if (off) return unreadable(`the verdict ${off.found} is not on the scale`);
  const none = readings.find((reading) => reading.kind === 'abstained');
  return none && { status: 'abstained', reason: none.rationale ?? 'the verdict is null' };
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
}
