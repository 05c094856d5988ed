import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { FromWorker, ToWorker } from './answer-parts.ts';
import type { BootstrapPart, BootstrapTask, PartResult } from './bootstrap-task.ts';

/** Threads that bootstraps share. They start when first needed, and an idle pool does not keep the process alive. */
export type WorkerPool = {
  readonly workers: number;
  /** Stops the threads; what still runs is rejected. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

type RunOptions = {
  signal?: AbortSignal | undefined;
  /** Called after each part, with its number. */
  onPart?: ((number: number) => void) | undefined;
};

/** The pool as the functions of this folder see it. */
export type RunningPool = WorkerPool & {
  run(task: BootstrapTask, parts: readonly BootstrapPart[], options: RunOptions): Promise<PartResult[]>;
};

// The built worker stands beside the built entry as the source does beside the source.
const program = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

type Lane = { worker: Worker; fail: ((error: Error) => void) | null };

/**
 * A pool of worker threads for the parallel functions, to be used for several calls and then closed.
 *
 * One job runs at a time on all threads; others wait. Without a pool each call starts threads of its own and stops them.
 *
 * @param options `workers`: how many threads, default as many as there are cores
 * @throws RangeError unless `workers` is a positive whole number
 * @example
 * await using pool = workerPool();
 * await parallelBootstrapMean(scores, { random: seededRandom(1), pool });
 * @see https://github.com/assize/assize/blob/main/docs/stats/parallel.md
 */
export function workerPool({ workers }: { workers?: number | undefined } = {}): WorkerPool {
  return startPool(workers);
}

const running = new WeakMap<WorkerPool, RunningPool>();

/** The running side of a pool that a caller hands in. */
export function runningPool(pool: WorkerPool): RunningPool {
  const found = running.get(pool);
  if (!found) throw new RangeError('pool must come from workerPool');
  return found;
}

export function startPool(workers: number = availableParallelism()): RunningPool {
  if (!Number.isSafeInteger(workers) || workers < 1) {
    throw new RangeError(`workers must be a positive whole number, found ${workers}`);
  }
  const lanes = new Set<Lane>();
  const stopping = new Set<Promise<unknown>>();
  let jobs = 0;
  let closed = false;
  let turn: Promise<unknown> = Promise.resolve();

  const stop = (lane: Lane): void => {
    lanes.delete(lane);
    const stopped = lane.worker.terminate().finally(() => stopping.delete(stopped));
    stopping.add(stopped);
  };

  const open = (): Lane => {
    const worker = new Worker(program);
    const lane: Lane = { worker, fail: null };
    worker.unref();
    worker.on('error', (error) => {
      lanes.delete(lane);
      lane.fail?.(error instanceof Error ? error : new Error(String(error)));
    });
    worker.on('exit', (code) => {
      lanes.delete(lane);
      lane.fail?.(new Error(`a worker stopped with exit code ${code}`));
    });
    lanes.add(lane);
    return lane;
  };

  /** One job on all lanes: each takes the next part when it has done one. On failure the busy lanes are stopped. */
  const runNow = (task: BootstrapTask, parts: readonly BootstrapPart[], { signal, onPart }: RunOptions) => {
    const job = jobs++;
    while (lanes.size < Math.min(workers, parts.length)) open();
    const used = [...lanes].slice(0, parts.length);
    const results: PartResult[] = [];
    return new Promise<PartResult[]>((resolve, reject) => {
      let next = 0;
      let left = parts.length;
      const finish = (): void => {
        signal?.removeEventListener('abort', abort);
        for (const { worker } of used) worker.removeAllListeners('message');
        for (const lane of used) lane.fail = null;
      };
      const fail = (error: unknown): void => {
        finish();
        for (const lane of used) stop(lane);
        // eslint-disable-next-line typescript/prefer-promise-reject-errors -- an abort rejects with the caller's own reason
        reject(error);
      };
      const abort = (): void => fail(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });

      const send = (worker: Worker): void => {
        if (next >= parts.length) return;
        const number = next++;
        worker.postMessage({ type: 'part', job, number, part: parts[number]! } satisfies ToWorker, []);
      };
      for (const lane of used) {
        const { worker } = lane;
        lane.fail = fail;
        worker.ref();
        worker.on('message', (message: FromWorker) => {
          if (message.job !== job) return;
          if (message.type === 'error') {
            fail(message.error);
            return;
          }
          results[message.number] = message.result;
          left--;
          send(worker);
          try {
            onPart?.(message.number);
          } catch (error) {
            fail(error);
            return;
          }
          if (left > 0) return;
          finish();
          for (const { worker: idle } of used) {
            idle.postMessage({ type: 'done', job } satisfies ToWorker, []);
            idle.unref();
          }
          resolve(results);
        });
        worker.postMessage({ type: 'task', job, task } satisfies ToWorker, []);
        send(worker);
      }
    });
  };

  const close = async (): Promise<void> => {
    closed = true;
    for (const lane of lanes) {
      lane.fail?.(new Error('the pool was closed'));
      stop(lane);
    }
    await Promise.all(stopping);
  };

  const pool: RunningPool = {
    workers,
    close,
    [Symbol.asyncDispose]: close,
    async run(task, parts, options) {
      options.signal?.throwIfAborted();
      const before = turn;
      const { promise, resolve } = Promise.withResolvers<void>();
      turn = promise;
      try {
        await untilAborted(before, options.signal);
        if (closed) throw new Error('the pool is closed');
        return await runNow(task, parts, options);
      } finally {
        // Who waited behind this job waits for those before it too.
        void before.finally(resolve);
      }
    },
  };
  running.set(pool, pool);
  return pool;
}

async function untilAborted(before: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) {
    await before;
    return;
  }
  const { promise, reject } = Promise.withResolvers<never>();
  // eslint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([before, promise]);
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
