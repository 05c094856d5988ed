import type { Abilities, Criterion, Elicitation, Item, JudgeDefinition, ModelRequest } from '@assize/core';

import { answerForm, verdictSchema } from './answer-form.ts';
import { answerSetOf } from './answer-set.ts';
import type { Protocol, Showing } from './protocols/protocol.ts';

/** One call that a judge will make: plain data, so that it can be counted, priced, stored and read again. */
export interface PlannedRequest {
  readonly judge: string;
  readonly criterion: Criterion;
  readonly elicitation: Elicitation;
  readonly response?: number;
  readonly order?: readonly number[];
  readonly sample: number;
  readonly request: ModelRequest;
}

/** All calls of one item, or what the item lacks for this judge. */
export type ItemPlan = { readonly requests: readonly PlannedRequest[] } | { readonly lacks: string };

/** Enough for a label after a line break, a quotation mark or a star. */
const tokensForLabel = 8;

/** Plans every criterion, showing and sample of an item, in this order. Asks nobody. */
export function planItem(definition: JudgeDefinition, protocol: Protocol, item: Item, abilities: Abilities): ItemPlan {
  const showings = protocol.showings(definition, item);
  if ('lacks' in showings) return showings;
  const samples = Array.from({ length: definition.aggregation.samples }, (_, sample) => sample);
  const requests = definition.criteria.flatMap((criterion) =>
    showings.flatMap((showing) => {
      const request = requestFor(definition, protocol, item, criterion, showing, abilities);
      const { elicitation } = definition;
      return samples.map((sample) => ({ judge: definition.id, criterion, elicitation, ...showing, sample, request }));
    }),
  );
  return { requests };
}

function requestFor(
  definition: JudgeDefinition,
  protocol: Protocol,
  item: Item,
  criterion: Criterion,
  showing: Showing,
  abilities: Abilities,
): ModelRequest {
  const { elicitation, model } = definition;
  const { id: _, ...settings } = model;
  const answers = answerSetOf(criterion, elicitation);
  const constrained = elicitation.name === 'json' && abilities.jsonSchema;
  const messages = protocol.messages({
    definition,
    criterion,
    item,
    showing,
    answerForm: answerForm(answers, elicitation, constrained),
  });
  return {
    messages,
    ...(constrained && {
      output: { kind: 'json' as const, name: 'verdict', schema: verdictSchema(answers, elicitation.reasons) },
    }),
    ...(elicitation.name === 'label-logprobs' && {
      topLogprobs: Math.min(20, abilities.topLogprobs),
      maxOutputTokens: tokensForLabel,
    }),
    ...settings,
  };
}
