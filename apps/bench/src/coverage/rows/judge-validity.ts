import { join } from 'node:path';

import {
  alternativeAnnotatorTest,
  attenuationCorrected,
  groupedCorrelation,
  humanCeiling,
  humanLikeness,
  isEstimate,
  type Matrix,
  pairwiseAccuracy,
  type PairwiseAccuracyOptions,
  pearson,
  type Random,
  ratingIndeterminacy,
  seededRandom,
  softPairwiseAccuracy,
} from '@assize/stats';
import { z } from 'zod';

import { readRecords } from '../../public-records.ts';
import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';

const none = { value: null, reason: 'no-data' } as const;
const replicates = 199;
const level = 0.95;

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

const whole = (random: Random) => ({ replicates, random: random.stream('interval') });

/** Three people and a judge who know the category of an item with these chances, and else guess one of three. */
const knowing = [0.85, 0.8, 0.75, 0.7];
const words = 'three people who know .85, .8, .75 of the answers, a judge who knows .7';

/** Of hard questions everybody knows half as much. */
const hard = 0.5;

/** Questions of `size` items each; every other one is hard where there is more than one item to a question. */
function rated(n: number, random: Random, size = 1): { humans: Matrix; judge: Int8Array; question: Uint32Array } {
  const values = new Int8Array(3 * n);
  const judge = new Int8Array(n);
  const question = Uint32Array.from(judge, (_, i) => Math.floor(i / size));
  let ease = 1;
  for (let i = 0; i < n; i++) {
    if (size > 1 && i % size === 0) ease = random.next() < 0.5 ? hard : 1;
    const truth = Math.floor(3 * random.next());
    for (let r = 0; r < 4; r++) {
      const said = random.next() < ease * knowing[r]! ? truth : Math.floor(3 * random.next());
      if (r < 3) values[3 * i + r] = said;
      else judge[i] = said;
    }
  }
  return { humans: { values, rows: n, columns: 3 }, judge, question };
}

/** Every item that this population can give, with its chance; the categories are alike, so the truth may be 0. */
function everyItem(ease: number): { p: number; said: readonly number[] }[] {
  return Array.from({ length: 81 }, (_, k) => {
    const said = [Math.floor(k / 27), Math.floor(k / 9) % 3, Math.floor(k / 3) % 3, k % 3];
    return {
      p: said.reduce((p, x, r) => p * ((1 - ease * knowing[r]!) / 3 + (x === 0 ? ease * knowing[r]! : 0)), 1),
      said,
    };
  });
}

/** Σ p f over the items where f is a number, divided by their Σ p. */
function expected(f: (said: readonly number[]) => number | null, ease = 1): number {
  let [total, size] = [0, 0];
  for (const { p, said } of everyItem(ease)) {
    const value = f(said);
    if (value === null) continue;
    total += p * value;
    size += p;
  }
  return total / size;
}

const others = (said: readonly number[], j: number) => [0, 1, 2].filter((k) => k !== j).map((k) => said[k]!);
const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const advantageAt = (ease: number) =>
  average(
    [0, 1, 2].map((j) =>
      expected((said) => {
        const fits = (x: number) => others(said, j).filter((other) => other === x).length;
        return fits(said[3]!) >= fits(said[j]!) ? 1 : 0;
      }, ease),
    ),
  );
const advantage = advantageAt(1);

const ceilingGap = average(
  [0, 1, 2].map((j) =>
    expected((said) => {
      const [a, b] = others(said, j);
      return a === b ? Number(said[3] === a) - Number(said[j] === a) : null;
    }),
  ),
);

/** Chance agreement is 1/3 for any two of these raters. */
const kappa = (a: number, b: number) => (expected((said) => Number(said[a] === said[b])) - 1 / 3) / (2 / 3);
const humanKappas = [0, 1, 2].map((j) => average([0, 1, 2].filter((k) => k !== j).map((k) => kappa(j, k))));
const kappaGap = average([0, 1, 2].map((j) => kappa(3, j))) - average(humanKappas);
const kappaSd = Math.sqrt(humanKappas.reduce((total, x) => total + (x - average(humanKappas)) ** 2, 0) / 2);

function row(
  about: Pick<CoverageRow, 'interval' | 'page' | 'population' | 'n' | 'truth' | 'documented'> & Partial<CoverageRow>,
  observe: (random: Random) => Observed,
): CoverageRow {
  return { clustered: false, level, draws: 400, ...about, observe };
}

const onCodes: CoverageRow[] = [30, 100, 300].flatMap((n) => [
  row(
    {
      interval: 'alternativeAnnotatorTest, advantage probability',
      page: 'alternative-annotator-test',
      population: words,
      n,
      truth: advantage,
      documented: true,
    },
    (random) => {
      const { humans, judge } = rated(n, random);
      const found = alternativeAnnotatorTest(humans, judge, {
        epsilon: 0.2,
        epsilons: [],
        ...whole(random),
        replicates: n === 100 ? 599 : replicates,
      });
      return isEstimate(found) ? found.advantage : none;
    },
  ),
  row(
    {
      interval: 'humanCeiling, difference of agreement',
      page: 'human-ceiling',
      population: words,
      n,
      truth: ceilingGap,
      documented: n >= 100,
    },
    (random) => {
      const { humans, judge } = rated(n, random);
      return humanCeiling(humans, judge, whole(random));
    },
  ),
  row(
    {
      interval: 'humanLikeness, difference of kappas',
      page: 'human-likeness',
      population: words,
      n,
      truth: kappaGap,
      documented: n >= 100,
    },
    (random) => {
      const { humans, judge } = rated(n, random);
      const found = humanLikeness(humans, judge, { categories: 3, ...whole(random) });
      return isEstimate(found) ? found.difference : none;
    },
  ),
]);

const onQuestions: CoverageRow[] = [20, 60, 120].map((questions) =>
  row(
    {
      interval: 'alternativeAnnotatorTest, advantage probability, clusters',
      page: 'alternative-annotator-test',
      population: `${questions} questions of 5 items, half of them hard`,
      n: 5 * questions,
      clustered: true,
      truth: average([advantageAt(1), advantageAt(hard)]),
      documented: questions >= 100,
    },
    (random) => {
      const { humans, judge, question } = rated(5 * questions, random, 5);
      const options = { epsilon: 0.2, epsilons: [], clusters: question, ...whole(random) };
      const found = alternativeAnnotatorTest(humans, judge, options);
      return isEstimate(found) ? found.advantage : none;
    },
  ),
);

const likenessOfThree = row(
  {
    interval: 'humanLikeness, z of 3 people',
    page: 'human-likeness',
    population: words,
    n: 100,
    truth: kappaGap / kappaSd,
    documented: false,
  },
  (random) => {
    const { humans, judge } = rated(100, random);
    return humanLikeness(humans, judge, { categories: 3, ...whole(random) });
  },
);

/** Scores of three people, truth plus an error as large, and a judge that correlates .8 with the truth. */
function scored(n: number, random: Random): { humans: Matrix; judge: Float64Array } {
  const values = new Float64Array(3 * n);
  const judge = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const truth = normal(random);
    for (let r = 0; r < 3; r++) values[3 * i + r] = truth + normal(random);
    judge[i] = 0.8 * truth + 0.6 * normal(random);
  }
  return { humans: { values, rows: n, columns: 3 }, judge };
}
const withMeanOfTwo = { judge: 0.8 / Math.sqrt(1.5), human: 1 / Math.sqrt(2 * 1.5) };
const rankOf = (r: number) => (6 / Math.PI) * Math.asin(r / 2);

const onScores: CoverageRow[] = [30, 100, 300].flatMap((n) => [
  ...(['pearson', 'spearman'] as const).flatMap((statistic) => {
    if (n > 100) return [];
    const { judge, human } = withMeanOfTwo;
    return row(
      {
        interval: `humanCeiling, difference of ${statistic}`,
        page: 'human-ceiling',
        population: 'normal scores of three people and a judge',
        n,
        truth: statistic === 'pearson' ? judge - human : rankOf(judge) - rankOf(human),
        documented: true,
      },
      (random) => {
        const { humans, judge: verdicts } = scored(n, random);
        return humanCeiling(humans, verdicts, { statistic, ...whole(random) });
      },
    );
  }),
  row(
    {
      interval: 'attenuationCorrected',
      page: 'human-ceiling',
      population: 'normal scores of three people and a judge, .8 with the truth',
      n,
      truth: 0.8,
      documented: n >= 300,
    },
    (random) => {
      const { humans, judge } = scored(n, random);
      return attenuationCorrected(humans, judge, whole(random));
    },
  ),
]);

/** Five people each accept label 1 with chance .7; the judge says 1 with probability .6 or .9, as likely. */
function indeterminate(n: number, random: Random): { human: Matrix; judge: Matrix } {
  const [human, judge] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  for (let i = 0; i < n; i++) {
    let accept = 0;
    for (let r = 0; r < 5; r++) if (random.next() < 0.7) accept++;
    human[2 * i] = 5 - accept;
    human[2 * i + 1] = accept;
    judge[2 * i + 1] = random.next() < 0.5 ? 0.6 : 0.9;
    judge[2 * i] = 1 - judge[2 * i + 1]!;
  }
  return { human: { values: human, rows: n, columns: 2 }, judge: { values: judge, rows: n, columns: 2 } };
}
const variance = (0.7 * 0.3) / 5;
const squared = average([0.6, 0.9].map((j) => 2 * (variance + (0.7 - j) ** 2)));

const onDistributions: CoverageRow[] = [10, 30, 100, 1000].flatMap((n) =>
  (['t', 'bootstrap'] as const).map((kind) =>
    row(
      {
        interval: `ratingIndeterminacy, squared distance, ${kind}`,
        page: 'rating-indeterminacy',
        population: 'five people who accept a label with chance .7, a judge at .6 or .9',
        n,
        truth: squared,
        documented: kind === 't' ? n >= 100 : n >= 1000,
        draws: kind === 't' ? 2000 : 400,
      },
      (random) => {
        const { human, judge } = indeterminate(n, random);
        return ratingIndeterminacy(human, judge, kind === 't' ? {} : whole(random)).squaredDistance;
      },
    ),
  ),
);

/** Documents × 6 systems: scores of people and judge with correlation r inside a document; documents differ. */
function documentsOf(count: number, random: Random, quality: readonly number[], r: number, judged = quality) {
  const n = count * quality.length;
  const [x, y] = [new Float64Array(n), new Float64Array(n)];
  const [groups, systems] = [new Uint32Array(n), new Uint32Array(n)];
  for (let d = 0, i = 0; d < count; d++) {
    for (let s = 0; s < quality.length; s++, i++) {
      const shared = normal(random);
      x[i] = quality[s]! + shared;
      y[i] = judged[s]! + r * shared + Math.sqrt(1 - r * r) * normal(random);
      groups[i] = d;
      systems[i] = s;
    }
  }
  return { x, y, groups, systems };
}

/** E r of n normal pairs with correlation ρ (Hotelling 1953), as a series. */
function expectedPearson(rho: number, n: number): number {
  const half = (k: number): number => (k <= 2 ? (k === 1 ? Math.sqrt(Math.PI) : 1) : ((k - 2) / 2) * half(k - 2));
  let [term, total] = [1, 1];
  for (let k = 0; k < 500; k++) {
    term *= ((0.5 + k) ** 2 / ((n + 1) / 2 + k) / (k + 1)) * rho * rho;
    total += term;
  }
  return (2 / (n - 1)) * (half(n) / half(n - 1)) ** 2 * rho * total;
}

const flat = [0, 0, 0, 0, 0, 0];
/** The true means of six systems, as people and as the judge see them. */
const apart = [0, 0.2, 0.4, 0.6, 1, 2];
const judged = [0.4, 0, 0.8, 0.2, 1.4, 1.6];
const ofMeans = pearson(apart, judged, { interval: 'none' }).value!;

const onGroups: CoverageRow[] = [10, 30, 100].flatMap((documents) => [
  ...(['within', 'pooled'] as const).map((at) =>
    row(
      {
        interval: `groupedCorrelation, pearson ${at === 'within' ? 'within groups' : 'pooled'}`,
        page: 'grouped-correlation',
        population: `${documents} documents of 6 systems, normal scores, correlation .6`,
        n: documents * 6,
        clustered: true,
        truth: at === 'within' ? expectedPearson(0.6, 6) : 0.6,
        documented: documents >= (at === 'within' ? 100 : 30),
      },
      (random) => {
        const { x, y, groups } = documentsOf(documents, random, flat, 0.6);
        return groupedCorrelation(x, y, { groups, statistic: 'pearson', ...whole(random) })[at];
      },
    ),
  ),
  row(
    {
      interval: 'groupedCorrelation, pearson of system means',
      page: 'grouped-correlation',
      population: `${documents} documents of 6 systems 0 to 2 apart, normal noise`,
      n: documents * 6,
      clustered: true,
      truth: ofMeans,
      documented: documents >= 100,
    },
    (random) => {
      const { x, y, groups, systems } = documentsOf(documents, random, apart, 0.6, judged);
      return groupedCorrelation(x, y, { groups, systems, statistic: 'pearson', ...whole(random) }).system!;
    },
  ),
  ...(['t', 'bootstrap'] as const).map((kind) =>
    row(
      {
        interval: `pairwiseAccuracy, groups, ${kind}`,
        page: 'pairwise-accuracy',
        population: `${documents} documents of 6 systems, normal scores, correlation .6`,
        n: documents * 6,
        clustered: true,
        truth: 0.5 + Math.asin(0.6) / Math.PI,
        documented: kind === 't' || documents >= 100,
        draws: kind === 't' ? 1000 : 400,
      },
      (random) => {
        const { x, y, groups } = documentsOf(documents, random, flat, 0.6);
        return pairwiseAccuracy(x, y, { groups, ...(kind === 't' ? {} : { interval: 'bootstrap', ...whole(random) }) });
      },
    ),
  ),
  row(
    {
      interval: 'pairwiseAccuracy, all rows',
      page: 'pairwise-accuracy',
      population: 'normal scores, correlation .6',
      n: documents * 3,
      truth: 0.5 + Math.asin(0.6) / Math.PI,
      documented: true,
    },
    (random) => {
      const { x, y } = documentsOf(documents, random, [0, 0, 0], 0.6);
      return pairwiseAccuracy(x, y, whole(random));
    },
  ),
]);

/** What the share converges to as flips and documents repeat: the mean over fresh samples of this size. */
function expectedSoft(documents: number, random: Random): number {
  let total = 0;
  for (let k = 0; k < 400; k++) total += soft(documents, random.stream(String(k)), false).value ?? 0;
  return total / 400;
}

function soft(documents: number, random: Random, interval: boolean) {
  const { x, y } = documentsOf(documents, random, apart, 0.6);
  const table = (values: Float64Array) => ({ values, rows: documents, columns: 6 });
  const options = interval ? whole(random) : { random: random.stream('flips'), interval: 'none' as const };
  return softPairwiseAccuracy(table(x), table(y), { flips: 200, ...options });
}

const onSystems: CoverageRow[] = [30, 100].map((documents) => {
  let truth: number | undefined;
  const about = {
    interval: 'softPairwiseAccuracy',
    page: 'soft-pairwise-accuracy',
    population: `${documents} segments of 6 systems; truth: the mean over fresh samples`,
    n: documents,
    clustered: false,
    level,
    documented: true,
    draws: 400,
  };
  return {
    ...about,
    get truth() {
      return (truth ??= expectedSoft(documents, seededRandom('soft')));
    },
    observe: (random: Random) => soft(documents, random, true),
  };
});

const scores = z.record(z.string(), z.number());
const response = z.object({ doc_id: z.number(), human_mean: scores, judge_scores: scores });

/** Groundedness of Topical-Chat: documents drawn from the 60 there are, of which the value is known. */
function resampledDocuments(folder: string): CoverageRow[] {
  const records = readRecords(join(folder, 'topicalchat-unieval', 'items.jsonl')).map((one) => response.parse(one));
  const [human, judge] = [
    records.map((one) => one.human_mean['groundedness']!),
    records.map((one) => one.judge_scores['groundedness']!),
  ];
  const context = records.map(({ doc_id: id }) => id);
  const rowsOf = Array.from({ length: 60 }, (_, d) => context.flatMap((id, k) => (id === d ? [k] : [])));
  const draw = (random: Random) => {
    const [x, y, groups]: [number[], number[], number[]] = [[], [], []];
    for (let d = 0; d < 60; d++) {
      for (const k of rowsOf[Math.floor(60 * random.next())]!) {
        x.push(human[k]!);
        y.push(judge[k]!);
        groups.push(d);
      }
    }
    return { x, y, groups };
  };
  const accuracy = (options: PairwiseAccuracyOptions) =>
    pairwiseAccuracy(human, judge, { groups: context, ...options }).value!;
  const best = accuracy({ epsilon: 'in-sample' });
  const about = { population: 'topicalchat-unieval groundedness, documents resampled', n: 360, clustered: true };
  return [
    row(
      { ...about, interval: 'pairwiseAccuracy, cross-fit', page: 'pairwise-accuracy', truth: best, documented: true },
      (random) => {
        const { x, y, groups } = draw(random);
        return pairwiseAccuracy(x, y, {
          groups,
          epsilon: 'cross-fit',
          replicates: 199,
          random: random.stream('interval'),
        });
      },
    ),
    row(
      { ...about, interval: 'pairwiseAccuracy, in-sample', page: 'pairwise-accuracy', truth: best, documented: false },
      (random) => {
        const { x, y, groups } = draw(random);
        return pairwiseAccuracy(x, y, {
          groups,
          epsilon: 'in-sample',
          replicates: 199,
          random: random.stream('interval'),
        });
      },
    ),
    row(
      {
        ...about,
        interval: 'groupedCorrelation, kendall within groups',
        page: 'grouped-correlation',
        truth: groupedCorrelation(human, judge, { groups: context, statistic: 'kendall' }).within.value!,
        documented: true,
      },
      (random) => {
        const { x, y, groups } = draw(random);
        return groupedCorrelation(x, y, { groups, statistic: 'kendall', replicates: 9, random }).within;
      },
    ),
  ];
}

export const judgeValidityRows: CoverageFamily = (folder) => [
  ...onCodes,
  ...onQuestions,
  likenessOfThree,
  ...onScores,
  ...onDistributions,
  ...onGroups,
  ...onSystems,
  ...(folder === undefined ? [] : resampledDocuments(folder)),
];
