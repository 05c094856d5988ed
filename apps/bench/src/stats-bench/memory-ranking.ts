import * as stats from '@assize/stats';

import {
  binary,
  clusters,
  few,
  filled,
  given,
  givenTwo,
  type MemorySubject,
  type MemorySubjects,
  n,
  next,
  random,
  reals,
  spread,
  votes,
} from './memory-inputs.ts';

const ranked = (run: (comparisons: stats.Comparisons) => unknown): MemorySubject => given(votes(100), run);
const lists = (): stats.Rankings => ({
  players: 20,
  list: filled((i) => Math.floor(i / 5)),
  player: filled((i) => (7 * (i % 5) + Math.floor(i / 5)) % 20),
  rank: filled((i) => (i % 5) + 1),
});

/** Rankings from votes. */
export const rankingSubjects: MemorySubjects = {
  tally: ranked(stats.tally),
  'tally, many players': given(votes(10_000), stats.tally),
  bradleyTerry: ranked((v) => stats.bradleyTerry(v)),
  'bradleyTerry, clusters': givenTwo(votes(100), clusters, (v, ids) => stats.bradleyTerry(v, { clusters: ids })),
  bradleyTerryByPart: ranked((v) => stats.bradleyTerryByPart(v)),
  bootstrapBradleyTerry: ranked((v) => stats.bootstrapBradleyTerry(v, few)),
  davidson: ranked((v) => stats.davidson(v)),
  contextualBradleyTerry: ranked((v) => stats.contextualBradleyTerry(v, { order: true })),
  newman: ranked((v) => stats.newman(v)),
  winCounts: ranked((v) => stats.winCounts(v)),
  averageWinRate: ranked((v) => stats.averageWinRate(v)),
  elo: ranked((v) => stats.elo(v)),
  shuffledElo: ranked((v) => stats.shuffledElo(v, { random, shuffles: 2 })),
  eigen: ranked((v) => stats.eigen(v)),
  pageRank: ranked((v) => stats.pageRank(v)),
  rankCentrality: ranked((v) => stats.rankCentrality(v)),
  hodgeRank: ranked((v) => stats.hodgeRank(v)),
  intransitivity: ranked((v) => stats.intransitivity(v, few)),
  bradleyTerryLackOfFit: ranked((v) => stats.bradleyTerryLackOfFit(v, few)),
  skillRatings: ranked((v) => stats.skillRatings(v)),
  borda: given(lists, (l) => stats.borda(l)),
  plackettLuce: given(lists, (l) => stats.plackettLuce(l)),
  crowdBradleyTerry: givenTwo(votes(20), spread(50), (v, raters) => stats.crowdBradleyTerry(v, raters)),
  raterScales: givenTwo(votes(20), spread(50), (v, raters) => stats.raterScales(v, raters)),
  lengthControlledWinRate: given(
    () => ({
      preference: binary(),
      length: filled(() => 500 + 1000 * next()),
      baselineLength: filled(() => 500 + 1000 * next()),
    }),
    (v) => stats.lengthControlledWinRate(v),
  ),
  styleDifferences: given(
    () => ({ values: reals(n / 2), rows: n / 4, columns: 2 }),
    (m) => stats.styleDifferences(m, m),
  ),
};
