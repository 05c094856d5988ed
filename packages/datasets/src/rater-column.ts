/** Whose ratings a column of a wide table holds, and under which circumstances they were made. */
export interface RaterColumn {
  readonly rater: string;
  readonly order?: readonly number[];
  readonly sample?: number;
  readonly response?: number;
  readonly criterion?: string;
}

/**
 * Reads the name of a rater's column in a wide table: `NAME`, or `NAME [order 1 0]`, `NAME [sample 2]`,
 * `NAME [criterion helpful, order 1 0, sample 2]`.
 *
 * A bracket that says anything else belongs to the name.
 *
 * @example parseRaterColumn('gpt-4 [order 1 0]') // { rater: 'gpt-4', order: [1, 0] }
 */
export function parseRaterColumn(column: string): RaterColumn {
  const match = /^(.*\S)\s*\[([^[\]]*)\]$/.exec(column);
  if (!match?.[1] || match[2] === undefined) return { rater: column };
  const read: { -readonly [Key in keyof RaterColumn]: RaterColumn[Key] } = { rater: match[1] };
  for (const part of match[2].split(',')) {
    const [, key, value] = /^\s*(order|sample|response|criterion)[\s=]+(.*\S)\s*$/.exec(part) ?? [];
    if (key === undefined || value === undefined) return { rater: column };
    if (key === 'criterion') read.criterion = value;
    else if (key === 'order') {
      const order = parseOrder(value);
      if (!order) return { rater: column };
      read.order = order;
    } else if (!/^\d+$/.test(value)) return { rater: column };
    else if (key === 'sample') read.sample = Number(value);
    else read.response = Number(value);
  }
  return read;
}

/** Writes the name that `parseRaterColumn` reads. */
export function formatRaterColumn({ rater, order, sample, response, criterion }: RaterColumn): string {
  const parts = [
    ...(criterion === undefined ? [] : [`criterion ${criterion}`]),
    ...(response === undefined ? [] : [`response ${response}`]),
    ...(order === undefined || order.length === 0 ? [] : [`order ${order.join(' ')}`]),
    ...(sample === undefined ? [] : [`sample ${sample}`]),
  ];
  return parts.length === 0 ? rater : `${rater} [${parts.join(', ')}]`;
}

/**
 * A presentation order as text: which response was shown in each slot, `1 0`. Commas may stand for the spaces.
 *
 * `undefined` unless the numbers are 0 to n − 1, each once.
 */
export function parseOrder(text: string): number[] | undefined {
  const parts = text.trim().split(/[\s,]+/);
  if (parts.some((part) => !/^\d+$/.test(part))) return undefined;
  const order = parts.map(Number);
  return isOrder(order) ? order : undefined;
}

export function isOrder(order: readonly unknown[]): order is readonly number[] {
  return order.length > 0 && order.length <= 1000 && order.every((_, slot) => order.includes(slot));
}
