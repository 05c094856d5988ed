const largest = 1e150;

/** Below this size a value needs no closer look, and no name for it. */
export const usualSize = 1e100;

/**
 * Throws RangeError for a number whose square a double cannot hold: sums of squares would become infinite, and what is
 * computed from them NaN.
 */
export function checkSize(value: number, place: string): void {
  if (Math.abs(value) <= largest) return;
  throw new RangeError(`${place} must be finite (at most ${largest} in size) or NaN for missing, found ${value}`);
}

/**
 * Whether a spread is no more than what rounding leaves of 0 for values of this size. An interval of that width would
 * be read as certainty.
 */
export function isRounding(spread: number, size: number): boolean {
  return spread <= 8 * Number.EPSILON * Math.abs(size);
}
