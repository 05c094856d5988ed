import { loadavg } from 'node:os';

import { alignedColumns } from './aligned-columns.ts';

/** One line of a measuring command. A row that could not be measured has nulls, and the reason. */
export interface BenchRow {
  id: string;
  what: string;
  ours: number | null;
  reference: number | null;
  ratio?: number;
  target: string;
  unit: string;
  pass: boolean | null;
  /** Why the row was skipped, or missed for something other than its ratio. */
  reason?: string;
}

const header = ['id', 'what', 'ours', 'reference', 'unit', 'ratio', 'target', 'result'];
const numeric = new Set([2, 3, 5]);

/** The middle one of the numbers, of an even count the mean of the middle two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? Number.NaN, sorted[sorted.length >> 1] ?? Number.NaN];
  return (low + high) / 2;
}

/** Rows as a table, above it how busy the machine was: a wall time says little without. */
export function benchTable(rows: readonly BenchRow[]): string[] {
  const load = loadavg().map((minutes) => minutes.toFixed(1));
  const cells = rows.map(({ id, what, ours, reference, unit, ratio, target, pass, reason }) => [
    id,
    what,
    shown(ours),
    shown(reference),
    unit,
    ratio === undefined ? '' : ratio < 0.1 ? ratio.toFixed(4) : ratio.toFixed(2),
    target,
    `${pass === null ? 'skip' : pass ? 'pass' : 'MISS'}${reason === undefined ? '' : `: ${reason}`}`,
  ]);
  return [`load average ${load.join(' ')} (1, 5, 15 minutes)`, ...alignedColumns([header, ...cells], numeric)];
}

/** Prints rows as a table, or as JSON, and sets the exit code. */
export function printRows(rows: readonly BenchRow[], { json }: { json: boolean }): void {
  process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : `${benchTable(rows).join('\n')}\n`);
  if (rows.some(({ pass }) => pass === false)) process.exitCode = 1;
}

function shown(value: number | null): string {
  if (value === null) return '';
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
