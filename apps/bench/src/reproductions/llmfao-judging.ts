import { join } from 'node:path';

import {
  bradleyTerry,
  type Comparisons,
  crowdBradleyTerry,
  hodgeRank,
  intransitivity,
  quantile,
  type RaterAwareRanking,
  spearman,
} from '@assize/stats';
import { z } from 'zod';

import { figureFor, type Ours, type PlannedFigure, type Source } from './figure.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const vote = z.object({
  left_model: z.string(),
  right_model: z.string(),
  source: z.enum(['crowd', 'gpt-3', 'gpt-4']),
  winner: z.enum(['left', 'right', 'tie']),
  rater: z.string().nullish(),
});

const outcomes = { left: 1, right: 0, tie: 0.5 } as const;
const python: Source = { kind: 'recomputed', cite: 'Python' };

type Recorded = {
  comparisons: Comparisons;
  /** By name: the figures speak of r17, r22 and r33. */
  raters: Map<string, number>;
  ranking: RaterAwareRanking;
};

/** The number of a name, given in order of first appearance. */
function place(map: Map<string, number>, name: string): number {
  if (!map.has(name)) map.set(name, map.size);
  return map.get(name)!;
}

async function load(folder: string): Promise<Recorded> {
  const votes = recordsOf(join(folder, 'comparisons.jsonl.gz'), vote).filter(({ source }) => source === 'crowd');
  const players = new Map<string, number>();
  const raters = new Map<string, number>();
  const left = votes.map(({ left_model: model }) => place(players, model));
  const right = votes.map(({ right_model: model }) => place(players, model));
  const rater = votes.map(({ rater: name }) => place(raters, name!));
  const comparisons = { players: players.size, left, right, outcome: votes.map(({ winner }) => outcomes[winner]) };
  // The reference stopped its steps here; closer, there are more of them and the same digits.
  const ranking = crowdBradleyTerry(comparisons, rater, { tolerance: 1e-6 });
  if (ranking.value === null) throw new Error(ranking.detail);
  return { comparisons, raters, ranking };
}

const row = figureFor<Recorded>;
const reliabilities = ({ ranking }: Recorded): number[] => ranking.raters.map(({ value }) => value!);
const reliability = ({ ranking, raters }: Recorded, name: string) => ranking.raters[raters.get(name)!]!;

function withPlain({ comparisons, ranking }: Recorded): Ours {
  const plain = bradleyTerry(comparisons);
  return plain.value === null ? plain : spearman(ranking.value, plain.value);
}

const figures: PlannedFigure<Recorded>[] = [
  row('crowd: triads of majorities', python, '5249', 'count', (r) => intransitivity(r.comparisons).triads),
  row('crowd: of these, circular', python, '510', 'count', (r) => intransitivity(r.comparisons).cyclic),
  row('crowd: cyclic share', python, '.0972', 'share', (r) => intransitivity(r.comparisons).cyclicShare),
  row('crowd: share of the log-odds that no ranking explains', python, '.42348', 'share', (r) => {
    const split = hodgeRank(r.comparisons);
    return 'energy' in split ? split.inconsistent : split;
  }),
  row('Crowd-BT: decisive votes', python, '5460', 'count', ({ ranking }) => ranking.n),
  row('Crowd-BT: EM steps', python, '93', 'count', ({ ranking }) => ranking.iterations),
  ...(
    [
      [0, 'lowest', '.383'],
      [0.1, '10%', '.682'],
      [0.5, 'median', '.878'],
      [0.9, '90%', '.950'],
      [1, 'highest', '.980'],
    ] as const
  ).map(([p, name, printed]) =>
    row(`Crowd-BT: reliability of raters, ${name}`, python, printed, 'share', (r) => quantile(reliabilities(r), p)),
  ),
  row(
    'Crowd-BT: raters below 1/2',
    python,
    '3',
    'count',
    (r) => reliabilities(r).filter((reliable) => reliable < 0.5).length,
  ),
  ...(
    [
      ['r17', '.383', '297'],
      ['r33', '.416', '151'],
      ['r22', '.468', '290'],
    ] as const
  ).flatMap(([name, printed, n]) => [
    row(`Crowd-BT: reliability of ${name}`, python, printed, 'share', (r) => reliability(r, name)),
    row(`Crowd-BT: decisive votes of ${name}`, python, n, 'count', (r) => reliability(r, name).n),
  ]),
  row('Crowd-BT: Spearman with plain Bradley-Terry', python, '.893', 'coefficient', withPlain),
];

export const llmfaoJudging = defineReproduction({
  set: 'llmfao',
  title: 'LLMFAO: 8,931 crowd votes on 59 models by 124 raters: cycles, and the reliability of raters',
  files: ['comparisons.jsonl.gz'],
  load,
  figures,
});
