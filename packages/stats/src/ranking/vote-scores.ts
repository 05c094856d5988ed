/**
 * The first derivatives of each vote's log-likelihood: `difference` by the difference of the two scores, `more` by the
 * parameters after the players, `extras` a row. Not multiplied by the vote's weight.
 */
export type VoteScores = {
  rows: Uint32Array;
  left: ArrayLike<number>;
  right: ArrayLike<number>;
  weights?: ArrayLike<number> | undefined;
  difference: Float64Array;
  more: Float64Array;
  extras: number;
  /** Writes minus the second derivatives of a vote by the difference and the parameters after it, row after row. */
  bend: (vote: number, out: Float64Array) => void;
};
