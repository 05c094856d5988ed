import type { NamedFacet } from './study-rows.ts';

/**
 * The parts of a design that share nothing: levels of facets are joined where a row has them together.
 *
 * @param facets the level of each row, and how many levels there are
 * @returns the part of every level, facet by facet, numbered in order of the first facet's levels; and how many parts
 */
export function connectedParts(facets: readonly { of: ArrayLike<number>; levels: number }[]): {
  parts: Uint32Array[];
  count: number;
} {
  const offsets: number[] = [];
  let total = 0;
  for (const { levels } of facets) {
    offsets.push(total);
    total += levels;
  }
  const parent = Uint32Array.from({ length: total }, (_, i) => i);
  const root = (node: number): number => {
    let top = node;
    while (parent[top] !== top) top = parent[top]!;
    for (let at = node; parent[at] !== top;) [at, parent[at]] = [parent[at]!, top];
    return top;
  };
  const rows = facets[0]?.of.length ?? 0;
  for (let row = 0; row < rows; row++) {
    const first = root(facets[0]!.of[row]!);
    for (let f = 1; f < facets.length; f++) parent[root(offsets[f]! + facets[f]!.of[row]!)] = root(first);
  }
  const numbers = new Map<number, number>();
  const parts = facets.map(({ levels }, f) =>
    Uint32Array.from({ length: levels }, (_, level) => {
      const top = root(offsets[f]! + level);
      const known = numbers.get(top) ?? numbers.size;
      numbers.set(top, known);
      return known;
    }),
  );
  return { parts, count: numbers.size };
}

/** What to say where raters fall into groups that share no item; null where they do not. */
export function unconnected(item: NamedFacet, rater: NamedFacet): string | null {
  const { parts, count } = connectedParts([item, rater]);
  if (count === 1) return null;
  const groups = Array.from({ length: count }, (_, part) =>
    rater.names.filter((__, place) => parts[1]![place] === part).join(', '),
  );
  return `raters fall into ${count} groups that share no item: ${groups.join(' | ')}`;
}
