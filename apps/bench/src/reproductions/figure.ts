import type { Estimate, Undetermined } from '@assize/core';

/** What our side of a figure may be: an estimate of the product, or a plain number (a count, a standard error). */
export type Ours = Estimate | Undetermined | number;

/**
 * Where a reference comes from.
 *
 * `published`: printed in the paper, or in the authors' own statistics. `recomputed`: by independent programs (Python, R)
 * from the same recorded verdicts.
 */
export interface Source {
  readonly kind: 'published' | 'recomputed';
  readonly cite: string;
}

export type Unit = 'share' | 'percent' | 'coefficient' | 'count' | 'p' | 'score' | 'se';

/** A figure that is known beforehand, and how to get ours. */
export interface PlannedFigure<Recorded> {
  /** Unique within its set; the set's name goes before it. */
  readonly id: string;
  readonly what: string;
  readonly source: Source;
  /** As the source prints it: its last digit sets the tolerance. */
  readonly printed: string;
  readonly unit: Unit;
  readonly ours: (recorded: Recorded) => Ours;
  /** Figures that one line of the table stands for. All are checked, and each miss has a line of its own. */
  readonly fold?: string;
}

/** One compared figure: a row of `--json`. */
export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly source: Source;
  /** `null` when the product says that the data cannot answer, or when the figure was skipped. */
  readonly ours: number | null;
  readonly reference: number;
  /** Ours minus reference. */
  readonly difference: number | null;
  readonly tolerance: number;
  readonly target: string;
  readonly unit: Unit;
  /** `null` when skipped. */
  readonly pass: boolean | null;
  readonly fold?: string;
  /** Why it was skipped, or why ours has no value. */
  readonly reason?: string;
}

/**
 * Half a unit in the last printed digit.
 *
 * @example halfUnit('.8520') // 0.00005
 * @example halfUnit('3.06e-4') // 5e-7
 */
export function halfUnit(printed: string): number {
  const [digits = '', exponent = '0'] = printed.split('e');
  const decimals = digits.split('.')[1]?.length ?? 0;
  return 0.5 * 10 ** (Number(exponent) - decimals);
}

/** Compares a figure whose reference is known as text; counts must be equal. Percentages are held against ours times 100. */
export function compare(planned: Omit<PlannedFigure<never>, 'ours'>, ours: Ours): Figure {
  const reference = Number(planned.printed);
  const tolerance = planned.unit === 'count' ? 0 : halfUnit(planned.printed);
  return compareWithin({ ...planned, reference, tolerance }, ours);
}

/** Compares a figure whose reference has all its digits. */
export function compareWithin(
  planned: Omit<PlannedFigure<never>, 'ours' | 'printed'> & { reference: number; tolerance: number },
  ours: Ours,
): Figure {
  const { id, what, source, unit, fold, reference, tolerance } = planned;
  if (Number.isNaN(reference)) throw new RangeError(`${id} has no number for a reference`);
  const answer = typeof ours === 'number' ? ours : ours.value;
  const value = answer === null ? null : unit === 'percent' ? answer * 100 : answer;
  const difference = value === null ? null : value - reference;
  const reason = typeof ours !== 'number' && ours.value === null ? ours.detail : undefined;
  return {
    id,
    what,
    source,
    ours: value,
    reference,
    difference,
    tolerance,
    target: tolerance === 0 ? `${reference}` : `${reference} ± ${tolerance}`,
    unit,
    // A printed digit may be the rounding of a value that lies exactly between two: 1e-9 is for the binary rest.
    pass: difference !== null && Math.abs(difference) <= tolerance * (1 + 1e-9) + 1e-12,
    ...(fold === undefined ? {} : { fold }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** A figure that could not be looked at. */
export function skip(planned: Omit<PlannedFigure<never>, 'ours'>, reason: string): Figure {
  return { ...compare(planned, 0), ours: null, difference: null, pass: null, reason };
}

/** 1 when a figure misses its reference, else 0: what was skipped is neither. */
export function exitCodeOf(figures: readonly Figure[]): 0 | 1 {
  return figures.some(({ pass }) => pass === false) ? 1 : 0;
}

/**
 * A figure in one line: what, from where, as printed there, in which unit, and ours. The id is made of the first two.
 *
 * @example figureFor<Recorded>('Fleiss kappa', python, '.8642', 'coefficient', ({ matrix }) => fleissKappa(matrix))
 */
export function figureFor<Recorded>(
  what: string,
  source: Source,
  printed: string,
  unit: Unit,
  ours: (recorded: Recorded) => Ours,
  fold?: string,
): PlannedFigure<Recorded> {
  const id = `${what.replaceAll(/[^\w.+*-]+/g, '-')}/${source.kind}`;
  return { id, what, source, printed, unit, ours, ...(fold === undefined ? {} : { fold }) };
}
