import type { AssizeError, FaultFacts, Random, RunEvent, RunRecord } from '@assize/core';

import type { Budget } from '../money/budget.ts';
import type { Price } from '../money/price.ts';
import type { LedgerFold } from '../money/run-ledger.ts';
import type { Clock } from '../pacing/clock.ts';
import type { RetryOptions } from '../pacing/retry-policy.ts';
import type { RunHalt } from '../run/run-halt.ts';
import type { BatchSettings } from './batch-settings.ts';
import type { Waiter } from './gathering.ts';

/** A call whose row brought no reply. */
export interface Miss {
  readonly waiter: Waiter;
  readonly fault: AssizeError<FaultFacts>;
  /** The batch was ended by us, because it took too long. */
  readonly cancelled: boolean;
}

export interface WatchOptions {
  readonly fold: LedgerFold;
  readonly halt: RunHalt;
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: Required<RetryOptions>;
  readonly deadlineMs: number;
  readonly epoch: number;
  readonly at: () => number;
  readonly write: (record: RunRecord) => Promise<void>;
  readonly emit: (event: RunEvent) => void;
  readonly price: (asked: string, served?: string) => Price | undefined;
  readonly onModelDrift: 'warn' | 'stop';
  readonly budget: Budget;
  readonly settings: Pick<BatchSettings, 'deadlineMs'> & { readonly pollMs: number };
  readonly waiterOf: (call: string) => Waiter | undefined;
  /** Returns whether the call is tried again, by batch or by itself. */
  readonly missed: (miss: Miss) => boolean;
}
