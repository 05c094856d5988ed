import { z } from 'zod';

import { defineError } from './error.ts';

const levelSchema = z.union([z.number(), z.string().min(1)]);
const distinct = (values: (number | string)[]): boolean => new Set(values.map(String)).size === values.length;

/** What the values of a criterion mean: what may be compared, averaged or ordered. */
export const scaleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('binary') }),
  z.strictObject({
    kind: z.literal('nominal'),
    labels: z.array(z.string().min(1)).min(2).refine(distinct, 'labels must differ'),
  }),
  z.strictObject({
    kind: z.literal('ordinal'),
    levels: z.array(levelSchema).min(2).refine(distinct, 'levels must differ'),
  }),
  z
    .strictObject({ kind: z.literal('interval'), min: z.number(), max: z.number() })
    .refine(({ min, max }) => min < max, 'min must lie below max'),
  z.strictObject({ kind: z.literal('preference'), ties: z.boolean() }),
  z.strictObject({ kind: z.literal('rank') }),
]);
export type Scale = z.infer<typeof scaleSchema>;

/** A value as people read it: a level, a label, the index of the preferred response, or `'tie'`. */
export type ScaleValue = number | string;

/**
 * The values that a scale allows, in order, or `undefined` for interval and rank, which have no list.
 *
 * @example levelsOf({ kind: 'preference', ties: true }) // [0, 1, 'tie']
 */
export function levelsOf(scale: Scale): readonly ScaleValue[] | undefined {
  switch (scale.kind) {
    case 'binary':
      return [0, 1];
    case 'nominal':
      return scale.labels;
    case 'ordinal':
      return scale.levels;
    case 'preference':
      return scale.ties ? [0, 1, 'tie'] : [0, 1];
    case 'interval':
    case 'rank':
      return undefined;
  }
}

/**
 * The number by which a table holds a value: its place among the levels (tie last), or the number itself.
 *
 * `undefined` when the value is not on the scale: never a guess, never clipped.
 *
 * @example encode({ kind: 'ordinal', levels: [1, 2, 3, 4, 5] }, 4) // 3
 */
export function encode(scale: Scale, value: ScaleValue): number | undefined {
  const levels = levelsOf(scale);
  if (levels) {
    const place = levels.indexOf(value);
    return place < 0 ? undefined : place;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  if (scale.kind === 'interval') return value >= scale.min && value <= scale.max ? value : undefined;
  return Number.isInteger(value) && value >= 1 ? value : undefined;
}

/** The value behind a table's number: the inverse of `encode`. An average between two levels stays a number. */
export function decode(scale: Scale, code: number): ScaleValue | undefined {
  const levels = levelsOf(scale);
  return levels ? levels[code] : code;
}

const yes = new Set(['1', 'true', 'yes', 'y', 'pass', 'correct']);
const no = new Set(['0', 'false', 'no', 'n', 'fail', 'incorrect']);

/**
 * Reads a text as a value of the scale, or says `undefined`.
 *
 * Numbers are read as JavaScript writes them, with white space around allowed; labels match exactly, then without case
 * when only one does; binary takes true/false, yes/no, pass/fail; preference takes 0, 1 and tie.
 *
 * @example valueFromText({ kind: 'binary' }, 'Yes') // 1
 */
export function valueFromText(scale: Scale, text: string): ScaleValue | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (scale.kind === 'binary') {
    const word = trimmed.toLowerCase();
    if (yes.has(word)) return 1;
    if (no.has(word)) return 0;
  }
  const levels = levelsOf(scale);
  const number = Number(trimmed);
  if (!levels) return encode(scale, number) === undefined ? undefined : number;
  const exact = levels.find((level) => String(level) === trimmed);
  if (exact !== undefined) return exact;
  const sameNumber = Number.isFinite(number) ? levels.find((level) => level === number) : undefined;
  if (sameNumber !== undefined) return sameNumber;
  const folded = levels.filter((level) => String(level).toLowerCase() === trimmed.toLowerCase());
  return folded.length === 1 ? folded[0] : undefined;
}

export const badScale = defineError('core/bad-scale', (facts: { text: string }) => ({
  message: `"${facts.text}" is not a scale`,
  hint: 'Write binary, nominal:a,b,c, ordinal:1..5, ordinal:low,mid,high, interval:0..1, preference, preference:no-ties or rank.',
}));

/**
 * Reads a scale as people write it on a command line.
 *
 * @throws core/bad-scale when the text is none.
 * @example parseScale('ordinal:1..5') // { kind: 'ordinal', levels: [1, 2, 3, 4, 5] }
 */
export function parseScale(text: string): Scale {
  const [kind = '', rest = ''] = splitOnce(text.trim(), ':');
  const range = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/.exec(rest.trim());
  const [low, high] = range ? [Number(range[1]), Number(range[2])] : [Number.NaN, Number.NaN];
  const names = rest
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const scale = scaleSchema.safeParse(
    kind === 'binary' && rest === ''
      ? { kind }
      : kind === 'nominal'
        ? { kind, labels: names }
        : kind === 'ordinal'
          ? { kind, levels: range ? integersBetween(low, high) : names.every(isNumeric) ? names.map(Number) : names }
          : kind === 'interval'
            ? { kind, min: low, max: high }
            : kind === 'preference' && (rest === '' || rest === 'no-ties')
              ? { kind, ties: rest === '' }
              : kind === 'rank' && rest === ''
                ? { kind }
                : undefined,
  );
  if (!scale.success) throw badScale({ text });
  return scale.data;
}

/** Writes a scale as `parseScale` reads it. */
export function formatScale(scale: Scale): string {
  switch (scale.kind) {
    case 'binary':
    case 'rank':
      return scale.kind;
    case 'nominal':
      return `nominal:${scale.labels.join(',')}`;
    case 'ordinal': {
      const [first, last] = [scale.levels[0], scale.levels.at(-1)];
      const whole =
        typeof first === 'number' &&
        typeof last === 'number' &&
        integersBetween(first, last).join() === scale.levels.join();
      return whole ? `ordinal:${first}..${last}` : `ordinal:${scale.levels.join(',')}`;
    }
    case 'interval':
      return `interval:${scale.min}..${scale.max}`;
    case 'preference':
      return scale.ties ? 'preference' : 'preference:no-ties';
  }
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function isNumeric(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
}

/** At most 1,001 levels: a wider range is an interval. */
function integersBetween(low: number, high: number): number[] {
  if (!Number.isInteger(low) || !Number.isInteger(high) || high < low || high - low > 1000) return [];
  return Array.from({ length: high - low + 1 }, (_, step) => low + step);
}
