import type { Criterion } from './criterion.ts';
import { fingerprint } from './fingerprint.ts';
import type { Item } from './item.ts';
import type { Json } from './json.ts';
import type { Metric, RatingContext } from './rater.ts';
import type { OmitEach, Rating } from './rating.ts';

/** A rating as the author of a metric writes it: item, rater and provenance are added. */
export type RatingDraft = OmitEach<Rating, 'item' | 'rater' | 'provenance'>;

export interface MetricDraft {
  id: string;
  /** Raise it when the same item could score differently. */
  version: string;
  /** Plain data, so that they enter the fingerprint: a function could not. */
  settings?: { [key: string]: Json };
  needs: readonly (keyof Item)[];
  criteria: readonly Criterion[];
  rate(item: Item, context: RatingContext): Promise<RatingDraft[]>;
  summarise?: NonNullable<Metric['summarise']>;
}

/**
 * Makes a metric of a draft: gives it a fingerprint over id, version, settings and criteria, and fills in its ratings.
 *
 * @example
 * const length = defineMetric({
 *   id: 'characters', version: '1', needs: ['responses'],
 *   criteria: [{ id: 'characters', question: 'How long?', scale: { kind: 'interval', min: 0, max: 1e6 }, higherIsBetter: false }],
 *   async rate({ responses }) {
 *     return responses.map(({ content }, response) => ({ criterion: 'characters', response, status: 'rated', value: textOf(content).length }));
 *   },
 * });
 */
export function defineMetric(draft: MetricDraft): Metric {
  const { id, version, settings = {}, needs, criteria } = draft;
  const own = fingerprint({ contract: 1, kind: 'metric', id, version, settings, criteria });
  return {
    contract: 1,
    id,
    kind: 'metric',
    needs,
    criteria,
    fingerprint: own,
    ...(draft.summarise ? { summarise: draft.summarise } : {}),
    async rate(item, context) {
      const drafts = await draft.rate(item, context);
      const provenance = { source: 'program' as const, rater: own, item: context.itemFingerprint ?? fingerprint(item) };
      return drafts.map((rating) => ({ ...rating, item: item.id, rater: id, provenance }));
    },
  };
}
