/** A number of 0 or more with the ends of its interval. */
type Spread = { value: number; interval: [number, number] };

/**
 * The interval of τ² / (τ² + S²) from that of τ² and that of M = S² + part · τ², which do not hang together as τ² and S² do:
 * an interval of τ²/M by the method of variance estimates recovery (Donner and Zou 2012, Stat. Methods Med. Res. 21:347-359),
 * turned into one of the share.
 */
export function shareInterval(taste: Spread, whole: Spread, part: number): [number, number] {
  const {
    value: x,
    interval: [l1, u1],
  } = taste;
  const {
    value: y,
    interval: [l2, u2],
  } = whole;
  const root = (a: number, b: number): number =>
    Math.sqrt(Math.max(0, (x * y) ** 2 - a * b * (2 * x - a) * (2 * y - b)));
  // (xy − √…)/(b(2y − b)), turned over so that b = 2y is no gap.
  const lower = l1 > 0 ? (l1 * (2 * x - l1)) / (x * y + root(l1, u2)) : 0;
  const upper = l2 > 0 ? (x * y + root(u1, l2)) / (l2 * (2 * y - l2)) : Infinity;
  const share = (ratio: number): number => (ratio <= 0 ? 0 : Math.min(1, 1 / (1 + Math.max(0, 1 / ratio - part))));
  return [share(lower), share(upper)];
}

/**
 * The variance of estimated scores less what their votes' errors add to it, with a normal interval.
 *
 * @param covariance of the centred scores
 * @param fromTaste what part of the covariance is not the votes'
 * @param reach the quantile of the interval
 */
export function scoreVariance(
  theta: Float64Array,
  covariance: Float64Array,
  fromTaste: number,
  reach: number,
): Spread & { trace: number } {
  const players = theta.length;
  let [squares, trace, cross, own] = [0, 0, 0, 0];
  for (let i = 0; i < players; i++) {
    squares += theta[i]! ** 2;
    trace += covariance[i * players + i]!;
    for (let j = 0; j < players; j++) {
      cross += theta[i]! * theta[j]! * covariance[i * players + j]!;
      own += covariance[i * players + j]! ** 2;
    }
  }
  const value = Math.max(0, squares - trace * (1 - fromTaste)) / (players - 1);
  const se = Math.sqrt(Math.max(2 * own, 4 * cross - 2 * own)) / (players - 1);
  return { value, interval: [Math.max(0, value - reach * se), value + reach * se], trace };
}
