import { type Criterion, type Rating } from '@assize/core';
import { buildTable } from '@assize/datasets';
import { exitCodeOf, putOnTrial } from '@assize/trial';

const helpful: Criterion = {
  id: 'helpful',
  question: 'Does it help?',
  scale: { kind: 'binary' },
  higherIsBetter: true,
};

/** A card of `judge` against `ann` and `ben`, from ratings however they were made. */
export async function cardOf(ratings: Iterable<Rating>) {
  const table = await buildTable(ratings, { criteria: [helpful] });
  const card = putOnTrial(table, { judge: 'judge', humans: ['ann', 'ben'], dataset: { name: 'example' } });
  return { verdict: card.verdict, reasons: card.reasons, exit: exitCodeOf(card.verdict) };
}
