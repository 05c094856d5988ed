// One function on 10^7 rows in a process of its own: prints how far the peak of its memory lies above that with the
// inputs alone. `node memory-subjects.ts NAME`
import * as stats from '@assize/stats';

const n = 10_000_000;
const source = stats.seededRandom('memory');
let state = Math.floor(source.next() * 2147483646) + 1;
/** Quick and good enough to fill inputs. */
const next = (): number => (state = (state * 16807) % 2147483647) / 2147483647;

const filled = (value: (i: number) => number, length = n): Float64Array => {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i += 1) values[i] = value(i);
  return values;
};
const reals = (): Float64Array => filled(next);
const levels = (): Float64Array => filled(() => Math.floor(5 * next()));
const binary = (): Float64Array => filled(() => Number(next() < 0.5));
const clusters = (): Float64Array => filled((i) => Math.floor(i / 10));
const random = stats.seededRandom(1);
const few = { random, replicates: 20 };

const one =
  <T>(make: () => T, run: (input: T) => unknown) =>
  () => {
    const input = make();
    return () => run(input);
  };
const two =
  <T, U>(first: () => T, second: () => U, run: (a: T, b: U) => unknown) =>
  () => {
    const [a, b] = [first(), second()];
    return () => run(a, b);
  };
const votes = (players: number) => (): stats.Comparisons => ({
  players,
  left: filled((i) => i % players),
  right: filled((i) => (i + 1 + Math.floor((players - 1) * next())) % players),
  outcome: binary(),
});
const pairTable = (values: () => Float64Array) => (): stats.Matrix => ({ values: values(), rows: n / 2, columns: 2 });
const meanOf = (values: Float64Array) => (rows: Uint32Array) => {
  let total = 0;
  for (let i = 0; i < rows.length; i += 1) total += values[rows[i] ?? 0] ?? 0;
  return total / rows.length;
};

/** Each builds its inputs and returns the work. */
export const subjects: Record<string, () => () => unknown> = {
  mean: one(reals, stats.mean),
  variance: one(reals, stats.variance),
  quantile: one(reals, (x) => stats.quantile(x, 0.5)),
  ascendingOrder: one(reals, stats.ascendingOrder),
  midranks: one(reals, stats.midranks),
  'bootstrapMean, scores': one(levels, (x) => stats.bootstrapMean(x, { ...few, method: 'bca' })),
  'bootstrapMean, reals': one(reals, (x) => stats.bootstrapMean(x, { ...few, method: 'bca' })),
  'bootstrapMean, clusters': two(reals, clusters, (x, ids) => stats.bootstrapMean(x, { ...few, clusters: ids })),
  'clusterBootstrap, rows': two(
    reals,
    () => filled((i) => i),
    (x, ids) => stats.clusterBootstrap(ids, meanOf(x), few),
  ),
  'clusterBootstrap, clusters': two(reals, clusters, (x, ids) => stats.clusterBootstrap(ids, meanOf(x), few)),
  clusteredMean: two(reals, clusters, (x, ids) => stats.clusteredMean(x, { clusters: ids })),
  clusteredProportion: one(binary, (x) => stats.clusteredProportion(x)),
  percentAgreement: two(levels, levels, (a, b) => stats.percentAgreement(a, b)),
  'cohenKappa, closed form': two(levels, levels, (a, b) => stats.cohenKappa(a, b, { categories: 5 })),
  'cohenKappa, bootstrap': two(levels, levels, (a, b) => stats.cohenKappa(a, b, { categories: 5, random })),
  'cohenKappa, clusters': two(levels, clusters, (a, ids) =>
    stats.cohenKappa(a, a, { categories: 5, ...few, clusters: ids }),
  ),
  classification: two(binary, binary, (a, b) => stats.classification(a, b)),
  'krippendorffAlpha, nominal': one(pairTable(levels), (m) => stats.krippendorffAlpha(m)),
  'krippendorffAlpha, interval of reals': one(pairTable(reals), (m) =>
    stats.krippendorffAlpha(m, { metric: 'interval' }),
  ),
  gwetAc: one(pairTable(levels), (m) => stats.gwetAc(m)),
  fleissKappa: one(
    pairTable(() => filled(() => 1)),
    (m) => stats.fleissKappa(m),
  ),
  intraclassCorrelation: one(pairTable(reals), (m) => stats.intraclassCorrelation(m)),
  pearson: two(reals, reals, (x, y) => stats.pearson(x, y)),
  spearman: two(reals, reals, (x, y) => stats.spearman(x, y)),
  kendall: two(reals, levels, (x, y) => stats.kendall(x, y)),
  'kendall, reals': two(reals, reals, (x, y) => stats.kendall(x, y)),
  auroc: two(reals, binary, (x, y) => stats.auroc(x, y)),
  brierScore: two(reals, binary, (x, y) => stats.brierScore(x, y)),
  logLoss: two(reals, binary, (x, y) => stats.logLoss(x, y)),
  expectedCalibrationError: two(reals, binary, (x, y) => stats.expectedCalibrationError(x, y)),
  isotonicRegression: two(reals, binary, (x, y) => stats.isotonicRegression(x, y)),
  fitPlatt: two(reals, binary, (x, y) => stats.fitPlatt(x, y)),
  pairedT: one(reals, stats.pairedT),
  wilcoxonSignedRank: one(reals, (x) => stats.wilcoxonSignedRank(x)),
  predictionPoweredMean: two(
    () => filled(next, 1000),
    reals,
    (human, judge) => stats.predictionPoweredMean(human, judge.subarray(0, 1000), judge.subarray(1000)),
  ),
  bradleyTerry: one(votes(100), (given) => stats.bradleyTerry(given)),
  elo: one(votes(100), (given) => stats.elo(given)),
  winCounts: one(votes(100), (given) => stats.winCounts(given)),
};

const name = process.argv[2] ?? '';
if (process.argv[1] === import.meta.filename) {
  const build = subjects[name];
  if (!build) throw new Error(`no subject is called ${name}`);
  const run = build();
  const before = process.memoryUsage.rss();
  run();
  const peak = 1024 * process.resourceUsage().maxRSS;
  process.stdout.write(JSON.stringify({ inputsMb: before / 1e6, moreMb: Math.max(0, peak - before) / 1e6 }));
}
