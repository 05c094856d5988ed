import { z } from 'zod';

import { criterionSchema } from './criterion.ts';
import { estimateSchema, undeterminedSchema } from './estimate.ts';
import { findingSchema } from './finding.ts';
import { judgeDefinitionSchema } from './judge-definition.ts';
import { unratedPolicies } from './rating.ts';

const count = z.number().int().nonnegative();

/** What a judge may be used for, as one page of plain data: `assize trial --json` prints exactly this. */
export const judgeCardSchema = z.strictObject({
  contract: z.literal(1),
  judge: z.strictObject({
    rater: z.string(),
    definition: judgeDefinitionSchema.exactOptional(),
    /** Models that really answered. */
    served: z.array(z.string()).exactOptional(),
    /** `null` for a judge that is known by its ratings alone. */
    fingerprint: z.string().nullable(),
  }),
  dataset: z.strictObject({
    name: z.string(),
    items: count,
    groups: count,
    ratings: count,
    source: z.string().exactOptional(),
    fingerprint: z.string(),
  }),
  profile: z.strictObject({ name: z.string(), version: z.string(), fingerprint: z.string() }),
  fingerprint: z.string(),
  humans: z.array(z.string()),
  criteria: z.array(criterionSchema),
  settings: z.strictObject({
    level: z.number(),
    seed: z.number().int(),
    unrated: z.enum(unratedPolicies),
    replicates: count,
  }),
  verdict: z.enum(['fit', 'fit-with-correction', 'unfit', 'not-enough-evidence', 'broken']),
  reasons: z.array(z.string()).min(1),
  findings: z.array(findingSchema),
  /** The judge's rows by how they ended, over all criteria. */
  unrated: z.strictObject({
    rows: count,
    rated: count,
    abstained: count,
    refused: count,
    unreadable: count,
    failed: count,
    share: z.union([estimateSchema, undeterminedSchema]),
  }),
  versions: z.record(z.string(), z.string()),
});
export type JudgeCard = z.infer<typeof judgeCardSchema>;
export type Verdict = JudgeCard['verdict'];
