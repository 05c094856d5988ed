import type { Json } from './json.ts';

const brand = Symbol.for('assize.error');

/** What an error is about: ids, places and numbers. Never a prompt, a reply or a key. */
export type ErrorFacts = { readonly [fact: string]: Json | undefined };

/**
 * The one error class of Assize: `code` is stable public API, `message` says what happened and where, `hint` what to do.
 *
 * Made by the factories that `defineError` returns. Test for a kind with `kind.is(error)`, for any of ours with `isAssizeError`.
 */
export class AssizeError<Facts extends ErrorFacts = ErrorFacts> extends Error {
  readonly code: string;
  readonly facts: Facts;
  readonly hint: string;

  constructor(code: string, facts: Facts, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AssizeError';
    this.code = code;
    this.facts = facts;
    this.hint = hint;
    // A symbol of the global registry, so that the test holds across two copies of this package.
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether an error is one of ours, even when it was thrown by another copy of this package. */
export function isAssizeError(error: unknown): error is AssizeError {
  return typeof error === 'object' && error !== null && brand in error;
}

/** A kind of error: call it to make one, ask `is` whether an error is of this kind. */
export interface ErrorKind<Facts extends ErrorFacts> {
  (facts: Facts, options?: { cause?: unknown }): AssizeError<Facts>;
  readonly code: string;
  is(error: unknown): error is AssizeError<Facts>;
}

/**
 * Defines a kind of error by its stable code and by how its facts read.
 *
 * Every code has its entry in docs/errors.md; `npm run check` compares the two, both ways.
 *
 * @example
 * const noFile = defineError('dataset/no-file', (facts: { file: string }) => ({
 *   message: `${facts.file} does not exist`,
 *   hint: 'Check the path.',
 * }));
 * throw noFile({ file: 'ratings.csv' });
 */
export function defineError<Facts extends ErrorFacts>(
  code: string,
  words: (facts: Facts) => { message: string; hint: string },
): ErrorKind<Facts> {
  const make = (facts: Facts, { cause }: { cause?: unknown } = {}): AssizeError<Facts> => {
    const { message, hint } = words(facts);
    return new AssizeError(code, facts, message, hint, cause);
  };
  return Object.assign(make, {
    code,
    is: (error: unknown): error is AssizeError<Facts> => isAssizeError(error) && error.code === code,
  });
}
