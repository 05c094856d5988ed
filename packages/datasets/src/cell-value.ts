import type { Cell } from './table-rows.ts';

const plain = /^[+-]?(?:0|[1-9]\d*|(?=\.\d))(?:\.\d*)?(?:e[+-]?\d+)?$/i;
const decimalComma = /^([+-]?(?:0|[1-9]\d*)),(\d+)$/;

/**
 * The number that a text writes, or `undefined`: `007` is a code and not seven, `NaN` and `Infinity` are words.
 *
 * With `comma`, `3,5` is three and a half: in tables whose delimiter is a semicolon.
 */
export function numberFromText(text: string, { comma = false }: { comma?: boolean } = {}): number | undefined {
  const trimmed = text.trim();
  const parts = comma ? decimalComma.exec(trimmed) : null;
  const written = parts ? `${parts[1]}.${parts[2]}` : trimmed;
  if (!plain.test(written)) return undefined;
  const number = Number(written);
  return Number.isFinite(number) ? number : undefined;
}

/** A cell as the number or the word it holds; `null` is the word `null`; `undefined` where the cell is blank or a list. */
export function cellValue(cell: Cell, comma: boolean): number | string | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : String(cell);
  if (typeof cell === 'boolean' || cell === null) return String(cell);
  if (typeof cell !== 'string') return undefined;
  const trimmed = cell.trim();
  if (trimmed === '') return undefined;
  return numberFromText(trimmed, { comma }) ?? trimmed;
}

/** A cell as text: for ids, names and labels. Blank is `undefined`. */
export function cellText(cell: Cell): string | undefined {
  if (cell === undefined || cell === null || typeof cell === 'object') return undefined;
  const text = String(cell);
  return text === '' ? undefined : text;
}
