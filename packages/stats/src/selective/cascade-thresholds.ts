import { rowsWhere } from '../numerics/present-rows.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import {
  type Calibration,
  checkThresholds,
  checkWrong,
  errorUpperBound,
  fixedSequence,
  noThreshold,
  type ThresholdOptions,
} from './selective-threshold.ts';

/** One judge of a cascade on all calibration items. */
export type CascadeStage = {
  /** NaN never passes a threshold: the item goes on to the next judge. */
  confidence: ArrayLike<number>;
  /** 1 where this judge differs from people, 0 where not. */
  wrong: ArrayLike<number>;
};

export type CascadeOptions = ThresholdOptions & {
  /**
   * 'path' (default): one sequence of tests on the whole cascade, with the same candidate at every stage. 'disjoint': every
   * stage has a threshold of its own, found on its own part of the items with delta divided by the number of stages.
   */
  method?: 'path' | 'disjoint' | undefined;
  /** For 'disjoint': the stage, from 0, that each item calibrates; drawn at random before the labels are seen. */
  parts?: ArrayLike<number> | undefined;
};

/** An item is answered by the first judge whose confidence reaches that judge's threshold; if none does, by a person. */
export type CascadeThresholds = {
  /** Null: this judge is never trusted. */
  thresholds: (number | null)[];
  /** One for the whole cascade ('path'), or one per stage ('disjoint'; null where there is no threshold). */
  calibration: (Calibration | null)[];
  /** Share of all items that each judge answers; the rest is for people. */
  shares: number[];
  coverage: number;
  alpha: number;
  delta: number;
  n: number;
  method: string;
  notes?: string[];
};

/**
 * Thresholds for a cascade of judges, cheap ones first, with a guarantee for the error rate among all answers it gives.
 *
 *     P_calibration( P(wrong | answered) ≤ alpha ) ≥ 1 − delta
 *
 * A later judge sees what earlier ones left, so its threshold must not be chosen on the labels that chose theirs: either
 * the cascade is tested as a whole along one path of thresholds, or each stage has items of its own and delta/K (union
 * bound). After Jung, Brahman and Choi 2025, arXiv:2407.18370, who use the same labels and delta at every stage.
 *
 * @throws RangeError for stages of unequal length, a `wrong` that is not 0 or 1, parts that name no stage, or bad candidates
 * @returns `no-threshold` where no judge may be trusted; `no-data` without items
 * @example
 * cascadeThresholds([small, large], { alpha: 0.1 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/selective-thresholds.md
 */
export function cascadeThresholds(
  stages: readonly CascadeStage[],
  { method = 'path', parts, ...options }: CascadeOptions,
): CascadeThresholds | Undetermined {
  const checked = checkThresholds(options);
  const [n, count] = [stages[0]?.wrong.length ?? 0, stages.length];
  stages.forEach(({ confidence, wrong }, s) => {
    if (confidence.length !== n || wrong.length !== n) {
      throw new RangeError(
        `stage ${s} has ${confidence.length} confidences and ${wrong.length} labels, the first has ${n}`,
      );
    }
    checkWrong(wrong, `stages[${s}].wrong`);
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(wrong[i]!))
        throw new RangeError(`stages[${s}].wrong[${i}] is missing: leave the item out of all stages`);
    }
  });
  const name = `cascade thresholds, ${method}`;
  if (n === 0) return undetermined('no-data', 'needs at least one stage and one item', 0, name);
  if (method === 'path') return onePath(stages, checked, n, name);
  if (method !== 'disjoint') throw new RangeError(`method must be 'path' or 'disjoint', found ${String(method)}`);
  if (parts?.length !== n)
    throw new RangeError(`'disjoint' needs the part of each of ${n} items, found ${parts?.length ?? 'none'}`);
  for (let i = 0; i < n; i++) {
    if (!(Number.isInteger(parts[i]!) && parts[i]! >= 0 && parts[i]! < count)) {
      throw new RangeError(`parts[${i}] must be a stage below ${count}, found ${parts[i]}`);
    }
  }
  return disjointParts(stages, parts, checked, n, name);
}

type Checked = ReturnType<typeof checkThresholds>;

/** The stage that answers each item, −1 for none. */
function answeredBy(stages: readonly CascadeStage[], thresholds: readonly (number | null)[], item: number): number {
  return stages.findIndex(({ confidence }, s) => thresholds[s] != null && confidence[item]! >= thresholds[s]);
}

function sharesOf(stages: readonly CascadeStage[], thresholds: readonly (number | null)[], n: number): number[] {
  const counts = stages.map(() => 0);
  for (let i = 0; i < n; i++) {
    const stage = answeredBy(stages, thresholds, i);
    if (stage >= 0) counts[stage]!++;
  }
  return counts.map((answered) => answered / n);
}

function onePath(
  stages: readonly CascadeStage[],
  checked: Checked,
  n: number,
  method: string,
): CascadeThresholds | Undetermined {
  const { alpha, delta, thresholds } = checked;
  const sequence = fixedSequence(
    thresholds.length,
    (j) => {
      const same = stages.map(() => thresholds[j]!);
      let [accepted, errors] = [0, 0];
      for (let i = 0; i < n; i++) {
        const stage = answeredBy(stages, same, i);
        if (stage < 0) continue;
        accepted++;
        errors += stages[stage]!.wrong[i]!;
      }
      return { n: accepted, errors, units: accepted, upper: errorUpperBound(errors, accepted, delta) };
    },
    checked,
  );
  if (sequence.found === null) return noThreshold(sequence, checked, n, method);
  const chosen = stages.map(() => thresholds[sequence.last]!);
  const shares = sharesOf(stages, chosen, n);
  const { n: accepted, errors, upper } = sequence.found;
  const calibration = [{ n: accepted, errors, upper }];
  return { thresholds: chosen, calibration, shares, coverage: accepted / n, alpha, delta, n, method };
}

function disjointParts(
  stages: readonly CascadeStage[],
  parts: ArrayLike<number>,
  checked: Checked,
  n: number,
  method: string,
): CascadeThresholds | Undetermined {
  const { alpha, delta, thresholds } = checked;
  const chosen: (number | null)[] = [];
  const calibration: (Calibration | null)[] = [];
  const notes: string[] = [];
  for (const [s, { confidence, wrong }] of stages.entries()) {
    const earlier = stages.slice(0, s);
    const rows = rowsWhere(n, (i) => parts[i] === s && answeredBy(earlier, chosen, i) < 0);
    const sequence = fixedSequence(
      thresholds.length,
      (j) => {
        let [size, errors] = [0, 0];
        for (const i of rows) {
          if (!(confidence[i]! >= thresholds[j]!)) continue;
          size++;
          errors += wrong[i]!;
        }
        return { n: size, errors, units: size, upper: errorUpperBound(errors, size, delta / stages.length) };
      },
      checked,
    );
    if (sequence.found === null) {
      notes.push(`stage ${s} has no threshold: ${noThreshold(sequence, checked, n, method).detail}`);
      chosen.push(null);
      calibration.push(null);
      continue;
    }
    const { n: accepted, errors, upper } = sequence.found;
    chosen.push(thresholds[sequence.last]!);
    calibration.push({ n: accepted, errors, upper });
  }
  if (chosen.every((threshold) => threshold === null)) return undetermined('no-threshold', notes.join('; '), n, method);
  const shares = sharesOf(stages, chosen, n);
  const coverage = shares.reduce((a, b) => a + b, 0);
  return withNotes({ thresholds: chosen, calibration, shares, coverage, alpha, delta, n, method }, notes);
}
