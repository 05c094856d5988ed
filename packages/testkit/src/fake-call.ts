import type { FakeScenario } from './fake-scenario.ts';

/** One call and what the fake provider made of it: the witness in tests of what was paid for. */
export interface FakeCall {
  readonly key: string;
  /** How many calls with this key came before. */
  readonly attempt: number;
  readonly scenario: FakeScenario;
  /** A reply was made and sent on its way: a provider bills that. */
  readonly billed: boolean;
}
