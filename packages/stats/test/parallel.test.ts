import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bootstrapMean, clusterBootstrap, normalQuantile, seededRandom } from '../src/index.ts';
import { parallelBootstrapMean, parallelClusterBootstrap, workerPool } from '../src/parallel/index.ts';
import { meanOfRows, sometimes } from './fixtures/row-statistics.ts';

const module = new URL('fixtures/row-statistics.ts', import.meta.url);
const random = () => seededRandom('parallel');
const source = seededRandom('values');
const reals = Float64Array.from({ length: 3000 }, () => normalQuantile(source.next() || 0.5));
const few = Float64Array.from({ length: 400 }, () => Math.floor(5 * source.next()));
const documents = Uint32Array.from({ length: 300 }, (_, row) => Math.floor(row / 3));
const scores = Float64Array.from({ length: 300 }, () => source.next());

const pool = workerPool({ workers: 2 });
afterAll(() => pool.close());

describe('the result has the bits of the serial function', () => {
  test.each([1, 2, 3])('for a mean of real numbers on %d threads', async (workers) => {
    for (const method of ['percentile', 'bca'] as const) {
      const options = { random: random(), replicates: 301, method };
      expect(await parallelBootstrapMean(reals, { ...options, workers })).toEqual(bootstrapMean(reals, options));
    }
  });

  test('for means of clusters, of few values, with values missing and of few clusters', async () => {
    const missing = reals.map((value, i) => (i % 7 === 0 ? NaN : value));
    const thirds = Uint32Array.from(reals, (_, i) => Math.floor(i / 3));
    const sixths = few.map((_, i) => i % 6);
    for (const [values, clusters] of [
      [reals, thirds],
      [few, undefined],
      [missing, undefined],
      [missing, thirds],
      [few, sixths],
    ] as const) {
      const options = { random: random(), replicates: 64, method: 'bca' as const, clusters };
      expect(await parallelBootstrapMean(values, { ...options, pool })).toEqual(bootstrapMean(values, options));
    }
  });

  test.each([1, 2])('for a statistic of a module on %d threads', async (workers) => {
    const statistic = { module, name: 'meanOfRows', data: scores };
    for (const method of ['percentile', 'bca'] as const) {
      const options = { random: random(), replicates: 200, method, level: 0.9 };
      expect(await parallelClusterBootstrap(documents, statistic, { ...options, workers })).toEqual(
        clusterBootstrap(documents, meanOfRows(scores), options),
      );
    }
  });

  test('for replicates that are not defined, for all resamples of few clusters, and for one replicate', async () => {
    const statistic = { module, name: 'sometimes', data: scores };
    const each = Uint32Array.from({ length: 30 }, (_, i) => i);
    const six = each.map((i) => i % 6);
    for (const groups of [each, six]) {
      for (const replicates of [1, 500]) {
        const options = { random: random(), replicates, method: 'bca' as const };
        expect(await parallelClusterBootstrap(groups, statistic, { ...options, pool })).toEqual(
          clusterBootstrap(groups, sometimes(scores), options),
        );
      }
    }
  });

  test('for jobs that share a pool at the same time', async () => {
    const runs = [1, 2, 3].map((seed) =>
      parallelBootstrapMean(reals, { random: seededRandom(seed), replicates: 100, pool }),
    );
    expect(await Promise.all(runs)).toEqual(
      [1, 2, 3].map((seed) => bootstrapMean(reals, { random: seededRandom(seed), replicates: 100 })),
    );
  });
});

test('what cannot be resampled is said without starting a thread', async () => {
  const options = { random: random(), pool };
  const statistic = { module, name: 'meanOfRows', data: scores };
  expect(await parallelBootstrapMean([], options)).toMatchObject({ reason: 'no-data' });
  expect(await parallelBootstrapMean([1, 2, 3], options)).toMatchObject({ reason: 'too-few-clusters', n: 3 });
  expect(await parallelClusterBootstrap([], statistic, options)).toMatchObject({ reason: 'no-data' });
  expect(await parallelClusterBootstrap([1, 1, 2], statistic, options)).toMatchObject({ reason: 'too-few-clusters' });
});

test('progress counts the data, each resample and each cluster left out, once', async () => {
  const seen: { done: number; total: number }[] = [];
  await parallelClusterBootstrap(
    documents,
    { module, name: 'meanOfRows', data: scores },
    { random: random(), replicates: 200, method: 'bca', pool, onProgress: (progress) => seen.push(progress) },
  );
  expect(seen.length).toBeGreaterThan(20);
  expect(seen.every(({ total }) => total === 1 + 200 + 100)).toBe(true);
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
  expect(seen.at(-1)!.done).toBe(301);
});

describe('a fault reaches the caller', () => {
  const run = (name: string, address: URL | string = module) =>
    parallelClusterBootstrap(documents, { module: address, name }, { random: random(), replicates: 50, pool });

  test('an exception in the statistic, with its kind and message', async () => {
    await expect(run('broken')).rejects.toThrow(new TypeError('this statistic is broken'));
    await expect(run('broken')).rejects.toBeInstanceOf(TypeError);
    await expect(run('strange')).rejects.toThrow('not an error');
  });

  test('a value that is not a finite number', async () => {
    await expect(run('infinite')).rejects.toThrow(/finite number or null, found Infinity/);
    await expect(run('words')).rejects.toThrow(/finite number or null, found string/);
  });

  test('a module without the function, a function that makes no statistic, no module', async () => {
    await expect(run('absent')).rejects.toThrow(/has no function called absent/);
    await expect(run('number')).rejects.toThrow(/has no function called number/);
    await expect(run('nothing')).rejects.toThrow(/must return a function of rows, found object/);
    await expect(run('meanOfRows', new URL('fixtures/none.ts', import.meta.url))).rejects.toThrow(/none\.ts/);
  });

  test('an exception in the progress callback', async () => {
    const onProgress = () => {
      throw new Error('no more');
    };
    await expect(parallelBootstrapMean(reals, { random: random(), pool, onProgress })).rejects.toThrow('no more');
  });

  test('and the pool goes on afterwards', async () => {
    const options = { random: random(), replicates: 40 };
    expect(await parallelBootstrapMean(reals, { ...options, pool })).toEqual(bootstrapMean(reals, options));
  });

  test('options that make no sense', async () => {
    expect(() => workerPool({ workers: 0 })).toThrow('workers must be a positive whole number, found 0');
    expect(() => workerPool({ workers: 1.5 })).toThrow(RangeError);
    const options = { random: random(), pool };
    await expect(parallelBootstrapMean(reals, { ...options, workers: 2 })).rejects.toThrow('`pool` or `workers`');
    await expect(parallelBootstrapMean(reals, { ...options, replicates: 0 })).rejects.toThrow('replicates');
    await expect(parallelBootstrapMean(reals, { ...options, level: 1 })).rejects.toThrow('level');
    const foreign = { workers: 1, close: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() };
    await expect(parallelBootstrapMean(reals, { ...options, pool: foreign })).rejects.toThrow('workerPool');
  });
});

describe('an abort', () => {
  const endless = (signal: AbortSignal, used = pool) =>
    parallelClusterBootstrap(documents, { module, name: 'endless' }, { random: random(), signal, pool: used });

  test('before the start starts nothing', async () => {
    await expect(endless(AbortSignal.abort(new Error('early')))).rejects.toThrow('early');
  });

  test('stops a statistic that never ends within 100 ms, with the reason given', async () => {
    const controller = new AbortController();
    const running = endless(controller.signal);
    await new Promise((resolve) => setTimeout(resolve, 40));
    const start = performance.now();
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(performance.now() - start).toBeLessThan(100);
  });

  test('of one that waits for its turn leaves the running one alone', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const running = endless(first.signal);
    const waiting = endless(second.signal);
    second.abort(new Error('second'));
    await expect(waiting).rejects.toThrow('second');
    first.abort(new Error('first'));
    await expect(running).rejects.toThrow('first');
    const options = { random: random(), replicates: 40 };
    expect(await parallelBootstrapMean(reals, { ...options, pool })).toEqual(bootstrapMean(reals, options));
  });

  test('closing the pool rejects what runs and what comes later', async () => {
    let running: Promise<unknown>;
    {
      await using short = workerPool({ workers: 1 });
      running = endless(new AbortController().signal, short);
      running.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect(running).rejects.toThrow('the pool was closed');
    const closed = workerPool({ workers: 1 });
    await closed.close();
    await expect(parallelBootstrapMean(reals, { random: random(), pool: closed })).rejects.toThrow('pool is closed');
  });
});

const built = new URL('../dist/parallel/index.js', import.meta.url);

describe('in plain Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallel-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const script = (entry: string) => `
    import { parallelBootstrapMean, parallelClusterBootstrap } from ${JSON.stringify(entry)};
    let state = 1;
    const next = () => (state = (state * 16807) % 2147483647) / 2147483647;
    const plain = { next, stream: () => plain };
    const values = Float64Array.from({ length: 1500 }, (_, i) => Math.sqrt(i));
    const mean = await parallelBootstrapMean(values, { random: plain, replicates: 50, workers: 2 });
    const statistic = { module: new URL('./last.mjs', import.meta.url), name: 'last', data: values };
    const groups = values.map((_, i) => i >> 2);
    const last = await parallelClusterBootstrap(groups, statistic, { random: plain, replicates: 50, workers: 2 });
    console.log(JSON.stringify([mean, last]));`;
  const run = (entry: URL, flags: string[]): unknown => {
    writeFileSync(join(folder, 'last.mjs'), 'export const last = (values) => (rows) => values[rows.at(-1)];');
    const main = join(folder, 'main.mjs');
    writeFileSync(main, script(entry.href));
    return JSON.parse(execFileSync(process.execPath, [...flags, main], { encoding: 'utf8' }));
  };
  const fromSource = () => run(new URL('../src/parallel/index.ts', import.meta.url), ['--conditions=@assize/source']);

  test('it runs from the source', () => {
    const [mean, last] = fromSource() as { value: number; replicates: number; groups: number }[];
    expect(mean).toMatchObject({ replicates: 50, groups: 1500 });
    expect(last).toMatchObject({ value: Math.sqrt(1499), replicates: 50, groups: 375 });
  });

  test.skipIf(!existsSync(built))('it runs as built, with the same result (skipped until it is built)', () => {
    expect(run(built, [])).toEqual(fromSource());
  });
});
