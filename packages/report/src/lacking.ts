import type { Finding } from '@assize/core';

/** Whether a finding has nothing to show but what it lacks. */
export function lacking({ outcome, estimate }: Pick<Finding, 'outcome' | 'estimate'>): boolean {
  return outcome === 'not-applicable' && estimate.value === null;
}
