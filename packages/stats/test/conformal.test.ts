import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  calibrateScores,
  calibrateSets,
  conformalQuantile,
  conformalRiskControl,
  conformalSets,
  matrixOf,
  scoreInterval,
  scoreLevels,
  weightedConformalQuantile,
} from '../src/index.ts';
import { sound } from './sound.ts';

const nine = [0.1, 0.4, 0.2, 0.3, 0.9, 0.5, 0.6, 0.7, 0.8];

function sure<T extends object>(result: T): Exclude<T, { value: null }> {
  if ('value' in result && result.value === null) throw new Error(JSON.stringify(result));
  sound(result, 'conformal');
  return result as Exclude<T, { value: null }>;
}

describe('the quantile', () => {
  test('is an order statistic, never interpolated', () => {
    expect(conformalQuantile(nine, { alpha: 0.2 })).toEqual({
      quantile: 0.8,
      rank: 8,
      n: 9,
      alpha: 0.2,
      method: 'split conformal',
    });
    expect(conformalQuantile(nine, { alpha: 0.1 })).toMatchObject({ quantile: 0.9, rank: 9 });
    expect(conformalQuantile(nine, { alpha: 0.5 })).toMatchObject({ quantile: 0.5, rank: 5 });
    expect(conformalQuantile(nine, { alpha: 0.49 })).toMatchObject({ quantile: 0.6, rank: 6 });
  });

  test('excludes nothing with too few items, and says so', () => {
    expect(conformalQuantile(nine.slice(0, 8), { alpha: 0.1 })).toMatchObject({
      quantile: null,
      rank: 9,
      notes: ['8 items are too few for alpha 0.1, needs 9: nothing is excluded'],
    });
  });

  test('holds at least the share 1 − alpha of all n + 1 scores, for any scores', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 40 }),
        fc.constantFrom(0.1, 0.2, 0.35),
        (all, alpha) => {
          let held = 0;
          for (let i = 0; i < all.length; i++) {
            const { quantile } = sure(
              conformalQuantile(
                all.filter((_, j) => j !== i),
                { alpha },
              ),
            );
            if (quantile === null || all[i]! <= quantile) held++;
          }
          expect(held).toBeGreaterThanOrEqual((1 - alpha) * all.length - 1e-9);
        },
      ),
      { seed: 42 },
    );
  });

  test('is its own for groups with 10/alpha items', () => {
    const scores = [
      ...Array.from({ length: 20 }, (_, i) => i / 100),
      ...Array.from({ length: 19 }, (_, i) => 0.5 + i / 100),
      0.9,
    ];
    const groups = [...Array.from({ length: 20 }, () => 4), ...Array.from({ length: 19 }, () => 2), NaN];
    expect(conformalQuantile(scores, { alpha: 0.5, groups })).toEqual({
      quantile: 0.5,
      rank: 21,
      n: 40,
      alpha: 0.5,
      groups: [{ group: 4, quantile: 0.1, rank: 11, n: 20 }],
      method: 'split conformal, by group',
      notes: ['group 2 has 19 items, fewer than 10/alpha: it uses the pooled quantile'],
    });
  });

  test('names what is wrong', () => {
    expect(conformalQuantile([NaN], { alpha: 0.1 })).toMatchObject({
      value: null,
      reason: 'no-data',
      detail: 'needs at least one calibration item',
    });
    expect(() => conformalQuantile([1], { alpha: 0 })).toThrow('alpha must lie in (0, 1), found 0');
    expect(() => conformalQuantile([1], { alpha: 1 })).toThrow('alpha must lie in (0, 1), found 1');
    expect(() => conformalQuantile([1, -Infinity], { alpha: 0.1 })).toThrow(
      'scores[1] must be finite or NaN, found -Infinity',
    );
    expect(() => conformalQuantile([1], { alpha: 0.1, groups: [] })).toThrow('1 scores but 0 groups');
  });
});

describe('the weighted quantile', () => {
  test('equals the plain one for equal weights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(0.1, 0.2, 0.5),
        (scores, alpha) => {
          const plain = sure(conformalQuantile(scores, { alpha }));
          const weighted = sure(
            weightedConformalQuantile(
              scores,
              scores.map(() => 3),
              3,
              { alpha },
            ),
          );
          expect(weighted.quantile).toBe(plain.quantile);
          expect(weighted.rank).toBe(plain.quantile === null ? scores.length + 1 : plain.rank);
        },
      ),
      { seed: 42 },
    );
  });

  test('follows the weights', () => {
    expect(weightedConformalQuantile([0.9, 0.2, 0.5], [2, 1, 1], 0.5, { alpha: 0.5 })).toEqual({
      quantile: 0.9,
      rank: 3,
      n: 3,
      alpha: 0.5,
      method: 'weighted split conformal',
    });
    expect(weightedConformalQuantile([0.2, 0.5, 0.9], [4, 1, 1], 0, { alpha: 0.5 })).toMatchObject({
      quantile: 0.2,
      rank: 1,
    });
    expect(weightedConformalQuantile([0.2, NaN, 0.9], [1, 9, 1], 0, { alpha: 0.5 })).toMatchObject({
      quantile: 0.2,
      n: 2,
    });
    expect(weightedConformalQuantile([0.2], [1], 3, { alpha: 0.5 })).toMatchObject({
      quantile: null,
      rank: 2,
      notes: ['the new item is so unlike the calibration items that nothing is excluded'],
    });
  });

  test('names what is wrong', () => {
    expect(weightedConformalQuantile([], [], 1, { alpha: 0.1 })).toMatchObject({ reason: 'no-data' });
    expect(weightedConformalQuantile([1], [0], 0, { alpha: 0.1 })).toMatchObject({
      reason: 'no-data',
      detail: 'needs a calibration item of positive weight',
    });
    expect(() => weightedConformalQuantile([1], [], 1, { alpha: 0.1 })).toThrow('1 scores but 0 weights');
    expect(() => weightedConformalQuantile([1], [-1], 1, { alpha: 0.1 })).toThrow(
      'weights[0] must be finite and at least 0, found -1',
    );
    expect(() => weightedConformalQuantile([Infinity], [1], 1, { alpha: 0.1 })).toThrow(
      'scores[0] must be finite or NaN, found Infinity',
    );
    expect(() => weightedConformalQuantile([1], [1], NaN, { alpha: 0.1 })).toThrow(
      'newWeight must be finite and at least 0, found NaN',
    );
    expect(() => weightedConformalQuantile([1], [1], -1, { alpha: 0.1 })).toThrow(
      'newWeight must be finite and at least 0, found -1',
    );
    expect(() => weightedConformalQuantile([1], [1], Infinity, { alpha: 0.1 })).toThrow(
      'newWeight must be finite and at least 0, found Infinity',
    );
    expect(() => weightedConformalQuantile([1], [1], 1, { alpha: 2 })).toThrow('alpha must lie in (0, 1), found 2');
  });
});

describe('sets of labels', () => {
  const probabilities = matrixOf([
    [0.75, 0.25],
    [0.5, 0.5],
    [0.125, 0.875],
  ]);

  test('hold the labels that fit as well as the truth did in calibration', () => {
    // 1 − p of the true label: 0.25, 0.5, 0.125; the second of three at alpha 0.5.
    const calibration = sure(calibrateSets(probabilities, [0, 1, 1], { alpha: 0.5 }));
    expect(calibration).toMatchObject({
      quantile: 0.25,
      rank: 2,
      n: 3,
      kind: 'labels',
      labels: 2,
      method: 'split conformal, labels',
    });
    const { member, sizes, labels } = conformalSets(
      calibration,
      matrixOf([
        [0.75, 0.25],
        [0.5, 0.5],
        [0.2, 0.8],
      ]),
    );
    expect([[...member], [...sizes], labels]).toEqual([[1, 0, 0, 0, 0, 1], [1, 0, 1], 2]);
  });

  test('are all labels when calibration excludes nothing', () => {
    const calibration = sure(calibrateSets(probabilities, [0, 1, NaN], { alpha: 0.1 }));
    expect(calibration).toMatchObject({ quantile: null, n: 2 });
    expect([...conformalSets(calibration, probabilities).sizes]).toEqual([2, 2, 2]);
  });

  test('are runs of neighbouring levels, grown around the mode, where asked', () => {
    const rows = matrixOf([
      [0.125, 0.5, 0.25, 0.125],
      [0.5, 0.25, 0.125, 0.125],
      [0.25, 0.125, 0.125, 0.5],
    ]);
    // Masses when the truth is reached: 0.5 + 0.25 = 0.75; 0.5 + 0.25 + 0.125 = 0.875; 0.5.
    const calibration = sure(calibrateSets(rows, [2, 2, 3], { alpha: 0.5, kind: 'ordinal' }));
    expect(calibration).toMatchObject({ quantile: 0.75, method: 'split conformal, ordinal', kind: 'ordinal' });
    const { member } = conformalSets(calibration, rows);
    expect([...member]).toEqual([0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1]);
    // At a tie the lower neighbour comes first.
    const tie = sure(calibrateSets(matrixOf([[0.25, 0.5, 0.25]]), [0], { alpha: 0.5, kind: 'ordinal' }));
    expect([...conformalSets(tie, matrixOf([[0.25, 0.5, 0.25]])).member]).toEqual([1, 1, 0]);
  });

  test('of ordinal kind have no gaps and are never empty', () => {
    const row = fc
      .array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 })
      .map((raw) => raw.map((x) => x / raw.reduce((a, b) => a + b, 0)));
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 6, maxLength: 20 }),
        fc.array(fc.nat(3), { minLength: 20, maxLength: 20 }),
        (rows, truth) => {
          const calibration = sure(
            calibrateSets(matrixOf(rows), truth.slice(0, rows.length), { alpha: 0.3, kind: 'ordinal' }),
          );
          const { member, sizes } = conformalSets(calibration, matrixOf(rows));
          rows.forEach((_, i) => {
            const set = member.slice(4 * i, 4 * i + 4);
            if (calibration.quantile! >= 0.6) expect(sizes[i]!).toBeGreaterThan(0);
            if (sizes[i]! > 0) expect(set.lastIndexOf(1) - set.indexOf(1) + 1).toBe(sizes[i]);
          });
        },
      ),
      { seed: 42 },
    );
  });

  test('use the quantile of their group', () => {
    const rows = matrixOf(Array.from({ length: 40 }, (_, i) => (i < 20 ? [0.875, 0.125] : [0.5, 0.5])));
    const groups = Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 1));
    const calibration = sure(
      calibrateSets(
        rows,
        groups.map(() => 0),
        { alpha: 0.5, groups },
      ),
    );
    const fresh = matrixOf([
      [0.5, 0.5],
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    expect([...conformalSets(calibration, fresh, { groups: [0, 1, 7] }).sizes]).toEqual([0, 2, 2]);
    expect([...conformalSets(calibration, fresh).sizes]).toEqual([2, 2, 2]);
  });

  test('name what is wrong', () => {
    const calibration = sure(calibrateSets(probabilities, [0, 1, 1], { alpha: 0.5 }));
    expect(calibrateSets(probabilities, [NaN, -1, NaN], { alpha: 0.5 })).toMatchObject({ reason: 'no-data' });
    expect(calibrateSets(matrixOf([[NaN, 1]]), [1], { alpha: 0.5 })).toMatchObject({ reason: 'no-data' });
    expect(() => calibrateSets(probabilities, [0], { alpha: 0.5 })).toThrow('3 rows of probabilities but 1 labels');
    expect(() => calibrateSets(probabilities, [0, 2, 1], { alpha: 0.5 })).toThrow(
      'truth[1] must be a label below 2, found 2',
    );
    expect(() => calibrateSets(probabilities, [0, 0.5, 1], { alpha: 0.5 })).toThrow(
      'truth[1] must be a label below 2, found 0.5',
    );
    expect(() => calibrateSets(matrixOf([[1.1, 0]]), [0], { alpha: 0.5 })).toThrow(
      'probabilities[0][0] must lie in [0, 1], found 1.1',
    );
    expect(() =>
      calibrateSets(
        matrixOf([
          [1, 0],
          [0, -0.1],
        ]),
        [0, 0],
        { alpha: 0.5 },
      ),
    ).toThrow('probabilities[1][1] must lie in [0, 1], found -0.1');
    expect(() => calibrateSets(probabilities, [0, 1, 1], { alpha: 0.5, kind: 'other' as 'labels' })).toThrow(
      "kind must be 'labels' or 'ordinal', found other",
    );
    expect(() => conformalSets(calibration, matrixOf([[1, 0, 0]]))).toThrow('calibrated on 2 labels, found 3');
    expect(() => conformalSets(calibration, matrixOf([[1, NaN]]))).toThrow('probabilities[0] has a missing value');
    expect(() => conformalSets(calibration, probabilities, { groups: [1] })).toThrow(
      '3 rows of probabilities but 1 groups',
    );
  });
});

describe('sets of scores', () => {
  const predicted = [3, 2, 4, 1, 3];
  const truth = [3.5, 2.25, 3, 1, 2];

  test('lie around the predicted score, as far as the truth was off', () => {
    const calibration = sure(calibrateScores(predicted, truth, { alpha: 0.5 }));
    expect(calibration).toMatchObject({ quantile: 0.5, rank: 3, n: 5, method: 'split conformal, score' });
    expect(scoreInterval(calibration, 3)).toEqual([2.5, 3.5]);
    expect(scoreLevels(calibration, 3.5, [1, 2, 3, 4])).toEqual([3, 4]);
    expect(scoreLevels(calibration, 3.25, [1, 2, 3, 4])).toEqual([3]);
  });

  test('have at least the nearest level', () => {
    const calibration = sure(calibrateScores([1, 2], [1, 2], { alpha: 0.5 }));
    expect(calibration.quantile).toBe(0);
    expect(scoreLevels(calibration, 2.4, [1, 2, 3])).toEqual([2]);
    expect(scoreLevels(calibration, 2.5, [1, 2, 3])).toEqual([2]);
    expect(scoreLevels(calibration, 9, [1, 2, 3])).toEqual([3]);
  });

  test('widen with the spread', () => {
    const calibration = sure(calibrateScores(predicted, truth, { alpha: 0.5, spread: [1, 0.25, 2, 1, 4] }));
    expect(calibration.quantile).toBe(0.5);
    expect(scoreInterval(calibration, 3, { spread: 2 })).toEqual([2, 4]);
  });

  test('are everything where calibration excludes nothing', () => {
    const calibration = sure(calibrateScores([1, NaN], [1, 2], { alpha: 0.1 }));
    expect(scoreInterval(calibration, 2)).toBeNull();
    expect(scoreLevels(calibration, 2, [1, 2, 3])).toEqual([1, 2, 3]);
  });

  test('use the quantile of their group', () => {
    const groups = Array.from({ length: 40 }, (_, i) => i % 2);
    const calibration = sure(
      calibrateScores(
        groups.map(() => 0),
        groups.map((g) => g + 1),
        { alpha: 0.5, groups },
      ),
    );
    expect(scoreInterval(calibration, 0, { group: 0 })).toEqual([-1, 1]);
    expect(scoreInterval(calibration, 0, { group: 1 })).toEqual([-2, 2]);
    expect(scoreInterval(calibration, 0, { group: 2 })).toEqual([-2, 2]);
  });

  test('name what is wrong', () => {
    const calibration = sure(calibrateScores(predicted, truth, { alpha: 0.5 }));
    expect(calibrateScores([NaN], [1], { alpha: 0.5 })).toMatchObject({ reason: 'no-data' });
    expect(() => calibrateScores([1], [], { alpha: 0.5 })).toThrow('1 predicted scores but 0 true ones');
    expect(() => calibrateScores([1], [1], { alpha: 0.5, spread: [] })).toThrow('1 predicted scores but 0 spreads');
    expect(() => calibrateScores([Infinity], [1], { alpha: 0.5 })).toThrow(
      'predicted[0] must be finite or NaN, found Infinity',
    );
    expect(() => calibrateScores([1], [-Infinity], { alpha: 0.5 })).toThrow(
      'truth[0] must be finite or NaN, found -Infinity',
    );
    expect(() => calibrateScores([1], [1], { alpha: 0.5, spread: [0] })).toThrow(
      'spread[0] must be positive and finite, found 0',
    );
    expect(() => scoreInterval(calibration, NaN)).toThrow('predicted must be finite, found NaN');
    expect(() => scoreInterval(calibration, 1, { spread: Infinity })).toThrow(
      'spread must be positive and finite, found Infinity',
    );
    expect(() => scoreInterval(calibration, 1, { spread: -1 })).toThrow('spread must be positive and finite, found -1');
    expect(() => scoreLevels(calibration, 1, [])).toThrow('a scale needs levels');
  });
});

describe('risk control', () => {
  /** Nine items of which 8, 3 and 1 lose at three settings. */
  const losses = matrixOf(Array.from({ length: 9 }, (_, i) => [i < 8 ? 1 : 0, i < 3 ? 1 : 0, i < 1 ? 1 : 0]));

  test('inflates the mean loss as in the hand check: .9, .4, .2', () => {
    const at = (alpha: number) => conformalRiskControl(losses, [0.1, 0.2, 0.3], { alpha });
    expect(at(0.9)).toMatchObject({ value: 0.1, inflated: 0.9, n: 9, method: 'conformal risk control' });
    expect(at(0.4)).toMatchObject({ value: 0.2, inflated: 0.4 });
    expect(at(0.39)).toMatchObject({ value: 0.3, inflated: 0.2, meanLoss: 1 / 9 });
    expect(at(0.2)).toMatchObject({ value: 0.3 });
    expect(at(0.19)).toMatchObject({
      value: null,
      reason: 'no-threshold',
      detail: 'the smallest inflated loss is 0.2000, above 0.19',
      n: 9,
    });
  });

  test('controls the expected loss of a left-out item, for any losses', () => {
    const row = fc
      .array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 })
      .map((raw) => [...raw.toSorted((a, b) => b - a), 0]);
    fc.assert(
      fc.property(fc.array(row, { minLength: 6, maxLength: 15 }), (rows) => {
        const alpha = 1.6;
        let total = 0;
        rows.forEach((left, i) => {
          const found = conformalRiskControl(matrixOf(rows.filter((_, j) => j !== i)), [1, 2, 3, 4], {
            alpha,
            bound: 4,
          });
          total += left[(found.value ?? 4) - 1]!;
        });
        expect(total / rows.length).toBeLessThanOrEqual(alpha + 1e-9);
      }),
      { seed: 42 },
    );
  });

  test('names what is wrong', () => {
    expect(conformalRiskControl(matrixOf([]), [], { alpha: 0.1 })).toMatchObject({ reason: 'no-data' });
    expect(conformalRiskControl({ values: [], rows: 2, columns: 0 }, [], { alpha: 0.1 })).toMatchObject({
      reason: 'no-threshold',
      detail: 'there is no setting',
    });
    expect(() => conformalRiskControl(losses, [1, 2], { alpha: 0.1 })).toThrow('3 columns of losses but 2 settings');
    expect(() => conformalRiskControl(losses, [1, 1, 2], { alpha: 0.1 })).toThrow(
      'settings[1] must be finite and above the one before it, found 1',
    );
    expect(() => conformalRiskControl(matrixOf([[0, 1]]), [1, 2], { alpha: 0.1 })).toThrow(
      'losses[0][1] must lie in [0, 0] (a loss must not rise), found 1',
    );
    expect(() => conformalRiskControl(matrixOf([[2]]), [1], { alpha: 0.1 })).toThrow(
      'losses[0][0] must lie in [0, 1] (a loss must not rise), found 2',
    );
    expect(() => conformalRiskControl(matrixOf([[NaN]]), [1], { alpha: 0.1 })).toThrow(
      'losses[0][0] must lie in [0, 1]',
    );
    expect(() => conformalRiskControl(losses, [1, 2, 3], { alpha: 1 })).toThrow('alpha must lie in (0, 1), found 1');
    expect(conformalRiskControl(matrixOf([[2, 0]]), [1, 2], { alpha: 1, bound: 2 })).toMatchObject({
      value: 2,
      inflated: 1,
    });
  });
});
