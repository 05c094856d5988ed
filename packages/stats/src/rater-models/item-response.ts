import { logistic } from '../numerics/logistic.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { centredErrors } from './centred-errors.ts';
import { facetOffsets, facetRaschModel, type FacetScores } from './facet-rasch-model.ts';
import { fitLatent, type LatentFit } from './latent-fit.ts';
import { misfits, type Misfit } from './misfit.ts';
import { rowsOfMatrix } from './study-rows.ts';
import { twoParameterModel } from './two-parameter-model.ts';

/** One column of right and wrong answers; `n` counts them. */
export type ResponseItem = {
  difficulty: Estimate;
  /** 1 for every item of a Rasch model. */
  discrimination: Estimate | { value: 1 };
} & Misfit;

export type ItemResponse = {
  /** In the order of the columns; a column without answers has no place. */
  items: (ResponseItem & { column: number })[];
  /** In the order of the rows: ability, mean given the answers, drawn towards the middle. */
  abilities: (Estimate & { row: number })[];
  /** Mean and standard deviation of ability; 0 and 1 by definition for the two-parameter model. */
  abilityMean: number;
  abilitySd: number;
  logLik: number;
  n: number;
  converged: boolean;
  iterations: number;
  method: string;
  notes?: string[];
};

function read(answers: Matrix): FacetScores & { rowNames: number[]; columnNames: number[] } {
  const { columns, values } = answers;
  const rows = rowsOfMatrix(answers, 'row');
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0 || values[i] === 1 || Number.isNaN(values[i]!)) continue;
    const place = `row ${Math.floor(i / columns)}, column ${i % columns}`;
    throw new RangeError(`${place} must be 0, 1 or NaN for missing, found ${values[i]}`);
  }
  const [rowNames, columnNames] = [new Set<number>(), new Set<number>()];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    rowNames.add(Math.floor(i / columns));
    columnNames.add(i % columns);
  }
  return {
    scores: Uint8Array.from(rows.values),
    object: rows.facets[0]!.of,
    objects: rows.facets[0]!.levels,
    facets: [rows.facets[1]!],
    top: 1,
    rowNames: [...rowNames],
    columnNames: [...columnNames].toSorted((a, b) => a - b),
  };
}

/**
 * Difficulty of items and ability of those who answer (judges, models) from right and wrong answers.
 *
 *     rasch  P(right) = 1/(1 + exp(−(ability − difficulty)))          difficulties add up to 0
 *     2pl    P(right) = 1/(1 + exp(−a (ability − difficulty)))        ability has mean 0 and deviation 1
 *
 * Marginal maximum likelihood: ability is integrated out as a normal sample. Priors keep items that all answer alike finite:
 * difficulty N(0, 2²), log a N(0, 0.5²). Intervals: Wald, from the observed information (of a on its log scale); of an
 * ability, its spread given the answers and what is not known of the items. Bock and Aitkin 1981, Psychometrika 46:443-459.
 *
 * @param answers who answers × items: 1 right, 0 wrong, NaN missing
 * @returns `no-data` below 2 rows or 2 columns with answers, `one-category` where all are right or all wrong
 * @throws RangeError for any other value, a level outside (0, 1)
 * @example
 * itemResponse(matrixOf([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 1, 0]]), { model: 'rasch' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/item-response.md
 */
export function itemResponse(
  answers: Matrix,
  { model = 'rasch', level = 0.95 }: { model?: 'rasch' | '2pl' | undefined; level?: number | undefined } = {},
): ItemResponse | Undetermined {
  checkLevel(level);
  if (model !== 'rasch' && model !== '2pl') throw new RangeError(`model must be rasch or 2pl, found ${String(model)}`);
  const method = `${model}, marginal maximum likelihood`;
  const rows = read(answers);
  const n = rows.scores.length;
  const columns = rows.facets[0]!.levels;
  if (rows.objects < 2) return undetermined('no-data', `needs 2 rows with answers, found ${rows.objects}`, n, method);
  if (columns < 2) return undetermined('no-data', `needs 2 columns with answers, found ${columns}`, n, method);
  if (rows.scores.every((score) => score === rows.scores[0])) {
    return undetermined('one-category', `all ${n} answers are ${rows.scores[0] === 1 ? 'right' : 'wrong'}`, n, method);
  }
  const z = normalQuantile((1 + level) / 2);
  const counts = new Float64Array(columns);
  for (const place of rows.facets[0]!.of) counts[place]!++;

  const built = model === 'rasch' ? facetRaschModel(rows, 2) : twoParameterModel(rows);
  const fit = fitLatent(built.scores, built.model);
  const at = fit.parameters;
  const [mean, sd] = model === 'rasch' ? [at[0]!, Math.exp(at[1]!)] : [0, 1];
  const unsure = fit.converged ? [] : ['the iterations did not converge'];
  const wald = (value: number, se: number | null, count: number, name: string, of: (x: number) => number = (x) => x) =>
    withNotes(
      {
        value: of(value),
        interval: se === null ? null : ([of(value - z * se), of(value + z * se)] as [number, number]),
        level,
        n: count,
        ...(se !== null && { se: of === Math.exp ? of(value) * se : se }),
        method: `${name}, ${method}`,
      },
      [...unsure, ...(se === null ? ['no interval: the information is not positive definite'] : [])],
    );
  const tallied = new Float64Array(rows.objects);
  for (const place of rows.object) tallied[place]!++;
  const abilities = Array.from(fit.quality, (value, place) => ({
    row: rows.rowNames[place]!,
    ...wald(value, fit.error[place]!, tallied[place]!, 'ability'),
  }));
  return {
    items: model === 'rasch' ? raschItems(rows, fit, wald, counts) : twoParameterItems(rows, fit, wald, counts),
    abilities,
    abilityMean: mean,
    abilitySd: sd,
    logLik: fit.logLik,
    n,
    converged: fit.converged,
    iterations: fit.iterations,
    method,
  };
}

type Read = ReturnType<typeof read>;
type Wald = (value: number, se: number | null, count: number, name: string, of?: (x: number) => number) => Estimate;

function raschItems(rows: Read, fit: LatentFit, wald: Wald, counts: Float64Array) {
  const offsets = facetOffsets(rows.facets);
  const errors = centredErrors(fit.covariance, fit.parameters.length, offsets[0]!, offsets[1]!);
  const fits = misfits(rows, fit.quality, fit.parameters, offsets)[1]!;
  return rows.columnNames.map((column, place) => ({
    column,
    difficulty: wald(fit.parameters[2 + place]!, errors?.[place] ?? null, counts[place]!, 'difficulty'),
    discrimination: { value: 1 as const },
    ...fits[place]!,
  }));
}

function twoParameterItems(rows: Read, fit: LatentFit, wald: Wald, counts: Float64Array) {
  const at = fit.parameters;
  const size = at.length;
  const error = (place: number) => (fit.covariance ? Math.sqrt(fit.covariance[place * size + place]!) : null);
  const sums = rows.columnNames.map(() => ({ squares: 0, expected: 0, ratios: 0 }));
  for (let row = 0; row < rows.scores.length; row++) {
    const item = rows.facets[0]!.of[row]!;
    const p = logistic(Math.exp(at[2 * item]!) * (fit.quality[rows.object[row]!]! - at[2 * item + 1]!));
    const [square, variance] = [(rows.scores[row]! - p) ** 2, Math.max(p * (1 - p), 1e-12)];
    sums[item]!.squares += square;
    sums[item]!.expected += variance;
    sums[item]!.ratios += square / variance;
  }
  return rows.columnNames.map((column, place) => ({
    column,
    difficulty: wald(at[2 * place + 1]!, error(2 * place + 1), counts[place]!, 'difficulty'),
    discrimination: wald(at[2 * place]!, error(2 * place), counts[place]!, 'discrimination', Math.exp),
    infit: sums[place]!.squares / sums[place]!.expected,
    outfit: sums[place]!.ratios / counts[place]!,
  }));
}
