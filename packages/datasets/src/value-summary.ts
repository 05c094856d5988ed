/** What a column holds, in bounded memory: its words and numbers with their counts, and the range of the numbers. */
export interface ValueSummary {
  readonly words: Map<string, number>;
  readonly numbers: Map<number, number>;
  min: number;
  max: number;
  whole: boolean;
  count: number;
  /** More words or numbers than are kept. */
  wordsOverflow: boolean;
  numbersOverflow: boolean;
}

const most = 1000;

export function emptySummary(): ValueSummary {
  return {
    words: new Map(),
    numbers: new Map(),
    min: Infinity,
    max: -Infinity,
    whole: true,
    count: 0,
    wordsOverflow: false,
    numbersOverflow: false,
  };
}

export function addValue(summary: ValueSummary, value: string | number, times = 1): void {
  summary.count += times;
  if (typeof value === 'string') {
    const seen = summary.words.get(value);
    if (seen !== undefined || summary.words.size < most) summary.words.set(value, (seen ?? 0) + times);
    else summary.wordsOverflow = true;
    return;
  }
  if (value < summary.min) summary.min = value;
  if (value > summary.max) summary.max = value;
  summary.whole &&= Number.isInteger(value);
  const seen = summary.numbers.get(value);
  if (seen !== undefined || summary.numbers.size < most) summary.numbers.set(value, (seen ?? 0) + times);
  else summary.numbersOverflow = true;
}

/** One summary of all: what each holds, added up. */
export function mergeSummaries(parts: Iterable<ValueSummary>): ValueSummary {
  const whole = emptySummary();
  for (const part of parts) {
    for (const [word, count] of part.words) addValue(whole, word, count);
    for (const [number, count] of part.numbers) addValue(whole, number, count);
    whole.min = Math.min(whole.min, part.min);
    whole.max = Math.max(whole.max, part.max);
    whole.whole &&= part.whole;
    whole.wordsOverflow ||= part.wordsOverflow;
    whole.numbersOverflow ||= part.numbersOverflow;
  }
  return whole;
}
