import { type Abilities, type JudgeDefinition, levelsOf } from '@assize/core';

import { needsLogprobs } from './judge-errors.ts';

/** What a judge needs of its model, known before any call. */
export interface Requirements {
  readonly model: string;
  /** Without them the judge cannot work. */
  readonly logprobs: boolean;
  /** The least number of alternatives with each token: one for every label. 0 when none are read. */
  readonly topLogprobs: number;
  /** Used when the model has it; otherwise the schema stands in the prompt and the reply is checked all the same. */
  readonly prefers: readonly (keyof Abilities)[];
}

/** What a definition needs, so that a plan is refused before money is spent. */
export function requirements({ criteria, elicitation, model }: JudgeDefinition): Requirements {
  const logprobs = elicitation.name === 'label-logprobs';
  const labels = Math.max(...criteria.map(({ scale }) => levelsOf(scale)?.length ?? 0));
  return {
    model: model.id,
    logprobs,
    topLogprobs: logprobs ? labels : 0,
    prefers: [
      ...(elicitation.name === 'json' ? (['jsonSchema'] as const) : []),
      ...(model.temperature === undefined ? [] : (['temperature'] as const)),
      ...(model.seed === undefined ? [] : (['seed'] as const)),
    ],
  };
}

/**
 * Refuses a model that cannot do what a definition needs.
 *
 * @returns what the definition asks for and the model does not take: the judge works without, and its ratings say so.
 * @throws judge/needs-logprobs
 */
export function checkAbilities(definition: JudgeDefinition, abilities: Abilities): readonly (keyof Abilities)[] {
  const { logprobs, topLogprobs, model, prefers } = requirements(definition);
  const offered = abilities.logprobs ? abilities.topLogprobs : 0;
  if (logprobs && offered < topLogprobs) {
    throw needsLogprobs({ judge: definition.id, model, needed: topLogprobs, offered });
  }
  return prefers.filter((ability) => abilities[ability] === false);
}
