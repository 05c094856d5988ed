import { defineError } from '@assize/core';

export const hedgeLost = defineError('runner/hedge-lost', (facts: { model: string }) => ({
  message: `${facts.model}: another attempt of the call was answered first`,
  hint: 'None is needed: the call has its reply. This attempt may have been billed.',
}));

/** Two attempts of one call, of which the first to be answered wins. */
export class Race {
  readonly #callbacks = new Set<() => void>();
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** A reply is here. Returns whether it is the first; then the other attempt is given up. */
  win(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    for (const callback of this.#callbacks) callback();
    this.#callbacks.clear();
    return true;
  }

  /** Calls back when the race is over, unless the function that it returns is called first. */
  onOver(callback: () => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }
}
