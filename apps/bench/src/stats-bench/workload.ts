import type { BenchRow } from '../bench-rows.ts';
import { median } from '../bench-rows.ts';
import type { Clock, ReferenceAnswer, ReferenceCall } from './reference-program.ts';

/** One comparison: the same work here and in a reference, or twice here. */
export interface Workload {
  id: string;
  /** The work, the reference and what physics allows. */
  what: string;
  /** The largest ratio of our time to the reference's that passes. */
  most: number;
  /** Does the work once and returns the numbers to compare. */
  ours: () => readonly number[] | Promise<readonly number[]>;
  /** How many times the work is done in one call of `ours`; default 1. */
  times?: number;
  reference: ReferenceCall | { ours: () => readonly number[] | Promise<readonly number[]>; times?: number };
  /** How far each of our numbers may lie from the reference's; a function gets the reference's numbers. */
  tolerance: number | ((reference: readonly number[]) => readonly number[]);
  rounds?: number;
  /** Default 'cpu', the processor time of all threads of a process: steadier on a shared machine. */
  clock?: Clock;
}

export type Call = (request: ReferenceCall, clock: Clock) => Promise<ReferenceAnswer>;

/** Runs both sides in turn after one round to warm up, and compares medians and the numbers of every round. */
export async function measure(workload: Workload, call: Call): Promise<BenchRow> {
  const { id, what, most, rounds = 5, reference, clock = 'cpu' } = workload;
  const row = { id, what, unit: clock === 'cpu' ? 'ms CPU' : 'ms', target: `ratio <= ${most}` };
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const mine = await timed(workload.ours, clock, workload.times);
    const other =
      'call' in reference ? await call(reference, clock) : await timed(reference.ours, clock, reference.times);
    if ('missing' in other) return { ...row, ours: null, reference: null, pass: null, reason: other.missing };
    const apart = difference(mine.values, other.values, workload.tolerance);
    if (apart !== null) return { ...row, ours: mine.ms, reference: other.ms, pass: false, reason: apart };
    if (round === 0) continue;
    ours.push(mine.ms);
    theirs.push(other.ms);
  }
  const ratio = median(ours) / median(theirs);
  return { ...row, ours: median(ours), reference: median(theirs), ratio, pass: ratio <= most };
}

async function timed(
  work: () => readonly number[] | Promise<readonly number[]>,
  clock: Clock,
  times = 1,
): Promise<{ ms: number; values: readonly number[] }> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const values = await work();
  const { user, system } = process.cpuUsage(used);
  const ms = clock === 'cpu' ? (user + system) / 1000 : performance.now() - start;
  return { ms: ms / times, values };
}

function difference(
  ours: readonly number[],
  reference: readonly number[],
  tolerance: Workload['tolerance'],
): string | null {
  if (ours.length !== reference.length) return `${ours.length} numbers here, ${reference.length} in the reference`;
  const allowed = typeof tolerance === 'number' ? null : tolerance(reference);
  for (const [i, value] of ours.entries()) {
    const other = reference[i] ?? Number.NaN;
    const most = allowed ? (allowed[i] ?? 0) : Number(tolerance) * Math.max(1, Math.abs(other));
    if (!(Math.abs(value - other) <= most)) return `number ${i} is ${value} here, ${other} in the reference`;
  }
  return null;
}
