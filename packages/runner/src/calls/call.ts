import type {
  AssizeError,
  FaultFacts,
  Model,
  ModelReply,
  ModelRequest,
  Money,
  ReplySource,
  RunEvent,
} from '@assize/core';

import { runFault } from '../run/run-fault.ts';

/** One question of an assignment. */
export interface Call {
  readonly assignment: string;
  readonly item: string;
  readonly rater: string;
  readonly model: Model;
  readonly request: ModelRequest;
  readonly sample: number;
  /** What the assignment has been answered since the run was opened, by the key of the call; each new answer is added. */
  readonly answers: Map<string, Answer>;
}

export interface Answer {
  readonly reply: ModelReply;
  readonly from: ReplySource;
  readonly latencyMs: number;
  readonly cost: Money | null;
}

/** An attempt that ended with a fault of the provider's. */
export interface Failed {
  readonly fault: AssizeError<FaultFacts>;
}

/** What an event says of the call that it is about. */
export function named({ item, rater, model }: Call, call: string) {
  return { call, item, rater, model: model.id };
}

/** The end of a call that brought no reply. */
export function callFailed(
  call: Call,
  key: string,
  attempts: number,
  latencyMs: number,
  fault: AssizeError<FaultFacts>,
): RunEvent {
  return {
    type: 'call-end',
    ...named(call, key),
    outcome: 'failed',
    from: 'model',
    attempts,
    latencyMs,
    cost: null,
    fault: runFault(fault),
  };
}
