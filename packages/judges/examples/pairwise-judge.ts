import type { Item, Model, Random } from '@assize/core';
import { aggregateVerdicts, defineJudge } from '@assize/judges';

/** Asks a judge which of two answers helps more, in both orders, and takes one verdict of the two. */
export async function whichHelpsMore(item: Item, model: Model, random: Random) {
  const judge = defineJudge({
    id: 'helpful',
    model: model.id,
    criteria: [{ id: 'helpful', question: 'Which response helps more?', scale: { kind: 'preference', ties: true } }],
  });
  const ratings = await judge.rate(item, { signal: AbortSignal.timeout(60_000), random, model: () => model });
  return aggregateVerdicts(ratings, judge.criteria, { orders: 'tie-on-conflict' });
}
