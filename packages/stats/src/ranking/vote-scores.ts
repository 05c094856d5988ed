/**
 * The first derivatives of each vote's log-likelihood: `difference` by the difference of the two scores, `more` by the
 * k-th of the `extras` parameters after the players. Not multiplied by the vote's weight, and computed when asked for:
 * columns of them would be larger than the votes.
 */
export type VoteScores = {
  rows: Uint32Array;
  left: ArrayLike<number>;
  right: ArrayLike<number>;
  weights?: ArrayLike<number> | undefined;
  difference: (vote: number) => number;
  more: (vote: number, k: number) => number;
  extras: number;
  /** Writes minus the second derivatives of a vote by the difference and the parameters after it, row after row. */
  bend: (vote: number, out: Float64Array) => void;
};
