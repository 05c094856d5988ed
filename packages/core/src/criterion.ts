import { z } from 'zod';

import { scaleSchema } from './scale.ts';

/** One question that raters answer, and the scale on which they answer it. */
export const criterionSchema = z.strictObject({
  id: z.string().min(1),
  question: z.string(),
  scale: scaleSchema,
  /** What each level means, by the level as text. */
  anchors: z.record(z.string(), z.string()).exactOptional(),
  higherIsBetter: z.boolean(),
});
export type Criterion = z.infer<typeof criterionSchema>;
