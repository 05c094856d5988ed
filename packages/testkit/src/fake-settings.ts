import type { FakeBatchSettings } from './fake-batch-settings.ts';
import type { FakeScenario } from './fake-scenario.ts';

/** A share of attempts that go wrong in one way. */
export interface FakeFault {
  readonly scenario: FakeScenario;
  /** Of all attempts, between 0 and 1. */
  readonly share: number;
  /** Whether a question that fails once fails at every attempt. Default false: a retry may heal it. */
  readonly sticky?: boolean;
}

/** How the fake provider behaves, as plain data: so a child process can be told the same. */
export interface FakeProviderSettings {
  /** Time from the end of the question to the answer, in milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** Added to the latency, between 0 and this, by the question's hash. Default 0. */
  readonly jitterMs?: number;
  /** Decides answers, probabilities and faults. Default 1. */
  readonly seed?: number;
  /** What the first calls meet, in order of arrival; later calls succeed. */
  readonly script?: readonly FakeScenario[];
  /** Faults as a pure function of seed, question and attempt: the same whatever the order of arrival. */
  readonly faults?: readonly FakeFault[];
  /** From the reply with this number on, counted from 0, replies say that another model gave them. */
  readonly drift?: { readonly after: number; readonly served: string };
  /** What every call meets in the first `ms` milliseconds after the first one, before `script` and `faults` are asked. */
  readonly storm?: { readonly scenario: FakeScenario; readonly ms: number };
  /** How batches behave. */
  readonly batches?: FakeBatchSettings;
  /** The port; default 0, any free one. */
  readonly port?: number;
}
