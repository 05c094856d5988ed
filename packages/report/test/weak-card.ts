import { fingerprint, type JudgeCard } from '@assize/core';

import { about, exampleCard } from './example-card.ts';

/** A second judge on the same data, worse than the first and known by its ratings alone. */
export function weakCard(): JudgeCard {
  const { definition: _, ...judge } = exampleCard().judge;
  const card = exampleCard();
  return {
    ...card,
    judge: { ...judge, rater: 'acme:judge-small', served: [], fingerprint: null },
    verdict: 'unfit',
    reasons: ['On helpful it is further from people than they are from each other.'],
    criteria: card.criteria.slice(0, 1),
    findings: card.findings
      .filter(
        ({ criterion, examination }) => criterion === 'helpful' && ['agreement', 'human-ceiling'].includes(examination),
      )
      .map((finding) => ({
        ...finding,
        outcome: 'fail',
        estimate: finding.examination === 'agreement' ? about(0.512, 0.034, 974, 80) : about(-0.15, 0.03, 974, 80),
        measures: [],
      })),
    fingerprint: fingerprint('weak'),
  };
}
