import { type ScaleValue, textOf } from '@assize/core';

import type { Protocol } from './protocol.ts';
import { questionMessages } from './question-text.ts';

const role =
  'You are a careful, impartial judge. You compare two responses by one question. Which one is shown first means nothing.';
const slots = ['A', 'B'] as const;

/** Compares the two responses of an item, shown as A and B, in both orders unless the definition says otherwise. */
export const pairwise: Protocol = {
  name: 'pairwise',
  version: '1',
  mode: 'pairwise',
  check({ criteria, aggregation }) {
    const place = criteria.findIndex(({ scale }) => scale.kind !== 'preference');
    if (place >= 0)
      return {
        field: `criteria.${place}.scale`,
        problem: `a pairwise judge answers on a preference scale, not ${criteria[place]?.scale.kind}`,
      };
    const untied = criteria.findIndex(({ scale }) => scale.kind === 'preference' && !scale.ties);
    return aggregation.orders === 'tie-on-conflict' && untied >= 0
      ? { field: 'aggregation.orders', problem: `tie-on-conflict needs ties, and criteria.${untied} has none` }
      : undefined;
  },
  showings({ protocol }, { responses }) {
    if (responses.length !== 2)
      return { lacks: `a pairwise judge needs two responses, the item has ${responses.length}` };
    const { orders = 'both' } = protocol;
    return [...(orders === 'reversed' ? [] : [{ order: [0, 1] }]), ...(orders === 'given' ? [] : [{ order: [1, 0] }])];
  },
  messages(question) {
    const { item, showing } = question;
    const shown = slots.map((slot, place) => ({
      name: `RESPONSE ${slot}`,
      text: textOf(item.responses[showing.order?.[place] ?? place]?.content ?? ''),
    }));
    return questionMessages(question, role, shown);
  },
};

/**
 * From slots to content, the only place where this happens: the value and the distribution of a verdict on what was
 * shown, told of the responses themselves.
 *
 * @example preferenceByContent([1, 0], 0, [0.7, 0.2, 0.1]) // { value: 1, distribution: [0.2, 0.7, 0.1] }
 */
export function preferenceByContent(
  order: readonly number[],
  value: ScaleValue,
  distribution?: readonly number[],
): { value: ScaleValue; distribution?: number[] } {
  const content = typeof value === 'number' ? (order[value] ?? value) : value;
  if (!distribution) return { value: content };
  return {
    value: content,
    distribution: distribution.map((weight, place) =>
      place < order.length ? (distribution[order.indexOf(place)] ?? weight) : weight,
    ),
  };
}
