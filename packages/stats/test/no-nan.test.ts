import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bootstrapMean,
  categoryCounts,
  classification,
  clusterBootstrap,
  clusteredMean,
  clusteredProportion,
  clusteredRatio,
  cohenKappa,
  countBootstrap,
  fleissKappa,
  gwetAc,
  type IntervalOptions,
  intraclassCorrelation,
  kendall,
  krippendorffAlpha,
  matrixOf,
  mcNemar,
  pairedT,
  pairwiseAgreement,
  pearson,
  percentAgreement,
  proportion,
  randolphKappa,
  seededRandom,
  signFlipTest,
  signTest,
  spearman,
  wilcoxonSignedRank,
} from '../src/index.ts';
import { sound } from './sound.ts';

const code = fc.constantFrom(0, 0, 0, 1, 1, 2, -1, NaN);
const score = fc.oneof(
  fc.constantFrom(0, 1, 1, NaN),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(1e140, -1e140, 1e-300, 1e17),
);
const rowsOf = (cell: fc.Arbitrary<number>) =>
  fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 0, maxLength: 12 });
const options: IntervalOptions[] = [
  {},
  { interval: 'none' },
  { random: seededRandom(1), replicates: 40 },
  { random: seededRandom(1), replicates: 40, bootstrap: 'bca' },
];
const settings = { seed: 42, numRuns: 60 };

test('no agreement statistic lets a NaN out, whatever codes come in', () => {
  fc.assert(
    fc.property(rowsOf(code), (rows) => {
      const codes = matrixOf(rows);
      const [a, b] = [rows.map((row) => row[0]!), rows.map((row) => row[1]!)];
      const clusters = rows.map((_, i) => i >> 1);
      for (const common of [...options, { ...options[2]!, clusters }, { clusters }]) {
        for (const weights of ['unweighted', 'linear', 'quadratic'] as const) {
          sound(cohenKappa(a, b, { ...common, weights }), 'cohenKappa');
          sound(gwetAc(codes, { ...common, weights, categories: 3 }), 'gwetAc');
        }
        sound(gwetAc(codes, { ...common, weights: 'ordinal' }), 'gwetAc');
        sound(classification(a, b, { ...common, categories: 3 }), 'classification');
        for (const metric of ['nominal', 'ordinal', 'interval'] as const) {
          sound(krippendorffAlpha(codes, { ...common, metric }), 'krippendorffAlpha');
        }
        const complete = rows.map((row) => row.map((x) => (x >= 0 ? x : 0)));
        sound(krippendorffAlpha(matrixOf(complete), { ...common, metric: 'ratio' }), 'krippendorffAlpha');
        const counts = categoryCounts(matrixOf(complete), 3);
        sound(fleissKappa(counts, common), 'fleissKappa');
        sound(randolphKappa(counts, common), 'randolphKappa');
      }
      sound(percentAgreement(a, b, { clusters }), 'percentAgreement');
      sound(pairwiseAgreement(codes, { clusters }), 'pairwiseAgreement');
    }),
    settings,
  );
});

test('no statistic of numbers lets a NaN out, whatever numbers come in', () => {
  fc.assert(
    fc.property(rowsOf(score), (rows) => {
      const [x, y] = [rows.map((row) => row[0]!), rows.map((row) => row[1]!)];
      const clusters = rows.map((_, i) => i >> 1);
      for (const common of [...options, { ...options[2]!, clusters }, { clusters }]) {
        sound(pearson(x, y, common), 'pearson');
        sound(spearman(x, y, common), 'spearman');
        for (const variant of ['b', 'c', 'gamma'] as const) sound(kendall(x, y, { ...common, variant }), 'kendall');
        sound(krippendorffAlpha(matrixOf(rows), { ...common, metric: 'interval' }), 'krippendorffAlpha');
      }
      const complete = matrixOf(rows.map((row) => row.map((value) => (Number.isNaN(value) ? 3 : value))));
      for (const form of ['ICC(1,1)', 'ICC(2,1)', 'ICC(3,1)', 'ICC(1,k)', 'ICC(2,k)', 'ICC(3,k)'] as const) {
        sound(intraclassCorrelation(complete, { form }), form);
      }
      for (const ids of [undefined, clusters]) {
        sound(clusteredMean(x, { clusters: ids }), 'clusteredMean');
        sound(clusteredRatio(x, y, { clusters: ids }), 'clusteredRatio');
        sound(
          clusteredProportion(
            x.map((value) => (Number.isNaN(value) ? value : Number(value > 0))),
            { clusters: ids },
          ),
          'clusteredProportion',
        );
        for (const method of ['percentile', 'bca'] as const) {
          const common = { random: seededRandom(1), replicates: 40, method };
          sound(bootstrapMean(x, { ...common, clusters: ids }), 'bootstrapMean');
          const first = (drawn: Uint32Array) => (Number.isNaN(x[drawn[0]!]!) ? null : x[drawn[0]!]!);
          sound(clusterBootstrap(ids ?? x.map((_, i) => i), first, common), 'clusterBootstrap');
        }
      }
      for (const run of [signTest, wilcoxonSignedRank, pairedT, signFlipTest]) sound(run(x), run.name);
    }),
    settings,
  );
});

test('no statistic of counts lets a NaN out', () => {
  const count = fc.integer({ min: 0, max: 6 });
  fc.assert(
    fc.property(count, count, (a, b) => {
      for (const method of ['exact', 'mid-p', 'chi-square', 'chi-square-corrected'] as const) {
        sound(mcNemar(a, b, { method }), 'mcNemar');
      }
      for (const method of ['wilson', 'clopper-pearson', 'jeffreys', 'agresti-coull', 'normal'] as const) {
        sound(proportion(a, a + b, { method }), method);
      }
      const share = ([x, , y]: Float64Array) => (x! > 0 || y! > 0 ? x! / (x! + y!) : null);
      sound(
        countBootstrap([a, 0, b], share, { random: seededRandom(1), method: 'bca', replicates: 40 }),
        'countBootstrap',
      );
    }),
    settings,
  );
  expect(proportion(0, 0)).toHaveProperty('value', null);
});
