import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type DawidSkene,
  dawidSkene,
  type Glad,
  glad,
  isEstimate,
  type Mace,
  mace,
  matrixOf,
  type OneCoin,
  oneCoin,
  type Random,
  seededRandom,
} from '../src/index.ts';
import { sound } from './sound.ts';

type Oracle = {
  ratings: (number | null)[][];
  dawidSkene: { prior: number[]; confusion: number[][][]; posterior: number[][]; logLikelihood: number };
  oneCoin: { prior: number[]; accuracy: number[]; posterior: number[][]; logLikelihood: number };
  mace: { trust: number[]; spam: number[][]; posterior: number[][]; logLikelihood: number };
  glad: { ability: number[]; logEasiness: number[]; posterior: number[][] };
};
const oracle = JSON.parse(readFileSync(new URL('fixtures/aggregation.json', import.meta.url), 'utf8')) as Oracle;
const ratings = matrixOf(oracle.ratings);
const tight = { categories: 3, tolerance: 1e-15, iterations: 20_000 };
const models = { dawidSkene, oneCoin, mace, glad };

function values(answers: readonly { value: number | null }[]): number[] {
  return answers.map(({ value }) => value!);
}

function close(found: readonly number[], wanted: readonly number[], digits: number): void {
  expect(found.length).toBe(wanted.length);
  found.forEach((value, k) => expect(value).toBeCloseTo(wanted[k]!, digits));
}

describe('item-by-item programs agree', () => {
  test('Dawid and Skene', () => {
    const found = dawidSkene(ratings, tight) as DawidSkene;
    close(values(found.prior), oracle.dawidSkene.prior, 6);
    found.raters.forEach(({ confusion }, r) =>
      confusion.forEach((row, k) => close(values(row), oracle.dawidSkene.confusion[r]![k]!, 6)),
    );
    close([...found.posteriors.subarray(0, 60)], oracle.dawidSkene.posterior.flat(), 6);
    expect(found.logLikelihood).toBeCloseTo(oracle.dawidSkene.logLikelihood, 9);
    expect(found.converged).toBe(true);
  });

  test('Dawid and Skene without smoothing, as crowd-kit 1.4.2 has it when it stops', () => {
    const found = dawidSkene(ratings, { ...tight, smoothing: 1e-9 }) as DawidSkene;
    close(values(found.prior), [0.1894848232470397, 0.36543175653839094, 0.4450834202145693], 5);
  });

  test('one coin', () => {
    const found = oneCoin(ratings, tight) as OneCoin;
    close(values(found.prior), oracle.oneCoin.prior, 8);
    close(values(found.raters.map(({ accuracy }) => accuracy)), oracle.oneCoin.accuracy, 8);
    close([...found.posteriors.subarray(0, 60)], oracle.oneCoin.posterior.flat(), 8);
    expect(found.logLikelihood).toBeCloseTo(oracle.oneCoin.logLikelihood, 9);
  });

  test('MACE', () => {
    const found = mace(ratings, tight) as Mace;
    close(values(found.raters.map(({ trust }) => trust)), oracle.mace.trust, 6);
    found.raters.forEach(({ spam }, r) => close(values(spam), oracle.mace.spam[r]!, 6));
    close([...found.posteriors.subarray(0, 60)], oracle.mace.posterior.flat(), 6);
    expect(found.logLikelihood).toBeCloseTo(oracle.mace.logLikelihood, 9);
  });

  test('GLAD, to what SciPy’s maximiser leaves', () => {
    const found = glad(ratings, tight) as Glad;
    close(values(found.raters.map(({ ability }) => ability)), oracle.glad.ability, 5);
    close([...found.logEasiness.subarray(0, 20)], oracle.glad.logEasiness, 5);
    close([...found.posteriors.subarray(0, 60)], oracle.glad.posterior.flat(), 5);
  });
});

describe.each(Object.entries(models).map(([name, model]) => ({ name, model })))('$name', ({ model }) => {
  test('needs three raters', () => {
    const two = matrixOf([
      [0, 1],
      [1, 1],
      [0, 0],
    ]);
    expect(model(two, { categories: 2 })).toMatchObject({ value: null, reason: 'not-identified', n: 3 });
    expect(model(matrixOf([[0], [1]]), { categories: 2 })).toMatchObject({ reason: 'one-rater', n: 2 });
    expect(model(matrixOf([[null, null, null]]), { categories: 2 })).toMatchObject({ reason: 'no-data', n: 0 });
    expect(model(matrixOf([]), { categories: 2 })).toMatchObject({ reason: 'no-data' });
    const third = matrixOf([
      [0, 1, null],
      [1, 1, null],
    ]);
    expect(model(third, { categories: 2 })).toMatchObject({ reason: 'not-identified' });
  });

  test('one category is the truth with probability near 1, and it is said', () => {
    const found = model(matrixOf(Array.from({ length: 20 }, () => [1, 1, 1])), { categories: 2 });
    expect(found).toMatchObject({ categories: 2, converged: true });
    if (!isEstimate(found)) throw new Error('undetermined');
    // MACE explains agreement on everything by raters who all say the same without looking.
    if (model === mace) expect(found.value).toBeLessThan(0.6);
    else expect(found.value).toBeGreaterThan(0.9);
    expect([...found.labels]).toEqual(Array.from({ length: 20 }, () => 1));
    expect(found.notes!.join()).toContain('all ratings are of one category');
    expect(found.notes!.join()).toContain('1 of 2 categories were never used');
  });

  test('missing ratings are skipped; an item without any has no label', () => {
    const found = model(
      matrixOf([
        [0, 0, null],
        [1, null, 1],
        [null, null, null],
        [0, 0, 0],
        [1, 1, 0],
      ]),
      { categories: 2 },
    );
    if (!isEstimate(found)) throw new Error('undetermined');
    expect([...found.labels]).toEqual([0, 1, -1, 0, 1]);
    expect(found.posteriors.slice(4, 6).every(Number.isNaN)).toBe(true);
    expect(found.posteriors[0]! + found.posteriors[1]!).toBeCloseTo(1, 12);
    expect(found.n).toBe(4);
    expect(found.notes!.join()).toContain('1 of 5 items have no rating');
    expect(found.interval).toBeNull();
  });

  test('repeating every item changes nothing where no prior is counted against the data', () => {
    if (model === glad) return;
    const twice = matrixOf([...oracle.ratings, ...oracle.ratings]);
    const once = model(ratings, { categories: 3, smoothing: 1e-6, tolerance: 1e-14, iterations: 5000 });
    const again = model(twice, { categories: 3, smoothing: 2e-6, tolerance: 1e-14, iterations: 5000 });
    if (!isEstimate(once) || !isEstimate(again)) throw new Error('undetermined');
    expect(again.value).toBeCloseTo(once.value, 6);
    expect(again.logLikelihood / 2).toBeCloseTo(once.logLikelihood, 4);
  });

  test('equal seeds give equal bits, and whole clusters can be resampled', () => {
    const run = (clusters?: number[]) =>
      model(ratings, { categories: 3, random: seededRandom(4), replicates: 30, tolerance: 1e-6, clusters });
    expect(run()).toEqual(run());
    const clustered = run(Array.from({ length: 150 }, (_, i) => i % 30));
    expect(clustered).toMatchObject({ groups: 30 });
    if (!isEstimate(clustered)) throw new Error('undetermined');
    expect(clustered.interval![0]).toBeLessThan(clustered.interval![1]);
  });

  test('is sound, and keeps to probabilities, for any ratings', () => {
    const cell = fc.option(fc.integer({ min: 0, max: 2 }), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { maxLength: 12 }), (rows) => {
        const matrix = rows.length > 0 ? matrixOf(rows) : { values: [], rows: 0, columns: 4 };
        const found = model(matrix, { categories: 3, iterations: 50, random: seededRandom(1), replicates: 5 });
        if (!isEstimate(found)) return;
        const { posteriors, ...rest } = found;
        const { logEasiness: __, ...plain } = rest as typeof rest & { logEasiness?: Float64Array };
        sound(plain, 'found');
        for (const p of posteriors) if (!Number.isNaN(p)) expect(p >= 0 && p <= 1 + 1e-12).toBe(true);
      }),
      { seed: 42, numRuns: 25 },
    );
  });

  test('renaming the categories renames the answer', () => {
    const renamed = matrixOf(oracle.ratings.map((row) => row.map((code) => (code === null ? null : (code + 1) % 3))));
    const [before, after] = [model(ratings, { categories: 3 }), model(renamed, { categories: 3 })];
    if (!isEstimate(before) || !isEstimate(after)) throw new Error('undetermined');
    expect([...after.labels]).toEqual(Array.from(before.labels, (label) => (label < 0 ? -1 : (label + 1) % 3)));
    expect(after.logLikelihood).toBeCloseTo(before.logLikelihood, 6);
  });

  test('says when it did not converge', () => {
    const found = model(ratings, { categories: 3, iterations: 2 });
    expect(found).toMatchObject({ converged: false, iterations: 2 });
    if (isEstimate(found)) expect(found.notes!.join()).toContain('not converged after 2 iterations');
  });

  test('refuses what makes no sense', () => {
    expect(() => model(ratings, { categories: 2 })).toThrow(RangeError);
    expect(() => model(ratings, { tolerance: 0 })).toThrow('tolerance must lie in (0, 1), found 0');
    expect(() => model(ratings, { iterations: 0 })).toThrow('iterations must be at least 1, found 0');
    expect(() => dawidSkene(ratings, { smoothing: 0 })).toThrow('smoothing must be above 0, found 0');
  });
});

/** Ratings of a planted population: classes by the prior, each rater right by its own chance, else any other class. */
function planted(items: number, prior: readonly number[], chances: readonly number[], random: Random): number[][] {
  const other = (truth: number) => (truth + 1 + Math.floor(random.next() * (prior.length - 1))) % prior.length;
  return Array.from({ length: items }, () => {
    let [truth, left] = [0, random.next()];
    while (left >= prior[truth]! && truth < prior.length - 1) left -= prior[truth++]!;
    return chances.map((chance) => (random.next() < chance ? truth : other(truth)));
  });
}

test('planted prior and abilities are found', () => {
  const chances = [0.9, 0.8, 0.75, 0.7, 0.6];
  const rows = planted(3000, [0.3, 0.7], chances, seededRandom(5));
  const found = dawidSkene(matrixOf(rows), { categories: 2, random: seededRandom(6), replicates: 200 }) as DawidSkene;
  expect(Math.abs(found.prior[0]!.value! - 0.3)).toBeLessThan(0.03);
  found.raters.forEach(({ confusion }, r) => {
    for (const k of [0, 1]) {
      const answer = confusion[k]![k]!;
      if (!isEstimate(answer)) throw new Error('undetermined');
      expect(Math.abs(answer.value - chances[r]!)).toBeLessThan(0.05);
      expect(answer.interval![0] - 0.02).toBeLessThan(chances[r]!);
      expect(answer.interval![1] + 0.02).toBeGreaterThan(chances[r]!);
    }
  });
  const coin = oneCoin(matrixOf(rows), { categories: 2 }) as OneCoin;
  coin.raters.forEach(({ accuracy }, r) => expect(Math.abs(accuracy.value! - chances[r]!)).toBeLessThan(0.03));
});

test('a rater who always says the same has no trust, and one who looks has', () => {
  const rows = planted(800, [0.5, 0.5], [0.9, 0.9, 0.9], seededRandom(9)).map((row) => [...row, 1]);
  const found = mace(matrixOf(rows), { categories: 2 }) as Mace;
  const trusts = values(found.raters.map(({ trust }) => trust));
  expect(trusts[3]).toBeLessThan(0.05);
  for (const trust of trusts.slice(0, 3)) expect(trust).toBeCloseTo(0.8, 1);
  expect(found.raters[3]!.spam[1]!.value).toBeGreaterThan(0.99);
  const abilities = values((glad(matrixOf(rows), { categories: 2 }) as Glad).raters.map(({ ability }) => ability));
  expect(Math.min(...abilities.slice(0, 3))).toBeGreaterThan(abilities[3]!);
});

test('an item on which the able disagree is hard', () => {
  const rows = planted(400, [0.5, 0.5], [0.9, 0.9, 0.9, 0.9], seededRandom(2));
  rows.push([0, 0, 1, 1], [1, 1, 1, 1]);
  const { logEasiness } = glad(matrixOf(rows), { categories: 2 }) as Glad;
  expect(logEasiness[400]!).toBeLessThan(logEasiness[401]!);
});

test('a rater who rated nothing, and a category that nobody used, have no figures', () => {
  const rows = matrixOf(oracle.ratings.slice(0, 40).map((row) => [...row, null]));
  const found = dawidSkene(rows, { categories: 4 }) as DawidSkene;
  expect(found.raters[5]!.n).toBe(0);
  expect(found.raters[5]!.confusion[0]![0]).toMatchObject({ value: null, detail: 'rater 5 rated nothing' });
  expect(found.raters[0]!.confusion[3]![0]).toMatchObject({ value: null, detail: 'category 3 was never used' });
  expect(found.prior[3]!.value).toBeCloseTo(0, 12);
  for (const model of [oneCoin, mace, glad]) {
    const other = model(rows, { categories: 4 }) as OneCoin | Mace | Glad;
    const [answer] = Object.values(other.raters[5]!).slice(2) as [unknown];
    expect(answer).toMatchObject({ value: null, reason: 'no-data', detail: 'rater 5 rated nothing' });
  }
});

test('raters worse than chance are pointed out', () => {
  const rows = planted(300, [0.5, 0.5], [0.9, 0.9], seededRandom(3)).map((row) => [...row, 1, 1, 0]);
  const found = dawidSkene(matrixOf(rows), { categories: 2 }) as DawidSkene;
  expect(found.notes!.join()).toContain('3 of 5 raters are no better than chance on some category');
});
