import { join } from 'node:path';

import { buildTable } from '@assize/datasets';
import { criterionCase, statisticAgainst } from '@assize/trial';
import { z } from 'zod';

import { figureFor, type PlannedFigure, type Source } from './figure.ts';
import { criterion, recordedRating, settings } from './recorded-rating.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const scores = z.record(z.string(), z.number());
const response = z.object({ item_id: z.string(), doc_id: z.number(), human_mean: scores, judge_scores: scores });

const paper: Source = { kind: 'published', cite: 'Zhong et al. 2022, EMNLP, Topical-Chat table' };
const python: Source = { kind: 'recomputed', cite: 'Python' };
const statistics = [
  ['pearson', 'Pearson'],
  ['spearman', 'Spearman'],
  ['kendall-tau-b', 'Kendall tau-b'],
] as const;

/** Recomputed Pearson, Spearman and tau-b; published Pearson and Spearman where the paper has the aspect. */
const byAspect: Record<string, { recomputed: string[]; published: string[] }> = {
  naturalness: { recomputed: ['.4437', '.5140', '.3740'], published: ['.444', '.514'] },
  coherence: { recomputed: ['.5951', '.6129', '.4659'], published: ['.595', '.613'] },
  engagingness: { recomputed: ['.5565', '.6047', '.4559'], published: ['.557', '.605'] },
  groundedness: { recomputed: ['.5362', '.5750', '.4515'], published: ['.536', '.575'] },
  understandability: { recomputed: ['.3800', '.4678', '.3607'], published: [] },
  overall: { recomputed: ['.6328', '.6626', '.4873'], published: [] },
};
const aspects = Object.keys(byAspect);

async function load(folder: string) {
  const records = recordsOf(join(folder, 'items.jsonl'), response);
  const table = await buildTable(
    records.flatMap(({ item_id: item, human_mean: human, judge_scores: judge }) =>
      aspects.flatMap((aspect) => [
        recordedRating('person', { item, rater: 'people', criterion: aspect }, human[aspect] ?? null),
        recordedRating('model', { item, rater: 'UniEval', criterion: aspect }, judge[aspect] ?? null),
      ]),
    ),
    {
      // People and judge use different ranges of each aspect: the scale holds both, and correlations do not mind.
      criteria: aspects.map((aspect) => criterion(aspect, { kind: 'interval', min: 0, max: 5 })),
      groups: new Map(records.map(({ item_id: item, doc_id: context }) => [item, String(context)])),
    },
  );
  return new Map(aspects.map((aspect, place) => [aspect, criterionCase(table, place, 'UniEval', ['people'])]));
}
type Recorded = Awaited<ReturnType<typeof load>>;

const figures: PlannedFigure<Recorded>[] = aspects.flatMap((aspect) =>
  statistics.flatMap(([statistic, name], place) => {
    const { recomputed, published } = byAspect[aspect]!;
    const ours = (cases: Recorded) => {
      const one = cases.get(aspect)!;
      return statisticAgainst(statistic, one, one.verdicts, one.consensus.values, settings);
    };
    const what = `${aspect}: ${name}`;
    return [
      ...published.slice(place, place + 1).map((printed) => figureFor(what, paper, printed, 'coefficient', ours)),
      figureFor(what, python, recomputed[place]!, 'coefficient', ours),
    ];
  }),
);

export const topicalchatUnieval = defineReproduction({
  set: 'topicalchat-unieval',
  title: 'Topical-Chat: 360 responses, mean of three people, UniEval scores',
  files: ['items.jsonl'],
  load,
  figures,
});
