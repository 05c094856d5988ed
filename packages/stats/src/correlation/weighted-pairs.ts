import { codeLevels } from '../agreement/level-codes.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';

/** All pairs of different rows by how people and judge order them. Ties are of one side alone, or of both. */
export type PairCounts = {
  concordant: number;
  discordant: number;
  tiesHuman: number;
  tiesJudge: number;
  tiesBoth: number;
};

/** The share of pairs that the judge orders, or ties, as people do; NaN without pairs. */
export function accuracyOf({ concordant, discordant, tiesHuman, tiesJudge, tiesBoth }: PairCounts): number {
  return (concordant + tiesBoth) / (concordant + discordant + tiesHuman + tiesJudge + tiesBoth);
}

/**
 * Prepares counting in O(n log n): rows in the order of the judge's score, those more than epsilon below in a Fenwick
 * tree over people's levels, those nearer in a window with a count per level. A row weighs as much as it was drawn; two
 * copies of one row are not a pair.
 */
export function pairCounter(
  human: Float64Array,
  judge: Float64Array,
  epsilon: number,
): (weights: Float64Array) => PairCounts {
  const n = human.length;
  const order = ascendingOrder(judge);
  const { codes, levels } = codeLevels(human, 'human');
  const size = levels.length;
  const tree = new Float64Array(size + 1);
  const atLevel = new Float64Array(size);
  const inWindow = new Float64Array(size);
  return (weights) => {
    tree.fill(0);
    atLevel.fill(0);
    inWindow.fill(0);
    const counts = { concordant: 0, discordant: 0, tiesHuman: 0, tiesJudge: 0, tiesBoth: 0 };
    let [low, below, near] = [0, 0, 0];
    for (let k = 0; k < n; k++) {
      const row = order[k]!;
      const score = judge[row]!;
      for (; score - judge[order[low]!]! > epsilon; low++) {
        const left = order[low]!;
        const [level, w] = [codes[left]!, weights[left]!];
        inWindow[level]! -= w;
        near -= w;
        atLevel[level]! += w;
        below += w;
        for (let place = level + 1; place <= size; place += place & -place) tree[place]! += w;
      }
      const w = weights[row]!;
      const level = codes[row]!;
      if (w > 0) {
        let worse = 0;
        for (let place = level; place > 0; place -= place & -place) worse += tree[place]!;
        counts.concordant += w * worse;
        counts.tiesHuman += w * atLevel[level]!;
        counts.discordant += w * (below - worse - atLevel[level]!);
        counts.tiesBoth += w * inWindow[level]!;
        counts.tiesJudge += w * (near - inWindow[level]!);
      }
      inWindow[level]! += w;
      near += w;
    }
    return counts;
  };
}
