import {
  aggregationSchema,
  criterionSchema,
  elicitationSchema,
  type JudgeDefinition,
  judgeDefinitionSchema,
  modelSettingsSchema,
  protocolSchema,
} from '@assize/core';
import { z } from 'zod';

import { badDefinition } from './judge-errors.ts';

/** Left out in a draft: the higher level is the better one. */
const criterionDraft = criterionSchema.extend({ higherIsBetter: z.boolean().default(true) });

/**
 * A judge as people write it. Left out: the mode and protocol follow from the scales (preference: pairwise, in both
 * orders), the elicitation is JSON with reasons before the verdict, orders are averaged and each question is asked once.
 * Protocol, elicitation and model may be names alone.
 */
export const judgeDraftSchema = z.strictObject({
  contract: z.literal(1).default(1),
  id: z.string().min(1),
  mode: judgeDefinitionSchema.shape.mode.exactOptional(),
  criteria: z.array(criterionDraft).min(1),
  protocol: z
    .union([
      z
        .string()
        .min(1)
        .transform((name) => ({ name })),
      protocolSchema,
    ])
    .exactOptional(),
  elicitation: z
    .union([z.enum(['json', 'label-logprobs']).transform((name) => ({ name })), elicitationSchema])
    .exactOptional(),
  aggregation: z
    .strictObject({
      orders: aggregationSchema.shape.orders.default('mean'),
      samples: aggregationSchema.shape.samples.default(1),
    })
    .exactOptional(),
  model: z.union([
    z
      .string()
      .min(1)
      .transform((id) => ({ id })),
    modelSettingsSchema,
  ]),
});
export type JudgeDraft = z.input<typeof judgeDraftSchema>;

/**
 * The definition that a draft stands for, with every default written out: the same judge written short or long is the
 * same definition and has the same fingerprint.
 *
 * @throws judge/bad-definition with the field and what is wrong with it.
 */
export function definitionOf(draft: unknown): JudgeDefinition {
  const parsed = judgeDraftSchema.safeParse(draft);
  if (!parsed.success) throw badDefinition(whatIsWrong(draft, parsed.error), { cause: parsed.error });
  const { contract, id, criteria, model, aggregation = { orders: 'mean', samples: 1 } } = parsed.data;
  const preferences = criteria.every(({ scale }) => scale.kind === 'preference');
  const mode = parsed.data.mode ?? (preferences ? 'pairwise' : 'pointwise');
  const protocol = parsed.data.protocol ?? { name: mode };
  const elicitation = parsed.data.elicitation ?? { name: 'json' };
  return {
    contract,
    id,
    mode,
    criteria,
    protocol: mode === 'pairwise' ? { orders: 'both', ...protocol } : protocol,
    elicitation: elicitation.name === 'json' ? { reasons: 'before', ...elicitation } : elicitation,
    aggregation,
    model,
  };
}

function whatIsWrong(draft: unknown, error: z.ZodError): { judge: string; field: string; problem: string } {
  const named = typeof draft === 'object' && draft !== null && 'id' in draft ? draft.id : undefined;
  const [issue] = error.issues;
  return {
    judge: typeof named === 'string' && named !== '' ? named : '(no id)',
    field: issue?.path.map(String).join('.') || 'definition',
    problem: issue?.message ?? 'is not a judge definition',
  };
}
