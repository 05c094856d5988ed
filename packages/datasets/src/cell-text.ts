import { parseScale, type RatingStatus, ratingStatuses, type Scale, scaleSchema } from '@assize/core';

import { statusOfWord } from './missing-words.ts';

const ratedWords = new Set(['rated', 'ok', 'success', 'succeeded', 'completed', 'done']);

/** A status as people write it: one of `ratingStatuses`, a word for a missing value, or ok, success, completed, done. */
export function statusFromText(text: string): RatingStatus | undefined {
  const word = text.trim().toLowerCase();
  if (ratedWords.has(word)) return 'rated';
  return ratingStatuses.find((status) => status === word) ?? statusOfWord(word);
}

/** A scale as `parseScale` of core reads it, or as JSON. */
export function scaleFromText(text: string): Scale | undefined {
  try {
    return text.startsWith('{') ? scaleSchema.parse(JSON.parse(text)) : parseScale(text);
  } catch {
    return undefined;
  }
}

/** Long scales are cut in a profile: an opening brace is enough there. */
export function isScaleText(text: string): boolean {
  return text.startsWith('{') || scaleFromText(text) !== undefined;
}
