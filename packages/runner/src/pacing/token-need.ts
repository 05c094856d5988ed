import type { Usage } from '@assize/core';

const memory = 20;

/**
 * What a request will probably use, learned from what earlier ones used of their bounds.
 *
 * The bound of a request is a token per byte and all the output that it may have: safe for money, but several times too
 * high for pacing. It stands until the first reply; then the mean of the last 20 or so counts.
 */
export class TokenNeed {
  #replies = 0;
  #inputShare = 1;
  #outputTokens = 0;

  estimate({ inputTokens, outputTokens }: Usage): Usage {
    if (this.#replies === 0) return { inputTokens, outputTokens };
    return {
      inputTokens: inputTokens * this.#inputShare,
      outputTokens: Math.min(outputTokens, this.#outputTokens),
    };
  }

  learn(bound: Usage, usage: Usage): void {
    this.#replies += 1;
    const weight = 1 / Math.min(this.#replies, memory);
    this.#inputShare += (usage.inputTokens / bound.inputTokens - this.#inputShare) * weight;
    this.#outputTokens += (usage.outputTokens - this.#outputTokens) * weight;
  }
}
