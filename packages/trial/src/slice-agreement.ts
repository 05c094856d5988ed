import type { Estimate, Undetermined } from '@assize/core';
import { clusteredProportion, plainEstimate } from '@assize/stats';

import type { Comparison } from './comparison.ts';
import type { CriterionCase } from './criterion-case.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import { differenceOfRatios } from './difference-of-ratios.ts';
import { clipped, withoutSpread } from './no-spread.ts';
import { bootstrapComparison, bootstrapUnits } from './row-bootstrap.ts';
import { spearmanOf } from './row-statistics.ts';

/** A slice's agreement with the consensus, and how it differs from that of the rest. */
export interface SliceAgreement {
  inside: Estimate | Undetermined;
  difference: Estimate | Undetermined;
}

/**
 * How to hold a slice's agreement against the rest of the usable units: shares between labels, Spearman's correlations on
 * ordered scales. Groups may lie across the border of a slice. `together`: the level of the differences.
 */
export function sliceAgreements(
  one: CriterionCase,
  verdicts: Float64Array,
  usable: Uint32Array,
  together: number,
  settings: ExaminationSettings,
): (slice: Uint32Array, name: string) => SliceAgreement {
  const clusters = usable.map((unit) => one.clusters[unit]!);
  return (slice, name) => {
    const member = new Uint8Array(one.length);
    for (const unit of slice) member[unit] = 1;
    return one.ordered
      ? correlations(one, verdicts, { slice, usable, clusters, member }, together, name, settings)
      : shares(one, verdicts, { slice, usable, clusters, member }, together, settings);
  };
}

interface Sides {
  slice: Uint32Array;
  usable: Uint32Array;
  clusters: Uint32Array;
  member: Uint8Array;
}

function shares(
  one: CriterionCase,
  verdicts: Float64Array,
  { slice, usable, clusters, member }: Sides,
  together: number,
  { level }: ExaminationSettings,
): SliceAgreement {
  const hit = (unit: number): number => Number(verdicts[unit] === one.consensus.values[unit]);
  const side = (inside: 0 | 1) =>
    Array.from(usable, (unit) => (member[unit] === inside ? { part: hit(unit), whole: 1 } : { part: 0, whole: 0 }));
  const method = 'difference of shares, linearised over groups';
  return {
    inside: plainEstimate(
      clusteredProportion(Float64Array.from(slice, hit), {
        level,
        clusters: slice.map((unit) => one.clusters[unit]!),
      }),
    ),
    difference: differenceOfRatios(side(1), side(0), clusters, together, method),
  };
}

function correlations(
  one: CriterionCase,
  verdicts: Float64Array,
  { slice, usable, clusters, member }: Sides,
  together: number,
  name: string,
  { random, replicates, level }: ExaminationSettings,
): SliceAgreement {
  const reference = one.consensus.values;
  const side = (inside: 0 | 1) =>
    spearmanOf(
      verdicts.map((value, unit) => (member[unit] === inside ? value : Number.NaN)),
      reference,
    );
  const [own, rest] = [side(1), side(0)];
  const compare: Comparison = (units, out, counts) => {
    const [first, second] = [own(units, counts), rest(units, counts)];
    if (first === null || second === null) return false;
    out[0] = first;
    out[1] = second;
    return true;
  };
  const stream = random.stream(name);
  const columns = [verdicts, reference, member];
  const { difference } = bootstrapComparison(compare, usable, columns, one.clusters, {
    random: stream,
    level: together,
    replicates,
  });
  // A side of one group has no spread of its own, however many groups the other has.
  const sizes = ([1, 0] as const).map(
    (inside) => new Set(clusters.filter((_, place) => member[usable[place]!] === inside)).size,
  );
  const found = plainEstimate(difference);
  const ofFewerGroups = found.value === null ? found : { ...found, groups: Math.min(...sizes) };
  const inside = bootstrapUnits(spearmanOf(verdicts, reference), slice, columns, one.clusters, {
    random: stream,
    level,
    replicates,
  });
  return {
    inside: clipped(withoutSpread(inside, [-5, 1]), [-1, 1]),
    difference: clipped(withoutSpread(ofFewerGroups, [-6, 6]), [-2, 2]),
  };
}
