import { expect, test } from 'vitest';
import { bradleyTerry, type Comparisons, type RankingFit, seededRandom } from '../src/index.ts';
import { definiteInverse } from '../src/ranking/definite-inverse.ts';
import { mirrored } from '../src/ranking/mirrored.ts';
import { sandwichProduct } from '../src/ranking/sandwich-product.ts';
import { sweptSandwich } from '../src/ranking/swept-sandwich.ts';

const random = seededRandom('sandwich');

/** Whole numbers, so that sums have no rounding and any order of them gives the same. */
function symmetric(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = Math.floor(19 * random.next()) - 9;
  }
  return matrix;
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, cell) => {
    let total = 0;
    for (let k = 0; k < n; k++) total += a[cell - (cell % n) + k]! * b[k * n + (cell % n)]!;
    return total;
  });
}

test.each([1, 2, 4, 5, 31, 32, 33, 63, 64, 70])('B S B of %d rows, with WebAssembly and without', (n) => {
  const [bread, meat] = [symmetric(n), symmetric(n)];
  const expected = product(product(bread, meat, n), bread, n);
  expect(sandwichProduct(bread, meat, n, { plain: true })).toEqual(expected);
  expect(sandwichProduct(bread, meat, n, { plain: false })).toEqual(expected);
  expect(sandwichProduct(bread, meat, n)).toEqual(expected);
  expect(sandwichProduct(bread, meat, n, { factor: 0.5 })).toEqual(expected.map((cell) => cell / 2));
});

test('with WebAssembly and without the product of reals has the same bits and is symmetric', () => {
  const n = 77;
  const [bread, meat] = [symmetric(n).map((x) => x / 7), symmetric(n).map((x) => x / 3)];
  const found = sandwichProduct(bread, meat, n, { plain: false });
  expect(sandwichProduct(bread, meat, n, { plain: true })).toEqual(found);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(found[i * n + j]).toBe(found[j * n + i]);
});

test.each([1, 2, 5, 31, 32, 33, 64, 77])('swept, H⁻¹ S H⁻¹ of %d rows is that of the inverse and two products', (n) => {
  const [root, meat] = [symmetric(n), symmetric(n)];
  const information = product(root, root, n);
  for (let i = 0; i < n; i++) information[i * n + i]! += 100;
  const expected = sandwichProduct(definiteInverse(information, n)!, meat, n, { factor: 3 });
  const found = sweptSandwich(information, meat, n, { factor: 3, plain: false })!;
  const largest = expected.reduce((most, cell) => Math.max(most, Math.abs(cell)), 0);
  found.forEach((cell, i) => expect(Math.abs(cell - expected[i]!)).toBeLessThan(1e-12 * largest + 1e-18));
  expect(sweptSandwich(information, meat, n, { factor: 3, plain: true })).toEqual(found);
  expect(sweptSandwich(information, meat, n, { factor: 3 })).toEqual(found);
  const once = sweptSandwich(information, meat, n)!;
  once.forEach((cell, i) => expect(3 * cell).toBe(found[i]));
});

test('swept, a matrix that is not positive definite has no sandwich', () => {
  expect(sweptSandwich(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 0, 0, 1), 2)).toBeNull();
  expect(sweptSandwich(Float64Array.of(-1), Float64Array.of(1), 1)).toBeNull();
});

test.each([1, 31, 32, 33, 70])('a lower triangle of %d rows is mirrored, what stands above it is not read', (n) => {
  const stride = n + 3;
  const lower = new Float64Array(n * stride).fill(Number.NaN);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) lower[i * stride + j] = 100 * i + j + 1;
  const full = mirrored(lower, stride, n, -2);
  expect(full.length).toBe(n * n);
  full.forEach((cell, place) => {
    const [i, j] = [Math.floor(place / n), place % n];
    expect(cell).toBe(-2 * (100 * Math.max(i, j) + Math.min(i, j) + 1));
  });
});

function someVotes(ties: number, soft: number): Comparisons {
  const [left, right, outcome, weights]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let i = 0; i < 300; i++) {
    const a = Math.floor(6 * random.next());
    left.push(a);
    right.push((a + 1 + Math.floor(5 * random.next())) % 6);
    const win = Number(random.next() < 0.6);
    const kind = random.next();
    outcome.push(kind < ties ? 0.5 : kind < ties + 0.1 ? Number.NaN : Math.abs(win - soft));
    weights.push(i % 3);
  }
  return { players: 6, left, right, outcome, weights };
}

const fitted = (votes: Comparisons): RankingFit => bradleyTerry(votes) as RankingFit;

test('sandwich errors from counts by pair are those from the votes one by one', () => {
  for (const ties of [0, 0.3]) {
    const votes = someVotes(ties, 0);
    const counted = fitted(votes);
    // A vote a hair from 1 is a soft preference, and with one of these all are taken one by one.
    const nearly = fitted({ ...votes, outcome: Array.from(votes.outcome, (y) => (y === 1 ? 1 - 1e-13 : y)) });
    expect(counted.se).toHaveLength(6);
    counted.covariance!.forEach((cell, i) => expect(cell).toBeCloseTo(nearly.covariance![i]!, 11));
    const unweighted: Comparisons = { ...votes, weights: undefined };
    const alone = bradleyTerry(unweighted, { clusters: Array.from(votes.outcome, (_, i) => i) }) as RankingFit;
    const { covariance } = fitted(unweighted);
    alone.covariance!.forEach((cell, i) => expect(cell).toBeCloseTo(covariance![i]!, 12));
  }
});

test('of soft preferences the squares are their own, not those of as many wins and losses', () => {
  const votes = someVotes(0, 0.2);
  const spread = fitted(votes).se!;
  const { left, right, outcome, weights } = votes;
  // Each vote written out as .8 of a win and .2 of a loss: the same scores, larger errors.
  const twice = <T>(list: ArrayLike<T>): T[] => [...Array.from(list), ...Array.from(list)];
  const split = fitted({
    players: 6,
    left: twice(left),
    right: twice(right),
    outcome: [...Array.from(outcome, (y) => 0 * y + 1), ...Array.from(outcome, (y) => 0 * y)],
    weights: [
      ...Array.from(outcome, (y, i) => (Number.isNaN(y) ? 1 : y * weights![i]!)),
      ...Array.from(outcome, (y, i) => (Number.isNaN(y) ? 1 : (1 - y) * weights![i]!)),
    ],
  });
  split.se!.forEach((se, i) => expect(se).toBeGreaterThan(spread[i]!));
});
