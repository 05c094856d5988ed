import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type AlphaEstimate,
  classification,
  clusteredMean,
  clusteredProportion,
  cohenKappa,
  type Estimate,
  gwetAc,
  type GwetEstimate,
  kendall,
  krippendorffAlpha,
  type KappaEstimate,
  matrixOf,
  pearson,
  proportion,
  seededRandom,
  spearman,
} from '../src/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const given = process.env['ASSIZE_DATA_DIR'] ?? '../shared/data';
const folder = isAbsolute(given) ? given : join(root, given);

function rows<T>(file: string): T[] {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}
const without = (file: string) => !existsSync(join(folder, file));
const named = (title: string, file: string) =>
  without(file) ? `${title} (skipped: no ${file} in the data folder)` : title;

type Pair = {
  human: Record<'r1' | 'r2' | 'r3', number>;
  majority: number;
  judges: Record<string, { verdict: number | null }>;
};

describe.skipIf(without('pandalm/pairs.jsonl'))(named('three people on 999 pairs', 'pandalm/pairs.jsonl'), () => {
  const pairs = () => rows<Pair>('pandalm/pairs.jsonl');

  test('agree by kappa .852 (SE .0151), AC1 .8864 (SE .0098), alpha .8642', () => {
    const all = pairs();
    const kappa = cohenKappa(
      all.map(({ human }) => human.r1),
      all.map(({ human }) => human.r2),
      { categories: 3 },
    ) as KappaEstimate;
    expect(kappa.po).toBeCloseTo(0.912913, 6);
    expect(kappa.value).toBeCloseTo(0.852023, 6);
    expect(kappa.se).toBeCloseTo(0.015078, 6);
    const codes = matrixOf(all.map(({ human }) => [human.r1, human.r2, human.r3]));
    const ac = gwetAc(codes, { categories: 3 }) as GwetEstimate;
    expect(ac.value).toBeCloseTo(0.886445, 6);
    expect(ac.se).toBeCloseTo(0.009803, 6);
    expect(krippendorffAlpha(codes).value).toBeCloseTo(0.864221, 6);
  });

  test('and a judge, its lost verdicts as ties, by kappa .4958, [.4500, .5416] by formula and by bootstrap', () => {
    const all = pairs();
    const truth = all.map(({ majority }) => majority);
    const verdict = all.map(({ judges }) => judges['gpt-3.5-turbo']!.verdict ?? 0);
    const formula = cohenKappa(verdict, truth, { categories: 3 }) as KappaEstimate;
    expect(formula.value).toBeCloseTo(0.495784, 6);
    expect(formula.interval![0]).toBeCloseTo(0.44999, 4);
    expect(formula.interval![1]).toBeCloseTo(0.54158, 4);
    const drawn = cohenKappa(verdict, truth, {
      categories: 3,
      random: seededRandom(0),
      replicates: 5000,
    }) as KappaEstimate;
    expect(Math.abs(drawn.interval![0] - 0.4486)).toBeLessThan(0.004);
    expect(Math.abs(drawn.interval![1] - 0.5406)).toBeLessThan(0.004);
    expect(classification(truth, verdict, { categories: 3 }).mcc.value).toBeCloseTo(0.497358, 6);
    const other = all.map(({ judges }) => judges['pandalm-7b']!.verdict ?? 0);
    const { accuracy, balancedAccuracy, macroF1 } = classification(truth, other, { categories: 3 });
    expect(accuracy.value).toBeCloseTo(0.66767, 5);
    expect(balancedAccuracy.value).toBeCloseTo(0.57497, 5);
    expect(macroF1.value).toBeCloseTo(0.5743, 4);
  });
});

type Answer = {
  question_id: number;
  human_final: number;
  judges: Record<string, { label: number | null }>;
  bem_probs?: number[];
};

describe.skipIf(without('openqa-eval/items.jsonl'))(
  named('answers to 301 questions', 'openqa-eval/items.jsonl'),
  () => {
    const answers = () =>
      rows<Answer>('openqa-eval/items.jsonl').filter(
        ({ judges, bem_probs }) => judges['gpt-4']!.label !== null && bem_probs !== undefined && bem_probs !== null,
      );
    const older = { smallSample: false };

    test('have a human mean of .549125 with SE .0129 naive and .0199 clustered', () => {
      const all = answers();
      expect(all).toHaveLength(1486);
      const human = all.map(({ human_final }) => human_final);
      const clusters = all.map(({ question_id }) => question_id);
      expect((clusteredMean(human, older) as Estimate).se).toBeCloseTo(0.012912, 5);
      const clustered = clusteredMean(human, { clusters, ...older }) as Estimate;
      expect(clustered.value).toBeCloseTo(0.549125, 6);
      expect(clustered.se).toBeCloseTo(0.019897, 6);
      expect(clustered.groups).toBe(301);
      expect(clustered.n / clustered.nEffective!).toBeCloseTo(2.3745, 3);
    });

    test('are judged right 1261 times of 1486, which is worth 867 independent answers', () => {
      const all = answers();
      const right = all.map(({ human_final, judges }) => Number(judges['gpt-4']!.label === human_final));
      const clusters = all.map(({ question_id }) => question_id);
      const wilson = clusteredProportion(right, { clusters, ...older, interval: 'wilson' }) as Estimate;
      expect(wilson.value).toBeCloseTo(0.848587, 6);
      expect(wilson.nEffective).toBeCloseTo(867.49, 1);
      expect(wilson.interval![0]).toBeCloseTo(0.8232, 4);
      expect(wilson.interval![1]).toBeCloseTo(0.8709, 4);
      const naive = proportion(1261, 1486) as Estimate;
      expect(wilson.interval![0]).toBeLessThan(naive.interval![0]);
      const d = all.map(
        ({ human_final, judges }, i) => right[i]! - Number(judges['text-davinci-003']!.label === human_final),
      );
      const paired = clusteredMean(d, { clusters, ...older }) as Estimate;
      expect(paired.value).toBeCloseTo(0.010094, 6);
      expect(paired.se).toBeCloseTo(0.009853, 6);
    });
  },
);

type Summary = { doc_id: number; human: Record<string, Record<'r1' | 'r2' | 'r3', number | null>> };

describe.skipIf(without('summeval-op/ratings.jsonl'))(
  named('ratings of 416 summaries', 'summeval-op/ratings.jsonl'),
  () => {
    test('of fluency agree twice as well by interval alpha as by ordinal, and documents are the wider clusters', () => {
      const all = rows<Summary>('summeval-op/ratings.jsonl');
      const fluency = matrixOf(
        all.map(({ human }) => [human['fluency']!.r1, human['fluency']!.r2, human['fluency']!.r3]),
      );
      expect(krippendorffAlpha(fluency, { metric: 'ordinal' }).value).toBeCloseTo(0.2765, 4);
      const options = { metric: 'interval', random: seededRandom(0) } as const;
      const items = krippendorffAlpha(fluency, options) as AlphaEstimate;
      const documents = krippendorffAlpha(fluency, {
        ...options,
        clusters: all.map(({ doc_id }) => doc_id),
      }) as AlphaEstimate;
      expect(items.value).toBeCloseTo(0.5517, 4);
      expect(Math.abs(items.interval![0] - 0.449)).toBeLessThan(0.015);
      expect(Math.abs(items.interval![1] - 0.628)).toBeLessThan(0.015);
      expect(documents.groups).toBe(32);
      expect(Math.abs(documents.interval![0] - 0.458)).toBeLessThan(0.015);
      expect(Math.abs(documents.interval![1] - 0.651)).toBeLessThan(0.015);
    });
  },
);

type Reply = { doc_id: number; human_mean: { overall: number }; judge_scores: { overall: number } };

describe.skipIf(without('topicalchat-unieval/items.jsonl'))(
  named('scores of 360 replies', 'topicalchat-unieval/items.jsonl'),
  () => {
    test('correlate .6328, rho .662583 and tau-b .4873, with three intervals that agree', () => {
      const all = rows<Reply>('topicalchat-unieval/items.jsonl');
      const human = all.map(({ human_mean }) => human_mean.overall);
      const judge = all.map(({ judge_scores }) => judge_scores.overall);
      expect(pearson(human, judge).value).toBeCloseTo(0.6328, 4);
      expect(kendall(human, judge)).toMatchObject({
        value: expect.closeTo(0.4873, 4),
        concordant: 44802,
        discordant: 14610,
      });
      const rho = spearman(human, judge) as Estimate;
      expect(rho.value).toBeCloseTo(0.662583, 6);
      expect(rho.interval![0]).toBeCloseTo(0.5934, 4);
      expect(rho.interval![1]).toBeCloseTo(0.7221, 4);
      const clustered = spearman(human, judge, {
        random: seededRandom(0),
        clusters: all.map(({ doc_id }) => doc_id),
      }) as Estimate;
      expect(clustered.groups).toBe(60);
      expect(Math.abs(clustered.interval![0] - 0.597)).toBeLessThan(0.012);
      expect(Math.abs(clustered.interval![1] - 0.72)).toBeLessThan(0.012);
    });
  },
);
