import type { Finding, Verdict } from '@assize/core';

/**
 * What the findings amount to, with the reasons; the worst criterion decides.
 *
 * broken: the judge gives no usable verdicts. unfit: a blocking finding fails. not-enough-evidence: a blocking finding is
 * open, and the reasons say what would close it. fit-with-correction: a blocking finding warns, a major one warns or
 * fails, or a moderate one fails; its advice says how to correct. fit: none of these. What is inconclusive beside them is named, never passed over.
 */
export function verdictOf(findings: readonly Finding[]): { verdict: Verdict; reasons: string[] } {
  const where = (holds: (finding: Finding) => boolean): Finding[] => findings.filter(holds);
  const open = where(({ severity, outcome }) => severity <= 1 && outcome === 'inconclusive').map(
    ({ criterion, examination, needs }) => `${criterion}: ${examination} is open. Needed: ${needs ?? 'more data'}.`,
  );

  const broken = where(({ examination, outcome }) => examination === 'coverage' && outcome === 'fail');
  if (broken.length > 0) return { verdict: 'broken', reasons: broken.map(reason) };
  const failed = where(({ severity, outcome }) => severity === 0 && outcome === 'fail');
  if (failed.length > 0) return { verdict: 'unfit', reasons: failed.map(reason) };
  const undecided = where(
    ({ severity, outcome, examination }) =>
      severity === 0 && (outcome === 'inconclusive' || (outcome === 'not-applicable' && examination === 'agreement')),
  );
  if (undecided.length > 0) return { verdict: 'not-enough-evidence', reasons: undecided.map(reason) };
  const toCorrect = where(
    ({ severity, outcome }) =>
      (severity <= 1 && outcome === 'warn') || ((severity === 1 || severity === 2) && outcome === 'fail'),
  );
  if (toCorrect.length > 0)
    return {
      verdict: 'fit-with-correction',
      reasons: [...toCorrect.map((one) => `${reason(one)}${one.advice ? ` ${one.advice}` : ''}`), ...open],
    };
  const carrying = where(
    ({ severity, outcome, examination }) => severity === 0 && outcome === 'pass' && examination === 'agreement',
  );
  return { verdict: 'fit', reasons: [...carrying.map(reason), ...open] };
}

function reason({ criterion, summary, needs, outcome }: Finding): string {
  const open = outcome === 'inconclusive' || outcome === 'not-applicable';
  return `${criterion}: ${summary}${open ? ` Needed: ${needs ?? 'more data'}.` : ''}`;
}

/** The exit code of a trial that ended in this verdict. */
export function exitCodeOf(verdict: Verdict): 0 | 1 | 4 {
  switch (verdict) {
    case 'fit':
    case 'fit-with-correction':
      return 0;
    case 'unfit':
    case 'broken':
      return 1;
    case 'not-enough-evidence':
      return 4;
  }
}
