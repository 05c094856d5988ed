import { ascendingOrder } from '../numerics/ascending-order.ts';
import type { Random } from '../random/random.ts';

/**
 * Pairs of rows in ascending order of the judge's distance. `gain` is what calling the pair a tie changes: 1 where people
 * tie it, −1 where the judge had it right, else 0. A pair weighs what its group weighs, or the product of its two rows.
 */
export type PairList = {
  distance: Float64Array;
  gain: Int8Array;
  first: Uint32Array;
  /** Null where `first` is the group. */
  second: Uint32Array | null;
  /** Pairs of each group, where there are groups. */
  sizes: Float64Array | null;
  sampled: boolean;
};

/** Rows by group: those of group g are `rows[starts[g]]` to `rows[starts[g + 1] − 1]`. */
export type GroupRows = { starts: Uint32Array; rows: Uint32Array };

const pairsOf = (n: number): number => (n * (n - 1)) / 2;

/** Lists all pairs inside groups; above `most` as many are drawn instead, with replacement. */
export function listPairs(
  human: Float64Array,
  judge: Float64Array,
  { starts, rows }: GroupRows,
  grouped: boolean,
  most: number,
  random: Random | undefined,
): PairList {
  const groups = starts.length - 1;
  const ends = new Float64Array(groups);
  let total = 0;
  for (let g = 0; g < groups; g++) ends[g] = total += pairsOf(starts[g + 1]! - starts[g]!);
  const sampled = total > most;
  if (sampled && !random) throw new RangeError(`${total} pairs are too many to list: give \`random\` to draw ${most}`);
  const count = sampled ? most : total;
  const distance = new Float64Array(count);
  const gain = new Int8Array(count);
  const [first, second] = [new Uint32Array(count), new Uint32Array(count)];
  const sizes = new Float64Array(groups);
  let end = 0;
  const add = (g: number, i: number, j: number) => {
    const [a, b] = [rows[starts[g]! + i]!, rows[starts[g]! + j]!];
    const [byHuman, byJudge] = [human[a]! - human[b]!, judge[a]! - judge[b]!];
    distance[end] = Math.abs(byJudge);
    gain[end] = byHuman === 0 ? 1 : byHuman > 0 === byJudge > 0 && byJudge !== 0 ? -1 : 0;
    first[end] = grouped ? g : a;
    second[end] = b;
    sizes[g]!++;
    end++;
  };
  if (sampled) {
    const draw = random!.stream('pairs');
    for (let k = 0; k < count; k++) {
      const place = Math.floor(draw.next() * total);
      let [low, high] = [0, groups - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ends[middle]! > place) high = middle;
        else low = middle + 1;
      }
      const size = starts[low + 1]! - starts[low]!;
      const i = Math.floor(draw.next() * size);
      const j = Math.floor(draw.next() * (size - 1));
      add(low, i, j < i ? j : j + 1);
    }
  } else {
    for (let g = 0; g < groups; g++) {
      const size = starts[g + 1]! - starts[g]!;
      for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) add(g, i, j);
    }
  }
  const order = ascendingOrder(distance);
  return {
    distance: distance.map((_, k) => distance[order[k]!]!),
    gain: gain.map((_, k) => gain[order[k]!]!),
    first: first.map((_, k) => first[order[k]!]!),
    second: grouped ? null : second.map((_, k) => second[order[k]!]!),
    sizes: grouped ? sizes : null,
    sampled,
  };
}

/** The best epsilon of each fold, fitted on the other folds, and the accuracy of the fold's own pairs at it. */
export type TieFit = { epsilons: Float64Array; accuracy: number };

/** A sum that goes down by a share and up by it again may end a rounding higher; a real gain is far larger. */
const rounding = 1e-12;

/**
 * One sweep over the pairs: all start apart, and the nearest are called ties first. The accuracy is looked at only after
 * all pairs of one distance, and the smallest epsilon stays on equality. O(pairs).
 *
 * @param weights of the groups (0: without the group), or of the rows where the list has pairs of rows
 * @param fold of each group, each to be judged by an epsilon from the others; null fits and judges on all
 */
export function fitTies(list: PairList, weights: Float64Array, fold: Uint8Array | null, folds: number): TieFit {
  const { distance, gain, first, second, sizes } = list;
  const count = distance.length;
  const unit = sizes ? weights.map((w, g) => (sizes[g]! > 0 ? w / sizes[g]! : 0)) : weights;
  const weightOf = (k: number) => (second ? unit[first[k]!]! * unit[second[k]!]! : unit[first[k]!]!);
  const inFold = new Float64Array(folds);
  let [all, now] = [0, 0];
  for (let k = 0; k < count; k++) {
    const w = weightOf(k);
    all += w;
    if (gain[k] !== -1) continue;
    now += w;
    if (fold) inFold[fold[first[k]!]!]! += w;
  }
  const best = new Float64Array(folds).fill(-Infinity);
  const own = new Float64Array(folds);
  const epsilons = new Float64Array(folds);
  const look = (epsilon: number) => {
    for (let f = 0; f < folds; f++) {
      const others = fold ? now - inFold[f]! : now;
      if (others <= best[f]! + rounding * all) continue;
      best[f] = others;
      epsilons[f] = epsilon;
      own[f] = fold ? inFold[f]! : now;
    }
  };
  let k = 0;
  for (let reach = 0; ; reach = distance[k]!) {
    for (; k < count && distance[k]! <= reach; k++) {
      const change = gain[k]! * weightOf(k);
      now += change;
      if (fold) inFold[fold[first[k]!]!]! += change;
    }
    look(reach);
    if (k >= count) break;
  }
  let accuracy = 0;
  for (let f = 0; f < folds; f++) accuracy += own[f]!;
  return { epsilons, accuracy: all > 0 ? accuracy / all : NaN };
}
