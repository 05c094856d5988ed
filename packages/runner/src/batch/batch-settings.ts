import { z } from 'zod';

/** How a run uses batches; `{}` takes every default. */
export const batchSettingsSchema = z.strictObject({
  /** The longest time between two looks at a batch, in milliseconds. The first comes after a twelfth of it. Default 60,000. */
  pollMs: z.number().positive().exactOptional(),
  /** After so long under this session, a batch is cancelled and what it lacks goes on as a straggler. No limit by default. */
  deadlineMs: z.number().positive().exactOptional(),
  /** How often a row that brought no reply is put into another batch. Default 2. */
  again: z.number().int().nonnegative().exactOptional(),
  /** What is still missing after that: asked one by one, or a failure. Default `live`. */
  stragglers: z.enum(['live', 'batch']).exactOptional(),
  /** Whether an aborted run cancels its batches; what they have finished is billed all the same. Default false. */
  cancelOnAbort: z.boolean().exactOptional(),
  /** Assignments that wait for batches at one time, at most: each is held in memory. Default 20,000. */
  window: z.number().int().positive().exactOptional(),
});
export type BatchSettings = z.infer<typeof batchSettingsSchema>;

export const batchDefaults = {
  pollMs: 60_000,
  again: 2,
  stragglers: 'live',
  cancelOnAbort: false,
  window: 20_000,
} as const satisfies BatchSettings;
