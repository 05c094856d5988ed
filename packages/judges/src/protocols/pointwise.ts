import { textOf } from '@assize/core';

import type { Protocol } from './protocol.ts';
import { questionMessages } from './question-text.ts';

const role = 'You are a careful, impartial judge. You rate one response by one question.';

/** Rates each response of an item on its own, by every criterion. Takes every scale but preference and rank. */
export const pointwise: Protocol = {
  name: 'pointwise',
  version: '1',
  mode: 'pointwise',
  check({ criteria, protocol }) {
    if (protocol.orders !== undefined) return { field: 'protocol.orders', problem: 'one response has no order' };
    const place = criteria.findIndex(({ scale }) => scale.kind === 'preference' || scale.kind === 'rank');
    return place < 0
      ? undefined
      : {
          field: `criteria.${place}.scale`,
          problem: `one response cannot be put on a ${criteria[place]?.scale.kind} scale`,
        };
  },
  showings(_definition, { responses }) {
    if (responses.length === 0) return { lacks: 'a pointwise judge needs a response, the item has none' };
    return responses.map((_, response) => ({ response }));
  },
  messages(question) {
    const { item, showing } = question;
    const content = item.responses[showing.response ?? 0]?.content ?? '';
    return questionMessages(question, role, [{ name: 'RESPONSE', text: textOf(content) }]);
  },
};
