import type { Criterion, Finding, JudgeCard, Rating, RatingTable, Scale } from '@assize/core';
import { buildTable } from '@assize/datasets';

import { putOnTrial, type TrialOptions } from '../src/index.ts';

/** A rating in short: who said what of which item. `null` is a verdict that could not be read. */
export interface Said {
  item: string;
  rater: string;
  value: number | string | null;
  criterion?: string;
  response?: number;
  order?: number[];
  sample?: number;
}

export interface About {
  groups?: ReadonlyMap<string, string>;
  facets?: Readonly<Record<string, ReadonlyMap<string, string>>>;
}

export const preference: Scale = { kind: 'preference', ties: true };
export const oneToFive: Scale = { kind: 'ordinal', levels: [1, 2, 3, 4, 5] };

export function criterionOf(scale: Scale, id = 'quality'): Criterion {
  return { id, question: 'How good?', scale, higherIsBetter: true };
}

export async function tableOf(
  said: readonly Said[],
  scales: Scale | Criterion[],
  about: About = {},
): Promise<RatingTable> {
  const criteria = Array.isArray(scales) ? scales : [criterionOf(scales)];
  const ratings = said.map(({ value, ...one }): Rating => {
    const place = { criterion: criteria[0]!.id, ...one };
    const provenance = { source: one.rater.startsWith('judge') ? ('model' as const) : ('person' as const) };
    return value === null
      ? { ...place, provenance, status: 'unreadable', value: null, reason: 'planted' }
      : { ...place, provenance, status: 'rated', value };
  });
  return buildTable(ratings, { criteria, ...about });
}

export function trialOf(table: RatingTable, options: Partial<TrialOptions> = {}): JudgeCard {
  return putOnTrial(table, { judge: 'judge', dataset: { name: 'planted' }, replicates: 200, ...options });
}

export function findingIn(card: JudgeCard, examination: string, criterion?: string): Finding {
  return card.findings.find(
    (finding) => finding.examination === examination && (criterion === undefined || finding.criterion === criterion),
  )!;
}

export function itemIds(count: number): string[] {
  return Array.from({ length: count }, (_, item) => `item-${item}`);
}
