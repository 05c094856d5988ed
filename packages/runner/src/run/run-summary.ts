import type { RunReason } from '@assize/core';

import type { RunLedger } from '../money/run-ledger.ts';

/** How a session of a run ended, and the books of the run over all its sessions. */
export interface RunSummary {
  readonly run: string;
  /** Only `done` means that every assignment has its ratings. */
  readonly reason: RunReason;
  /** What stopped it, where something did. */
  readonly fault?: Error;
  readonly assignments: {
    /** `null` when the data set was not read to its end and does not say its size. */
    readonly planned: number | null;
    /** With ratings, failed ones included. */
    readonly finished: number;
    /** Finished in an earlier session. */
    readonly kept: number;
  };
  readonly ledger: RunLedger;
}
