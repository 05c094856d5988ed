import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { answerParts, type ToWorker } from '../src/parallel/answer-parts.ts';
import { type BootstrapPart, type BootstrapTask, prepareTask } from '../src/parallel/bootstrap-task.ts';

// What a worker does, on this thread.

const mean: BootstrapTask = {
  kind: 'mean',
  totals: Float64Array.of(1, 2, 6),
  sizes: null,
  counts: Uint8Array.of(1, 1, 1),
  groups: 3,
};
const rows = (name: string): BootstrapTask => ({
  kind: 'rows',
  of: Uint32Array.of(0, 1, 2),
  count: 3,
  module: new URL('fixtures/row-statistics.ts', import.meta.url).href,
  name,
  data: Float64Array.of(1, 2, 6),
});
const states = Int32Array.from({ length: 12 }, (_, i) => 7919 * (i + 1));
const third = (total: number): number => total / 3;

describe('a part of a mean', () => {
  test('of the data as they are', async () => {
    const work = await prepareTask(mean);
    expect(work({ kind: 'original' })).toEqual({ columns: [Float64Array.of(3)], ways: null });
  });

  test('of clusters of unequal size', async () => {
    const work = await prepareTask({ ...mean, sizes: Float64Array.of(1, 1, 4) });
    expect(work({ kind: 'original' })).toEqual({ columns: [Float64Array.of(1.5)], ways: null });
  });

  test('without one of each kind', async () => {
    const work = await prepareTask({ ...mean, sizes: Float64Array.of(1, 1, 1) });
    expect(work({ kind: 'without-one', from: 0, to: 3 })).toEqual({
      columns: [Float64Array.of(4, 3.5, 1.5)],
      ways: null,
    });
    expect(work({ kind: 'without-one', from: 1, to: 2 }).columns).toEqual([Float64Array.of(3.5)]);
  });

  test('of all resamples, each with the ways to draw it', async () => {
    const work = await prepareTask(mean);
    const { columns, ways } = work({ kind: 'all-resamples' });
    expect(columns[0]).toHaveLength(10);
    expect([...columns[0]!].toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 8, 9, 10, 13, 14, 18].map(third));
    expect([...ways!].reduce((sum, way) => sum + way, 0)).toBe(27);
  });

  test('of replicates: the same again from the same states, in one part or in two', async () => {
    const work = await prepareTask(mean);
    const whole = work({ kind: 'replicates', states });
    expect(whole.ways).toBeNull();
    expect(whole.columns[0]).toHaveLength(3);
    expect(work({ kind: 'replicates', states })).toEqual(whole);
    const first = work({ kind: 'replicates', states: states.slice(0, 4) }).columns[0]!;
    const others = work({ kind: 'replicates', states: states.slice(4) }).columns[0]!;
    expect([...first, ...others]).toEqual([...whole.columns[0]!]);
  });

  test('that is none of them is refused', async () => {
    const work = await prepareTask(mean);
    expect(() => work({ kind: 'other' } as unknown as BootstrapPart)).toThrow(
      new RangeError('unknown part {"kind":"other"}'),
    );
  });
});

describe('a statistic of a module', () => {
  test('has the numbers of the mean', async () => {
    const [ours, theirs] = [await prepareTask(mean), await prepareTask(rows('meanOfRows'))];
    for (const part of [{ kind: 'original' }, { kind: 'all-resamples' }, { kind: 'replicates', states }] as const) {
      expect(theirs(part)).toEqual(ours(part));
    }
  });

  test('is refused where the module has none, makes none or gives no number', async () => {
    const { module } = rows('') as { module: string };
    await expect(prepareTask(rows('absent'))).rejects.toThrow(
      new RangeError(`${module} has no function called absent`),
    );
    await expect(prepareTask(rows('nothing'))).rejects.toThrow(
      new RangeError(`nothing of ${module} must return a function of rows, found object`),
    );
    const words = await prepareTask(rows('words'));
    expect(() => words({ kind: 'original' })).toThrow(
      new RangeError('a statistic must return a finite number or null, found string'),
    );
    const infinite = await prepareTask(rows('infinite'));
    expect(() => infinite({ kind: 'original' })).toThrow(
      new RangeError('a statistic must return a finite number or null, found Infinity'),
    );
  });
});

describe('a port that answers parts', () => {
  async function replies(messages: readonly ToWorker[], count: number): Promise<unknown[]> {
    const { port1, port2 } = new MessageChannel();
    answerParts(port1);
    const seen: unknown[] = [];
    for (const message of messages) port2.postMessage(message, []);
    while (seen.length < count) {
      const [reply]: unknown[] = await once(port2, 'message');
      seen.push(reply);
    }
    port2.close();
    return seen;
  }
  const part = { kind: 'original' } as const;

  test('answers each by its job and number', async () => {
    const messages: ToWorker[] = [
      { type: 'task', job: 4, task: mean },
      { type: 'part', job: 4, number: 2, part },
    ];
    expect(await replies(messages, 1)).toEqual([
      { type: 'result', job: 4, number: 2, result: { columns: [Float64Array.of(3)], ways: null } },
    ]);
  });

  test('says what was not announced, or is over', async () => {
    const error = new Error('job 5 was not announced');
    expect(await replies([{ type: 'part', job: 5, number: 0, part }], 1)).toEqual([{ type: 'error', job: 5, error }]);
    const over: ToWorker[] = [
      { type: 'task', job: 5, task: mean },
      { type: 'done', job: 5 },
      { type: 'part', job: 5, number: 0, part },
    ];
    expect(await replies(over, 1)).toEqual([{ type: 'error', job: 5, error }]);
  });

  test('sends what the statistic throws as an error', async () => {
    for (const [name, error] of [
      ['broken', new TypeError('this statistic is broken')],
      ['strange', new Error('not an error')],
      ['absent', new RangeError(`${(rows('') as { module: string }).module} has no function called absent`)],
    ] as const) {
      const messages: ToWorker[] = [
        { type: 'task', job: 6, task: rows(name) },
        { type: 'part', job: 6, number: 0, part },
      ];
      expect(await replies(messages, 1)).toEqual([{ type: 'error', job: 6, error }]);
    }
  });
});
