import { tooMany } from './dataset-errors.ts';

/** Names held once, each known by the place at which it was first met. */
export interface Dictionary {
  /** The place of a name, which is added when it is new. */
  code(name: string): number;
  place(name: string): number | undefined;
  readonly names: readonly string[];
}

/**
 * @param limit how many names the codes can tell apart.
 * @param what names them in the error, in the plural.
 */
export function dictionary(what: string, limit: number): Dictionary {
  const places = new Map<string, number>();
  const names: string[] = [];
  return {
    code(name) {
      const known = places.get(name);
      if (known !== undefined) return known;
      if (names.length >= limit) throw tooMany({ what, limit });
      places.set(name, names.length);
      return names.push(name) - 1;
    },
    place: (name) => places.get(name),
    names,
  };
}
