import type { EvidenceRow, Finding, RatingTable } from '@assize/core';

import type { CriterionCase } from './criterion-case.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import type { LeaveOneOut } from './leave-one-out.ts';

/** Settings, and the comparison of people with each other where more than one examination asks for it. */
export type SharedSettings = ExaminationSettings & { leftOut?: () => LeaveOneOut };

/** One question put to the ratings of one criterion. Pure: the same ratings, settings and seed give the same finding. */
export type Examination = (one: CriterionCase, table: RatingTable, settings: SharedSettings) => Finding;

/** A finding that these data cannot give, with what is missing. */
export function notApplicable(
  finding: Pick<Finding, 'examination' | 'question' | 'severity' | 'criterion' | 'statistic'>,
  missing: string,
): Finding {
  return {
    ...finding,
    outcome: 'not-applicable',
    estimate: { value: null, reason: 'no-data', detail: missing, n: 0, method: finding.statistic },
    measures: [],
    summary: `Not examined: ${missing}.`,
    needs: missing,
    evidence: [],
  };
}

/** The most evidence rows that a finding carries. */
const mostEvidence = 10;

/** The first candidates as rows of evidence, in the order given: only what is shown is put into words. */
export function someEvidence<Candidate>(
  candidates: readonly Candidate[],
  row: (candidate: Candidate) => EvidenceRow,
): EvidenceRow[] {
  return candidates.slice(0, mostEvidence).map((candidate) => row(candidate));
}
