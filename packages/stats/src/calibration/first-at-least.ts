/** The first place in an ascending list whose value is not below. */
export function firstAtLeast(ascending: ArrayLike<number>, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many edges, in ascending order, are not above: the bin of p where bins are [edge, next edge). */
export function histogramBin(edges: ArrayLike<number>, p: number): number {
  const place = firstAtLeast(edges, p);
  return edges[place] === p ? place + 1 : place;
}
