import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
  predictionPoweredDifference,
  predictionPoweredMean,
  type PredictionPoweredOptions,
  predictionPoweredWinRate,
  type Random,
} from '@assize/stats';
import { z } from 'zod';

import { readRecords } from '../../public-records.ts';
import type { CoverageFamily, CoverageRow } from '../coverage-row.ts';
import {
  coin,
  type Draw,
  evenJudge,
  gradedJudge,
  lenientJudge,
  normal,
  normalScores,
  type Population,
  row,
  sample,
  skewedScores,
  stars,
} from './corrected-populations.ts';

function meanRow(
  population: Population,
  n: number,
  N: number,
  documented: boolean,
  options: PredictionPoweredOptions = {},
  words = 'default',
): CoverageRow {
  const { words: labels, truth, draw, prevalence } = population;
  const size = prevalence === undefined ? {} : { prevalence };
  const draws = N > 5000 ? 400 : 1000;
  return row(
    `predictionPoweredMean, ${words}`,
    'prediction-powered-mean',
    `${labels}, N = ${N}`,
    { n, ...size, truth, documented, draws },
    (random) => {
      const { human, judge, unlabelled } = sample(draw, n, N, random);
      return predictionPoweredMean(human, judge, unlabelled, { labelDesign: 'random', ...options });
    },
  );
}

const sharesRows: CoverageRow[] = [
  ...[10, 20, 50, 200].flatMap((n) =>
    [0.05, 0.5].flatMap((p) => [0.3, 0.9].map((r) => meanRow(evenJudge(p, r), n, 1000, true))),
  ),
  ...[10, 20, 50, 100, 1000].flatMap((n) => [0.1, 0.5].map((p) => meanRow(lenientJudge(p, 0.1), n, 1000, true))),
  ...[10, 50, 200].map((n) => meanRow(gradedJudge(0.1, 0.7), n, 1000, true)),
  ...[100, 10_000].map((n) => meanRow(evenJudge(0.3, 0.7), n, 10_000, true)),
];

const scoresRows: CoverageRow[] = [
  ...[10, 20, 50, 200].flatMap((n) => [0.3, 0.9].map((r) => meanRow(normalScores(r), n, 1000, true))),
  ...[10, 20, 50, 200].map((n) => meanRow(stars, n, 1000, true)),
  ...[10, 20, 50, 200, 1000].map((n) => meanRow(skewedScores(0.7), n, 1000, n >= 200)),
];

/** The intervals that are not the default, where the page recommends them and where it does not. */
const otherIntervals: CoverageRow[] = [
  ...(['z', 't', 't-regression'] as const).flatMap((interval) => [
    ...[10, 50, 200].map((n) =>
      meanRow(normalScores(0.7), n, 1000, interval === 'z' ? n >= 50 : true, { interval }, interval),
    ),
    meanRow(evenJudge(0.5, 0.7), 200, 1000, true, { interval }, interval),
    meanRow(evenJudge(0.05, 0.7), 50, 1000, false, { interval }, interval),
  ]),
  meanRow(evenJudge(0.3, 0.7), 200, 1000, true, { interval: 'wilson' }, 'wilson'),
  ...[20, 200].map((n) => meanRow(normalScores(0.7), n, 1000, true, { lambda: 1 }, 'λ = 1')),
  meanRow(evenJudge(0.3, 0.7), 20, 1000, true, { lambda: 1 }, 'λ = 1'),
  meanRow(evenJudge(0.3, 0.7), 20, 1000, true, { lambda: 0 }, 'λ = 0'),
];

/** Groups of items, labelled or not as a whole, with a common part in label and score. */
function clusteredRow(groups: number, size: number, binary: boolean): CoverageRow {
  const others = 200;
  return row(
    'predictionPoweredMean, clusters',
    'prediction-powered-mean',
    `${groups} labelled and ${others} unlabelled clusters of ${size}, ${binary ? 'labels 0 and 1' : 'normal scores'}`,
    {
      n: groups * size,
      clustered: true,
      truth: binary ? 0.4 : 0,
      documented: groups >= 20,
      draws: 600,
      ...(binary && { prevalence: 0.4 }),
    },
    (random) => {
      const [n, N] = [groups * size, others * size];
      const [human, judge, unlabelled] = [new Float64Array(n), new Float64Array(n), new Float64Array(N)];
      const ids = Float64Array.from({ length: n + N }, (_, i) => Math.floor(i / size));
      for (let i = 0, common = 0, share = 0; i < n + N; i++) {
        if (i % size === 0) {
          common = 0.5 * normal(random);
          share = random.next() < 0.5 ? 0.2 : 0.6;
        }
        const f = common + normal(random);
        const y = binary ? coin(random, share) : common + 0.7 * f + 0.7 * normal(random);
        const score = binary ? coin(random, y === 1 ? 0.85 : 0.15) : f;
        if (i < n) [human[i], judge[i]] = [y, score];
        else unlabelled[i - n] = score;
      }
      const clusters = { labelled: ids.subarray(0, n), unlabelled: ids.subarray(n) };
      return predictionPoweredMean(human, judge, unlabelled, { labelDesign: 'random', clusters });
    },
  );
}

function winRateRow(n: number, won: number, tied: number): CoverageRow {
  const verdict = (random: Random): number => {
    const u = random.next();
    return u < won ? 1 : u < won + tied ? 0.5 : 0;
  };
  return row(
    'predictionPoweredWinRate, default',
    'prediction-powered-win-rate',
    `won ${won}, tied ${tied}, judge repeats 3 of 4 verdicts, N = 1000`,
    { n, prevalence: won, truth: won + tied / 2, documented: true, draws: 1000 },
    (random) => {
      const draw: Draw = () => {
        const y = verdict(random);
        return [y, random.next() < 0.75 ? y : verdict(random)];
      };
      const { human, judge, unlabelled } = sample(draw, n, 1000, random);
      return predictionPoweredWinRate(human, judge, unlabelled, { labelDesign: 'random' });
    },
  );
}

const emptySystem = (n: number, N: number) => ({
  human: new Float64Array(n),
  judge: new Float64Array(n),
  unlabelled: new Float64Array(N),
});

function differenceRow(n: number): CoverageRow {
  return row(
    'predictionPoweredDifference, default',
    'prediction-powered-win-rate',
    'two systems of .6 and .5 on the same prompts, judge right on .85, N = 1000',
    { n, truth: 0.1, documented: true, draws: 1000 },
    (random) => {
      const systems = [emptySystem(n, 1000), emptySystem(n, 1000)] as const;
      for (let i = 0; i < n + 1000; i++) {
        const easy = random.next() - 0.5;
        systems.forEach((system, s) => {
          const y = coin(random, (s === 0 ? 0.6 : 0.5) + 0.6 * easy);
          const f = random.next() < 0.85 ? y : 1 - y;
          if (i < n) [system.human[i], system.judge[i]] = [y, f];
          else system.unlabelled[i - n] = f;
        });
      }
      return predictionPoweredDifference(systems[0], systems[1], { labelDesign: 'random' });
    },
  );
}

const verdict = z.union([z.literal(0), z.literal(1)]).nullable();
const answers = z.object({
  question_id: z.number(),
  human_final: verdict,
  judges: z.object({ 'gpt-4': z.object({ label: verdict }) }),
});

/** OpenQA-eval as the population: answers drawn one by one, or with all answers to a question. */
function openqaRows(folder: string): CoverageRow[] {
  const file = join(folder, 'openqa-eval', 'items.jsonl');
  if (!existsSync(file)) return [];
  const rows = readRecords(file).flatMap((record) => {
    const { question_id: question, human_final: y, judges } = answers.parse(record);
    const f = judges['gpt-4'].label;
    return y === null || f === null ? [] : [{ question, y, f }];
  });
  const truth = rows.reduce((total, { y }) => total + y, 0) / rows.length;
  const questions = [...Map.groupBy(rows, ({ question }) => question).values()];
  const one = (random: Random) => rows[Math.floor(random.next() * rows.length)]!;
  const single: Population = {
    words: 'openqa-eval with gpt-4 as judge, answers resampled',
    truth,
    prevalence: truth,
    draw(random) {
      const { y, f } = one(random);
      return [y, f];
    },
  };
  return [
    ...[10, 20, 50, 100, 200].map((n) => meanRow(single, n, 1000, true)),
    ...[10, 50, 200].map((n) => meanRow(single, n, 1000, n >= 50, { interval: 't' }, 't')),
    ...[20, 50, 150].map((groups) =>
      row(
        'predictionPoweredMean, clusters',
        'prediction-powered-mean',
        `openqa-eval with gpt-4 as judge, ${groups} labelled and 200 unlabelled questions resampled`,
        { n: groups * 5, prevalence: truth, clustered: true, truth, draws: 600 },
        (random) => {
          const human: number[] = [];
          const judge: number[] = [];
          const unlabelled: number[] = [];
          const ids = { labelled: [] as number[], unlabelled: [] as number[] };
          for (let g = 0; g < groups + 200; g++) {
            for (const { y, f } of questions[Math.floor(random.next() * questions.length)]!) {
              ids[g < groups ? 'labelled' : 'unlabelled'].push(g);
              if (g < groups) {
                human.push(y);
                judge.push(f);
              } else unlabelled.push(f);
            }
          }
          return predictionPoweredMean(human, judge, unlabelled, { labelDesign: 'random', clusters: ids });
        },
      ),
    ),
  ];
}

/** Rows of prediction-powered means, win rates and differences. */
export const correctedMeanRows: CoverageFamily = (folder) => [
  ...sharesRows,
  ...scoresRows,
  ...otherIntervals,
  ...[10, 20, 50, 200].flatMap((groups) => [true, false].map((binary) => clusteredRow(groups, 4, binary))),
  ...(folder === undefined ? [] : openqaRows(folder)),
  ...[10, 20, 50, 200, 1000].flatMap((n) => [winRateRow(n, 0.45, 0.1), winRateRow(n, 0.85, 0.05)]),
  ...[10, 20, 50, 200].map(differenceRow),
];
