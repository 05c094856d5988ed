import type { Criterion, RaterKind, Rating } from '@assize/core';
import fc from 'fast-check';

export const criteria: readonly Criterion[] = [
  { id: 'good', question: '', scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] }, higherIsBetter: true },
  { id: 'right', question: '', scale: { kind: 'binary' }, higherIsBetter: true },
  { id: 'better', question: '', scale: { kind: 'preference', ties: true }, higherIsBetter: true },
  {
    id: 'tone, of it',
    question: '',
    scale: { kind: 'nominal', labels: ['warm', 'cold, hard', '=1+1', 'null'] },
    higherIsBetter: true,
  },
  { id: 'share', question: '', scale: { kind: 'interval', min: -1, max: 1 }, higherIsBetter: true },
];

const valuesOf: Readonly<Record<string, fc.Arbitrary<number | string>>> = {
  good: fc.integer({ min: 1, max: 5 }),
  right: fc.constantFrom(0, 1),
  better: fc.constantFrom(0, 1, 'tie'),
  'tone, of it': fc.constantFrom('warm', 'cold, hard', '=1+1', 'null'),
  share: fc.double({ min: -1, max: 1, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
};

export const kinds: Readonly<Record<string, RaterKind>> = {
  ann: 'human',
  '-bob': 'human',
  'gpt-4': 'judge',
  'r,1': 'metric',
};

/** Ratings of a few items on all scales, no two of the same thing. */
export const ratings: fc.Arbitrary<Rating[]> = fc.uniqueArray(
  fc
    .record({
      criterion: fc.constantFrom(...criteria.map(({ id }) => id)),
      item: fc.constantFrom('i1', 'item "2"', '=3', "'=4", 'fünf\nund'),
      rater: fc.constantFrom(...Object.keys(kinds)),
      order: fc.constantFrom(undefined, [0, 1], [1, 0]),
      sample: fc.constantFrom(undefined, 1, 2),
      response: fc.constantFrom(undefined, 1),
      latencyMs: fc.constantFrom(undefined, 12.5),
      cost: fc.constantFrom(undefined, { amount: 0.25, currency: 'USD' as const }),
      served: fc.constantFrom(undefined, 'model-1'),
    })
    .chain(({ order, sample, response, latencyMs, cost, served, ...rest }) => {
      const common = {
        ...rest,
        ...(order ? { order: [...order] } : {}),
        ...(sample === undefined ? {} : { sample }),
        ...(response === undefined ? {} : { response }),
        ...(latencyMs === undefined ? {} : { latencyMs }),
        ...(cost ? { cost } : {}),
        provenance: {
          source: kinds[rest.rater] === 'human' ? ('person' as const) : ('recorded' as const),
          ...(served === undefined ? {} : { served }),
        },
      };
      return fc.oneof(
        (valuesOf[rest.criterion] ?? fc.constant(0)).map((value): Rating => ({ ...common, status: 'rated', value })),
        fc
          .constantFrom('abstained' as const, 'refused' as const, 'unreadable' as const, 'failed' as const)
          .map((status): Rating => ({ ...common, status, value: null, reason: 'kept in the store, not in the table' })),
      );
    }),
  {
    minLength: 1,
    maxLength: 40,
    selector: ({ item, rater, criterion, order, sample, response }) =>
      JSON.stringify([item, rater, criterion, order ?? [], sample ?? 0, response ?? 0]),
  },
);
