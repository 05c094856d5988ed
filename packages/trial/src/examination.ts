import type { Estimate, EvidenceRow, Finding, Random, RatingTable, Undetermined, UnratedPolicy } from '@assize/core';
import { plainEstimate } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import type { LeaveOneOut } from './leave-one-out.ts';
import type { Profile } from './profile.ts';

/** What every examination is told beside the case. */
export interface ExaminationSettings {
  profile: Profile;
  level: number;
  replicates: number;
  /** The policy of the headline figures; the others are shown beside it where they differ. */
  unrated: UnratedPolicy;
  random: Random;
  /** The people held against each other, where more than one examination asks for it; made anew when absent. */
  leftOut?: () => LeaveOneOut;
}

/** One question put to the ratings of one criterion. Pure: the same ratings, settings and seed give the same finding. */
export type Examination = (one: CriterionCase, table: RatingTable, settings: ExaminationSettings) => Finding;

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

/** An estimate with one more note. */
export function noted(result: Estimate | Undetermined, ...notes: string[]): Estimate | Undetermined {
  const one = plainEstimate(result);
  if (one.value === null || notes.length === 0) return one;
  return { ...one, notes: [...(one.notes ?? []), ...notes] };
}

/** `0.71 [0.68, 0.74]`, or why there is no number. For sentences; tables are the report's. */
export function inWords(estimate: Estimate | Undetermined): string {
  if (estimate.value === null) return `undetermined (${estimate.detail})`;
  const { value, interval } = estimate;
  return interval === null
    ? `${round(value)} (no interval)`
    : `${round(value)} [${round(interval[0])}, ${round(interval[1])}]`;
}

function round(value: number): string {
  const text = value.toFixed(Math.abs(value) < 0.1 ? 3 : 2);
  return Number(text) === 0 ? '0' : text.replace('-', '−');
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
