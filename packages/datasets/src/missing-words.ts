import type { RatingStatus } from '@assize/core';

export type UnratedStatus = Exclude<RatingStatus, 'rated'>;

/**
 * Words that stand where a value should and say why there is none. Compared without case.
 *
 * | word | status |
 * |---|---|
 * | `null`, `none`, `unparseable`, `unparsed`, `unreadable`, `invalid`, `malformed`, `garbage` | unreadable |
 * | `n/a`, `na`, `abstain`, `abstained`, `skip`, `skipped` | abstained |
 * | `refuse`, `refused`, `refusal` | refused |
 * | `error`, `failed`, `failure`, `timeout` | failed |
 *
 * A label of the scale wins over a word of this table. A person's `null` or `none` is no rating at all: that person was
 * not asked. `NaN` and `Infinity` are not here: they are values off the scale.
 */
export const missingWords: ReadonlyMap<string, UnratedStatus> = new Map<string, UnratedStatus>([
  ...(['null', 'none', 'unparseable', 'unparsed', 'unreadable', 'invalid', 'malformed', 'garbage'] as const).map(
    (word) => [word, 'unreadable'] as const,
  ),
  ...(['n/a', 'na', 'abstain', 'abstained', 'skip', 'skipped'] as const).map((word) => [word, 'abstained'] as const),
  ...(['refuse', 'refused', 'refusal'] as const).map((word) => [word, 'refused'] as const),
  ...(['error', 'failed', 'failure', 'timeout'] as const).map((word) => [word, 'failed'] as const),
]);

/** The status that a word stands for, or `undefined` when it is no such word. */
export function statusOfWord(word: string, own?: Readonly<Record<string, UnratedStatus>>): UnratedStatus | undefined {
  const folded = word.trim().toLowerCase();
  return (own && Object.hasOwn(own, folded) ? own[folded] : undefined) ?? missingWords.get(folded);
}

/** Words that say of a person that the question was not asked. */
export function meansNotAsked(word: string): boolean {
  return /^(?:null|none)$/i.test(word.trim());
}
