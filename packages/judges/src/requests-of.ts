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

/** How a criterion is to be answered: the last words of the prompt, and the schema where the model is held to it. */
interface AnswerAsked {
  readonly form: string;
  readonly output?: NonNullable<ModelRequest['output']>;
}

interface KnownAnswer {
  readonly elicitation: Elicitation;
  readonly jsonSchema: boolean;
  readonly asked: AnswerAsked;
}

/** One for all items of a judge: those who look at its schema know it again. */
const knownAnswers = new WeakMap<Criterion, KnownAnswer>();

function answerOf(criterion: Criterion, elicitation: Elicitation, jsonSchema: boolean): AnswerAsked {
  const known = knownAnswers.get(criterion);
  if (known?.elicitation === elicitation && known.jsonSchema === jsonSchema) return known.asked;
  const answers = answerSetOf(criterion, elicitation);
  const constrained = elicitation.name === 'json' && jsonSchema;
  const form = answerForm(answers, elicitation, constrained);
  const asked: AnswerAsked = constrained
    ? { form, output: { kind: 'json', name: 'verdict', schema: verdictSchema(answers, elicitation.reasons) } }
    : { form };
  knownAnswers.set(criterion, { elicitation, jsonSchema, asked });
  return asked;
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
  const { form, output } = answerOf(criterion, elicitation, abilities.jsonSchema);
  const messages = protocol.messages({ definition, criterion, item, showing, answerForm: form });
  return {
    messages,
    ...(output && { output }),
    ...(elicitation.name === 'label-logprobs' && {
      topLogprobs: Math.min(20, abilities.topLogprobs),
      maxOutputTokens: tokensForLabel,
    }),
    ...settings,
  };
}
