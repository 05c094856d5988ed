import { z } from 'zod';

const limit = z.number().nonnegative();

/** What a run may spend over all its sessions, in US dollars, tokens (in and out) and requests. */
export const budgetSchema = z.strictObject({
  usd: limit.exactOptional(),
  tokens: limit.exactOptional(),
  calls: limit.exactOptional(),
});
export type BudgetLimits = z.infer<typeof budgetSchema>;

/** Amounts in the three currencies of a budget. */
export interface Amounts {
  usd: number;
  tokens: number;
  calls: number;
}

const currencies = ['usd', 'tokens', 'calls'] as const;

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
   * @returns whether it fits; when not, nothing is reserved.
   */
  async reserve(amounts: Readonly<Amounts>): Promise<boolean> {
    while (!this.#fits(amounts)) {
      if (this.#reserved.calls === 0) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    for (const currency of currencies) this.#reserved[currency] += amounts[currency];
    return true;
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

  #fits(amounts: Readonly<Amounts>): boolean {
    return currencies.every((currency) => {
      const most = this.#limits[currency];
      return (
        most === undefined || this.#spent[currency] + this.#reserved[currency] + amounts[currency] <= most * (1 + 1e-12)
      );
    });
  }
}
