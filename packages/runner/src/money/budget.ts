import { defineError } from '@assize/core';
import { z } from 'zod';

const limit = z.number().nonnegative();

/**
 * What a run may spend over all its sessions: US dollars, tokens (in and out), requests, and minutes at work.
 *
 * The first three are checked before each call against its upper bound; minutes end the launching of calls, and those in
 * flight are waited for.
 */
export const budgetSchema = z.strictObject({
  usd: limit.exactOptional(),
  tokens: limit.exactOptional(),
  calls: limit.exactOptional(),
  minutes: limit.exactOptional(),
});
export type BudgetLimits = z.infer<typeof budgetSchema>;

export const budgetSpent = defineError(
  'runner/budget-spent',
  (facts: { limit: keyof BudgetLimits; most: number; spent: number }) => ({
    message: `the budget of ${shown(facts.limit, facts.most)} leaves no room for another call: ${shown(facts.limit, facts.spent)} spent`,
    hint: 'Raise the limit and resume the run: what was paid for is kept.',
  }),
);

function shown(name: keyof BudgetLimits, amount: number): string {
  if (name === 'usd') return `$${Number(amount.toPrecision(6))}`;
  return `${Number(amount.toFixed(2))} ${name}`;
}

/** Amounts in the currencies that a call is reserved in. */
export interface Amounts {
  usd: number;
  tokens: number;
  calls: number;
}

const currencies = ['usd', 'tokens', 'calls'] as const;
export type Currency = (typeof currencies)[number];

/**
 * Reserve, then settle: a call begins only when what was spent, what is reserved and its own upper bound fit together.
 *
 * So nothing is overspent while usage stays under its bound; `spent` is read anew each time.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #spent: Readonly<Amounts>;
  readonly #reserved: Amounts = { usd: 0, tokens: 0, calls: 0 };
  #waiting: (() => void)[] = [];

  constructor(limits: BudgetLimits, spent: Readonly<Amounts>) {
    this.#limits = limits;
    this.#spent = spent;
  }

  /**
   * Reserves what a call may use at most, waiting while calls in flight may still turn out cheaper than their bound.
   *
   * @returns the limit that has no room for it, when nothing is reserved; `undefined` when it is.
   */
  async reserve(amounts: Readonly<Amounts>): Promise<Currency | undefined> {
    for (let full = this.#full(amounts); full !== undefined; full = this.#full(amounts)) {
      if (this.#reserved.calls === 0) return full;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    for (const currency of currencies) this.#reserved[currency] += amounts[currency];
    return undefined;
  }

  /** Reserves what a call may use at most where there is room now; returns whether there is. */
  reserveNow(amounts: Readonly<Amounts>): boolean {
    if (this.#full(amounts) !== undefined) return false;
    this.hold(amounts);
    return true;
  }

  /** The limit that has no room for a call at this moment. */
  fullFor(amounts: Readonly<Amounts>): Currency | undefined {
    return this.#full(amounts);
  }

  /** Reserves for what is under way already, whether it fits or not. */
  hold(amounts: Readonly<Amounts>): void {
    for (const currency of currencies) this.#reserved[currency] += amounts[currency];
  }

  /** Whether nothing is reserved: what does not fit now never will. */
  get isIdle(): boolean {
    return this.#reserved.calls === 0;
  }

  /** Gives a reservation back, after what was really spent has been booked. */
  release(amounts: Readonly<Amounts>): void {
    for (const currency of currencies) this.#reserved[currency] -= amounts[currency];
    // Sums of fractions leave dust behind.
    if (this.#reserved.calls === 0) Object.assign(this.#reserved, { usd: 0, tokens: 0 });
    const woken = this.#waiting;
    this.#waiting = [];
    for (const wake of woken) wake();
  }

  /** What a run that stops at this limit says. */
  spentError(currency: Currency): Error {
    return budgetSpent({ limit: currency, most: this.#limits[currency] ?? 0, spent: this.#spent[currency] });
  }

  #full(amounts: Readonly<Amounts>): Currency | undefined {
    return currencies.find((currency) => {
      const most = this.#limits[currency];
      return (
        most !== undefined && this.#spent[currency] + this.#reserved[currency] + amounts[currency] > most * (1 + 1e-12)
      );
    });
  }
}
