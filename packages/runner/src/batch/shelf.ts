/**
 * Which assignments do nothing but wait for batches: all the calls that they have under way lie in one.
 *
 * They hold no place of the run, and when nobody else is at work, what was gathered is all that there is to gather.
 */
export class Shelf {
  readonly #calls = new Map<string, { underWay: number; waiting: number }>();
  #size = 0;
  #changed = (): void => undefined;

  /** Assignments on the shelf. */
  get size(): number {
    return this.#size;
  }

  onChange(callback: () => void): void {
    this.#changed = callback;
  }

  /** A call of an assignment begins. */
  begin(assignment: string): void {
    this.#change(assignment, 1, 0);
  }

  end(assignment: string): void {
    this.#change(assignment, -1, 0);
  }

  /** A call that has begun waits for a batch. */
  shelve(assignment: string): void {
    this.#change(assignment, 0, 1);
  }

  unshelve(assignment: string): void {
    this.#change(assignment, 0, -1);
  }

  #change(assignment: string, underWay: number, waiting: number): void {
    const calls = this.#calls.get(assignment) ?? { underWay: 0, waiting: 0 };
    const before = isShelved(calls);
    calls.underWay += underWay;
    calls.waiting += waiting;
    if (calls.underWay === 0) this.#calls.delete(assignment);
    else this.#calls.set(assignment, calls);
    this.#size += Number(isShelved(calls)) - Number(before);
    this.#changed();
  }
}

function isShelved({ underWay, waiting }: { underWay: number; waiting: number }): boolean {
  return underWay > 0 && underWay === waiting;
}
