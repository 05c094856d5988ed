export { type CacheOption, cachePolicy, type CachePolicy, cacheSchema } from './cache/cache-policy.ts';
export { budgetSchema, type BudgetLimits, budgetSpent } from './money/budget.ts';
export type { HedgeOptions } from './calls/hedged-attempts.ts';
export { hedgeLost } from './calls/race.ts';
export { malformedReply, noPrice } from './calls/journaled-attempts.ts';
export { badRating } from './run/assignment.ts';
export { modelDrift } from './calls/model-drift.ts';
export { ratingTimeout } from './run/rating-deadline.ts';
export { type Clock, systemClock } from './pacing/clock.ts';
export { type BatchSettings, batchSettingsSchema } from './batch/batch-settings.ts';
export { type Config, configSchema, defineConfig } from './config/config.ts';
export { diskFull, journalFailed, readOnly } from './journal/disk-error.ts';
export { folderStore, noRun } from './journal/folder-store.ts';
export { journalDamaged, journalTooNew } from './journal/journal-scan.ts';
export { type Backup, backupExists, backupStore } from './journal/backup-store.ts';
export type { ErasedRequest } from './journal/erase-plan.ts';
export {
  type ErasedRun,
  type EraseOptions,
  eraseSubject,
  type Erasure,
  nothingToErase,
} from './journal/erase-subject.ts';
export { type Repair, repairLoses, type RepairOptions, repairRun } from './journal/repair-run.ts';
export { type CheckOptions, type Damage, type RunCheck, verifyRun, verifyStore } from './journal/verify-run.ts';
export { badRunName } from './journal/run-names.ts';
export { indexTooNew } from './journal/run-index.ts';
export { linkedFolder, networkFolder } from './journal/store-folder.ts';
export type { FolderStoreOptions } from './journal/store-options.ts';
export { erasedItem } from './journal/tombstones.ts';
export type { FileSystem } from './journal/file-system.ts';
export type { Durability } from './journal/journal-writer.ts';
export {
  badConfig,
  configSyntax,
  configThrew,
  findConfig,
  loadConfig,
  type LoadedConfig,
  noConfig,
} from './config/load-config.ts';
export {
  type Billing,
  costBound,
  costOf,
  type Price,
  priceOf,
  type Prices,
  priceSchema,
  pricesSchema,
  usageBound,
} from './money/price.ts';
export {
  type AskedOfItem,
  assumedBytesPerToken,
  assumedOutputShare,
  type CostEstimate,
  type CostOutlook,
  estimateCost,
  type Expected,
  together,
} from './money/cost-estimate.ts';
export { type EarlierItem, type EarlierRater, earlierUsage } from './money/earlier-usage.ts';
export { itemSample } from './money/item-sample.ts';
export { PriceBook } from './money/price-book.ts';
export { listPriceOf, listPrices, type PriceEntry, type PriceTable, priceTableSchema } from './money/price-table.ts';
export { emptyRun, readRun, type RunReading } from './run/read-run.ts';
export { badModelId, badProvider, noProvider, resolveModel, type ResolveModelOptions } from './config/resolve-model.ts';
export { resultDigest } from './run/result-digest.ts';
export { type LaneLimits, laneLimitsSchema, type Limits, limitsOf, limitsSchema } from './pacing/lane-limits.ts';
export { modelDown } from './pacing/pacer.ts';
export type { RetryOptions } from './pacing/retry-policy.ts';
export { readRunPage } from './run/run-page.ts';
export {
  type Eta,
  type LaneProgress,
  ProgressFold,
  type RunProgress,
  runProgress,
  type TimedEvent,
} from './run/run-progress.ts';
export { runLogLine } from './run/run-log.ts';
export { runFault } from './run/run-fault.ts';
export { interrupted } from './run/run-halt.ts';
export type { ModelLedger, RunLedger, UnknownCall } from './money/run-ledger.ts';
export { runLocked } from './journal/run-lock.ts';
export { duplicateItem, duplicateRater, type RunPlan } from './run/run-plan.ts';
export type { RunSummary } from './run/run-summary.ts';
export { handleSignals } from './run/signals.ts';
export { sqliteTooOld } from './journal/sqlite.ts';
export { badOption } from './run/bad-option.ts';
export { type Run, type RunOptions, startRun } from './run/start-run.ts';
