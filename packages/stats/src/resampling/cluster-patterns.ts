import type { ClusterIndex } from './clusters.ts';
import type { Patterns } from './row-patterns.ts';

/** How often a pattern may count at one entry; more takes another entry. */
const mostTimes = 8;
const fewRows = 1 << 20;

/**
 * Clusters by what they hold: `cluster` lists those that hold pattern p just t times from `ends[8 p + t − 1]` to
 * `ends[8 p + t]`. A count of a pattern among drawn clusters is then a few plain sums, the third of such work as rows take.
 */
type Holders = { cluster: Uint16Array | Uint32Array; ends: Uint32Array };

/** Writes how often each pattern is among the drawn clusters. */
export function countDrawn(
  patterns: Patterns,
  clusters: ClusterIndex,
): (drawn: Float64Array, counts: Float64Array) => void {
  const { cluster, ends } = holdersOf(patterns, clusters);
  const kinds = patterns.counts.length;
  return (drawn, counts) => {
    for (let kind = 0; kind < kinds; kind++) {
      let total = 0;
      for (let times = 1; times <= mostTimes; times++) {
        const place = mostTimes * kind + times;
        const from = ends[place - 1]!;
        const end = ends[place]!;
        if (end > from) total += times * drawnOf(drawn, cluster, from, end);
      }
      counts[kind] = total;
    }
  };
}

/** Of whole numbers, so that their order does not matter: four sums run side by side. */
function drawnOf(drawn: Float64Array, cluster: Uint16Array | Uint32Array, from: number, end: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let i = from;
  for (; i + 4 <= end; i += 4) {
    first += drawn[cluster[i]!]!;
    second += drawn[cluster[i + 1]!]!;
    third += drawn[cluster[i + 2]!]!;
    fourth += drawn[cluster[i + 3]!]!;
  }
  for (; i < end; i++) first += drawn[cluster[i]!]!;
  return first + second + third + fourth;
}

function holdersOf(patterns: Patterns, { of, count }: ClusterIndex): Holders {
  const kinds = patterns.counts.length;
  const ends = new Uint32Array(mostTimes * kinds + 1);
  // Entries are visited twice: to count them, and to put them where they belong.
  const visit = of.length <= fewRows ? joined(patterns.of, kinds, of, count) : rowByRow(patterns.of, of);
  visit((kind, times) => {
    ends[mostTimes * kind + times]!++;
  });
  for (let place = 1; place < ends.length; place++) ends[place]! += ends[place - 1]!;
  const entries = ends.at(-1)!;
  const cluster = count <= 65_536 ? new Uint16Array(entries) : new Uint32Array(entries);
  const free = ends.slice();
  visit((kind, times, g) => {
    cluster[free[mostTimes * kind + times - 1]!++] = g;
  });
  return { cluster, ends };
}

type Visit = (put: (kind: number, times: number, cluster: number) => void) => void;

/** Of very many rows each is an entry: to join those of one cluster would take another copy of them. */
function rowByRow(patternOf: Uint32Array, of: Uint32Array): Visit {
  return (put) => {
    for (let i = 0; i < of.length; i++) put(patternOf[i]!, 1, of[i]!);
  };
}

/** Rows of one cluster and pattern together. */
function joined(patternOf: Uint32Array, kinds: number, of: Uint32Array, count: number): Visit {
  const starts = new Uint32Array(count + 1);
  for (const g of of) starts[g + 1]!++;
  for (let g = 0; g < count; g++) starts[g + 1]! += starts[g]!;
  const sorted = new Uint32Array(of.length);
  const free = starts.slice();
  for (let i = 0; i < of.length; i++) sorted[free[of[i]!]!++] = patternOf[i]!;
  const seen = new Uint32Array(kinds);
  return (put) => {
    for (let g = 0; g < count; g++) {
      for (let i = starts[g]!; i < starts[g + 1]!; i++) seen[sorted[i]!]!++;
      for (let i = starts[g]!; i < starts[g + 1]!; i++) {
        const kind = sorted[i]!;
        let times = seen[kind]!;
        seen[kind] = 0;
        for (; times > 0; times -= mostTimes) put(kind, Math.min(times, mostTimes), g);
      }
    }
  };
}
