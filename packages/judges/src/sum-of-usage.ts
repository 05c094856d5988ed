import type { Usage } from '@assize/core';

const parts = ['cachedInputTokens', 'cacheWriteTokens', 'reasoningTokens'] as const;

/** What two replies used together; unknown where either did not say, since a part is a wrong bill. */
export function sumOfUsage(one: Usage | undefined, other: Usage | undefined): Usage | undefined {
  if (!one || !other) return undefined;
  const sum: Usage = {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  };
  for (const part of parts) {
    const [first, second] = [one[part], other[part]];
    if (first !== undefined || second !== undefined) sum[part] = (first ?? 0) + (second ?? 0);
  }
  return sum;
}
