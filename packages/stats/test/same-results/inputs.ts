import type { Comparisons, Matrix, Rankings } from '../../src/index.ts';

// Nothing here is computed by what is under test.

const source = (name: string): (() => number) => {
  let state = Array.from(name).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 2147483647;
  const next = () => (state = (state * 16807) % 2147483647) / 2147483647;
  for (let i = 0; i < 5; i++) next();
  return next;
};
/** About normal. */
const spread = (share: number): number => 0.6 * Math.log((0.001 + share) / (1.001 - share));
const filled = (name: string, n: number, value: (next: () => number, i: number) => number): number[] => {
  const next = source(name);
  return Array.from({ length: n }, (_, i) => value(next, i));
};
const missingAt = (values: readonly number[], ...places: number[]): number[] =>
  values.map((value, i) => (places.includes(i) ? NaN : value));

export const n = 24;

/** Clusters of unequal size, their rows scattered. */
export const clusters = filled('clusters', n, (next) => 3 + Math.floor(9 * next() ** 1.5));
export const x = filled('x', n, (next) => spread(next()));
export const y = filled('y', n, (next, i) => 0.6 * x[i]! + 0.5 * spread(next()));
export const differences = x.map((value, i) => value - y[i]! + 0.2);
/** Scores of few levels. */
export const scores = x.map((value) => Math.round(value + 2));
export const otherScores = y.map((value) => Math.round(value + 2));
export const someMissing = missingAt(x, 4, 9, 10);
export const otherMissing = missingAt(y, 9, 17);
/** From 0 to 1. */
export const shares = filled('shares', n, (next) => next());
export const otherShares = shares.map((share, i) => (share + filled('noise', n, (next) => next())[i]!) / 2);
export const weights = filled('weights', n, (next) => 0.2 + next());
export const counts = filled('counts', n, (next) => Math.floor(4 * next()));
/** As different in size as doubles allow. */
export const extreme = x.map((value, i) => value * [1e-300, 1, 1e140, 1e15][i % 4]!);

const codes = (name: string, like: readonly number[] | null, categories: number) =>
  filled(name, n, (next, i) => (like && next() < 0.6 ? like[i]! : Math.floor(categories * next() ** 1.4)));
export const truth = codes('truth', null, 3);
export const judged = codes('judged', truth, 3);
export const binary = truth.map((code) => Number(code > 0));
export const otherBinary = judged.map((code) => Number(code > 0));

export const table = (...columns: readonly (readonly number[])[]): Matrix => ({
  values: Array.from(columns[0]!, (_, i) => columns.map((column) => column[i]!)).flat(),
  rows: columns[0]!.length,
  columns: columns.length,
});
export const codeTable = table(truth, judged, codes('third', truth, 3), codes('fourth', truth, 3));
/** NaN is missing here and −1 there. */
export const codesMissing = table(
  missingAt(truth, 2, 3, 11),
  judged,
  codes('third', truth, 3).map((code, i) => (i % 7 === 3 ? -1 : code)),
);
export const binaryTable = table(binary, otherBinary, codes('third', binary, 2), codes('fourth', binary, 2));
export const realTable = table(
  x,
  y,
  x.map((value, i) => value + y[(i + 5) % n]!),
  y.map((value, i) => 0.4 * value - x[(i + 3) % n]!),
);
export const realsMissing = table(someMissing, otherMissing, realTable.values as number[]);
export const countTable: Matrix = {
  values: truth.flatMap((_, i) =>
    [0, 1, 2].map((code) => [0, 1, 2, 3].filter((rater) => codeTable.values[4 * i + rater] === code).length),
  ),
  rows: n,
  columns: 3,
};

/** Probabilities and what came true. */
export const forecasts = shares.map((share) => Math.round(100 * share) / 100);
export const outcomes = filled('outcomes', n, (next, i) => Number(next() < forecasts[i]! ** 0.7));
export const forecastsMissing = missingAt(forecasts, 5, 6);
export const distributions: Matrix = {
  values: shares.flatMap((share, i) => {
    const [a, b, c] = [0.1 + share, 0.1 + otherShares[i]!, 0.1 + weights[i]!];
    return [a / (a + b + c), b / (a + b + c), c / (a + b + c)];
  }),
  rows: n,
  columns: 3,
};

const strengths = [0.9, 0.4, 0, -0.3, -0.8];
const votesOf = (name: string, rows: number, players: number): Comparisons & { outcome: number[] } => {
  const left = filled(`${name} left`, rows, (next) => Math.floor(players * next()));
  const right = filled(
    `${name} right`,
    rows,
    (next, i) => (left[i]! + 1 + Math.floor((players - 1) * next())) % players,
  );
  const outcome = filled(name, rows, (next, i) => {
    const difference = strengths[left[i]!]! - strengths[right[i]!]!;
    const drawn = next();
    return drawn < 0.15 ? 0.5 : Number((drawn - 0.15) / 0.85 < 1 / (1 + Math.exp(-difference)));
  });
  return { players, left, right, outcome };
};
export const votes = votesOf('votes', 60, 5);
export const decided: Comparisons = {
  ...votes,
  outcome: votes.outcome.map((outcome, i) => (outcome === 0.5 ? i % 2 : outcome)),
};
/** Soft preferences, missing verdicts, votes against itself. */
export const softVotes: Comparisons = {
  ...votes,
  right: Array.from(votes.right, (player, i) => (i === 8 ? votes.left[i]! : player)),
  outcome: votes.outcome.map((outcome, i) => (i % 11 === 4 ? NaN : 0.8 * outcome + 0.1)),
  weights: votes.outcome.map((_, i) => 0.5 + (i % 4)),
};
/** Nobody of the first two ever loses to the others. */
export const apart: Comparisons = {
  players: 4,
  left: [0, 1, 2, 3, 0],
  right: [1, 0, 3, 2, 2],
  outcome: [1, 1, 1, 1, 1],
};
export const voteClusters = votes.outcome.map((_, i) => i % 13);
export const raters = votes.outcome.map((_, i) => (i * 7) % 4);
export const covariates: Matrix = { values: filled('covariates', 60, (next) => 2 * next() - 1), rows: 60, columns: 1 };

export const rankings: Rankings = (() => {
  const [list, player, rank]: [number[], number[], number[]] = [[], [], []];
  const next = source('rankings');
  for (let l = 0; l < 14; l++) {
    const places = [0, 1, 2, 3].map((p) => ({ p, key: strengths[p]! + 2 * next() })).toSorted((a, b) => b.key - a.key);
    places.forEach(({ p }, place) => {
      if (l % 5 === 3 && place === 3) return;
      list.push(l);
      player.push(p);
      rank.push(l % 4 === 1 && place === 1 ? 1 : place + 1);
    });
  }
  return { players: 4, list, player, rank };
})();

/** Six targets, three items, three raters. */
export const facets = {
  values: filled('facets', 54, (next, i) => Math.floor(i / 9) * 0.6 + (i % 3) * 0.3 + next()),
  targets: filled('', 54, (_, i) => Math.floor(i / 9)),
  items: filled('', 54, (_, i) => Math.floor(i / 3) % 3),
  raters: filled('', 54, (_, i) => i % 3),
};
export const ratings = {
  scores: facets.values.map((value) => Math.min(3, Math.floor(value))),
  items: facets.targets,
  raters: facets.raters,
};
export const answers: Matrix = {
  values: filled('answers', 160, (next, i) =>
    Number(next() < 1 / (1 + Math.exp((i % 5) / 2 - 1 - 2 * Math.sin(Math.floor(i / 5))))),
  ),
  rows: 32,
  columns: 5,
};

/** The mean of drawn rows; undefined where the first is missing. */
export const meanOf =
  (values: readonly number[]) =>
  (rows: Uint32Array): number | null => {
    let total = 0;
    for (const row of rows) total += values[row]!;
    return Number.isNaN(total) ? null : total / rows.length;
  };
