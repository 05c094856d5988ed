import type { FakeScenario } from './fake-scenario.ts';

/** What can happen to a request in a batch beside what can happen to a call: no attempt, a lost row, a row that comes twice. */
export type FakeRowScenario = FakeScenario | 'expired' | 'cancelled' | 'missing' | 'twice';

/** A share of rows that go wrong in one way. */
export interface FakeBatchFault {
  readonly scenario: FakeRowScenario;
  /** Of all rows, between 0 and 1. */
  readonly share: number;
  /** Whether a question that fails once fails in every batch. Default false. */
  readonly sticky?: boolean;
}

/** How the fake provider's batches behave, as plain data. */
export interface FakeBatchSettings {
  /** How often a batch must be looked at before it has ended. Default 1. */
  readonly looks?: number;
  /** Faults as a pure function of seed, question and attempt. */
  readonly faults?: readonly FakeBatchFault[];
  /** Rows in each result that nobody asked for. Default 0. */
  readonly strangers?: number;
  /** Results are no longer there when they are asked for. */
  readonly resultsGone?: boolean;
  /** So many batches are refused as a whole at first, as when too many tokens wait. OpenAI alone does that. */
  readonly refused?: number;
}
