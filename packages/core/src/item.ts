import { z } from 'zod';

import { contentSchema } from './content.ts';
import { jsonObjectSchema, jsonSchema } from './json.ts';

/** What a system answered. */
export const responseSchema = z.strictObject({
  content: contentSchema,
  /** The system that wrote it: for self-preference and leaderboards, never shown to a judge. */
  system: z.string().exactOptional(),
  metadata: jsonObjectSchema.exactOptional(),
});
export type Response = z.infer<typeof responseSchema>;

/** A retrieved passage: evidence for questions of groundedness. */
export const passageSchema = z.strictObject({
  id: z.string().exactOptional(),
  content: z.string(),
  source: z.string().exactOptional(),
});
export type Passage = z.infer<typeof passageSchema>;

/** A step of an agent: a message, or a tool call with what came back. */
export const stepSchema = z.strictObject({
  kind: z.enum(['message', 'tool-call', 'tool-result']),
  name: z.string().exactOptional(),
  content: jsonSchema,
});
export type Step = z.infer<typeof stepSchema>;

/** One thing to be judged: an input with one response (pointwise), two (pairwise) or more (listwise). */
export const itemSchema = z.strictObject({
  id: z.string().min(1),
  input: contentSchema,
  responses: z.array(responseSchema),
  reference: z.array(contentSchema).exactOptional(),
  passages: z.array(passageSchema).exactOptional(),
  steps: z.array(stepSchema).exactOptional(),
  /** What is not independent: the same prompt, document or conversation. Intervals resample groups, not items. */
  group: z.string().exactOptional(),
  /** Slices to report apart: domain, language, system. */
  facets: z.record(z.string(), z.string()).exactOptional(),
  metadata: jsonObjectSchema.exactOptional(),
});
export type Item = z.infer<typeof itemSchema>;

/** An item as people write it: responses and references may be bare strings, and one reference needs no list. */
export type ItemDraft = Omit<Item, 'responses' | 'reference'> & {
  responses: (string | Response)[];
  reference?: string | Item['reference'];
};

/**
 * Lifts the short forms of an item: `'Paris'` becomes `{ content: 'Paris' }`, a single reference becomes a list.
 *
 * Whatever else is wrong is left for `itemSchema` to name.
 */
export function liftItem(draft: unknown): unknown {
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft)) return draft;
  const lifted: Record<string, unknown> = { ...draft };
  if (Array.isArray(lifted['responses'])) {
    lifted['responses'] = lifted['responses'].map((response: unknown) =>
      typeof response === 'string' ? { content: response } : response,
    );
  }
  if (typeof lifted['reference'] === 'string') lifted['reference'] = [lifted['reference']];
  return lifted;
}
