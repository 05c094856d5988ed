import type { Random, RatingContext } from '@assize/core';

import { type ScriptedModel, scriptedModel } from '@assize/testkit';

export { type ScriptedModel, scriptedModel };

const random: Random = { next: () => 0.5, stream: () => random };

/** What a judge is handed: one model, no chance, a signal that stays quiet. */
export function contextOf(model: ScriptedModel, signal: AbortSignal = new AbortController().signal): RatingContext {
  return { signal, random, model: () => model };
}
