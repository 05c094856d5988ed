import type { Measure, RatingTable } from '@assize/core';

import type { CriterionCase } from './criterion-case.ts';
import { decide, gravest, type Decision } from './decision.ts';
import { inWords, noted } from './estimate-words.ts';
import { type Examination, notApplicable } from './examination.ts';
import { isNumber, rowsWhere } from './leave-one-out.ts';
import { type SliceAgreement, sliceAgreements } from './slice-agreement.ts';
import { withUnrated } from './unrated-policy.ts';
import { questions } from './questions.ts';

const leastUnits = 20;
const mostSlices = 30;

interface Slice {
  facet: string;
  value: string;
  rows: Uint32Array;
}

interface Examined extends SliceAgreement {
  slice: Slice;
  decision: Decision;
}

/**
 * Whether the judge is worse in some slice of the items than in the rest.
 *
 * Each slice's agreement with the consensus is compared with that of all other items; the intervals of the differences hold
 * together (Bonferroni over the slices), and the worst slice decides. Slices of under 20 units, or that leave under 20 for
 * the rest, are left out and counted; of more than 30 the largest are examined.
 */
export const slices: Examination = (one, table, settings) => {
  const statistic = one.ordered ? 'spearman' : 'agreement';
  const finding = {
    examination: 'slices',
    question: questions.slices,
    severity: 2,
    criterion: one.criterion.id,
    statistic: `${statistic}-difference`,
  } as const;
  if (table.facets.length === 0)
    return notApplicable(finding, 'a facet of the items, such as a column domain or language');
  const reference = one.consensus.values;
  const verdicts = withUnrated(one, settings.unrated, reference);
  const usable = rowsWhere(one.length, (unit) => isNumber(verdicts[unit]!) && isNumber(reference[unit]!));
  const all = slicesOf(one, table, usable);
  const large = all.filter(({ rows }) => rows.length >= leastUnits && usable.length - rows.length >= leastUnits);
  const chosen = large.slice(0, mostSlices);
  if (chosen.length === 0) {
    return notApplicable(
      finding,
      `slices of at least ${leastUnits} judged and labelled units, with as many in the rest; none of ${all.length} is one`,
    );
  }
  const agree = sliceAgreements(one, verdicts, usable, 1 - (1 - settings.level) / chosen.length, settings);
  const examined = chosen.map((slice): Examined => {
    const found = agree(slice.rows, `slice/${slice.facet}/${slice.value}`);
    return {
      ...found,
      slice,
      decision: decide(found.difference, settings.profile.sliceDifference, settings.profile.leastGroups),
    };
  });
  const sorted = examined.toSorted((a, b) => (a.difference.value ?? Infinity) - (b.difference.value ?? Infinity));
  const worst = sorted[0]!;
  const decision = gravest(sorted.map((each) => each.decision));
  const deciding = sorted.find((each) => each.decision === decision) ?? worst;
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
    summary: [
      `Of ${chosen.length} slices, the judge agrees least with people in ${nameOf(worst)}, compared with the rest: difference ${inWords(worst.difference)}.`,
      ...(deciding === worst ? [] : [`${nameOf(deciding)} decides: ${inWords(deciding.difference)}.`]),
      ...leftOut(all.length - large.length, large.length - chosen.length),
    ].join(' '),
    ...(decision.outcome === 'inconclusive' && decision.needs
      ? { needs: `${nameOf(deciding)}: ${decision.needs}` }
      : {}),
    evidence: [],
    ...adviceOn(decision.outcome, deciding),
  };
};

function nameOf({ slice }: Examined): string {
  return `${slice.facet} ${slice.value}`;
}

function leftOut(small: number, beyond: number): string[] {
  return [
    ...(small > 0 ? [`Left out as too small, or as leaving too little to compare with: ${small}.`] : []),
    ...(beyond > 0 ? [`Only the ${mostSlices} largest were examined; ${beyond} more were large enough.`] : []),
  ];
}

function adviceOn(outcome: Decision['outcome'], deciding: Examined): { advice?: string } {
  if (outcome === 'fail')
    return { advice: `Do not use the judge on ${nameOf(deciding)} before you have read its disagreements there.` };
  if (outcome === 'warn')
    return { advice: `Report ${nameOf(deciding)} apart from the rest, and label more of it before you rely on it.` };
  return {};
}

/** Slices with a usable unit, the largest first, then by name. */
function slicesOf(one: CriterionCase, table: RatingTable, usable: Uint32Array): Slice[] {
  const found = table.facets.flatMap(({ name, values, ofItem }) => {
    const rows = values.map((): number[] => []);
    for (const unit of usable) rows[ofItem[one.item[unit]!]!]?.push(unit);
    return values.map((value, code) => ({ facet: name, value, rows: Uint32Array.from(rows[code]!) }));
  });
  const name = ({ facet, value }: Slice): string => `${facet}\u0000${value}`;
  return found
    .filter(({ rows }) => rows.length > 0)
    .toSorted((a, b) => b.rows.length - a.rows.length || (name(a) < name(b) ? -1 : 1));
}
