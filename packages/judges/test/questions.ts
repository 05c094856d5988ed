import type { Criterion, Elicitation, ModelReply, Scale } from '@assize/core';

import { type AskedQuestion, readReply, type VerdictDraft } from '../src/index.ts';

export const oneToFive: Scale = { kind: 'ordinal', levels: [1, 2, 3, 4, 5] };
export const preference: Scale = { kind: 'preference', ties: true };

export function criterionOn(scale: Scale): Criterion {
  return { id: 'quality', question: 'How good is it?', scale, higherIsBetter: true };
}

/** Reads a text as the reply to a question on a scale; preferences as shown in the given order of responses. */
export function readOn(
  scale: Scale,
  reply: string | ModelReply,
  elicitation: Elicitation = { name: 'json' },
): VerdictDraft {
  const asked: AskedQuestion = {
    criterion: criterionOn(scale),
    elicitation,
    sample: 0,
    ...(scale.kind === 'preference' ? { order: [0, 1] } : { response: 0 }),
  };
  return readReply(asked, typeof reply === 'string' ? { text: reply, stop: 'done' } : reply);
}
