import { normalQuantile } from '../numerics/normal.ts';
import { clusteredProportion } from '../proportions/clustered-mean.ts';
import type { Random } from '../random/random.ts';
import { clusterBootstrap } from '../resampling/bootstrap.ts';
import { indexClusters } from '../resampling/clusters.ts';
import {
  checkLevel,
  type Estimate,
  type TestResult,
  undetermined,
  type Undetermined,
  withNotes,
} from '../shapes/estimate.ts';
import { type Comparisons, tally } from './comparisons.ts';
import { countTriads, majorities, type TriadCount } from './triads.ts';

export type IntransitivityOptions = {
  level?: number | undefined;
  /** For the test against chance, and for the interval of pooled majorities. */
  random?: Random | undefined;
  /** Of the test, and of the bootstrap; 2000. */
  replicates?: number | undefined;
  /**
   * One id per vote: triads are formed among the votes of one id only. A prompt and judge, say: does this judge
   * contradict itself on this prompt? Without it triads are formed from the majorities of all votes.
   */
  within?: ArrayLike<number> | undefined;
  /** One id per vote: what is not independent. With `within`, whole ids of it must share a cluster. */
  clusters?: ArrayLike<number> | undefined;
};

export type Intransitivity = {
  /** Share of triads that go round in a circle; 1/4 for a tossed coin. */
  cyclicShare: Estimate | Undetermined;
  cyclic: number;
  triads: number;
  /** Kendall's coefficient ζ, 1 without cycles, near 0 for coins; of a complete design without tied pairs only. */
  consistence: { value: number; circularTriads: number } | Undetermined;
  /** Are there fewer cycles than if every majority were a tossed coin? */
  chance: TestResult | Undetermined;
  n: number;
  notes?: string[];
};

const method = 'cyclic share of triads';
const mostEnumerated = 12;

/** 1 − 24 d / (n³ − n), or n³ − 4 n for even n: the largest possible number of circular triads in place of d gives 0. */
function consistenceOf({ triads, cyclic }: TriadCount, players: number, n: number): Intransitivity['consistence'] {
  const name = 'coefficient of consistence';
  if (players < 3) return undetermined('no-data', `needs three players, found ${players}`, n, name);
  if (triads < (players * (players - 1) * (players - 2)) / 6) {
    return undetermined('not-identified', 'is defined where every pair of players has a majority', n, name);
  }
  const most = players % 2 === 1 ? (players ** 3 - players) / 24 : (players ** 3 - 4 * players) / 24;
  return { value: 1 - cyclic / most, circularTriads: cyclic };
}

type Group = { sign: Int8Array; players: number; decided: Uint32Array; cluster: number };

/** The majorities of one set of votes, over the players who stand in it. */
function groupOf(comparisons: Comparisons, rows: ArrayLike<number>, cluster: number): Group {
  const places = new Map<number, number>();
  const place = (player: number): number => {
    if (!places.has(player)) places.set(player, places.size);
    return places.get(player)!;
  };
  const { left, right, outcome, weights } = comparisons;
  const [ours, theirs] = [pick(left, rows).map(place), pick(right, rows).map(place)];
  const players = places.size;
  const { first, second, wins, losses } = tally({
    players,
    left: ours,
    right: theirs,
    outcome: pick(outcome, rows),
    ...(weights && { weights: pick(weights, rows) }),
  });
  const lead = wins.map((w, e) => w - losses[e]!);
  const decided = [...lead.keys()].filter((e) => lead[e] !== 0).map((e) => first[e]! * players + second[e]!);
  return { sign: majorities(players, first, second, lead), players, decided: Uint32Array.from(decided), cluster };
}

function turned(sign: Int8Array, players: number, cell: number): void {
  const [i, j] = [Math.floor(cell / players), cell % players];
  sign[cell] = -sign[cell]!;
  sign[j * players + i] = -sign[j * players + i]!;
}

/** P(as few cycles or fewer), every decided pair turned by a coin; all turns are looked at where they are few. */
function chanceTest(
  groups: readonly Group[],
  found: TriadCount,
  random: Random | undefined,
  replicates: number,
): TestResult | Undetermined {
  const name = 'cycles of coin-flip majorities, ';
  const n = found.triads;
  if (n === 0) return undetermined('no-data', 'there is no triad with three majorities', 0, name.slice(0, -2));
  const cells = groups.flatMap((group) => Array.from(group.decided, (cell) => ({ group, cell })));
  const count = (): number => groups.reduce((sum, { sign, players }) => sum + countTriads(sign, players).cyclic, 0);
  const notes = ['one-sided: small where the verdicts hang together'];
  if (cells.length <= mostEnumerated) {
    let few = 0;
    for (let turn = 0; turn < 1 << cells.length; turn++) {
      // Gray code: each step turns one pair.
      if (turn > 0) {
        const { group, cell } = cells[31 - Math.clz32(turn & -turn)]!;
        turned(group.sign, group.players, cell);
      }
      if (count() <= found.cyclic) few++;
    }
    const { group, cell } = cells.at(-1)!;
    turned(group.sign, group.players, cell);
    return { p: few / 2 ** cells.length, statistic: found.cyclic, n, method: `${name}exact`, notes };
  }
  if (random === undefined)
    return undetermined('no-data', 'the test draws coins and needs `random`', n, name.slice(0, -2));
  const coins = random.stream('chance');
  const kept = groups.map(({ sign }) => sign.slice());
  let few = 0;
  for (let b = 0; b < replicates; b++) {
    for (const { group, cell } of cells) if (coins.next() < 0.5) turned(group.sign, group.players, cell);
    if (count() <= found.cyclic) few++;
  }
  groups.forEach(({ sign }, g) => sign.set(kept[g]!));
  return { p: (few + 1) / (replicates + 1), statistic: found.cyclic, n, method: `${name}B = ${replicates}`, notes };
}

/**
 * How often votes go round in a circle (A over B, B over C, C over A), where no ranking can be right.
 *
 * A triad is three players whose three pairs each have a majority. With `within`, triads are formed inside each group of
 * votes (one judge on one prompt) and the interval of the share is the cluster-robust one over groups: it says how often
 * this judge contradicts itself on prompts like these. Without it, triads come from the majorities of all votes, and the
 * interval (normal, with the spread of a bootstrap over votes or clusters, which needs `random`) is for the share that
 * as many votes would show again and again: cycles by noise count, and whether there is more than noise is what
 * `bradleyTerryLackOfFit` says. Time of a count grows with players³.
 *
 * Kendall and Babington Smith 1940, Biometrika 31.
 *
 * @returns the share is `no-data` without a triad; ζ is `not-identified` where a pair has no majority
 * @throws RangeError for votes that are none (see `tally`), ids that do not fit, a group in two clusters, a bad level
 * @example
 * intransitivity({ players: 3, left: [0, 1, 2], right: [1, 2, 0], outcome: [1, 1, 1] }).cyclic; // 1
 * @see https://github.com/assize/assize/blob/main/docs/stats/intransitivity.md
 */
export function intransitivity(
  comparisons: Comparisons,
  { level = 0.95, random, replicates = 2000, within, clusters }: IntransitivityOptions = {},
): Intransitivity {
  checkLevel(level);
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`replicates must be at least 1, found ${replicates}`);
  }
  const { n, missing, selfPairs } = tally(comparisons);
  const rows = comparisons.outcome.length;
  const everything = Uint32Array.from({ length: rows }, (_, row) => row);
  const notes: string[] = [];
  if (missing > 0) notes.push(`${missing} votes without a verdict were left out`);
  if (selfPairs > 0) notes.push(`${selfPairs} votes of a player against itself were left out`);
  const index = indexClusters(clusters, rows);
  const groups = within
    ? groupsWithin(comparisons, indexClusters(within, rows), index.of, clusters !== undefined)
    : [groupOf(comparisons, everything, 0)];
  const counts = groups.map(({ sign, players }) => countTriads(sign, players));
  const found = {
    triads: counts.reduce((sum, { triads }) => sum + triads, 0),
    cyclic: counts.reduce((sum, { cyclic }) => sum + cyclic, 0),
  };
  const consistence = within
    ? undetermined(
        'not-identified',
        'is defined for one set of votes, not within groups',
        n,
        'coefficient of consistence',
      )
    : consistenceOf(found, comparisons.players, n);
  const chance = chanceTest(groups, found, random, replicates);
  let cyclicShare: Estimate | Undetermined;
  if (found.triads === 0) {
    cyclicShare = undetermined('no-data', 'there is no triad with three majorities', n, method);
  } else if (within) cyclicShare = shareWithin(groups, counts, level);
  else cyclicShare = sharePooled(comparisons, found, { level, random, replicates, clusters });
  return withNotes({ cyclicShare, ...found, consistence, chance, n }, notes);
}

function groupsWithin(
  comparisons: Comparisons,
  { of, count }: { of: Uint32Array; count: number },
  clusterOf: Uint32Array,
  clustered: boolean,
): Group[] {
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let row = 0; row < of.length; row++) {
    const own = members[of[row]!]!;
    if (clustered && own.length > 0 && clusterOf[own[0]!] !== clusterOf[row]) {
      throw new RangeError(`row ${row} and row ${own[0]} are of one group of \`within\` but of different clusters`);
    }
    own.push(row);
  }
  return members.map((own, g) => groupOf(comparisons, own, clustered ? clusterOf[own[0]!]! : g));
}

function shareWithin(groups: readonly Group[], counts: readonly TriadCount[], level: number): Estimate | Undetermined {
  const size = counts.reduce((sum, { triads }) => sum + triads, 0);
  const [goesRound, clusters] = [new Float64Array(size), new Uint32Array(size)];
  let place = 0;
  counts.forEach(({ triads, cyclic }, g) => {
    goesRound.fill(1, place, place + cyclic);
    clusters.fill(groups[g]!.cluster, place, place + triads);
    place += triads;
  });
  const share = clusteredProportion(goesRound, { clusters, level });
  return { ...share, method: `${method} within groups, ${share.method}` };
}

const pick = (column: ArrayLike<number>, rows: ArrayLike<number>): Float64Array =>
  Float64Array.from(rows, (row) => column[row]!);

function sharePooled(
  comparisons: Comparisons,
  found: TriadCount,
  { level, random, replicates, clusters }: IntransitivityOptions & { level: number },
): Estimate | Undetermined {
  const name = `${method}, pooled majorities`;
  const bare = { value: found.cyclic / found.triads, interval: null, level, n: found.triads, method: name };
  if (random === undefined) return { ...bare, notes: ['no interval: it is a bootstrap, which needs `random`'] };
  const { left, right, outcome, weights, players } = comparisons;
  const share = clusterBootstrap(
    clusters ?? Uint32Array.from({ length: outcome.length }, (_, row) => row),
    (rows) => {
      const { first, second, wins, losses } = tally({
        players,
        left: pick(left, rows),
        right: pick(right, rows),
        outcome: pick(outcome, rows),
        ...(weights && { weights: pick(weights, rows) }),
      });
      const { triads, cyclic } = countTriads(
        majorities(
          players,
          first,
          second,
          wins.map((w, e) => w - losses[e]!),
        ),
        players,
      );
      return triads === 0 ? null : cyclic / triads;
    },
    { random, level, replicates },
  );
  if (share.value === null) return { ...bare, notes: [`no interval: ${share.detail}`] };
  const { se = 0, groups, method: how, notes = [] } = share;
  const about = {
    ...bare,
    ...(clusters && { groups: groups! }),
    method: `${name}, normal with bootstrap errors, ${how}`,
  };
  if (se === 0)
    return withNotes({ ...about, se }, [...notes.filter((note) => !note.startsWith('no interval')), noSpread]);
  // Resamples turn close majorities once more and have more cycles than the sample, so their spread is used and their
  // place is not.
  const half = normalQuantile((1 + level) / 2) * se;
  const interval: [number, number] = [Math.max(0, bare.value - half), Math.min(1, bare.value + half)];
  return withNotes({ ...about, interval, se }, [
    ...notes,
    'cycles by noise count: another round of so few votes would have them too',
  ]);
}

const noSpread = 'no interval: no resample has another share, which says nothing about certainty';
