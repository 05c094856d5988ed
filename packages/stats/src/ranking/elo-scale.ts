import { centredScore, type ContrastOptions, scoreContrast } from './score-contrast.ts';
import type { Estimate } from '../shapes/estimate.ts';
import { checkPlayer, type ScoredPlayers } from './ranking-fit.ts';

export type EloScale = ContrastOptions & {
  /** Points for odds of `base` to 1. Default 400. */
  scale?: number | undefined;
  /** Default 10. */
  base?: number | undefined;
  /** Rating of the average player, or of the anchor. Default 1000. */
  origin?: number | undefined;
  /** A player whose rating is `origin` by definition; then every interval is one of the difference to it. */
  anchor?: number | undefined;
};

/**
 * Ratings on the scale of Elo, with intervals: 1000 + 400 / ln 10 · score.
 *
 * Only differences mean something. Without `anchor` the average player has the rating `origin`, and intervals are those of
 * the centred scores; with it they are those of the difference to the anchor.
 *
 * @returns one estimate a player; the anchor's has no interval, with a note
 * @throws RangeError for an anchor that is no player, a scale or base that gives no scale, or a level outside (0, 1)
 * @example
 * eloScores(fit, { anchor: 3, origin: 1114 })[0]?.interval;
 * @see https://github.com/assize/assize/blob/main/docs/stats/elo.md
 */
export function eloScores(
  fit: ScoredPlayers,
  { scale = 400, base = 10, origin = 1000, anchor, level = 0.95 }: EloScale = {},
): Estimate[] {
  if (!(scale > 0 && scale < Infinity)) throw new RangeError(`scale must be positive and finite, found ${scale}`);
  if (!(base > 1 && base < Infinity)) throw new RangeError(`base must be above 1 and finite, found ${base}`);
  if (!Number.isFinite(origin)) throw new RangeError(`origin must be finite, found ${origin}`);
  if (anchor !== undefined) checkPlayer(fit, anchor, 'anchor');
  const points = scale / Math.log(base);
  return Array.from(fit.value, (_, player) => {
    if (player === anchor) {
      const notes = ['the anchor: its rating is set, not estimated'];
      return { value: origin, interval: null, level, n: fit.n, method: `Elo scale, ${fit.method}`, notes };
    }
    const estimate =
      anchor === undefined ? centredScore(fit, player, { level }) : scoreContrast(fit, player, anchor, { level });
    const { value, interval, se, method, ...rest } = estimate;
    return {
      ...rest,
      value: origin + points * value,
      interval: interval && [origin + points * interval[0], origin + points * interval[1]],
      ...(se !== undefined && { se: points * se }),
      method: `Elo scale, ${method}`,
    };
  });
}
