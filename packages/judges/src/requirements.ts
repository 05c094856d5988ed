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
 * @throws judge/needs-logprobs
 */
export function checkAbilities(definition: JudgeDefinition, abilities: Abilities): void {
  const { logprobs, topLogprobs, model } = requirements(definition);
  if (!logprobs) return;
  const offered = abilities.logprobs ? abilities.topLogprobs : 0;
  if (offered < topLogprobs) throw needsLogprobs({ judge: definition.id, model, needed: topLogprobs, offered });
}
