import type { Random } from '../random/random.ts';
import { clusterBootstrap } from '../resampling/bootstrap.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { allRows, columnAt, columnOf, rowsWhere } from '../numerics/present-rows.ts';
import { sumOf } from '../numerics/sum.ts';
import { logistic } from '../numerics/logistic.ts';
import { type LogisticRows, ridgeLogistic } from './length-controlled-fit.ts';

/** Answers of one model against the baseline's, one instruction a row. */
export type BaselineComparisons = {
  /** 1: the model's answer preferred, 0: the baseline's, anything between: soft. NaN: no verdict. */
  preference: ArrayLike<number>;
  /** Characters of the model's answer. */
  length: ArrayLike<number>;
  /** Characters of the baseline's answer. */
  baselineLength: ArrayLike<number>;
  /** How hard the instruction is for everybody (AlpacaEval's γ, computed once over many models). */
  difficulty?: ArrayLike<number> | undefined;
};

/**
 * The baseline against copies of itself that were told to be brief or verbose: they hold the length term to what length
 * alone can do.
 */
export type GamedBaseline = {
  /** Of the gamed copy over the baseline. */
  preference: ArrayLike<number>;
  /** (characters of the baseline − of the copy) / standard deviation. */
  standardLengthDifference: ArrayLike<number>;
  difficulty?: ArrayLike<number> | undefined;
};

export type LengthControlOptions = {
  level?: number | undefined;
  /** Weight of the data against the ridge; 100. */
  C?: number | undefined;
  gamed?: GamedBaseline | undefined;
  /** Weight of a gamed row; 0.1 (0.2 for two copies). */
  gamedWeight?: number | undefined;
  /** For the interval: rows or clusters are resampled and the model fitted again. */
  random?: Random | undefined;
  /** 1000. */
  replicates?: number | undefined;
  /** One id per row; each instruction stands alone without it. */
  clusters?: ArrayLike<number> | undefined;
};

/** Log-odds of the model's quality, of one (squashed) unit of length difference, of one unit of difficulty. */
export type LengthControlWeights = { quality: number; length: number; difficulty: number };

export type LengthControlledWinRate = Estimate & {
  /** The plain mean preference, in percent. */
  raw: number;
  weights: LengthControlWeights;
};

const method = 'length-controlled win rate';

/** The rows with a verdict, undefined for all of them. Throws RangeError for what is none. */
function checkRows(
  { preference, length, baselineLength, difficulty }: BaselineComparisons,
  name: string,
): Uint32Array | undefined {
  for (const [column, values] of Object.entries({ length, baselineLength, difficulty })) {
    if (values !== undefined && values.length !== preference.length) {
      throw new RangeError(`${name}${column} has ${values.length} entries, preference has ${preference.length}`);
    }
  }
  let complete = true;
  for (let i = 0; i < preference.length; i++) {
    const y = preference[i]!;
    if (Number.isNaN(y)) {
      complete = false;
      continue;
    }
    if (!(y >= 0 && y <= 1)) throw new RangeError(`${name}preference[${i}] must lie in [0, 1] or be NaN, found ${y}`);
    for (const [column, values] of [['length', length] as const, ['baselineLength', baselineLength] as const]) {
      if (!(values[i]! >= 0 && values[i]! < Infinity)) {
        throw new RangeError(`${name}${column}[${i}] must be a length, found ${values[i]}`);
      }
    }
    if (difficulty !== undefined && !Number.isFinite(difficulty[i]!)) {
      throw new RangeError(`${name}difficulty[${i}] must be finite, found ${difficulty[i]}`);
    }
  }
  return complete ? undefined : rowsWhere(preference.length, (i) => !Number.isNaN(preference[i]!));
}

function checkOptions(
  { level = 0.95, C = 100, gamedWeight = 0.1, gamed }: LengthControlOptions,
  difficulty: boolean,
): void {
  checkLevel(level);
  for (const [name, value] of [['C', C] as const, ['gamedWeight', gamedWeight] as const]) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive and finite, found ${value}`);
  }
  if (gamed === undefined) return;
  for (const [column, values] of Object.entries({
    standardLengthDifference: gamed.standardLengthDifference,
    difficulty: gamed.difficulty,
  })) {
    if (values !== undefined && values.length !== gamed.preference.length) {
      throw new RangeError(
        `gamed.${column} has ${values.length} entries, gamed.preference has ${gamed.preference.length}`,
      );
    }
  }
  if ((gamed.difficulty !== undefined) !== difficulty) {
    throw new RangeError('difficulty must be given for the rows and the gamed rows, or for neither');
  }
  for (let i = 0; i < gamed.preference.length; i++) {
    if (!(gamed.preference[i]! >= 0 && gamed.preference[i]! <= 1)) {
      throw new RangeError(`gamed.preference[${i}] must lie in [0, 1], found ${gamed.preference[i]}`);
    }
    if (
      !Number.isFinite(gamed.standardLengthDifference[i]!) ||
      (difficulty && !Number.isFinite(gamed.difficulty![i]!))
    ) {
      throw new RangeError(`gamed row ${i} must be finite`);
    }
  }
}

/** Fits the rows; the difference of lengths in units of its standard deviation (n − 1), squashed by tanh. */
function fitRows(
  { preference, length, baselineLength, difficulty }: BaselineComparisons,
  rows: Uint32Array | undefined,
  { C = 100, gamed, gamedWeight = 0.1 }: LengthControlOptions,
  near?: LengthControlWeights,
): LengthControlWeights {
  const extra = gamed === undefined ? 0 : gamed.preference.length;
  const n = rows?.length ?? preference.length;
  const followed = (values: ArrayLike<number>, more: ArrayLike<number> | undefined): Float64Array => {
    const own = columnAt(values, rows);
    return extra === 0 ? own : columnOf(n + extra, (i) => (i < n ? own[i]! : more![i - n]!));
  };
  const design: LogisticRows = {
    own: n,
    otherWeight: gamedWeight,
    length: new Float64Array(n + extra),
    difficulty: difficulty === undefined ? null : followed(difficulty, gamed?.difficulty),
    target: followed(preference, gamed?.preference),
  };
  let centre = 0;
  for (let i = 0; i < n; i++) {
    const row = rows ? rows[i]! : i;
    design.length[i] = baselineLength[row]! - length[row]!;
    centre += design.length[i]! / n;
  }
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (design.length[i]! - centre) ** 2;
  const sd = Math.sqrt(squares / (n - 1));
  for (let i = 0; i < n; i++) design.length[i] = sd > 0 ? Math.tanh(design.length[i]! / sd) : 0;
  for (let i = 0; i < extra; i++) design.length[n + i] = Math.tanh(gamed!.standardLengthDifference[i]!);
  const start = near && Float64Array.of(near.quality, near.length, near.difficulty);
  const [quality, lengthWeight, hardness] = ridgeLogistic(design, C, start);
  return { quality: quality!, length: lengthWeight!, difficulty: hardness! };
}

/** The mean chance of a preference if both answers were equally long, in percent. */
function rateOf(
  { quality, difficulty: slope }: LengthControlWeights,
  difficulty: ArrayLike<number> | undefined,
  rows: Uint32Array | undefined,
): number {
  if (difficulty === undefined) return 100 * logistic(quality);
  return 100 * meanOver(difficulty, rows, (hardness) => logistic(quality + slope * hardness));
}

function meanOver(values: ArrayLike<number>, rows: Uint32Array | undefined, term: (value: number) => number): number {
  const n = rows?.length ?? values.length;
  return sumOf(n, (i) => term(values[rows ? rows[i]! : i]!)) / n;
}

/** Whether length control moves a rate by more than 10 points and more than a quarter of what is left. */
function isExtreme(raw: number, controlled: number): boolean {
  return controlled < Math.min(raw - raw / 4, raw - 10) || controlled > Math.max(raw + (100 - raw) / 4, raw + 10);
}

/**
 * How often a model's answer would be preferred to the baseline's if both were equally long, in percent.
 *
 *     P(model preferred on x)  s(θ + φ tanh(Δ_x / sd(Δ)) + ψ γ_x)      Δ = characters of the baseline − of the model
 *     value                    100 · mean_x s(θ + ψ γ_x)
 *
 * The logistic regression of AlpacaEval 2, without γ unless `difficulty` is given, with a fixed ridge (C = 100) in place
 * of the cross-validated lasso. The interval resamples instructions and fits again, since the standard error of the
 * fitted values, which AlpacaEval reports, leaves the fit's own error out. It takes away whatever goes with length, longer answers
 * that are better for it included; and it is no defence: a constant null answer has reached 86.5%.
 *
 * Dubois, Galambosi, Liang, Hashimoto 2024, arXiv:2404.04475; Zheng et al. 2025, arXiv:2410.07137.
 *
 * @returns percent; `no-data` below two rows; no interval without `random` or below 5 clusters, with a note
 * @throws RangeError for a preference outside [0, 1], a length that is none, columns that do not fit, a bad option
 * @example
 * lengthControlledWinRate({ preference, length, baselineLength }, { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/length-controlled-win-rate.md
 */
export function lengthControlledWinRate(
  comparisons: BaselineComparisons,
  options: LengthControlOptions = {},
): LengthControlledWinRate | Undetermined {
  const { level = 0.95, random, replicates = 1000, clusters } = options;
  checkOptions(options, comparisons.difficulty !== undefined);
  const rows = checkRows(comparisons, '');
  const n = rows?.length ?? comparisons.preference.length;
  if (n < 2) return undetermined('no-data', `needs two instructions with a verdict, found ${n}`, n, method);
  const weights = fitRows(comparisons, rows, options);
  const value = rateOf(weights, comparisons.difficulty, rows);
  const raw = 100 * meanOver(comparisons.preference, rows, (y) => y);
  const notes: string[] = [];
  const missing = comparisons.preference.length - n;
  if (missing > 0) notes.push(`${missing} rows without a verdict were left out`);
  if (isExtreme(raw, value))
    notes.push(`length control moves the rate far, from ${raw.toFixed(1)} to ${value.toFixed(1)}`);
  const unanimous = allEqual(comparisons.preference, rows);
  const found = resampled(
    rows,
    clusters,
    comparisons.preference.length,
    { random, level, replicates, unanimous },
    (drawn) => rateOf(fitRows(comparisons, drawn, options, weights), comparisons.difficulty, drawn),
  );
  return withNotes({ value, level, n, ...found.estimate, raw, weights, method: `${method}, ${found.method}` }, [
    ...notes,
    ...found.notes,
  ]);
}

type Resampling = { random: Random | undefined; level: number; replicates: number; unanimous: boolean };

function allEqual(preference: ArrayLike<number>, rows: Uint32Array | undefined): boolean {
  const verdicts = columnAt(preference, rows);
  return verdicts.every((verdict) => verdict === verdicts[0]);
}

type Interval = {
  estimate: { interval: [number, number] | null; se?: number; groups?: number };
  method: string;
  notes: string[];
};

const none = (why: string): Interval => ({ estimate: { interval: null }, method: 'fixed ridge', notes: [why] });

/** An interval from resampled rows, or why there is none. */
function resampled(
  kept: Uint32Array | undefined,
  clusters: ArrayLike<number> | undefined,
  length: number,
  { random, level, replicates, unanimous }: Resampling,
  statistic: (rows: Uint32Array) => number,
): Interval {
  if (clusters !== undefined && clusters.length !== length) {
    throw new RangeError(`${length} rows but ${clusters.length} cluster ids`);
  }
  if (random === undefined) return none('no interval: it is a bootstrap, which needs `random`');
  if (unanimous) return none('no interval: every verdict is the same, so resamples show no spread');
  const rows = kept ?? allRows(length);
  const groups = clusters === undefined ? rows : columnAt(clusters, rows);
  const drawn = clusterBootstrap(groups, (places) => statistic(places.map((place) => rows[place]!)), {
    random,
    level,
    replicates,
  });
  if (drawn.value === null) return none(`no interval: ${drawn.detail}`);
  const { interval, se, groups: count, method: name, notes = [] } = drawn;
  return {
    estimate: { interval, ...(se !== undefined && { se }), ...(clusters !== undefined && { groups: count! }) },
    method: `fixed ridge, ${name}`,
    notes,
  };
}

/**
 * The length-controlled win rate of one model against another, each measured against the same baseline on the same
 * instructions, in percent.
 *
 *     value  100 · mean_x s((θ_a − θ_b) + (ψ_a − ψ_b) γ_x)
 *
 * Of a model against itself it is 50, and turned round it adds up to 100. The interval resamples instructions for both
 * models at once. Dubois et al. 2024, arXiv:2404.04475, section 3.
 *
 * @returns percent; `no-data` below two instructions with both verdicts
 * @throws RangeError as `lengthControlledWinRate`, or where the two have different rows or only one has a difficulty
 * @example
 * lengthControlledDuel(candidate, incumbent, { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/length-controlled-win-rate.md
 */
export function lengthControlledDuel(
  first: BaselineComparisons,
  second: BaselineComparisons,
  options: LengthControlOptions = {},
): Estimate | Undetermined {
  const { level = 0.95, random, replicates = 1000, clusters } = options;
  checkOptions(options, first.difficulty !== undefined);
  if (first.preference.length !== second.preference.length) {
    throw new RangeError(`the first has ${first.preference.length} rows, the second ${second.preference.length}`);
  }
  if ((first.difficulty === undefined) !== (second.difficulty === undefined)) {
    throw new RangeError('difficulty must be given for both models or for neither');
  }
  const name = `${method} between models`;
  checkRows(second, 'second.');
  checkRows(first, 'first.');
  const [ours, theirs] = [first.preference, second.preference];
  const rows = rowsWhere(ours.length, (i) => !Number.isNaN(ours[i]!) && !Number.isNaN(theirs[i]!));
  const n = rows.length;
  if (n < 2) return undetermined('no-data', `needs two instructions with both verdicts, found ${n}`, n, name);
  const [near, other] = [fitRows(first, rows, options), fitRows(second, rows, options)];
  const rate = (drawn: Uint32Array): number => {
    const [a, b] = [fitRows(first, drawn, options, near), fitRows(second, drawn, options, other)];
    const apart = { quality: a.quality - b.quality, length: 0, difficulty: a.difficulty - b.difficulty };
    return rateOf(apart, first.difficulty, drawn);
  };
  const unanimous = allEqual(first.preference, rows) && allEqual(second.preference, rows);
  const found = resampled(rows, clusters, first.preference.length, { random, level, replicates, unanimous }, rate);
  return withNotes({ value: rate(rows), level, n, ...found.estimate, method: `${name}, ${found.method}` }, found.notes);
}
