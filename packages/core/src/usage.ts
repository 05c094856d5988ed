import { z } from 'zod';

const count = z.number().int().nonnegative();

/** Tokens as billed, in one convention for all providers: `inputTokens` includes cached ones, `outputTokens` reasoning. */
export const usageSchema = z.strictObject({
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: count.exactOptional(),
  cacheWriteTokens: count.exactOptional(),
  reasoningTokens: count.exactOptional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** An amount of money. */
export const moneySchema = z.strictObject({ amount: z.number().nonnegative(), currency: z.literal('USD') });
export type Money = z.infer<typeof moneySchema>;
