/** A typed array that grows as values are added. */
export interface GrowingColumn<Values> {
  push(value: number): void;
  get(row: number): number;
  set(row: number, value: number): void;
  readonly length: number;
  /** Forgets all values from this place on. */
  cut(length: number): void;
  /** The values as one array of exactly their number. The column is empty afterwards. */
  take(): Values;
}

type Kind<Values> = { new (buffer: ArrayBuffer): Values; readonly BYTES_PER_ELEMENT: number };
type Numbers = { [index: number]: number; readonly length: number; readonly buffer: ArrayBufferLike };

/**
 * A column of 8, 16 or 32 bit codes or of doubles. Grows by half, by moving its memory where the engine can, so that a
 * million rows never need twice their size for long.
 */
export function growingColumn<Values extends Numbers>(kind: Kind<Values>, capacity = 1024): GrowingColumn<Values> {
  const bytes = kind.BYTES_PER_ELEMENT;
  let buffer = new ArrayBuffer(capacity * bytes);
  let values = new kind(buffer);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) {
        buffer = buffer.transfer(Math.ceil(length * 1.5 + 16) * bytes);
        values = new kind(buffer);
      }
      values[length++] = value;
    },
    get: (row) => values[row] ?? Number.NaN,
    set(row, value) {
      values[row] = value;
    },
    get length() {
      return length;
    },
    cut(to) {
      length = Math.min(length, to);
    },
    take() {
      const whole = new kind(buffer.transfer(length * bytes));
      buffer = new ArrayBuffer(0);
      values = new kind(buffer);
      length = 0;
      return whole;
    },
  };
}
