import { z } from 'zod';

import { messageSchema } from './content.ts';
import { usageSchema } from './usage.ts';

const probability = z.number().min(0).max(1);

/** A question that is answered by a choice, not by words. */
export const decisionQuestionSchema = z.discriminatedUnion('kind', [
  /** Is it so? Answered by the probability that it is. */
  z.strictObject({ kind: z.literal('predicate'), instructions: z.string().min(1) }),
  /** Which of these? */
  z.strictObject({
    kind: z.literal('choice'),
    instructions: z.string().min(1),
    choices: z.array(z.strictObject({ value: z.string().min(1), description: z.string().exactOptional() })).min(2),
  }),
  /** How much, on levels that are named from the lowest to the highest? */
  z.strictObject({
    kind: z.literal('score'),
    instructions: z.string().min(1),
    levels: z.array(z.strictObject({ label: z.string().min(1), description: z.string().exactOptional() })).min(2),
  }),
]);
export type DecisionQuestion = z.infer<typeof decisionQuestionSchema>;

/** Questions about one input, asked in one call. Answers may depend on which others stand beside them. */
export const decisionRequestSchema = z.strictObject({
  messages: z.array(messageSchema).min(1),
  questions: z.array(decisionQuestionSchema).min(1),
});
export type DecisionRequest = z.infer<typeof decisionRequestSchema>;

/** The answer to the question at the same place. Probabilities are the vendor's: uncalibrated until shown otherwise. */
export const decisionAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('predicate'), probability }),
  z.strictObject({
    kind: z.literal('choice'),
    choice: z.string(),
    probabilities: z.array(z.strictObject({ value: z.string(), probability })),
  }),
  z.strictObject({
    kind: z.literal('score'),
    /** The score that the model gives, on the scale of `value`; it may lie between two levels. */
    score: z.number(),
    probabilities: z.array(z.strictObject({ label: z.string(), value: z.number(), probability })),
  }),
  /** The model declined this question; others of the call may have answers. */
  z.strictObject({ kind: z.literal('refused') }),
]);
export type DecisionAnswer = z.infer<typeof decisionAnswerSchema>;

/** What a model decided: one answer for each question, in their order. It gives no reasons. */
export const decisionSchema = z.strictObject({
  answers: z.array(decisionAnswerSchema),
  usage: usageSchema.exactOptional(),
  served: z.string().exactOptional(),
  requestId: z.string().exactOptional(),
});
export type Decision = z.infer<typeof decisionSchema>;
