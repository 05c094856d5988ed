import type { Estimate, Measure, RatingTable, Undetermined } from '@assize/core';
import { clusterBootstrap, pairedBootstrap, plainEstimate } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import { decide, gravest, type Decision } from './decision.ts';
import { type Examination, type ExaminationSettings, inWords, noted, notApplicable } from './examination.ts';
import { isNumber, rowsWhere, within } from './leave-one-out.ts';
import { equalShare, spearmanOf } from './row-statistics.ts';
import { nearestLevels } from './statistics-against.ts';
import { withUnrated } from './unrated-policy.ts';

const leastUnits = 20;
const mostSlices = 30;

interface Slice {
  facet: string;
  value: string;
  rows: Uint32Array;
}

interface Examined {
  slice: Slice;
  inside: Estimate | Undetermined;
  difference: Estimate | Undetermined;
  decision: Decision;
}

/**
 * Whether the judge is worse in some slice of the items than in the rest.
 *
 * Each slice's agreement with the consensus is compared with that of all other items; the intervals of the differences hold
 * together (Bonferroni over the slices), and the worst slice decides.
 */
export const slices: Examination = (one, table, settings) => {
  const statistic = one.ordered ? 'spearman' : 'agreement';
  const finding = {
    examination: 'slices',
    question: 'Is the judge worse in some slice of the items?',
    severity: 2,
    criterion: one.criterion.id,
    statistic: `${statistic}-difference`,
  } as const;
  if (table.facets.length === 0)
    return notApplicable(finding, 'a facet of the items, such as a column domain or language');
  const reference = one.consensus.values;
  const verdicts = withUnrated(one, settings.unrated, reference);
  const compare = one.ordered ? spearmanOf(verdicts, reference) : equalShare(nearestLevels(verdicts), reference);
  const usable = rowsWhere(one.length, (unit) => isNumber(verdicts[unit]!) && isNumber(reference[unit]!));
  const all = slicesOf(one, table, usable);
  const chosen = all
    .filter(({ rows }) => rows.length >= leastUnits && usable.length - rows.length >= leastUnits)
    .slice(0, mostSlices);
  const small = all.length - chosen.length;
  if (chosen.length === 0) {
    return notApplicable(
      finding,
      `slices of at least ${leastUnits} items; the largest of ${all.length} is too small or holds all items`,
    );
  }
  const level = 1 - (1 - settings.level) / chosen.length;
  const examined = chosen.map((slice) => examine(one, slice, usable, compare, level, settings));
  const worst = examined.toSorted((a, b) => (a.difference.value ?? Infinity) - (b.difference.value ?? Infinity))[0]!;
  const decision = gravest(examined.map((each) => each.decision));
  const deciding = examined.find((each) => each.decision === decision) ?? worst;
  return {
    ...finding,
    outcome: decision.outcome,
    estimate: noted(
      deciding.difference,
      `slice ${nameOf(deciding)} against the rest; holds together with ${chosen.length - 1} other slices`,
    ),
    measures: examined.flatMap(({ slice, inside, difference }): Measure[] => [
      { statistic, about: { facet: slice.facet, value: slice.value }, estimate: inside },
      {
        statistic: `${statistic}-difference`,
        about: { facet: slice.facet, value: slice.value, against: 'the rest' },
        estimate: difference,
      },
    ]),
    threshold: settings.profile.sliceDifference,
    summary: `Of ${chosen.length} slices, ${nameOf(worst)} differs most from the rest: ${inWords(worst.difference)}.${small > 0 ? ` ${small} slices of under ${leastUnits} items were left out.` : ''}`,
    ...(decision.outcome === 'inconclusive' && decision.needs
      ? { needs: `${nameOf(deciding)}: ${decision.needs}` }
      : {}),
    evidence: [],
    ...(decision.outcome === 'fail'
      ? { advice: `Do not use the judge on ${nameOf(deciding)} before you have looked at its disagreements there.` }
      : {}),
  };
};

function nameOf({ slice }: Examined): string {
  return `${slice.facet} ${slice.value}`;
}

function slicesOf(one: CriterionCase, table: RatingTable, usable: Uint32Array): Slice[] {
  return table.facets.flatMap(({ name, values, ofItem }) =>
    values
      .map((value, code) => ({ facet: name, value, rows: usable.filter((unit) => ofItem[one.item[unit]!] === code) }))
      .filter(({ rows }) => rows.length > 0),
  );
}

function examine(
  one: CriterionCase,
  slice: Slice,
  usable: Uint32Array,
  compare: (rows: Uint32Array) => number | null,
  level: number,
  { random, replicates, profile, level: own }: ExaminationSettings,
): Examined {
  const member = new Uint8Array(one.length);
  for (const unit of slice.rows) member[unit] = 1;
  const clusters = Array.from(usable, (unit) => one.clusters[unit]!);
  const stream = random.stream(`slice/${slice.facet}/${slice.value}`);
  const part = (inside: 0 | 1) => (rows: Uint32Array) => compare(rows.filter((unit) => member[unit] === inside));
  const { difference } = pairedBootstrap(clusters, within(usable, part(1)), within(usable, part(0)), {
    random: stream,
    level,
    replicates,
  });
  const inside = clusterBootstrap(
    Array.from(slice.rows, (unit) => one.clusters[unit]!),
    within(slice.rows, compare),
    { random: stream, level: own, replicates },
  );
  const plain = plainEstimate(difference);
  return {
    slice,
    inside: plainEstimate(inside),
    difference: plain,
    decision: decide(plain, profile.sliceDifference, profile.leastGroups),
  };
}
