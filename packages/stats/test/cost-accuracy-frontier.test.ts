import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cascadeOperatingPoints,
  chooseOperatingPoint,
  costAccuracyFrontier,
  type CostedStage,
  evaluateOperatingPoint,
} from '../src/index.ts';

const cheap: CostedStage = { confidence: [0.9, 0.8, 0.6, NaN], correct: [1, 0, 1, 0], cost: 1 };
const dear: CostedStage = { confidence: [1, 1, 1, 1], correct: [1, 1, 0, 1], cost: 10 };

test('counts the calls that are made, and who answers', () => {
  const points = cascadeOperatingPoints([cheap, dear], { thresholds: [0.5, 0.85] });
  expect(points).toEqual([
    { order: [0, 1], thresholds: [0.5], cost: (4 + 10) / 4, accuracy: 0.75, shares: [0.75, 0.25], n: 4 },
    { order: [0, 1], thresholds: [0.85], cost: (4 + 30) / 4, accuracy: 0.75, shares: [0.25, 0.75], n: 4 },
  ]);
});

test('prices may differ by item', () => {
  const [point] = cascadeOperatingPoints(
    [
      { ...cheap, cost: [1, 2, 3, 4] },
      { ...dear, cost: [10, 20, 30, 40] },
    ],
    { thresholds: [0.7] },
  );
  expect(point!.cost).toBe((1 + 2 + 33 + 44) / 4);
});

test('tries every order where asked', () => {
  const third: CostedStage = { ...cheap, cost: 3 };
  const points = cascadeOperatingPoints([cheap, dear, third], { thresholds: [0.5, 0.7], orders: 'all' });
  expect(points).toHaveLength(6 * 4);
  expect(new Set(points.map(({ order }) => order.join(''))).size).toBe(6);
  expect(new Set(points.map(({ thresholds }) => thresholds.join(' '))).size).toBe(4);
  for (const { shares } of points) expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect(cascadeOperatingPoints([dear], { thresholds: [] })).toEqual([
    { order: [0], thresholds: [], cost: 10, accuracy: 0.75, shares: [1], n: 4 },
  ]);
});

test('too many orders are refused before they are listed', () => {
  const many = Array.from({ length: 12 }, () => dear);
  expect(() => cascadeOperatingPoints(many, { thresholds: [1], orders: 'all' })).toThrow(
    '479001600 points are more than 200000',
  );
  expect(cascadeOperatingPoints(many, { thresholds: [1] })).toHaveLength(1);
});

test('the frontier is what no other point beats, by brute force', () => {
  const point = fc.record({ cost: fc.nat(6), accuracy: fc.nat(6) });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 20 }), (points) => {
      const frontier = costAccuracyFrontier(points);
      for (const p of points) {
        const beaten = points.some(
          (q) => q.cost <= p.cost && q.accuracy >= p.accuracy && (q.cost < p.cost || q.accuracy > p.accuracy),
        );
        expect(frontier.some((q) => q.cost === p.cost && q.accuracy === p.accuracy)).toBe(!beaten);
      }
      for (let i = 1; i < frontier.length; i++) {
        expect(frontier[i]!.cost).toBeGreaterThan(frontier[i - 1]!.cost);
        expect(frontier[i]!.accuracy).toBeGreaterThan(frontier[i - 1]!.accuracy);
      }
    }),
    { seed: 42 },
  );
});

test('chooses within a budget, or the cheapest that is good enough', () => {
  const points = [
    { cost: 1, accuracy: 0.7 },
    { cost: 2, accuracy: 0.8 },
    { cost: 3, accuracy: 0.75 },
    { cost: 4, accuracy: 0.9 },
  ];
  expect(chooseOperatingPoint(points, { maxCost: 3.5 })).toBe(points[1]);
  expect(chooseOperatingPoint(points, { maxCost: 4 })).toBe(points[3]);
  expect(chooseOperatingPoint(points, { maxCost: 0.5 })).toBeNull();
  expect(chooseOperatingPoint(points, { minAccuracy: 0.75 })).toBe(points[1]);
  expect(chooseOperatingPoint(points, { minAccuracy: 0.9 })).toBe(points[3]);
  expect(chooseOperatingPoint(points, { minAccuracy: 0.95 })).toBeNull();
  expect(() => chooseOperatingPoint(points, {})).toThrow('give either maxCost or minAccuracy');
  expect(() => chooseOperatingPoint(points, { maxCost: 1, minAccuracy: 1 })).toThrow(
    'give either maxCost or minAccuracy',
  );
});

test('reports a chosen point on other items, with intervals', () => {
  const report = evaluateOperatingPoint([cheap, dear], { order: [0, 1], thresholds: [0.7] });
  expect(report).toMatchObject({
    cost: { value: 6, n: 4 },
    accuracy: { value: 0.5, method: 'proportion, wilson' },
    shares: [0.5, 0.5],
  });
  const clusters = [0, 0, 1, 1];
  expect(
    evaluateOperatingPoint([cheap, dear], { order: [1, 0], thresholds: [0.7] }, { clusters, level: 0.9 }),
  ).toMatchObject({
    cost: { value: 10, interval: null, groups: 2, level: 0.9 },
    shares: [1, 0],
  });
});

test('names what is wrong', () => {
  const bad: [() => unknown, string][] = [
    [() => cascadeOperatingPoints([], { thresholds: [] }), 'a cascade needs a stage'],
    [
      () => cascadeOperatingPoints([{ confidence: [], correct: [], cost: 1 }], { thresholds: [] }),
      'a cascade needs items',
    ],
    [
      () => cascadeOperatingPoints([cheap, { ...dear, confidence: [1] }], { thresholds: [] }),
      'stage 1 has 1, 4 rows, not 4',
    ],
    [() => cascadeOperatingPoints([{ ...cheap, cost: [1] }], { thresholds: [] }), 'stage 0 has 4, 4, 1 rows, not 4'],
    [
      () => cascadeOperatingPoints([{ ...cheap, correct: [1, 0, 0.5, 1] }], { thresholds: [] }),
      'stages[0].correct[2] must be 0 or 1, found 0.5',
    ],
    [
      () => cascadeOperatingPoints([{ ...cheap, cost: -1 }], { thresholds: [] }),
      'stages[0].cost must be finite and at least 0, found -1',
    ],
    [() => cascadeOperatingPoints([cheap], { thresholds: [NaN] }), 'thresholds[0] must be finite, found NaN'],
    [
      () => cascadeOperatingPoints([cheap, dear, dear], { thresholds: Array.from({ length: 500 }, (_, i) => i) }),
      '250000 points are more than 200000: take fewer thresholds',
    ],
    [
      () => costAccuracyFrontier([{ cost: 1, accuracy: NaN }]),
      'points[0] needs a finite cost and accuracy, found 1 and NaN',
    ],
    [
      () => evaluateOperatingPoint([cheap], { order: [1], thresholds: [] }),
      'the point calls stages 1 with 0 thresholds, there are 1 stages',
    ],
    [() => evaluateOperatingPoint([cheap], { order: [], thresholds: [] }), 'the point calls stages  with 0 thresholds'],
    [
      () => evaluateOperatingPoint([cheap], { order: [0], thresholds: [1] }),
      'the point calls stages 0 with 1 thresholds',
    ],
  ];
  for (const [call, message] of bad) expect(call).toThrow(message);
});
