import { indexClusters } from '../resampling/clusters.ts';

/** What to do with a missing score: leave it out (right when it is missing at random), or count it as the worst. */
type MissingScores = 'drop' | 'worst';

/** The scale on which scores are bets: their range, and how many there will be when they are drawn from a known set. */
export type ScoreScale = { range: [number, number]; population: number | null; missing: MissingScores };

export type ScoreScaleOptions = {
  /** The smallest and the largest possible score; default [0, 1]. */
  range?: readonly [number, number] | undefined;
  /** How many items there are in all, when they are drawn in random order without replacement from a fixed set. */
  population?: number | undefined;
  /** Default 'drop'. */
  missing?: MissingScores | undefined;
};

/** Throws RangeError where the options make no scale. */
export function scoreScale({ range = [0, 1], population, missing = 'drop' }: ScoreScaleOptions): ScoreScale {
  const [low, high] = range;
  if (!(low < high && Number.isFinite(high - low))) {
    throw new RangeError(`range must be two finite numbers in order, found [${low}, ${high}]`);
  }
  if (population !== undefined && !(Number.isSafeInteger(population) && population > 0)) {
    throw new RangeError(`population must be a positive count, found ${population}`);
  }
  if (missing !== 'drop' && missing !== 'worst') {
    throw new RangeError(`missing must be 'drop' or 'worst', found ${String(missing)}`);
  }
  return { range: [low, high], population: population ?? null, missing };
}

/**
 * A score carried to [0, 1], or null for a missing one that is left out; `worst` is what a missing one counts as.
 *
 * @throws RangeError for a score outside the range, one more than the population has, or one of the population left out
 */
export function unitScore(score: number, place: number, drawn: number, scale: ScoreScale, worst: 0 | 1): number | null {
  const [low, high] = scale.range;
  if (scale.population !== null && drawn >= scale.population) {
    throw new RangeError(`values[${place}] is one more than the population of ${scale.population}`);
  }
  if (Number.isNaN(score)) {
    if (scale.missing === 'worst') return worst;
    if (scale.population === null) return null;
    throw new RangeError(`values[${place}] is missing: of a population none can be left out, use missing: 'worst'`);
  }
  if (!(score >= low && score <= high)) {
    throw new RangeError(`values[${place}] must lie in [${low}, ${high}], found ${score}`);
  }
  return (score - low) / (high - low);
}

/** Means of clusters in the order of their first rows, for a sequence that takes one step a cluster; NaN if all are missing. */
export function clusterMeans(values: ArrayLike<number>, clusters: ArrayLike<number>): Float64Array {
  if (clusters.length !== values.length) {
    throw new RangeError(`${values.length} values but ${clusters.length} cluster ids`);
  }
  const { of, count } = indexClusters(clusters, values.length);
  const means = new Float64Array(count);
  const sizes = new Uint32Array(count);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    means[of[i]!]! += value;
    sizes[of[i]!]!++;
  }
  for (let g = 0; g < count; g++) means[g] = sizes[g] === 0 ? NaN : means[g]! / sizes[g]!;
  return means;
}
