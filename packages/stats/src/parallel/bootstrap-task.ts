import { pathToFileURL } from 'node:url';

import { rowsOf } from '../resampling/cluster-rows.ts';
import { drawKinds } from '../resampling/replicate-draws.ts';
import type { Draw } from '../resampling/replicate-generator.ts';
import {
  drawnReplicates,
  enumerated,
  finiteOrUndefined,
  originalValues,
  type WeightedStatistic,
  withoutOne,
} from '../resampling/resampling.ts';
import { weightedMean } from '../resampling/weighted-mean.ts';

/** What a worker needs to know once: the resampled units and how their statistic is computed. */
export type BootstrapTask =
  | {
      kind: 'mean';
      totals: Float64Array;
      sizes: Float64Array | null;
      counts: Float64Array | Uint8Array;
      groups: number;
    }
  | { kind: 'rows'; of: Uint32Array; count: number; module: string; name: string; data: unknown };

/** A share of the work: some replicates by the generators they start from, or one of the other passes. */
export type BootstrapPart =
  | { kind: 'original' }
  | { kind: 'all-resamples' }
  | { kind: 'replicates'; states: Int32Array }
  | { kind: 'without-one'; from: number; to: number };

export type PartResult = { columns: Float64Array[]; ways: Float64Array | null };

/** Reads the statistic, if it is in a module, and returns the function that does a part. */
export async function prepareTask(task: BootstrapTask): Promise<(part: BootstrapPart) => PartResult> {
  const { counts, total, statistic } = task.kind === 'mean' ? meanOf(task) : await rowsWith(task);
  const weights = new Float64Array(counts.length);
  let draw: Draw | null = null;
  return (part) => {
    switch (part.kind) {
      case 'original':
        return { columns: [originalValues(counts, 1, statistic, weights)], ways: null };
      case 'all-resamples': {
        const { replicates, ways } = enumerated(counts, total, 1, statistic);
        return { columns: replicates, ways };
      }
      case 'replicates':
        draw ??= drawKinds(counts, total);
        return { columns: drawnReplicates(draw, 1, statistic, part.states, weights), ways: null };
      case 'without-one':
        return { columns: withoutOne(counts, 1, statistic, part, weights), ways: null };
      default:
        throw new RangeError(`unknown part ${JSON.stringify(part satisfies never)}`);
    }
  };
}

type Prepared = { counts: ArrayLike<number>; total: number; statistic: WeightedStatistic };

function meanOf(task: BootstrapTask & { kind: 'mean' }): Prepared {
  return { counts: task.counts, total: task.groups, statistic: weightedMean(task) };
}

async function rowsWith({ of, count, module, name, data }: BootstrapTask & { kind: 'rows' }): Promise<Prepared> {
  const address = URL.canParse(module) ? module : pathToFileURL(module).href;
  const loaded: unknown = await import(address);
  const make = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, name) : undefined;
  if (typeof make !== 'function') throw new RangeError(`${module} has no function called ${name}`);
  const rowStatistic: unknown = Reflect.apply(make, undefined, [data]);
  if (typeof rowStatistic !== 'function') {
    throw new RangeError(`${name} of ${module} must return a function of rows, found ${typeof rowStatistic}`);
  }
  const list = rowsOf({ of, count });
  const statistic: WeightedStatistic = (weights, out) => {
    const value: unknown = Reflect.apply(rowStatistic, undefined, [list(weights)]);
    if (value !== null && typeof value !== 'number') {
      throw new RangeError(`a statistic must return a finite number or null, found ${typeof value}`);
    }
    out[0] = finiteOrUndefined(value);
  };
  return { counts: new Uint8Array(count).fill(1), total: count, statistic };
}
