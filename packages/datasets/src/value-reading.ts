import { encode, type Scale, valueFromText } from '@assize/core';

import { statusOfWord, type UnratedStatus } from './missing-words.ts';
import { detectPreferenceCoding, type PreferenceCoding, readPreference } from './preference-coding.ts';
import { mergeSummaries, type ValueSummary } from './value-summary.ts';

/** What a raw value turns out to be on its scale. */
type ReadValue =
  | { readonly code: number }
  | { readonly status: UnratedStatus }
  /** A person who was not asked. */
  | 'blank'
  | 'off-scale';

export interface ValueReader {
  read(value: number | string, human: boolean, order: readonly number[]): ReadValue;
  /** How preferences are written, where the scale is one. */
  readonly coding?: PreferenceCoding;
  readonly notes: readonly string[];
}

/**
 * Reads raw values on a scale. A label of the scale wins over a word for a missing value.
 *
 * The coding of preferences is told from all values of the criterion, so that `2` in the last row is seen.
 */
export function valueReader(
  scale: Scale,
  summaries: Iterable<ValueSummary>,
  options: {
    coding?: PreferenceCoding | undefined;
    missing?: Readonly<Record<string, UnratedStatus>> | undefined;
  } = {},
): ValueReader {
  const { missing } = options;
  const detected = scale.kind === 'preference' ? codingOf(summaries, options.coding) : undefined;
  const coding = detected?.coding;
  const words = new Map<string, number | undefined>();

  return {
    ...(coding === undefined ? {} : { coding }),
    notes: detected?.notes ?? [],
    read(value, human, order) {
      const code = codeOf(value, order);
      if (code !== undefined) return { code };
      if (typeof value !== 'string') return 'off-scale';
      const status = statusOfWord(value, missing);
      if (status === undefined) return 'off-scale';
      return human && /^(?:null|none)$/i.test(value) && missing?.[value.toLowerCase()] === undefined
        ? 'blank'
        : { status };
    },
  };

  function codeOf(value: number | string, order: readonly number[]): number | undefined {
    if (coding !== undefined) {
      const preferred = readPreference(value, coding, order);
      return preferred === undefined ? undefined : encode(scale, preferred);
    }
    if (typeof value === 'number') {
      const code = encode(scale, value);
      if (code !== undefined) return code;
    }
    const text = String(value);
    if (!words.has(text)) {
      const read = valueFromText(scale, text);
      if (words.size > 100_000) words.clear();
      words.set(text, read === undefined ? undefined : encode(scale, read));
    }
    return words.get(text);
  }
}

function codingOf(
  summaries: Iterable<ValueSummary>,
  given: PreferenceCoding | undefined,
): { coding: PreferenceCoding | undefined; notes: string[] } {
  if (given !== undefined) return { coding: given, notes: [] };
  const all = mergeSummaries(summaries);
  const { coding, notes } = detectPreferenceCoding([...all.numbers.keys(), ...all.words.keys()]);
  return { coding, notes };
}
