import type { LatentModel, LatentScores } from './latent-likelihood.ts';

/** Which level of each facet a score belongs to, and what was scored. */
export type FacetScores = {
  scores: Uint8Array;
  object: Uint32Array;
  objects: number;
  facets: readonly { of: Uint32Array; levels: number }[];
  top: number;
};

/** Places among the parameters: mean and log deviation of the trait, then the facets one after another, then thresholds. */
export function facetOffsets(facets: readonly { levels: number }[]): number[] {
  const offsets: number[] = [];
  let next = 2;
  for (const { levels } of facets) {
    offsets.push(next);
    next += levels;
  }
  return [...offsets, next];
}

/** The scores of each object together, each with its cell. */
export function scoresByObject(
  { scores, object, objects, top }: FacetScores,
  cellOf: Uint32Array,
  cells: number,
): LatentScores {
  const start = new Uint32Array(objects + 1);
  for (const place of object) start[place + 1]!++;
  for (let i = 0; i < objects; i++) start[i + 1]! += start[i]!;
  const next = start.slice();
  const [cell, score] = [new Uint32Array(scores.length), new Uint8Array(scores.length)];
  for (let row = 0; row < scores.length; row++) {
    const place = next[object[row]!]!++;
    cell[place] = cellOf[row]!;
    score[place] = scores[row]!;
  }
  return { objects, start, cell, score, cells, top };
}

/**
 * The rating scale model of many facets as a latent model: predictor = μ + σ z − Σ (level of each facet).
 *
 * The prior around 0 pins every facet at mean 0 (the common shift goes to μ, which has none to speak of), and keeps levels
 * with nothing but the highest or lowest score finite.
 */
export function facetRaschModel(rows: FacetScores, priorSd: number): { scores: LatentScores; model: LatentModel } {
  const { facets, top } = rows;
  const n = rows.scores.length;
  const offsets = facetOffsets(facets);
  const thresholds = top > 1 ? top : 0;
  const parameters = offsets.at(-1)! + thresholds;

  const known = new Map<number, number>();
  const cellPlaces: Uint32Array[] = [];
  const cellOf = new Uint32Array(n);
  for (let row = 0; row < n; row++) {
    let key = 0;
    for (const { of, levels } of facets) key = key * levels + of[row]!;
    let cell = known.get(key);
    if (cell === undefined) {
      known.set(key, (cell = known.size));
      cellPlaces.push(Uint32Array.from([0, 1, ...facets.map(({ of }, f) => offsets[f]! + of[row]!)]));
    }
    cellOf[row] = cell;
  }
  const width = 2 + facets.length;
  const spread = new Float64Array(parameters).fill(priorSd);
  spread[0] = 1e4;
  spread[1] = 2;
  return {
    scores: scoresByObject(rows, cellOf, cellPlaces.length),
    model: {
      parameters,
      thresholds,
      start: new Float64Array(parameters),
      places: (c) => cellPlaces[c]!,
      width,
      centre: new Float64Array(parameters),
      spread,
      predict(c, z, at, out) {
        const places = cellPlaces[c]!;
        const stretched = Math.exp(at[1]!) * z;
        let value = at[0]! + stretched;
        for (let f = 2; f < width; f++) {
          value -= at[places[f]!]!;
          out.first[f] = -1;
        }
        out.value = value;
        out.first[0] = 1;
        out.first[1] = stretched;
        out.second[width + 1] = stretched;
      },
      // Facets and thresholds are read as distances from their mean, so what they shift together belongs to the objects.
      quality(z, at, slopes) {
        const slope = Math.exp(at[1]!);
        slopes[0] = 1;
        slopes[1] = slope * z;
        facets.forEach(({ levels }, f) => slopes.fill(-1 / levels, offsets[f], offsets[f]! + levels));
        if (thresholds > 0) slopes.fill(-1 / thresholds, parameters - thresholds);
        return { value: at[0]! + slope * z, slope };
      },
    },
  };
}
