import { type FacetScores, scoresByObject } from './facet-rasch-model.ts';
import type { LatentModel, LatentScores } from './latent-likelihood.ts';

/**
 * The two-parameter logistic model as a latent model: predictor = e^α (z − b), parameters α and b of each item in turn.
 *
 * Priors: α N(0, 0.5²), b N(0, 2²).
 */
export function twoParameterModel(rows: FacetScores): { scores: LatentScores; model: LatentModel } {
  const { of, levels } = rows.facets[0]!;
  const places = Array.from({ length: levels }, (_, item) => Uint32Array.of(2 * item, 2 * item + 1));
  return {
    scores: scoresByObject(rows, of, levels),
    model: {
      parameters: 2 * levels,
      thresholds: 0,
      start: new Float64Array(2 * levels),
      places: (c) => places[c]!,
      width: 2,
      centre: new Float64Array(2 * levels),
      spread: Float64Array.from({ length: 2 * levels }, (_, p) => (p % 2 === 0 ? 0.5 : 2)),
      predict(c, z, at, out) {
        const a = Math.exp(at[2 * c]!);
        out.value = a * (z - at[2 * c + 1]!);
        out.first[0] = out.value;
        out.first[1] = -a;
        out.second[0] = out.value;
        out.second[1] = -a;
        out.second[2] = -a;
        out.second[3] = 0;
      },
      quality: (z) => ({ value: z, slope: 1 }),
    },
  };
}
