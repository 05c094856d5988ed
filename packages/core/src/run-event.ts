import type { Rating } from './rating.ts';
import type { Money, Usage } from './usage.ts';

/** Why a run ended: only `done` means that every assignment has its ratings. All others can be resumed. */
export type RunReason = 'done' | 'budget' | 'drained' | 'aborted' | 'stopped';

/** An error as plain data: what happened and what to do, never a prompt or a reply. */
export interface RunFault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Where a reply came from: asked now, found in the cache, or found in the run's own journal on resume. */
export type ReplySource = 'model' | 'cache' | 'journal';

/**
 * Why calls to a model wait: as many are in flight as it bears, the user's or the provider's limit for a minute is
 * reached, it asks for a pause, it answers too little, retries have used up their share, or it is down.
 */
export type LaneHold = 'concurrency' | 'limits' | 'headers' | 'rate-limited' | 'throttle' | 'retry-budget' | 'circuit';

/** What every event of one call names. */
interface CallEvent {
  /** The call key: the same call has the same key in every resume. */
  readonly call: string;
  readonly item: string;
  readonly rater: string;
  readonly model: string;
}

/** What happens in a run, in plain JSON, named subject then verb: one stream feeds terminal, viewer, files and tests. */
export type RunEvent =
  | {
      readonly type: 'run-start';
      readonly run: string;
      /** `null` when the data set does not say how many items it has. */
      readonly assignments: number | null;
      readonly resumed: boolean;
      /** Calls of earlier sessions that may have been billed and lost. */
      readonly unknown: { readonly calls: number; readonly maxCost: Money | null };
    }
  | (CallEvent & { readonly type: 'call-start'; readonly attempt: number })
  | (CallEvent & {
      readonly type: 'call-retry';
      readonly attempt: number;
      readonly waitMs: number;
      readonly fault: RunFault;
    })
  | (CallEvent & {
      readonly type: 'call-end';
      readonly outcome: 'reply' | 'failed';
      readonly from: ReplySource;
      readonly attempts: number;
      readonly latencyMs: number;
      readonly usage?: Usage;
      /** `null` where the price is unknown. */
      readonly cost: Money | null;
      readonly fault?: RunFault;
    })
  | {
      readonly type: 'rating-end';
      readonly rating: Rating;
      /** `model`: made now; `cache`: made now, of cached replies alone; `journal`: made in an earlier session, or of its replies. */
      readonly from: ReplySource;
    }
  | {
      /** What holds calls to a model back has changed; told at most once a second, an outage at once. */
      readonly type: 'lane';
      readonly model: string;
      /** Requests that may be in flight, as learned so far. */
      readonly limit: number;
      readonly inFlight: number;
      /** Calls that wait for a place; those that wait for another try are not among them. */
      readonly waiting: number;
      /** `null` when nothing does any more. */
      readonly why: LaneHold | null;
    }
  | {
      readonly type: 'batch';
      readonly label: string;
      readonly model: string;
      /** The provider's id; `null` until it has given one. */
      readonly id: string | null;
      readonly state: 'submitted' | 'running' | 'collected' | 'lost' | 'left';
      readonly calls: number;
      /** Calls of it that are finished, as far as the provider says. */
      readonly finished: number;
      /** Calls of it that failed or ran out of time. */
      readonly failed: number;
    }
  | ({ readonly type: 'warning' } & RunFault)
  | {
      readonly type: 'run-end';
      readonly run: string;
      readonly reason: RunReason;
      readonly ratings: number;
      /** `null` where any price is unknown. */
      readonly cost: Money | null;
      readonly fault?: RunFault;
    };
