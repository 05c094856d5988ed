import { defineError } from '@assize/core';

/** A judge that could not work as it is written. */
export const badDefinition = defineError(
  'judge/bad-definition',
  (facts: { judge: string; field: string; problem: string }) => ({
    message: `judge ${facts.judge}: ${facts.field}: ${facts.problem}`,
    hint: 'Correct that field of the definition, then run again.',
  }),
);

/** A protocol by a name that nobody registered. */
export const unknownProtocol = defineError(
  'judge/unknown-protocol',
  (facts: { judge: string; protocol: string; known: string[] }) => ({
    message: `judge ${facts.judge}: there is no protocol "${facts.protocol}"`,
    hint: `Use one of ${facts.known.join(', ')}, or pass your own in \`protocols\`.`,
  }),
);

/** A judge that reads label probabilities, on a model that gives too few or none. */
export const needsLogprobs = defineError(
  'judge/needs-logprobs',
  (facts: { judge: string; model: string; needed: number; offered: number }) => ({
    message: `judge ${facts.judge} reads the probabilities of ${facts.needed} labels, and ${facts.model} gives ${facts.offered === 0 ? 'none' : `${facts.offered} with a token`}`,
    hint: 'Choose a model with log-probabilities, or the elicitation `json`, which needs none.',
  }),
);
