export type GoldenCase = {
  id: string;
  input: Record<string, unknown>;
  expected: Record<string, unknown>;
  tolerance: number;
};

export type Found = number | boolean | null | readonly Found[] | { [key: string]: Found };

/**
 * Compares every expected number with what was found, key by key. A key that nobody computes fails the case, unless it
 * is named in `informational`; so does a value that was found and is not expected where null is.
 */
export function compare(
  { id, expected, tolerance }: GoldenCase,
  found: { [key: string]: Found },
  options: { informational?: string[]; tolerances?: Record<string, number> } = {},
): void {
  let checked = 0;
  const visit = (want: unknown, have: Found | undefined, path: string, slack: number): void => {
    if (have === undefined) throw new Error(`${id}: nobody computes ${path}`);
    if (want === null || typeof want === 'boolean') {
      if (have !== want) throw new Error(`${id}: ${path} is ${JSON.stringify(have)}, expected ${want}`);
      checked++;
    } else if (typeof want === 'number') {
      if (typeof have !== 'number') throw new Error(`${id}: ${path} is ${JSON.stringify(have)}, expected ${want}`);
      if (!(Math.abs(have - want) <= slack)) throw new Error(`${id}: ${path} is ${have}, expected ${want} ± ${slack}`);
      checked++;
    } else if (Array.isArray(want)) {
      if (!Array.isArray(have)) throw new Error(`${id}: ${path} is not a list`);
      if (have.length !== want.length)
        throw new Error(`${id}: ${path} has ${have.length} entries, expected ${want.length}`);
      want.forEach((part, i) => visit(part, (have as readonly Found[])[i], `${path}[${i}]`, slack));
    } else {
      for (const [key, part] of Object.entries(want as object)) {
        visit(part, (have as { [key: string]: Found } | null)?.[key], `${path}.${key}`, slack);
      }
    }
  };
  for (const [key, want] of Object.entries(expected)) {
    if (options.informational?.includes(key)) continue;
    visit(want, found[key], key, options.tolerances?.[key] ?? tolerance);
  }
  if (checked === 0) throw new Error(`${id}: nothing was checked`);
}
