import { z } from 'zod';

import { estimateSchema, undeterminedSchema } from './estimate.ts';

const answer = z.union([estimateSchema, undeterminedSchema]);

/** One item that shows what a finding means. */
export const evidenceRowSchema = z.strictObject({
  item: z.string(),
  note: z.string(),
  /** What each rater said of it, as people read it. */
  ratings: z.record(z.string(), z.string()).exactOptional(),
});
export type EvidenceRow = z.infer<typeof evidenceRowSchema>;

/** What the estimate is held against. Chosen before the data are seen: it comes from the profile. */
export const thresholdSchema = z.strictObject({
  /** `low`: a low value is bad. `high`: a high value is bad. `both`: far from 0 is bad. */
  bad: z.enum(['low', 'high', 'both']),
  warn: z.number(),
  fail: z.number(),
});
export type Threshold = z.infer<typeof thresholdSchema>;

export const measureSchema = z.strictObject({
  statistic: z.string(),
  /** What it is about: a person, a facet, a policy, a cell of a table. */
  about: z.record(z.string(), z.string()).exactOptional(),
  estimate: answer,
});
export type Measure = z.infer<typeof measureSchema>;

/** The answer of one examination on one criterion. */
export const findingSchema = z.strictObject({
  examination: z.string(),
  question: z.string(),
  /** `inconclusive` is never shown as a pass. */
  outcome: z.enum(['pass', 'warn', 'fail', 'inconclusive', 'not-applicable']),
  /** 0 blocks, 1 is major, 2 moderate, 3 a note. */
  severity: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  criterion: z.string(),
  /** Names the statistic of `estimate`, which decides; all other figures are measures. */
  statistic: z.string(),
  estimate: answer,
  measures: z.array(measureSchema),
  threshold: thresholdSchema.exactOptional(),
  /** What happened, in one sentence for people. */
  summary: z.string(),
  /** Inconclusive: what would decide it. */
  needs: z.string().exactOptional(),
  evidence: z.array(evidenceRowSchema),
  advice: z.string().exactOptional(),
});
export type Finding = z.infer<typeof findingSchema>;
export type Outcome = Finding['outcome'];
