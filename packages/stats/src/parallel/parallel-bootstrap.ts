import type { BootstrapOptions } from '../resampling/bootstrap.ts';
import { startStates } from '../resampling/replicate-generator.ts';
import { checkReplicates, enumerable, type Resampled } from '../resampling/resampling.ts';
import type { BootstrapPart, BootstrapTask } from './bootstrap-task.ts';
import { runningPool, startPool, type WorkerPool } from './worker-pool.ts';

/** As the serial function, with where to run and how to follow and stop it. */
export type ParallelOptions = BootstrapOptions & {
  /** Threads of this call, default as many as there are cores; not together with `pool`. */
  workers?: number | undefined;
  /** Threads of a pool that was made with `workerPool`. */
  pool?: WorkerPool | undefined;
  /** Stops the threads at once; the call is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called as evaluations of the statistic come in: the data, each resample, and for BCa each cluster left out. */
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
};

/** Resamples a task on several threads. Which thread draws a replicate does not matter: each has its own generator. */
export async function resampleParallel(
  task: BootstrapTask,
  counts: ArrayLike<number>,
  total: number,
  jackknife: boolean,
  options: ParallelOptions,
): Promise<Resampled> {
  const { random, replicates = 2000, signal, onProgress, pool } = options;
  checkReplicates(replicates);
  if (pool && options.workers !== undefined) throw new RangeError('give `pool` or `workers`, not both');
  signal?.throwIfAborted();
  const own = pool ? null : startPool(options.workers);
  const used = own ?? runningPool(pool!);
  try {
    const shares = Math.max(fewestShares, used.workers * sharesOfWorker);
    const parts: BootstrapPart[] = [{ kind: 'original' }];
    if (total <= enumerable) parts.push({ kind: 'all-resamples' });
    else parts.push(...shareReplicates(startStates(random, replicates), shares));
    if (jackknife) parts.push(...shareKinds(counts.length, shares));
    const sizes = parts.map(evaluations);
    const all = sizes.reduce((sum, size) => sum + size, 0);
    let done = 0;
    const onPart = (number: number): void => {
      done += sizes[number]!;
      onProgress?.({ done, total: all });
    };
    const results = await used.run(task, parts, { signal, onPart: onProgress && onPart });
    const joined = (kind: BootstrapPart['kind']): Float64Array => {
      const columns = results.filter((_, i) => parts[i]!.kind === kind).map(({ columns: [column] }) => column!);
      const whole = new Float64Array(columns.reduce((length, column) => length + column.length, 0));
      let end = 0;
      for (const column of columns) {
        whole.set(column, end);
        end += column.length;
      }
      return whole;
    };
    const leftOut = joined('without-one');
    return {
      total,
      original: joined('original'),
      replicates: [joined(total <= enumerable ? 'all-resamples' : 'replicates')],
      ways: results.find(({ ways }) => ways !== null)?.ways ?? null,
      leftOut: jackknife ? [(kind) => leftOut[kind]!] : null,
      counts,
    };
  } finally {
    await own?.close();
  }
}

/** Enough parts that progress moves and that no thread waits long for the last one. */
const fewestShares = 32;
const sharesOfWorker = 8;

function shareReplicates(states: Int32Array, shares: number): BootstrapPart[] {
  const replicates = states.length / 4;
  const size = Math.ceil(replicates / shares);
  const parts: BootstrapPart[] = [];
  for (let from = 0; from < replicates; from += size) {
    parts.push({ kind: 'replicates', states: states.slice(4 * from, 4 * Math.min(from + size, replicates)) });
  }
  return parts;
}

function shareKinds(kinds: number, shares: number): BootstrapPart[] {
  const size = Math.ceil(kinds / shares);
  const parts: BootstrapPart[] = [];
  for (let from = 0; from < kinds; from += size) {
    parts.push({ kind: 'without-one', from, to: Math.min(from + size, kinds) });
  }
  return parts;
}

function evaluations(part: BootstrapPart): number {
  switch (part.kind) {
    case 'replicates':
      return part.states.length / 4;
    case 'without-one':
      return part.to - part.from;
    case 'original':
    case 'all-resamples':
      return 1;
    default:
      return part satisfies never;
  }
}

/** The same numbers where all threads read them, so that none gets a copy. */
export function shared<T extends Float64Array | Uint32Array | Uint8Array>(numbers: T): T {
  const whole = new SharedArrayBuffer(numbers.byteLength);
  new Uint8Array(whole).set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the constructor of a typed array makes its own kind
  return Reflect.construct(numbers.constructor, [whole]) as T;
}
