import { type Random, seededRandom } from '../../src/index.ts';

/** Stands for a source of randomness of seed 7, made anew for each call. */
export const random: Random = { next: () => 0, stream: () => random };

export type Call = { name: string; run: () => unknown };

const copied = (value: unknown): unknown => {
  if (value === random) return seededRandom(7);
  if (Array.isArray(value)) return value.map(copied);
  if (ArrayBuffer.isView(value)) return (value as Float64Array).slice();
  if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(part)]));
  return value;
};

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
const isColumn = (value: unknown): value is number[] =>
  Array.isArray(value)
    ? value.length > 0 && value.every((entry) => typeof entry === 'number')
    : ArrayBuffer.isView(value);

/** One call, on copies of its arguments. */
export function on<A extends unknown[]>(run: (...args: A) => unknown, ...args: A): Call[] {
  return [{ name: '', run: () => run(...(copied(args) as A)) }];
}

const otherNumbers = [NaN, -1, 0, 0.5, 1, 2, Infinity];

/** Values that stand in for one: of a column, one entry is changed or one is added; of a record, one field. */
function* instead(value: unknown): Generator<[name: string, value: unknown]> {
  if (value === random) return;
  if (typeof value === 'number') for (const other of otherNumbers) yield [`= ${other}`, other];
  else if (typeof value === 'string') yield [' = another word', 'another word'];
  else if (typeof value === 'boolean') yield [`= ${!value}`, !value];
  else if (isColumn(value)) {
    for (const other of otherNumbers)
      yield [`[1] = ${other}`, Array.from(value, (entry, i) => (i === 1 ? other : entry))];
    yield [' all one', Array.from(value, () => value[0])];
    yield [' one more', [...value, value[0]]];
  } else if (Array.isArray(value) || isPlain(value)) {
    for (const [key, part] of Object.entries(value)) {
      for (const [name, other] of instead(part)) {
        yield [
          `.${key}${name}`,
          Array.isArray(value)
            ? value.map((old: unknown, i) => (String(i) === key ? other : old))
            : { ...value, [key]: other },
        ];
      }
    }
  }
}

/** The first rows of all columns and tables that are as long as the first. */
function firstRows(value: unknown, length: number, rows: number): unknown {
  if (value === random) return value;
  if (isColumn(value)) return value.length === length ? value.slice(0, rows) : value;
  if (Array.isArray(value)) return value.map((part) => firstRows(part, length, rows));
  if (!isPlain(value)) return value;
  if (isColumn(value['values']) && value['rows'] === length) {
    return { ...value, values: value['values'].slice(0, rows * Number(value['columns'])), rows };
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, firstRows(part, length, rows)]));
}

function lengthOf(value: unknown): number {
  if (isColumn(value)) return value.length;
  if (isPlain(value) && typeof value['rows'] === 'number') return value['rows'];
  if (Array.isArray(value) || isPlain(value))
    return lengthOf(Object.values(value)[Array.isArray(value) ? 0 : 'players' in value ? 1 : 0]);
  return 0;
}

/** The call, and many near it: with the first few rows only, and with one argument changed, to what is wrong or extreme too. */
export function around<A extends unknown[]>(run: (...args: A) => unknown, ...args: A): Call[] {
  const calls = on(run, ...args);
  const length = lengthOf(args[0]);
  for (const rows of [0, 1, 2, 3, 5]) {
    if (rows < length) {
      const fewer = firstRows(args, length, rows) as A;
      calls.push({ name: `the first ${rows} rows`, run: () => run(...(copied(fewer) as A)) });
    }
  }
  args.forEach((arg, place) => {
    for (const [name, other] of instead(arg)) {
      const changed = args.with(place, other) as A;
      calls.push({ name: `argument ${place}${name}`, run: () => run(...(copied(changed) as A)) });
    }
  });
  return calls;
}
