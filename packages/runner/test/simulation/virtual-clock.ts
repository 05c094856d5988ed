import type { Clock } from '../../src/index.ts';

interface Timer {
  readonly at: number;
  readonly number: number;
  callback: (() => void) | undefined;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that passes only when nothing is left to do: an hour takes as long as its events do. */
export class VirtualClock implements Clock {
  #now = 0;
  #count = 0;
  /** A heap: the first is the next to be due. */
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  date(): string {
    return '2026-01-01T00:00:00.000Z';
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(ms, 0), number: ++this.#count, callback };
    this.#push(timer);
    return () => {
      timer.callback = undefined;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets time pass until the promise settles; rejects when nothing would ever settle it, or after so much time. */
  async until<Value>(promise: Promise<Value>, mostMs: number): Promise<Value> {
    let hasSettled = false;
    const settled = (): void => {
      hasSettled = true;
    };
    promise.then(settled, settled);
    // Opening a run reads a file or two, which takes real time.
    for (let idle = 0; ;) {
      await turn();
      if (hasSettled) return promise;
      const timer = this.#pop();
      if (!timer) {
        idle += 1;
        if (idle > 2000) throw new Error(`nothing is left to happen at ${this.#now} ms`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      idle = 0;
      if (!timer.callback) continue;
      if (timer.at > mostMs) throw new Error(`not done after ${mostMs} ms`);
      this.#now = timer.at;
      timer.callback();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let place = heap.push(timer) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#timers;
    while (heap.length > 0) {
      const first = heap[0]!;
      const last = heap.pop()!;
      if (heap.length > 0) {
        let place = 0;
        for (;;) {
          let child = 2 * place + 1;
          if (child >= heap.length) break;
          if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
          if (!isBefore(heap[child]!, last)) break;
          heap[place] = heap[child]!;
          place = child;
        }
        heap[place] = last;
      }
      if (first.callback) return first;
    }
    return undefined;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.number < other.number);
}
