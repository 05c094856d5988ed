import { type Dataset, fingerprint, type Item } from '@assize/core';

/** The score that is right for an item, from 1 to 5. */
export const rightScore = (index: number): number => 1 + (index % 5);

/** Items whose right score stands in the text, so that a wrong verdict can be told from a lost one. */
export function markedItems(size: number): Dataset {
  const items: Item[] = Array.from({ length: size }, (_, index) => ({
    id: `item-${index}`,
    input: `How well does the response answer question ${index}?`,
    responses: [
      {
        content: `A response of some length, number ${index}, that says [[answer: {"verdict":${rightScore(index)}}]].`,
      },
    ],
  }));
  return {
    contract: 1,
    name: 'marked items',
    fingerprint: fingerprint(items),
    criteria: [],
    size,
    async *items() {
      yield* items;
    },
    async *labels() {
      yield* [];
    },
  };
}

/** The judge of the benchmarks: a score from 1 to 5 as constrained JSON, without reasons. */
export async function markedJudge({ reask = 0 }: { reask?: number } = {}) {
  const { defineJudge } = await import('@assize/judges');
  return defineJudge({
    id: 'score',
    model: { id: 'openai:gpt-4o-mini', maxOutputTokens: 64 },
    elicitation: { name: 'json', reasons: 'none', ...(reask > 0 ? { reask } : {}) },
    criteria: [
      { id: 'score', question: 'How good is the response?', scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] } },
    ],
  });
}
