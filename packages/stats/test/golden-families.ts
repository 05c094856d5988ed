import { expect } from 'vitest';
import {
  adjustPValues,
  type Adjustment,
  bootstrapMean,
  clusterBootstrap,
  cohenKappa,
  fleissKappa,
  gwetAc,
  type IccForm,
  intraclassCorrelation,
  kendall,
  krippendorffAlpha,
  matrixOf,
  mcNemar,
  mean,
  pairedT,
  pearson,
  proportion,
  type ProportionMethod,
  quantile,
  randolphKappa,
  seededRandom,
  signFlipTest,
  spearman,
  wilcoxonSignedRank,
} from '../src/index.ts';
import { calibrationCheckers } from './golden-calibration.ts';
import { correctedCheckers } from './golden-corrected.ts';
import { compare, type Found, type GoldenCase } from './golden-compare.ts';
import { rankingCheckers } from './golden-rankings.ts';

/** Category values as codes 0 … q − 1 in the order of the case's list; null stays missing. */
function coder(categories: readonly number[]): (value: number | null) => number {
  return (value) => {
    if (value === null) return -1;
    const code = categories.indexOf(value);
    if (code < 0) throw new Error(`${value} is not one of ${categories.join(', ')}`);
    return code;
  };
}

type Rows = (number | null)[][];

export const checkers: Record<string, (golden: GoldenCase) => void> = {
  calibration: (golden) => calibrationCheckers.calibration(golden),
  isotonic: (golden) => calibrationCheckers.isotonic(golden),
  logit_scaling: (golden) => calibrationCheckers.logit_scaling(golden),
  ppi_mean: (golden) => correctedCheckers.ppi_mean(golden),
  bradley_terry: (golden) => rankingCheckers.bradley_terry(golden),
  pairwise_ranking: (golden) => rankingCheckers.pairwise_ranking(golden),

  proportion_ci(golden) {
    const { successes, n, alpha } = golden.input as { successes: number; n: number; alpha: number };
    const names: Record<string, ProportionMethod> = {
      wilson: 'wilson',
      beta: 'clopper-pearson',
      agresti_coull: 'agresti-coull',
      normal: 'normal',
      jeffreys: 'jeffreys',
    };
    const interval = (method: ProportionMethod): Found => {
      const result = proportion(successes, n, { level: 1 - alpha, method });
      return result.value === null ? null : result.interval;
    };
    compare(golden, Object.fromEntries(Object.entries(names).map(([key, method]) => [key, interval(method)])));
  },

  cohen_kappa(golden) {
    const input = golden.input as { rater_1: number[]; rater_2: number[]; categories: number[] };
    const code = coder(input.categories);
    const [first, second] = [input.rater_1.map(code), input.rater_2.map(code)];
    const kappa = (weights: 'unweighted' | 'linear' | 'quadratic') =>
      cohenKappa(first, second, { categories: input.categories.length, weights });
    const plain = kappa('unweighted');
    compare(golden, {
      unweighted: plain.value,
      linear: kappa('linear').value,
      quadratic: kappa('quadratic').value,
      po: plain.value === null ? null : plain.po,
      std_kappa: plain.value === null ? null : plain.se!,
      std_kappa0: plain.value === null ? null : plain.seNull,
    });
  },

  fleiss_kappa(golden) {
    const counts = matrixOf((golden.input as { counts: number[][] }).counts);
    const kappa = fleissKappa(counts);
    compare(golden, {
      kappa: kappa.value,
      randolph_free_marginal: randolphKappa(counts).value,
      se_null: kappa.value === null ? null : kappa.seNull,
      per_category_kappa: kappa.value === null ? null : kappa.perCategory,
    });
  },

  krippendorff_alpha(golden) {
    const units = matrixOf((golden.input as { units: Rows }).units);
    const found: Record<string, Found> = {};
    for (const metric of ['nominal', 'ordinal', 'interval', 'ratio'] as const) {
      if (metric in golden.expected) found[metric] = krippendorffAlpha(units, { metric }).value;
    }
    compare(golden, found);
  },

  gwet_ac(golden) {
    const input = golden.input as { units: Rows; categories: number[] };
    const code = coder(input.categories);
    const codes = matrixOf(input.units.map((unit) => unit.map(code)));
    const names = {
      ac1: 'unweighted',
      ac2_linear: 'linear',
      ac2_quadratic: 'quadratic',
      ac2_ordinal: 'ordinal',
    } as const;
    const found: Record<string, Found> = {};
    for (const [key, weights] of Object.entries(names)) {
      const ac = gwetAc(codes, { categories: input.categories.length, weights });
      found[key] =
        ac.value === null
          ? null
          : { pa: ac.pa, pe: ac.pe, coefficient: ac.value, n_units: ac.n, n_units_2plus: ac.unitsPaired };
    }
    compare(golden, found);
  },

  icc(golden) {
    const matrix = matrixOf((golden.input as { matrix: number[][] }).matrix);
    const found: Record<string, Found> = {};
    for (const form of ['ICC(1,1)', 'ICC(2,1)', 'ICC(3,1)', 'ICC(1,k)', 'ICC(2,k)', 'ICC(3,k)'] as IccForm[]) {
      const icc = intraclassCorrelation(matrix, { form, interval: 'f' });
      found[form] =
        icc.value === null
          ? null
          : { icc: icc.value, F: icc.F, df1: icc.df1, df2: icc.df2, p: icc.p, ci95: icc.interval };
    }
    compare(golden, found);
  },

  rank_correlation(golden) {
    const { x, y } = golden.input as { x: number[]; y: number[] };
    const [r, rho, tau] = [pearson(x, y), spearman(x, y), kendall(x, y)];
    const counted = tau.value === null ? null : tau;
    compare(golden, {
      pearson_r: r.value,
      spearman_rho: rho.value,
      kendall_tau_b: tau.value,
      kendall_tau_c: kendall(x, y, { variant: 'c' }).value,
      kendall_tau_b_p_asymptotic: counted && counted.p,
      spearman_p_t: rho.value === null ? null : rho.p,
      pearson_p: r.value === null ? null : r.p,
      pearson_ci95_fisher_z: r.value === null ? null : r.interval,
      concordant: counted && counted.concordant,
      discordant: counted && counted.discordant,
      ties_x_pairs: counted && counted.tiesX,
      ties_y_pairs: counted && counted.tiesY,
      goodman_kruskal_gamma: kendall(x, y, { variant: 'gamma' }).value,
    });
  },

  bootstrap_bca(golden) {
    const { x, statistic, alpha } = golden.input as { x: number[]; statistic: string; alpha: number };
    const known: Record<string, (values: number[]) => number> = {
      mean,
      proportion: mean,
      median: (values) => quantile(values, 0.5),
    };
    const compute = known[statistic];
    if (compute === undefined) throw new Error(`${golden.id}: nobody computes the statistic ${statistic}`);
    const options = { random: seededRandom('golden'), level: 1 - alpha, replicates: 20_000 };
    const rows = x.map((_, i) => i);
    const of = (drawn: Uint32Array) => compute(Array.from(drawn, (row) => x[row]!));
    const bca = clusterBootstrap(rows, of, { ...options, method: 'bca' });
    const percentile = clusterBootstrap(rows, of, options);
    const [high, low] = [Math.max(...x), Math.min(...x)];
    if (bca.value === null || percentile.value === null) throw new Error(`${golden.id}: undetermined`);
    // Where the two roads meet they must agree: rows one by one, and sums with sizes.
    const fast = statistic === 'median' ? bca : bootstrapMean(x, { ...options, method: 'bca' });
    expect(fast.value).toBeCloseTo(bca.value, 12);
    const loose = golden.tolerance * (high - low);
    const exact = 1e-9;
    compare(
      golden,
      {
        estimate: bca.value,
        acceleration: bca.acceleration ?? null,
        z0_half_ties: bca.biasCorrection ?? null,
        alpha1: bca.probabilities?.[0] ?? null,
        alpha2: bca.probabilities?.[1] ?? null,
        ci_exact: bca.interval,
        percentile_ci_exact: percentile.interval,
        se_exact: bca.se ?? null,
        scipy_bca_200k: fast.value === null ? null : fast.interval,
        scipy_se: fast.value === null ? null : (fast.se ?? null),
      },
      {
        // R's boot counts ties strictly; the vectors' README keeps it for information.
        informational: ['R_boot_bca_100k'],
        tolerances: {
          estimate: exact,
          acceleration: exact,
          z0_half_ties: exact,
          alpha1: exact,
          alpha2: exact,
          ci_exact: exact,
          percentile_ci_exact: exact,
          se_exact: exact,
          scipy_bca_200k: loose,
          scipy_se: loose,
        },
      },
    );
  },

  mcnemar(golden) {
    const [[, b], [c]] = (golden.input as { table: [[number, number], [number, number]] }).table;
    const [exact, midP] = [mcNemar(b, c), mcNemar(b, c, { method: 'mid-p' })];
    const [chi, corrected] = [
      mcNemar(b, c, { method: 'chi-square' }),
      mcNemar(b, c, { method: 'chi-square-corrected' }),
    ];
    compare(golden, {
      exact_p_two_sided: exact.p,
      statistic_exact: exact.statistic,
      mid_p: midP.p,
      chi2: chi.statistic,
      chi2_p: chi.p,
      chi2_cc: corrected.statistic,
      chi2_cc_p: corrected.p,
    });
  },

  multiple_testing(golden) {
    const { p, alpha } = golden.input as { p: number[]; alpha: number };
    const names: Record<string, Adjustment> = {
      bonferroni: 'bonferroni',
      holm: 'holm',
      hommel: 'hommel',
      'simes-hochberg': 'hochberg',
      fdr_bh: 'benjamini-hochberg',
      fdr_by: 'benjamini-yekutieli',
    };
    const found: Record<string, Found> = {};
    for (const [key, method] of Object.entries(names)) {
      const adjusted = adjustPValues(p, { method });
      found[key] = { adjusted, reject: adjusted.map((value) => value !== null && value <= alpha) };
    }
    compare(golden, found);
  },

  paired_tests(golden) {
    const { a, b } = golden.input as { a: number[]; b: number[] };
    const d = a.map((x, i) => x - b[i]!);
    const [t, wilcoxon, flips] = [pairedT(d), wilcoxonSignedRank(d, { method: 'normal' }), signFlipTest(d)];
    compare(golden, {
      paired_t: 'p' in t ? t.statistic : null,
      paired_t_p: 'p' in t ? t.p : null,
      wilcoxon_statistic_min: 'p' in wilcoxon ? wilcoxon.statistic : null,
      wilcoxon_p_normal_approx_no_cc: 'p' in wilcoxon ? wilcoxon.p : null,
      sign_flip_exact_p: 'p' in flips ? flips.p : null,
    });
  },
};
