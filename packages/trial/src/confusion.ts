import type { Finding, RatingTable } from '@assize/core';

import { cells, classMeasures } from './confusion-table.ts';
import type { CriterionCase } from './criterion-case.ts';
import { type Examination, notApplicable, someEvidence } from './examination.ts';
import { labelShift } from './label-shift.ts';
import { isNumber, rowsWhere } from './leave-one-out.ts';
import { levelShift } from './level-shift.ts';
import { disagreement } from './wording.ts';
import { questions } from './questions.ts';

const mostLevels = 12;

/**
 * Where judge and people part, and whether the judge uses the scale as people do.
 *
 * Between labels: for each label, how much more often the judge gives it than people do on the same units; the largest such
 * shift decides, with intervals that hold together. On ordered scales: the mean of judge minus people, in levels. The table,
 * accuracy, F1 and MCC are against the consensus of all people. Ranks are not examined: whoever ranks the same responses
 * gives the same ranks, so that they can neither be lenient nor favour one.
 */
export const confusion: Examination = (one, table, settings) => {
  const finding = {
    examination: 'confusion',
    question: questions.confusion,
    severity: 2,
    criterion: one.criterion.id,
  } as const;
  const reference = one.consensus.values;
  const usable = rowsWhere(one.length, (unit) => isNumber(one.verdicts[unit]!) && isNumber(reference[unit]!));
  if (usable.length === 0)
    return notApplicable(
      { ...finding, statistic: one.ordered ? 'mean-shift' : 'label-shift' },
      'items on which judge and people both spoke',
    );
  if (one.criterion.scale.kind === 'rank')
    return notApplicable(
      { ...finding, statistic: 'mean-shift' },
      'scores or labels: ranks have no scale to be shifted',
    );
  const shift = (one.ordered ? levelShift : labelShift)(one, usable, settings);
  const { statistic, estimate, measures, threshold, wording } = shift;
  const { outcome, needs } = shift.decision;
  return {
    ...finding,
    outcome,
    statistic,
    estimate,
    measures: [
      ...measures,
      ...(one.levels > 0 && one.levels <= mostLevels ? [...cells(one, settings), ...classMeasures(one, settings)] : []),
    ],
    threshold,
    summary: wording,
    ...(outcome === 'inconclusive' && needs ? { needs } : {}),
    evidence: outcome === 'pass' ? [] : farthest(one, table, usable),
    ...adviceOn(outcome, one),
  };
};

function farthest(one: CriterionCase, table: RatingTable, usable: Uint32Array): Finding['evidence'] {
  const distance = (unit: number): number =>
    one.ordered
      ? Math.abs(one.verdicts[unit]! - one.consensus.values[unit]!)
      : Number(one.verdicts[unit] !== one.consensus.values[unit]);
  const apart = Array.from(usable).filter((unit) => distance(unit) > 0);
  return someEvidence(
    apart.toSorted((a, b) => distance(b) - distance(a) || a - b),
    (unit) => disagreement(one, table.items, unit),
  );
}

function adviceOn(outcome: Finding['outcome'], one: CriterionCase): { advice?: string } {
  if (outcome !== 'fail' && outcome !== 'warn') return {};
  return {
    advice: one.ordered
      ? 'Calibrate the scores on human labels, or compare systems by rank alone: levels of judge and people do not mean the same.'
      : 'Correct shares and win rates for the judge’s errors before you report them: it uses its labels otherwise than people do.',
  };
}
