/**
 * What comes in batches, one at a time, as an async generator would give it.
 *
 * Within a batch nothing waits but the reader's own `await`: a `yield` of a generator waits three times, which costs
 * as much as reading a line. Closing the generator closes the batches.
 */
export function oneByOne<Value extends object>(
  batches: AsyncGenerator<readonly Value[], void, undefined>,
): AsyncGenerator<Value, void, undefined> {
  let batch: readonly Value[] = [];
  let at = 0;
  /** The call of `next` that waits for a batch: those that do not wait for each other are answered in their order. */
  let waiting: Promise<unknown> | undefined;

  const values: AsyncGenerator<Value, void, undefined> = {
    next() {
      const value = waiting ? undefined : batch[at];
      if (value === undefined) return queued();
      at++;
      return Promise.resolve({ value, done: false });
    },
    async return() {
      batch = [];
      await batches.return();
      batch = [];
      return { value: undefined, done: true };
    },
    async throw(error) {
      await values.return();
      throw error;
    },
    async [Symbol.asyncDispose]() {
      await values.return();
    },
    [Symbol.asyncIterator]: () => values,
  };
  return values;

  function queued(): Promise<IteratorResult<Value, void>> {
    const result = waiting ? waiting.then(take, take) : take();
    const settle = (): void => {
      if (waiting === result) waiting = undefined;
    };
    waiting = result;
    result.then(settle, settle);
    return result;
  }

  async function take(): Promise<IteratorResult<Value, void>> {
    for (;;) {
      const value = batch[at++];
      if (value !== undefined) return { value, done: false };
      const next = await batches.next();
      if (next.done) return { value: undefined, done: true };
      batch = next.value;
      at = 0;
    }
  }
}
