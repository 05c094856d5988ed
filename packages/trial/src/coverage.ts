import { type Finding, ratingStatuses, type RatingTable } from '@assize/core';
import { clusteredProportion, plainEstimate } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import { type Examination, notApplicable, someEvidence } from './examination.ts';
import { isNumber, rowsWhere } from './leave-one-out.ts';
import { questions } from './questions.ts';

const about = {
  examination: 'coverage',
  question: questions.coverage,
  severity: 0,
  statistic: 'unusable-share',
} as const;

/**
 * Whether the judge works at all: how its rows ended, and whether its verdicts ever differ.
 *
 * Fails, and calls the judge broken, when over a fifth of its verdicts are unreadable or failed, or when all are equal, in
 * content or in the place shown, while people's are not: such a judge measures nothing, however well it agrees.
 */
export const coverage: Examination = (one, table, { profile, level }) => {
  const criterion = one.criterion.id;
  const finding = { ...about, criterion };
  if (one.rows.length === 0) return notApplicable(finding, `${one.judge} has no ratings on ${criterion}`);
  const clusters = Uint32Array.from(one.unitOfRow, (unit) => one.clusters[unit]!);
  const shareOf = (wanted: (status: number) => boolean) =>
    plainEstimate(
      clusteredProportion(
        Float64Array.from(one.rows, (row) => (wanted(table.status[row]!) ? 1 : 0)),
        { level, clusters },
      ),
    );
  const unusable = shareOf((status) => status === 3 || status === 4);
  const counts = ratingStatuses.map((_, status) =>
    one.rows.reduce((n, row) => n + (table.status[row] === status ? 1 : 0), 0),
  );
  const bad = counts[3]! + counts[4]!;
  const rated = one.rows.filter((row) => table.status[row] === 0);
  // Twenty repetitions of one question are one question, and people who part elsewhere say nothing of these items.
  const judgedUnits = rowsWhere(one.length, (unit) => isNumber(one.verdicts[unit]!));
  const groups = new Set(judgedUnits.map((unit) => one.clusters[unit]!)).size;
  const people = Array.from(judgedUnits, (unit) => one.consensus.values[unit]!);
  const peopleDiffer = new Set(people.filter(isNumber)).size > 1;
  const sameness = groups >= profile.leastGroups ? alwaysTheSame(one, table, rated) : undefined;
  // What happened to these verdicts is a count, not an inference: the observed share decides, its interval is for what comes.
  const share = bad / one.rows.length;
  const mostlyUnusable = share > profile.unusable.fail;
  const blind = sameness !== undefined && peopleDiffer;
  const outcome: Finding['outcome'] =
    mostlyUnusable || blind ? 'fail' : share > profile.unusable.warn ? 'warn' : 'pass';
  const summary = mostlyUnusable
    ? `${one.judge} is broken: ${bad} of its ${one.rows.length} verdicts are unreadable or failed.`
    : blind
      ? `${one.judge} is broken: ${sameness}, while people's differ.`
      : sameness
        ? `${capital(sameness)}, and people say the same throughout: nothing can be told apart.`
        : `${rated.length} of ${one.rows.length} verdicts are rated.`;
  const labelled = rowsWhere(one.length, (unit) => one.labels.some((labels) => isNumber(labels[unit]!)));
  const neverAsked = labelled.filter((unit) => one.asked[unit] === 0).length;
  return {
    ...finding,
    outcome,
    estimate: unusable,
    measures: ratingStatuses.map((status, code) => ({
      statistic: `${status}-share`,
      estimate: shareOf((found) => found === code),
    })),
    threshold: profile.unusable,
    summary:
      neverAsked > 0
        ? `${summary} Of ${labelled.length} units that people labelled, ${neverAsked} were never put to the judge.`
        : summary,
    evidence: someEvidence(
      Array.from(one.rows).filter((row) => table.status[row] !== 0),
      (row) => ({ item: table.items[table.item[row]!]!, note: ratingStatuses[table.status[row]!]! }),
    ),
    ...(bad > 0
      ? {
          advice:
            'Look at the raw replies of the unreadable and failed items; each policy for them is shown under agreement.',
        }
      : {}),
  };
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How all verdicts are the same: in what they say, or in the place that they favour; `undefined` when they differ. */
function alwaysTheSame(one: CriterionCase, table: RatingTable, rows: Uint32Array): string | undefined {
  const n = rows.length;
  const value = table.value[rows[0]!];
  if (rows.every((row) => table.value[row] === value)) return `all ${n} verdicts are equal`;
  if (one.criterion.scale.kind !== 'preference') return undefined;
  const place = (row: number): number => table.orders[table.order[row]!]!.indexOf(table.value[row]!);
  const first = place(rows[0]!);
  if (first < 0 || !rows.every((row) => place(row) === first)) return undefined;
  return `all ${n} verdicts favour what is shown ${['first', 'second'][first] ?? `at place ${first + 1}`}`;
}
