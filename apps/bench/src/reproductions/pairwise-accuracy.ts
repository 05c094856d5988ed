import { join } from 'node:path';

import {
  type CorrelationStatistic,
  groupedCorrelation,
  humanCeiling,
  type HumanCeiling,
  matrixOf,
  pairwiseAccuracy,
  type PairwiseAccuracyOptions,
  seededRandom,
  softPairwiseAccuracy,
} from '@assize/stats';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source } from './figure.ts';
import { errorOf } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const python: Source = { kind: 'recomputed', cite: 'Python' };
const unit = 'coefficient' as const;

const scores = z.record(z.string(), z.number());
const response = z.object({ doc_id: z.number(), system: z.string(), human_mean: scores, judge_scores: scores });

/** The scores of one aspect, and the context and system of each response. */
type Aspect = { human: number[]; judge: number[] };
type Responses = { context: number[]; system: number[]; aspects: Map<string, Aspect> };

async function loadResponses(folder: string): Promise<Responses> {
  const records = recordsOf(join(folder, 'items.jsonl'), response);
  const systems = [...new Set(records.map(({ system }) => system))];
  const names = Object.keys(records[0]!.human_mean);
  const of = (name: string): [string, Aspect] => [
    name,
    { human: records.map((r) => r.human_mean[name]!), judge: records.map((r) => r.judge_scores[name]!) },
  ];
  return {
    context: records.map(({ doc_id: context }) => context),
    system: records.map(({ system }) => systems.indexOf(system)),
    aspects: new Map(names.map(of)),
  };
}

const statistics: readonly CorrelationStatistic[] = ['pearson', 'spearman', 'kendall'];

/** Within contexts: Pearson, Spearman, tau-b; of systems: Pearson, tau-b; acc_eq by context, plain, tied; pooled. */
const byAspect: Record<string, { within: string[]; system: string[]; grouped: string[]; pooled: string[] }> = {
  naturalness: {
    within: ['.4925', '.5149', '.4314'],
    system: ['.7501', '.3333'],
    grouped: ['.60889', '.61000'],
    pooled: ['.58706', '.58723'],
  },
  coherence: {
    within: ['.5067', '.5599', '.4668'],
    system: ['.8893', '.4667'],
    grouped: ['.62556', '.62556'],
    pooled: ['.62892', '.63073'],
  },
  engagingness: {
    within: ['.5706', '.5748', '.4980'],
    system: ['.9482', '.3333'],
    grouped: ['.65222', '.65333'],
    pooled: ['.63582', '.63582'],
  },
  groundedness: {
    within: ['.5714', '.6138', '.5393'],
    system: ['.9005', '.4667'],
    grouped: ['.48444', '.55889'],
    pooled: ['.51773', '.54816'],
  },
  overall: {
    within: ['.6444', '.6780', '.5762'],
    system: ['.8991', '.3333'],
    grouped: ['.74000', '.74000'],
    pooled: ['.69331'],
  },
};

const levels = ({ context, system, aspects }: Responses, name: string, statistic: CorrelationStatistic) => {
  const { human, judge } = aspects.get(name)!;
  return groupedCorrelation(human, judge, { groups: context, systems: system, statistic });
};

function accuracy({ aspects }: Responses, name: string, options: PairwiseAccuracyOptions) {
  const { human, judge } = aspects.get(name)!;
  const found = pairwiseAccuracy(human, judge, options);
  if (found.value === null) throw new RangeError(found.detail);
  return found;
}

const row = figureFor<Responses>;

const responseFigures: PlannedFigure<Responses>[] = [
  ...Object.entries(byAspect).flatMap(([name, { within, system, grouped, pooled }]) => [
    ...within.map((printed, place) =>
      row(`${name}: mean ${statistics[place]} within contexts`, python, printed, unit, (r) => {
        return levels(r, name, statistics[place]!).within;
      }),
    ),
    ...system.map((printed, place) => {
      const statistic = place === 0 ? 'pearson' : 'kendall';
      return row(`${name}: ${statistic} of system means`, python, printed, unit, (r) => {
        return levels(r, name, statistic).system!;
      });
    }),
    ...grouped.map((printed, place) =>
      row(`${name}: pairwise accuracy within contexts, ${place ? 'tied' : 'plain'}`, python, printed, unit, (r) =>
        accuracy(r, name, { groups: r.context, epsilon: place ? 'in-sample' : 0 }),
      ),
    ),
    ...pooled.map((printed, place) =>
      row(`${name}: pairwise accuracy pooled, ${place ? 'tied' : 'plain'}`, python, printed, unit, (r) =>
        accuracy(r, name, { epsilon: place ? 'in-sample' : 0 }),
      ),
    ),
  ]),
  row('naturalness: epsilon within contexts', python, '.0000540', 'score', (r) => {
    return accuracy(r, 'naturalness', { groups: r.context, epsilon: 'in-sample' }).epsilon;
  }),
  row('groundedness: epsilon within contexts', python, '.355631', 'score', (r) => {
    return accuracy(r, 'groundedness', { groups: r.context, epsilon: 'in-sample' }).epsilon;
  }),
  row('groundedness: contexts where a correlation is defined', python, '54', 'count', (r) => {
    const { within } = levels(r, 'groundedness', 'kendall');
    return within.value === null ? Number.NaN : within.definedGroups;
  }),
  ...(
    [
      ['concordant', '44802'],
      ['discordant', '14610'],
      ['tiesHuman', '5208'],
      ['tiesJudge', '0'],
      ['tiesBoth', '0'],
      ['pairs', '64620'],
    ] as const
  ).map(([key, printed]) =>
    row(`overall: pairs, ${key}`, python, printed, 'count', (r) => accuracy(r, 'overall', {})[key], 'overall: pairs'),
  ),
  row('overall: pairwise accuracy within contexts, standard error', python, '.01748', 'se', (r) => {
    return errorOf(accuracy(r, 'overall', { groups: r.context }));
  }),
  row('overall: soft pairwise accuracy of systems', python, '.72', 'share', (r) => soft(r)),
  row('overall: system pairs ordered alike', python, '.6667', 'share', (r) => {
    const found = soft(r);
    return found.value === null ? found : found.pairwise;
  }),
];

function soft({ context, system, aspects }: Responses) {
  const { human, judge } = aspects.get('overall')!;
  const [documents, systems] = [Math.max(...context) + 1, Math.max(...system) + 1];
  const table = (values: number[]) => {
    const cells = new Float64Array(documents * systems).fill(Number.NaN);
    values.forEach((value, k) => {
      cells[context[k]! * systems + system[k]!] = value;
    });
    return { values: cells, rows: documents, columns: systems };
  };
  return softPairwiseAccuracy(table(human), table(judge), {
    flips: 20_000,
    interval: 'none',
    random: seededRandom(1),
  });
}

export const pairwiseAccuracyOnTopicalchat = defineReproduction<Responses>({
  set: 'topicalchat-unieval',
  title: 'Topical-Chat: three levels of correlation, and pairwise accuracy with ties',
  files: ['items.jsonl'],
  load: loadResponses,
  figures: responseFigures,
});

const verdict = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const pair = z.object({
  human: z.object({ r1: verdict, r2: verdict, r3: verdict }),
  judges: z.record(z.string(), z.object({ verdict: verdict.nullable() })),
});
const judges = ['gpt-3.5-turbo', 'pandalm-7b'] as const;
type Ceilings = Map<string, HumanCeiling>;

function defined(found: ReturnType<typeof humanCeiling>): HumanCeiling {
  if (found.value === null) throw new RangeError(found.detail);
  return found;
}

export const humanCeilingOnPandalm = defineReproduction<Ceilings>({
  set: 'pandalm',
  title: 'PandaLM: judges beside the human ceiling (a verdict that was not found is a tie)',
  files: ['pairs.jsonl'],
  load: async (folder) => {
    const records = recordsOf(join(folder, 'pairs.jsonl'), pair);
    const humans = matrixOf(records.map(({ human }) => [human.r1, human.r2, human.r3]));
    return new Map(
      judges.map((judge) => [
        judge,
        defined(
          humanCeiling(
            humans,
            records.map((r) => r.judges[judge]?.verdict ?? 0),
          ),
        ),
      ]),
    );
  },
  figures: [
    ...['917', '928', '912'].map((printed, j) =>
      figureFor<Ceilings>(`ceiling: pairs without r${j + 1}`, python, printed, 'count', (r) => {
        return r.get('gpt-3.5-turbo')!.raters[j]!.n;
      }),
    ),
    ...['.95856', '.94720', '.96382'].map((printed, j) =>
      figureFor<Ceilings>(`ceiling: r${j + 1} with the others`, python, printed, 'share', (r) => {
        return r.get('gpt-3.5-turbo')!.raters[j]!.human;
      }),
    ),
    ...[
      ['.72410', '.72522', '.72478'],
      ['.67939', '.68211', '.67434'],
    ].flatMap((values, k) =>
      values.map((printed, j) =>
        figureFor<Ceilings>(`ceiling: ${judges[k]} without r${j + 1}`, python, printed, 'share', (r) => {
          return r.get(judges[k]!)!.raters[j]!.judge;
        }),
      ),
    ),
    figureFor<Ceilings>('ceiling: mean agreement of two people', python, '.919920', 'share', (r) => {
      return r.get('gpt-3.5-turbo')!.pairwise;
    }),
  ],
});

const score = z.number().int().min(1).max(5);
const summary = z.object({ human: z.record(z.string(), z.object({ r1: score, r2: score, r3: score })) });
const leftOut = {
  fluency: '.4320',
  coherence: '.3925',
  relevance: '.4840',
  faithfulness: '.5874',
  aspect_coverage: '.7324',
  sentiment_consistency: '.5700',
  specificity: '.5953',
};

export const humanCeilingOnSummevalOp = defineReproduction<Ceilings>({
  set: 'summeval-op',
  title: 'SummEval-OP: the human ceiling of graded criteria',
  files: ['ratings.jsonl'],
  load: async (folder) => {
    const records = recordsOf(join(folder, 'ratings.jsonl'), summary);
    return new Map(
      Object.keys(leftOut).map((name) => {
        const people = records.map(({ human }) => [human[name]!.r1, human[name]!.r2, human[name]!.r3]);
        // The ceiling of people does not depend on the judge: one who gives the first person's scores will do.
        const judge = people.map(([first]) => first!);
        return [name, defined(humanCeiling(matrixOf(people), judge, { statistic: 'spearman' }))];
      }),
    );
  },
  figures: Object.entries(leftOut).map(([name, printed]) =>
    figureFor<Ceilings>(
      `ceiling: ${name}, Spearman with the others`,
      python,
      printed,
      unit,
      (r) => r.get(name)!.humans,
    ),
  ),
});
