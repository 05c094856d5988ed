/**
 * A result in two parts: its text, with `#` for each number, `~` for a long column and `×3` after a part that is there three
 * times in a row, and the numbers in order. What is long is cut, and the rest kept as a checksum.
 */
export type ResultRecord = { text: string; numbers: number[] };

/** Longer columns are recorded by four sums that depend on the place of each number. */
const mostNumbers = 6;

function columnSums(column: ArrayLike<number>): number[] {
  return [0, 1, 2, 3].map((turn) => {
    let total = 0;
    for (let i = 0; i < column.length; i++) total += column[i]! * (1 + 0.5 * Math.sin((i + 1) * (turn + 1)));
    return total;
  });
}

function shortened(parts: readonly string[]): string[] {
  const runs: { part: string; times: number }[] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    if (last?.part === part) last.times++;
    else runs.push({ part, times: 1 });
  }
  return runs.map(({ part, times }) => (times === 1 ? part : `${part}×${times}`));
}

const [longestText, longestNumbers] = [400, 16];

export function checksum(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return sum;
}

function cut({ text, numbers }: ResultRecord): ResultRecord {
  return {
    text: text.length > longestText ? `${text.slice(0, longestText)}… ${checksum(text.slice(longestText))}` : text,
    numbers:
      numbers.length > longestNumbers
        ? [...numbers.slice(0, longestNumbers - 4), ...columnSums(numbers.slice(longestNumbers - 4))]
        : numbers,
  };
}

/** What a call gives, or the message of its RangeError; any other error is thrown on. */
export function recordOf(run: () => unknown): ResultRecord {
  const numbers: number[] = [];
  const write = (value: unknown): string => {
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) return String(value);
      numbers.push(value);
      return '#';
    }
    if (ArrayBuffer.isView(value)) return write(Array.from(value as Float64Array));
    if (Array.isArray(value)) {
      if (value.length > mostNumbers && value.every((entry) => typeof entry === 'number' && Number.isFinite(entry))) {
        numbers.push(...columnSums(value as number[]));
        return `~${value.length}`;
      }
      return `[${shortened(value.map(write)).join()}]`;
    }
    if (typeof value === 'object' && value !== null) {
      return `{${Object.entries(value)
        .map(([key, part]) => `${key}:${write(part)}`)
        .join()}}`;
    }
    return String(value);
  };
  try {
    return cut({ text: write(run()), numbers });
  } catch (error) {
    // An engine's own RangeError (an array too long, a stack too deep) is no refusal.
    if (!(error instanceof RangeError) || /^Invalid|^Maximum/.test(error.message)) throw error;
    return { text: `RangeError: ${error.message}`, numbers: [] };
  }
}

const alike = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-10 * Math.max(Math.abs(a), Math.abs(b)) + 1e-14;

export function sameRecord(a: ResultRecord, b: ResultRecord): boolean {
  return (
    a.text === b.text &&
    a.numbers.length === b.numbers.length &&
    a.numbers.every((number, i) => alike(number, b.numbers[i]!))
  );
}
