import type { ClusterIndex } from './clusters.ts';

/**
 * Rows by group, one list after the other: those of group g from `starts[g]` to `starts[g + 1]`, ascending. They come to lie
 * in `room` where the caller lends it.
 */
export function groupedRows(
  { of, count }: ClusterIndex,
  room: Uint32Array = new Uint32Array(of.length),
): { starts: Uint32Array; rows: Uint32Array } {
  const starts = new Uint32Array(count + 1);
  for (const group of of) starts[group + 1]!++;
  for (let g = 0; g < count; g++) starts[g + 1] = starts[g + 1]! + starts[g]!;
  const rows = room.subarray(0, of.length);
  const place = starts.slice();
  for (let row = 0; row < of.length; row++) rows[place[of[row]!]!++] = row;
  return { starts, rows };
}

/** Turns weights of clusters into the list of rows, in the order of the clusters. */
export function rowsOf({ of, count }: ClusterIndex): (weights: Float64Array) => Uint32Array {
  if (count === of.length) return timesEach(count);
  const { starts, rows } = groupedRows({ of, count });
  let buffer = new Uint32Array(of.length);
  return (weights) => {
    let length = 0;
    for (let g = 0; g < count; g++) length += weights[g]! * (starts[g + 1]! - starts[g]!);
    if (buffer.length < length) buffer = new Uint32Array(length + (length >> 3));
    let end = 0;
    for (let g = 0; g < count; g++) {
      for (let times = weights[g]!; times > 0; times--) {
        for (let i = starts[g]!; i < starts[g + 1]!; i++) buffer[end++] = rows[i]!;
      }
    }
    return buffer.subarray(0, length);
  };
}

/** The list of rows where each is its own cluster; clusters are numbered by first appearance, so row g is cluster g. */
function timesEach(count: number): (weights: Float64Array) => Uint32Array {
  const buffer = new Uint32Array(count);
  return (weights) => {
    let end = 0;
    for (let row = 0; row < count; row++) for (let times = weights[row]!; times > 0; times--) buffer[end++] = row;
    return buffer.subarray(0, end);
  };
}
