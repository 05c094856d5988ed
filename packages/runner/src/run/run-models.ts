import type { Model } from '@assize/core';

/** The models of a run by id, each made once: at its opening, or when a rater first asks for it. */
export class RunModels {
  readonly #make: (id: string) => Model | Promise<Model>;
  readonly #made = new Map<string, Model | Promise<Model>>();

  constructor(make: (id: string) => Model | Promise<Model>) {
    this.#make = make;
  }

  async load(id: string): Promise<Model> {
    const model = await this.#make(id);
    this.#made.set(id, model);
    return model;
  }

  /** A promise while it is being loaded; one that could not be is tried again by the next who asks. */
  get(id: string): Model | Promise<Model> {
    let model = this.#made.get(id);
    if (!model) {
      model = this.#make(id);
      this.#made.set(id, model);
      if (model instanceof Promise) {
        model.then(
          (made) => this.#made.set(id, made),
          () => this.#made.delete(id),
        );
      }
    }
    return model;
  }
}
