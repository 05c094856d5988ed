import type { Dataset, Model, Rater } from '@assize/core';
import { startRun } from '@assize/runner';
import { traceRun } from '@assize/trace-otel';

/** Runs raters over a data set with a trace of every call and rating, sent wherever the global tracer provider sends. */
export async function tracedRun(dataset: Dataset, raters: Rater[], models: (id: string) => Model, directory: string) {
  const criteria = raters.flatMap((rater) => rater.criteria);
  const run = startRun({ dataset, raters }, { directory, models, onEvent: traceRun({ criteria }) });
  return run.done;
}
