import { describe, expect, test } from 'vitest';
import { predictionPoweredDifference, predictionPoweredMean, predictionPoweredWinRate } from '../src/index.ts';

const random = { labelDesign: 'random' } as const;

function near(found: readonly number[] | null, expected: readonly number[]): void {
  expect(found).not.toBeNull();
  expected.forEach((value, i) => expect(found![i]).toBeCloseTo(value, 10));
}

/** Labels of 0 and 1 with a judge that is wrong on every fifth, and a judge on more. */
function example(n: number, N: number) {
  const human = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0));
  return {
    human,
    judge: human.map((y, i) => (i % 5 === 0 ? 1 - y : y)),
    unlabelled: Array.from({ length: N }, (_, i) => (i % 5 < 2 ? 1 : 0)),
  };
}

describe('win rate', () => {
  const human = Array.from({ length: 30 }, (_, i) => (i % 5 === 0 ? 0.5 : i % 2));
  const judge = human.map((y, i) => (i % 6 === 0 ? 1 - y : y));
  const unlabelled = Array.from({ length: 90 }, (_, i) => (i % 3) / 2);

  test('is the mean of wins and half wins, kept in 0 to 1', () => {
    const [rate, score] = [
      predictionPoweredWinRate(human, judge, unlabelled, random),
      predictionPoweredMean(human, judge, unlabelled, random),
    ];
    expect(rate.value).toBe(score.value);
    expect(rate.method).toContain('wilson');
    expect(score.method).toContain('t-regression');
  });

  test('looking from the other side turns the estimate and its interval round', () => {
    const other = (values: number[]) => values.map((value) => 1 - value);
    const one = predictionPoweredWinRate(human, judge, unlabelled, random);
    const two = predictionPoweredWinRate(other(human), other(judge), other(unlabelled), random);
    if (one.value === null || two.value === null) throw new Error('undetermined');
    expect(two.value).toBeCloseTo(1 - one.value, 12);
    near(two.interval, [1 - one.interval![1], 1 - one.interval![0]]);
  });

  test('takes wins, ties and losses only', () => {
    expect(() => predictionPoweredWinRate([1, 0.7], [1, 1], [1])).toThrow(
      'human[1] must be 0, 0.5, 1 or NaN for missing, found 0.7',
    );
    expect(predictionPoweredWinRate([NaN, 1], [1, 1], [1, 0])).toMatchObject({ n: 1 });
  });
});

describe('difference of two systems', () => {
  const first = example(30, 90);
  const second = {
    human: first.human.map((y, i) => (i % 4 === 0 ? 0 : y)),
    judge: first.judge,
    unlabelled: first.unlabelled.map((f, i) => (i % 6 === 0 ? 0 : f)),
  };

  test('is the mean of paired differences, and turns sign with the order', () => {
    const minus = (a: number[], b: number[]) => a.map((x, i) => x - b[i]!);
    const one = predictionPoweredDifference(first, second, { interval: 't', ...random });
    const plain = predictionPoweredMean(
      minus(first.human, second.human),
      minus(first.judge, second.judge),
      minus(first.unlabelled, second.unlabelled),
      { interval: 't', ...random },
    );
    expect(one.value).toBe(plain.value);
    const two = predictionPoweredDifference(second, first, { interval: 't', ...random });
    expect(two.value).toBeCloseTo(-one.value!, 12);
  });

  test('refuses systems with different prompts', () => {
    expect(() => predictionPoweredDifference(first, { ...second, judge: [1] })).toThrow(
      'judge: the first system has 30 rows, the second 1',
    );
  });
});
