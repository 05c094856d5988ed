import { alignedColumns } from '../aligned-columns.ts';
import type { Figure } from './figure.ts';

const header = ['figure', 'source', 'reference', 'ours', 'difference', 'tolerance', 'result'];
const numeric = new Set([2, 3, 4]);

/** A table of one set of figures, aligned; figures that fold together take one line, and each miss another. */
export function figureLines(figures: readonly Figure[]): string[] {
  const folds = new Map<string, Figure[]>();
  const lines: (() => string[])[] = [];
  for (const figure of figures) {
    if (figure.fold === undefined) {
      lines.push(() => cells(figure));
      continue;
    }
    // The same words may stand for published and for recomputed figures.
    const key = `${figure.fold}/${citation(figure)}`;
    const known = folds.get(key);
    if (known) known.push(figure);
    else {
      const together = [figure];
      folds.set(key, together);
      lines.push(() => foldedCells(figure.fold!, together));
    }
    if (figure.pass === false) lines.push(() => cells(figure));
  }
  return alignedColumns([header, ...lines.map((line) => line())], numeric);
}

/** "N figures, N pass, N fail, N skipped" */
export function summaryLine(figures: readonly Figure[]): string {
  const count = (pass: boolean | null): number => figures.filter((figure) => figure.pass === pass).length;
  return `${figures.length} figures, ${count(true)} pass, ${count(false)} fail, ${count(null)} skipped`;
}

function cells(figure: Figure): string[] {
  const { what, reference, ours, difference, tolerance, unit, pass, reason } = figure;
  const percent = unit === 'percent' ? '%' : '';
  return [
    what,
    citation(figure),
    `${digits(reference, tolerance, 0)}${percent}`,
    ours === null ? '' : `${digits(ours, tolerance, 2)}${percent}`,
    difference === null ? '' : difference.toExponential(1),
    tolerance === 0 ? 'exact' : `± ${plain(tolerance)}`,
    pass === null ? `skipped: ${reason ?? ''}` : pass ? 'pass' : `FAIL${reason === undefined ? '' : `: ${reason}`}`,
  ];
}

function foldedCells(fold: string, figures: readonly Figure[]): string[] {
  const missed = figures.filter(({ pass }) => pass === false).length;
  const [skipped] = figures.filter(({ pass }) => pass === null);
  const widest = Math.max(...figures.map(({ difference }) => Math.abs(difference ?? 0)));
  return [
    fold,
    citation(figures[0]!),
    `${figures.length} figures`,
    skipped ? '' : missed === 0 ? 'all equal' : `${missed} differ`,
    skipped ? '' : `≤ ${widest.toExponential(1)}`,
    'each its own',
    skipped ? `skipped: ${skipped.reason ?? ''}` : missed === 0 ? 'pass' : 'FAIL',
  ];
}

function citation({ source }: Figure): string {
  return `${source.kind}: ${source.cite}`;
}

/** As many decimals as the tolerance tells apart, and some more. */
function digits(value: number, tolerance: number, more: number): string {
  if (tolerance < 1e-7)
    return value === 0 ? '0' : Math.abs(value) < 1e-3 ? value.toExponential(2 + more) : value.toFixed(6);
  const decimals = Math.max(0, Math.round(-Math.log10(2 * tolerance)));
  return value.toFixed(decimals === 0 && Number.isInteger(value) ? 0 : decimals + more);
}

function plain(tolerance: number): string {
  return tolerance < 1e-6 ? tolerance.toExponential(0) : String(tolerance);
}
