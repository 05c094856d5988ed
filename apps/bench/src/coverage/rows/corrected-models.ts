import {
  crossPredictionPoweredMean,
  isotonicRegression,
  predictIsotonic,
  predictionPoweredBradleyTerry,
  predictionPoweredPearson,
  predictionPoweredRegression,
  stratifiedPredictionPoweredMean,
} from '@assize/stats';

import type { CoverageRow } from '../coverage-row.ts';
import { coin, type Draw, normal, row, sample } from './corrected-populations.ts';

function stratifiedRow(n: number, known: boolean): CoverageRow {
  return row(
    `stratifiedPredictionPoweredMean, shares ${known ? 'known' : 'counted'}`,
    'stratified-ppi',
    'two strata (.2 and .7 right), judge right on .85, N = 1000',
    { n, truth: 0.6 * 0.2 + 0.4 * 0.7, documented: n >= 100, draws: 1000 },
    (random) => {
      const total = n + 1000;
      const [y, f, stratum] = [new Float64Array(total), new Float64Array(total), new Float64Array(total)];
      for (let i = 0; i < total; i++) {
        stratum[i] = coin(random, 0.4);
        y[i] = coin(random, stratum[i] === 1 ? 0.7 : 0.2);
        f[i] = random.next() < 0.85 ? y[i]! : 1 - y[i]!;
      }
      // Half of the labels go to each stratum, whatever its share of the items.
      const left = [n / 2, n / 2];
      const labelled = Array.from(stratum, (id) => left[id]!-- > 0);
      const shares = known
        ? {
            shares: new Map([
              [0, 0.6],
              [1, 0.4],
            ]),
          }
        : {};
      const a = (values: Float64Array) => values.filter((_, i) => labelled[i]);
      const b = (values: Float64Array) => values.filter((_, i) => !labelled[i]);
      return stratifiedPredictionPoweredMean(a(y), a(f), a(stratum), b(f), b(stratum), {
        labelDesign: 'random',
        ...shares,
      });
    },
  );
}

/** The judge's score is calibrated on the labels by isotonic regression, out of fold. */
function crossRow(n: number, refit: boolean): CoverageRow {
  const folds = Uint32Array.from({ length: n }, (_, i) => i % 5);
  const N = 500;
  return row(
    `crossPredictionPoweredMean, ${refit ? 'refit' : 'models fixed'}`,
    'cross-ppi',
    'P(right) = score², calibrated by isotonic regression in 5 folds, N = 500',
    { n, truth: 1 / 3, documented: n >= 50, draws: refit ? 400 : 1000 },
    (random) => {
      const draw: Draw = () => {
        const score = random.next();
        return [coin(random, score * score), score];
      };
      const { human, judge, unlabelled } = sample(draw, n, N, random);
      const predict = (rows: Uint32Array, at: ArrayLike<number>) => {
        const fit = isotonicRegression(
          rows.map((i) => i).reduce((xs, i, place) => ((xs[place] = judge[i]!), xs), new Float64Array(rows.length)),
          rows.reduce((ys, i, place) => ((ys[place] = human[i]!), ys), new Float64Array(rows.length)),
        );
        if ('value' in fit) throw new RangeError(fit.detail);
        return predictIsotonic(fit, at);
      };
      const fitAll = (rows: Uint32Array) => {
        const outOfFold = new Float64Array(rows.length);
        const models = new Float64Array(5 * N);
        for (let k = 0; k < 5; k++) {
          const train = rows.filter((i) => folds[i] !== k);
          models.set(predict(train, unlabelled), k * N);
          const places = [...rows.keys()].filter((place) => folds[rows[place]!] === k);
          const said = predict(
            train,
            places.map((place) => judge[rows[place]!]!),
          );
          places.forEach((place, at) => (outOfFold[place] = said[at]!));
        }
        return { outOfFold, models };
      };
      const blend = (models: Float64Array) =>
        Float64Array.from({ length: N }, (_, i) => {
          let total = 0;
          for (let k = 0; k < 5; k++) total += models[k * N + i]! / 5;
          return total;
        });
      const { outOfFold, models } = fitAll(Uint32Array.from(folds.keys()));
      const again = (rows: Uint32Array) => {
        const found = fitAll(rows);
        return { outOfFold: found.outOfFold, unlabelled: blend(found.models) };
      };
      return crossPredictionPoweredMean(
        human,
        outOfFold,
        { values: models, rows: 5, columns: N },
        {
          folds,
          labelDesign: 'random',
          ...(refit && { refit: again, random, replicates: 30 }),
        },
      );
    },
  );
}

const table = (values: Float64Array) => ({ values, rows: values.length, columns: 1 });

function regressionRow(family: 'linear' | 'logistic', n: number): CoverageRow {
  const slope = 0.8;
  return row(
    `predictionPoweredRegression, ${family}, slope`,
    'prediction-powered-regression',
    `intercept −.3, slope ${slope}, judge ${family === 'linear' ? 'adds its own noise' : 'right on .85'}, N = 1000`,
    { n, truth: slope, documented: n >= (family === 'linear' ? 20 : 100), draws: 500 },
    (random) => {
      const [x, others] = [new Float64Array(n), new Float64Array(1000)];
      const [human, judge, unlabelled] = [new Float64Array(n), new Float64Array(n), new Float64Array(1000)];
      for (let i = 0; i < n + 1000; i++) {
        const at = normal(random);
        const eta = -0.3 + slope * at;
        const y = family === 'linear' ? eta + normal(random) : coin(random, 1 / (1 + Math.exp(-eta)));
        const noisy = random.next() < 0.85 ? y : 1 - y;
        const f = family === 'linear' ? y + 0.6 * normal(random) : noisy;
        if (i < n) [x[i], human[i], judge[i]] = [at, y, f];
        else [others[i - n], unlabelled[i - n]] = [at, f];
      }
      const found = predictionPoweredRegression(human, judge, table(x), unlabelled, table(others), {
        family,
        labelDesign: 'random',
      });
      return 'value' in found ? found : found.coefficients[1]!;
    },
  );
}

const emptyMeetings = (size: number) => ({ left: new Uint32Array(size), right: new Uint32Array(size) });

function strengthRow(n: number): CoverageRow {
  const strengths = [0, 0.5, 1, -0.5];
  return row(
    'predictionPoweredBradleyTerry, default',
    'prediction-powered-regression',
    '4 players, strength of one against the reference, judge right on .85, N = 1000',
    { n, truth: 1, documented: n >= 50, draws: 400 },
    (random) => {
      const [met, others] = [emptyMeetings(n), emptyMeetings(1000)];
      const [human, judge, unlabelled] = [new Float64Array(n), new Float64Array(n), new Float64Array(1000)];
      for (let i = 0; i < n + 1000; i++) {
        const left = Math.floor(4 * random.next());
        const right = (left + 1 + Math.floor(3 * random.next())) % 4;
        const y = coin(random, 1 / (1 + Math.exp(strengths[right]! - strengths[left]!)));
        const f = random.next() < 0.85 ? y : 1 - y;
        const [meetings, place] = i < n ? [met, i] : [others, i - n];
        [meetings.left[place], meetings.right[place]] = [left, right];
        if (i < n) [human[i], judge[i]] = [y, f];
        else unlabelled[i - n] = f;
      }
      const found = predictionPoweredBradleyTerry(human, judge, met, unlabelled, others, {
        players: 4,
        labelDesign: 'random',
      });
      return 'value' in found ? found : found.strengths[2]!;
    },
  );
}

function correlationRow(n: number, r: number): CoverageRow {
  return row(
    'predictionPoweredPearson, default',
    'prediction-powered-regression',
    `normal, r = ${r}, judge's score of correlation .8 with the label, N = 1000`,
    { n, truth: r, documented: true, draws: 600 },
    (random) => {
      const [x, others] = [new Float64Array(n), new Float64Array(1000)];
      const [human, judge, unlabelled] = [new Float64Array(n), new Float64Array(n), new Float64Array(1000)];
      for (let i = 0; i < n + 1000; i++) {
        const at = normal(random);
        const y = r * at + Math.sqrt(1 - r * r) * normal(random);
        const f = y + 0.75 * normal(random);
        if (i < n) [x[i], human[i], judge[i]] = [at, y, f];
        else [others[i - n], unlabelled[i - n]] = [at, f];
      }
      return predictionPoweredPearson(x, human, judge, others, unlabelled, { labelDesign: 'random' });
    },
  );
}

/** Rows of estimates that rest on models or strata. */
export const correctedModelRows: readonly CoverageRow[] = [
  ...[20, 40, 100, 400].flatMap((n) => [true, false].map((known) => stratifiedRow(n, known))),
  ...[20, 50, 200].map((n) => crossRow(n, false)),
  crossRow(50, true),
  ...[20, 50, 100, 400].flatMap((n) => [regressionRow('linear', n), regressionRow('logistic', n)]),
  ...[30, 50, 200].map(strengthRow),
  ...[10, 20, 50, 200].flatMap((n) => [0.3, 0.8].map((r) => correlationRow(n, r))),
];
