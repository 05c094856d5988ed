import {
  clusteredMean,
  mean,
  normalQuantile,
  predictionPoweredMean,
  type PredictionPoweredOptions,
  proportion,
  roganGladen,
  sampleIndices,
  seededRandom,
} from '@assize/stats';

import { compareWithin, type Figure, type Source } from './figure.ts';

/** What people and the judge said of all answers, 0 or 1. */
export type Population = { human: Float64Array; gpt4: Float64Array };

/** The counts behind Rogan-Gladen; answers that the judge did not label are left out. */
export function calibrationOf(human: Float64Array, judge: Float64Array) {
  const counts = { truePositives: 0, positives: 0, trueNegatives: 0, negatives: 0 };
  human.forEach((y, i) => {
    if (Number.isNaN(judge[i]!)) return;
    counts[y === 1 ? 'positives' : 'negatives']++;
    if (judge[i] === y) counts[y === 1 ? 'truePositives' : 'trueNegatives']++;
  });
  return counts;
}

export function judgedOf(judge: Float64Array) {
  const said = judge.filter((f) => !Number.isNaN(f));
  return { positives: said.filter((f) => f === 1).length, n: said.length };
}

/** Coverage and mean width of nominal 95% intervals in 4,000 samples, as the table of the reference has them. */
const simulated: Record<string, Record<number, readonly [coverage: number, width: string]>> = {
  'CLT, people alone': { 50: [0.94, '.276'], 100: [0.949, '.195'], 200: [0.956, '.138'] },
  'Wilson, people alone': { 50: [0.962, '.263'], 100: [0.949, '.190'], 200: [0.946, '.136'] },
  'PPI++ z': { 50: [0.939, '.197'], 100: [0.942, '.144'], 200: [0.946, '.106'] },
  'PPI++ t': { 50: [0.948, '.206'], 100: [0.948, '.147'], 200: [0.95, '.107'] },
  'PPI, λ = 1': { 50: [0.944, '.219'], 100: [0.948, '.162'], 200: [0.948, '.123'] },
  'Rogan-Gladen, Lee': { 50: [0.96, '.352'], 100: [0.96, '.237'], 200: [0.949, '.174'] },
};
const samples = 5000;
const referenceSamples = 4000;

type Score = { hits: number; samples: number; width: number; squares: number };

/** Draws `samples` samples of n labelled and 1,000 unlabelled answers and scores each interval. */
function simulate(all: Population, n: number): Map<string, Score> {
  const truth = mean(all.human);
  const base = seededRandom('openqa-eval, 5000 samples').stream(String(n));
  const scores = new Map(Object.keys(simulated).map((name) => [name, { hits: 0, samples: 0, width: 0, squares: 0 }]));
  const score = (name: string, interval: readonly [number, number] | null | undefined) => {
    if (!interval) return;
    const into: Score = scores.get(name)!;
    const width = interval[1] - interval[0];
    into.samples++;
    into.width += width;
    into.squares += width * width;
    if (interval[0] <= truth && truth <= interval[1]) into.hits++;
  };
  const size = all.human.length;
  for (let b = 0; b < samples; b++) {
    const random = base.stream(String(b));
    const labelled = sampleIndices(size, n, random, { replacement: true });
    const others = sampleIndices(size, 1000, random, { replacement: true });
    const [human, judge] = [
      Float64Array.from(labelled, (i) => all.human[i]!),
      Float64Array.from(labelled, (i) => all.gpt4[i]!),
    ];
    const unlabelled = new Float64Array(1000);
    for (let i = 0; i < 1000; i++) unlabelled[i] = all.gpt4[others[i]!]!;
    const right = human.reduce((a, y) => a + y, 0);
    const powered = (options: PredictionPoweredOptions) => {
      const found = predictionPoweredMean(human, judge, unlabelled, { labelDesign: 'random', ...options });
      return found.value === null ? null : found.interval;
    };
    const share = proportion(right, n);
    // The reference's normal interval has the sample variance with divisor n − 1.
    const half = normalQuantile(0.975) * Math.sqrt((right * (n - right)) / n / n / (n - 1));
    const corrected = roganGladen(judgedOf(unlabelled), calibrationOf(human, judge));
    score('CLT, people alone', [right / n - half, right / n + half]);
    score('Wilson, people alone', share.value === null ? null : share.interval);
    score('PPI++ z', powered({ interval: 'z' }));
    score('PPI++ t', powered({ interval: 't' }));
    score('PPI, λ = 1', powered({ interval: 'z', lambda: 1 }));
    score('Rogan-Gladen, Lee', corrected.value === null ? null : corrected.interval);
  }
  return scores;
}

/** Both sides are simulated, so each figure may differ by three standard errors of their difference, and by rounding. */
export function sampleFigures(population: Population): Figure[] {
  const source: Source = { kind: 'recomputed', cite: 'Python, 4,000 samples' };
  const both = 1 / samples + 1 / referenceSamples;
  return [50, 100, 200].flatMap((n) => {
    const scores = simulate(population, n);
    return Object.entries(simulated).flatMap(([name, bySize]) => {
      const { hits, samples: made, width, squares } = scores.get(name)!;
      const [coverage, printed] = bySize[n]!;
      const centre = width / made;
      const spread = Math.sqrt(Math.max(0, squares / made - centre ** 2) * both);
      const what = `${name}, ${n} labels, ${samples} samples`;
      const id = what.replaceAll(/[^\w.+*-]+/g, '-');
      return [
        compareWithin(
          {
            id: `${id}/coverage`,
            what: `${what}: coverage`,
            source,
            unit: 'share',
            reference: coverage,
            tolerance: round(3 * Math.sqrt(coverage * (1 - coverage) * both) + 0.0005),
          },
          hits / made,
        ),
        compareWithin(
          {
            id: `${id}/width`,
            what: `${what}: mean width`,
            source,
            unit: 'share',
            reference: Number(printed),
            tolerance: round(3 * spread + 0.0005),
          },
          centre,
        ),
      ];
    });
  });
}

const round = (tolerance: number): number => Number(tolerance.toFixed(5));

/** How often the judge's own interval holds people's share, when 200 random answers are set aside for people. */
export function judgeAloneFigure({ human, gpt4 }: Population): Figure {
  const truth = mean(human);
  const base = seededRandom('openqa-eval, judge alone');
  let hits = 0;
  for (let b = 0; b < referenceSamples; b++) {
    const aside = new Set(sampleIndices(human.length, 200, base.stream(String(b))));
    const found = clusteredMean(gpt4.filter((_, i) => !aside.has(i)));
    if (found.value !== null && found.interval && found.interval[0] <= truth && truth <= found.interval[1]) hits++;
  }
  return compareWithin(
    {
      id: 'judge-alone-coverage',
      what: 'gpt-4 alone, 200 random answers set aside: coverage',
      source: { kind: 'recomputed', cite: 'Python' },
      unit: 'share',
      reference: 0.12,
      tolerance: round(3 * Math.sqrt((2 * 0.12 * 0.88) / referenceSamples) + 0.005),
    },
    hits / referenceSamples,
  );
}
