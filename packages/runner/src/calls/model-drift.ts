import { defineError } from '@assize/core';

export const modelDrift = defineError(
  'runner/model-drift',
  (facts: { model: string; first: string; served: string }) => ({
    message: `${facts.model}: replies now come from ${facts.served}; the run began with ${facts.first}`,
    hint: 'Ratings of two models are in one run: each says which served it. Name a dated version of the model, or begin a new run.',
  }),
);

/** Another model than the first one answered. */
export interface Drift {
  readonly error: ReturnType<typeof modelDrift>;
  /** Whether this name answers for the first time. */
  readonly isNews: boolean;
}

/** Watches which models serve a run: the first that answers for a model pins it. */
export class ServedModels {
  readonly #served = new Map<string, Set<string>>();

  /** Notes who served a reply. */
  note(model: string, served: string | undefined): Drift | undefined {
    if (served === undefined) return undefined;
    const names = this.#served.get(model) ?? new Set<string>();
    const isNews = !names.has(served);
    this.#served.set(model, names.add(served));
    const [first = served] = names;
    return first === served ? undefined : { error: modelDrift({ model, first, served }), isNews };
  }
}
