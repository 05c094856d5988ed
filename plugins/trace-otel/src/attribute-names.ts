/**
 * Names of the OpenTelemetry conventions for generative AI (status: development), copied: their package has them only in an
 * entry that may change in any release.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai
 */
export const genAi = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_creation.input_tokens',
  evaluation: 'gen_ai.evaluation.result',
  evaluationName: 'gen_ai.evaluation.name',
  scoreValue: 'gen_ai.evaluation.score.value',
  scoreLabel: 'gen_ai.evaluation.score.label',
  explanation: 'gen_ai.evaluation.explanation',
  errorType: 'error.type',
} as const;

/** Our own, where the conventions have no word. */
export const assize = {
  run: 'assize.run',
  item: 'assize.item',
  rater: 'assize.rater',
  raterFingerprint: 'assize.rater.fingerprint',
  call: 'assize.call',
  attempt: 'assize.attempt',
  waitMs: 'assize.retry.wait_ms',
  cost: 'assize.cost.usd',
  status: 'assize.rating.status',
  sample: 'assize.rating.sample',
  response: 'assize.rating.response',
  order: 'assize.rating.order',
  scoreMin: 'assize.score.min',
  scoreMax: 'assize.score.max',
  reason: 'assize.run.reason',
} as const;
