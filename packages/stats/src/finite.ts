const largest = 1e150;

/**
 * Throws RangeError for a number whose square a double cannot hold: sums of squares would become infinite, and what is
 * computed from them NaN.
 */
export function checkSize(value: number, place: string): void {
  if (Math.abs(value) <= largest) return;
  throw new RangeError(`${place} must be finite (at most ${largest} in size) or NaN for missing, found ${value}`);
}
