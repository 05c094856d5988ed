export { budgetSchema, type BudgetLimits } from './budget.ts';
export { malformedReply, noPrice } from './journaled-attempts.ts';
export { badRating } from './assignment.ts';
export { type Clock, systemClock } from './clock.ts';
export { type Config, configSchema, defineConfig } from './config.ts';
export { diskFull, journalFailed, readOnly } from './disk-error.ts';
export { badRunName, folderStore, type FolderStoreOptions, noRun } from './folder-store.ts';
export { journalDamaged, journalTooNew } from './journal-scan.ts';
export type { Durability } from './journal-writer.ts';
export {
  badConfig,
  configSyntax,
  configThrew,
  findConfig,
  loadConfig,
  type LoadedConfig,
  noConfig,
} from './load-config.ts';
export { costBound, costOf, type Price, priceOf, type Prices, priceSchema, pricesSchema, usageBound } from './price.ts';
export { emptyRun, readRun, type RunReading } from './read-run.ts';
export { badModelId, badProvider, noProvider, resolveModel, type ResolveModelOptions } from './resolve-model.ts';
export { resultDigest } from './result-digest.ts';
export type { RetryOptions } from './retry-policy.ts';
export { runFault } from './run-fault.ts';
export { interrupted } from './run-halt.ts';
export type { ModelLedger, RunLedger, UnknownCall } from './run-ledger.ts';
export { runLocked } from './run-lock.ts';
export { duplicateItem, duplicateRater, type RunPlan } from './run-plan.ts';
export type { RunSummary } from './run-summary.ts';
export { handleSignals } from './signals.ts';
export { sqliteTooOld } from './sqlite.ts';
export { badOption, type Run, type RunOptions, startRun } from './start-run.ts';
