import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
  type AlphaMetric,
  type BootstrapMethod,
  categoryCounts,
  classification,
  cohenKappa,
  type Estimate,
  fleissKappa,
  gwetAc,
  intraclassCorrelation,
  type IccForm,
  type IntervalOptions,
  krippendorffAlpha,
  type Matrix,
  pairwiseAgreement,
  percentAgreement,
  randolphKappa,
  type Random,
  type Undetermined,
} from '@assize/stats';
import { z } from 'zod';

import { recordsOf } from '../../reproductions/reproduction.ts';
import type { CoverageFamily, CoverageRow } from '../coverage-row.ts';
import { normal } from '../normal-draw.ts';

/**
 * Raters who agree by knowledge with probability `agreement` and guess from one prior otherwise: kappa, weighted or not,
 * Fleiss' kappa and alpha of any metric are then all equal to `agreement`.
 */
function knowingOrGuessing(
  n: number,
  raters: number,
  prior: readonly number[],
  agreement: number,
  random: Random,
): Matrix {
  const pick = (): number => {
    let u = random.next();
    for (let code = 0; code < prior.length; code++) {
      u -= prior[code]!;
      if (u < 0) return code;
    }
    return prior.length - 1;
  };
  const values = new Float64Array(n * raters);
  for (let i = 0; i < n; i++) {
    const known = random.next() < agreement ? pick() : null;
    for (let r = 0; r < raters; r++) values[i * raters + r] = known ?? pick();
  }
  return { values, rows: n, columns: raters };
}

function column({ values, rows, columns }: Matrix, place: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => values[i * columns + place]!);
}

const priors: Record<string, readonly number[]> = {
  '2 categories, prevalence .5': [0.5, 0.5],
  '2 categories, prevalence .1': [0.9, 0.1],
  '5 categories, skewed': [0.05, 0.1, 0.15, 0.3, 0.4],
};

type Statistic = (codes: Matrix, categories: number, options: IntervalOptions) => Estimate | Undetermined;
const pairStatistics: Record<string, Statistic> = {
  'cohenKappa, unweighted': (codes, categories, options) =>
    cohenKappa(column(codes, 0), column(codes, 1), { categories, ...options }),
  'cohenKappa, quadratic': (codes, categories, options) =>
    cohenKappa(column(codes, 0), column(codes, 1), { categories, weights: 'quadratic', ...options }),
};
const groupStatistics: Record<string, Statistic> = {
  fleissKappa: (codes, categories, options) => fleissKappa(categoryCounts(codes, categories), options),
  'krippendorffAlpha, nominal': (codes, _, options) => krippendorffAlpha(codes, options),
  'krippendorffAlpha, ordinal': (codes, _, options) => krippendorffAlpha(codes, { metric: 'ordinal', ...options }),
  'krippendorffAlpha, interval': (codes, _, options) => krippendorffAlpha(codes, { metric: 'interval', ...options }),
};

const bootstraps = { 'closed form': undefined, percentile: 'percentile', bca: 'bca' } as const;

function optionsOf(kind: keyof typeof bootstraps, random: Random): IntervalOptions {
  const bootstrap: BootstrapMethod | undefined = bootstraps[kind];
  return bootstrap === undefined ? {} : { random: random.stream('interval'), bootstrap, replicates: 1000 };
}

/** Where kappa's intervals can be relied on: enough expected items of the rarest category. */
function documented(n: number, prior: readonly number[], kind: keyof typeof bootstraps): boolean {
  return n * Math.min(...prior) >= (kind === 'closed form' ? 60 : 20);
}

function simulated(
  interval: string,
  page: string,
  statistic: Statistic,
  kind: keyof typeof bootstraps,
  about: { n: number; raters: number; prior: string; agreement: number; truth?: number },
): CoverageRow {
  const { n, raters, agreement } = about;
  const prior = priors[about.prior]!;
  return {
    interval: `${interval}, ${kind}`,
    page,
    population: `${raters} raters, ${about.prior}, agreement ${agreement}`,
    n,
    ...(prior.length === 2 && { prevalence: prior[1]! }),
    clustered: false,
    level: 0.95,
    truth: about.truth ?? agreement,
    documented: documented(n, prior, kind),
    draws: kind === 'closed form' ? (n > 1000 ? 400 : n >= 1000 ? 1000 : 2000) : 600,
    observe: (random) =>
      statistic(knowingOrGuessing(n, raters, prior, agreement, random), prior.length, optionsOf(kind, random)),
  };
}

const pageOf = (interval: string): string =>
  interval.startsWith('cohen') ? 'cohen-kappa' : interval.startsWith('fleiss') ? 'fleiss-kappa' : 'krippendorff-alpha';

function kappaRows(): CoverageRow[] {
  const rows: CoverageRow[] = [];
  for (const [name, statistic] of Object.entries(pairStatistics)) {
    for (const prior of Object.keys(priors)) {
      if (prior.startsWith('2') && name.endsWith('quadratic')) continue;
      for (const n of [30, 100, 1000, 10_000]) {
        for (const kind of ['closed form', 'percentile', 'bca'] as const) {
          if (n === 10_000 && kind !== 'closed form') continue;
          rows.push(simulated(name, pageOf(name), statistic, kind, { n, raters: 2, prior, agreement: 0.6 }));
        }
      }
    }
  }
  return rows;
}

function groupRows(): CoverageRow[] {
  const rows: CoverageRow[] = [];
  for (const [name, statistic] of Object.entries(groupStatistics)) {
    for (const prior of Object.keys(priors)) {
      if (prior.startsWith('2') && !/fleiss|nominal/.test(name)) continue;
      for (const n of [30, 100, 1000]) {
        rows.push(simulated(name, pageOf(name), statistic, 'percentile', { n, raters: 3, prior, agreement: 0.6 }));
      }
      rows.push(simulated(name, pageOf(name), statistic, 'bca', { n: 100, raters: 3, prior, agreement: 0.6 }));
    }
  }
  return rows;
}

const ac: Statistic = (codes, categories, options) => gwetAc(codes, { categories, ...options });
const free: Statistic = (codes, categories, options) => randolphKappa(categoryCounts(codes, categories), options);

/** AC1, Randolph's kappa and plain agreement have other truths under the same raters. */
function otherRows(): CoverageRow[] {
  const rows: CoverageRow[] = [];
  for (const [name, prior] of Object.entries(priors)) {
    const q = prior.length;
    const squares = prior.reduce((sum, p) => sum + p * p, 0);
    const together = 0.6 + 0.4 * squares;
    const chance = (1 - squares) / (q - 1);
    for (const n of [10, 30, 100, 1000]) {
      const about = { n, raters: 3, prior: name, agreement: 0.6 };
      const truth = (together - chance) / (1 - chance);
      const agreement = (interval: string, statistic: Statistic): CoverageRow => ({
        ...simulated(interval, 'percent-agreement', statistic, 'closed form', { ...about, truth: together }),
        documented: n >= 30,
      });
      const disagreements = n * (1 - together);
      rows.push(
        { ...simulated('gwetAc', 'gwet-ac', ac, 'closed form', { ...about, truth }), documented: disagreements >= 10 },
        agreement('percentAgreement', (codes) => percentAgreement(column(codes, 0), column(codes, 1))),
        agreement('pairwiseAgreement', (codes) => pairwiseAgreement(codes)),
      );
      if (n < 30) continue;
      rows.push(
        { ...simulated('gwetAc', 'gwet-ac', ac, 'percentile', { ...about, truth }), documented: disagreements >= 10 },
        {
          ...simulated('randolphKappa', 'fleiss-kappa', free, 'percentile', {
            ...about,
            truth: (together - 1 / q) / (1 - 1 / q),
          }),
          documented: disagreements >= 10,
        },
      );
    }
  }
  return rows;
}

function iccRow(form: IccForm, n: number, k: number, how: 'generalized' | 'f'): CoverageRow {
  const [targets, raters, noise] = [1, form.startsWith('ICC(2') ? 0.5 : 0, 1];
  const shared = targets / (targets + raters + noise);
  const truth = form.endsWith('1)') ? shared : targets / (targets + (raters + noise) / k);
  return {
    interval: `intraclassCorrelation, ${form}${form.startsWith('ICC(2') ? `, ${how}` : ''}`,
    page: 'intraclass-correlation',
    population: `normal, ${k} raters, variances ${targets} targets, ${raters} raters, ${noise} rest`,
    n,
    clustered: false,
    level: 0.95,
    truth,
    documented: how === 'generalized' || n <= k,
    draws: n >= 1000 ? 400 : how === 'generalized' && form.startsWith('ICC(2') ? 1000 : 2000,
    observe(random) {
      const severity = Array.from({ length: k }, () => Math.sqrt(raters) * normal(random));
      const values = new Float64Array(n * k);
      for (let i = 0; i < n; i++) {
        const target = normal(random);
        for (let r = 0; r < k; r++) values[i * k + r] = target + severity[r]! + normal(random);
      }
      return intraclassCorrelation({ values, rows: n, columns: k }, { form, interval: how });
    },
  };
}

/** F1, Matthews' correlation and balanced accuracy of a judge with sensitivity .8 and specificity .9. */
function classificationRows(): CoverageRow[] {
  return [30, 100, 1000].flatMap((n) =>
    [0.1, 0.5].flatMap((p) => {
      const [hit, miss, alarm, rejected] = [p * 0.8, p * 0.2, (1 - p) * 0.1, (1 - p) * 0.9];
      const f1 = (2 * hit) / (2 * hit + miss + alarm);
      const mcc =
        (hit * rejected - miss * alarm) /
        Math.sqrt((hit + miss) * (hit + alarm) * (rejected + miss) * (rejected + alarm));
      const figures = {
        'F1 of the positive class': { truth: f1, of: (c: ReturnType<typeof classification>) => c.perCategory[1]!.f1 },
        mcc: { truth: mcc, of: (c: ReturnType<typeof classification>) => c.mcc },
        'balanced accuracy': { truth: 0.85, of: (c: ReturnType<typeof classification>) => c.balancedAccuracy },
      };
      return Object.entries(figures).map(([name, { truth, of }]): CoverageRow => ({
        interval: `classification, ${name}, percentile`,
        page: 'classification',
        population: `sensitivity .8, specificity .9, prevalence ${p}`,
        n,
        prevalence: p,
        clustered: false,
        level: 0.95,
        truth,
        documented: n * p >= 40,
        draws: 500,
        observe(random) {
          const gold = Float64Array.from({ length: n }, () => Number(random.next() < p));
          const judge = gold.map((y) => Number(random.next() < (y === 1 ? 0.8 : 0.1)));
          return of(
            classification(gold, judge, { categories: 2, random: random.stream('interval'), replicates: 1000 }),
          );
        },
      }));
    }),
  );
}

const verdict = z.number().int().min(0).max(2);
const judged = z.object({ human: z.object({ r1: verdict, r2: verdict, r3: verdict }) });
const score = z.number().int();
const summary = z.object({
  item_id: z.string(),
  doc_id: z.union([z.string(), z.number()]).optional(),
  human: z.record(z.string(), z.object({ r1: score, r2: score, r3: score })),
});

/** Items of a real table of ratings drawn with replacement, by document if the table has documents. */
function resampledRows(folder: string): CoverageRow[] {
  const rows: CoverageRow[] = [];
  const pandalm = join(folder, 'pandalm/pairs.jsonl');
  if (existsSync(pandalm)) {
    const codes = recordsOf(pandalm, judged).map(({ human: { r1, r2, r3 } }) => [r1, r2, r3]);
    const population = { values: Float64Array.from(codes.flat()), rows: codes.length, columns: 3 };
    const drawn = (n: number, random: Random): Matrix => {
      const values = new Float64Array(n * 3);
      for (let i = 0; i < n; i++) values.set(codes[Math.floor(random.next() * codes.length)]!, i * 3);
      return { values, rows: n, columns: 3 };
    };
    const statistics: Record<string, [string, (codes: Matrix, options: IntervalOptions) => Estimate | Undetermined]> = {
      'cohenKappa, unweighted, closed form': [
        'cohen-kappa',
        (table) => cohenKappa(column(table, 0), column(table, 1), { categories: 3 }),
      ],
      'cohenKappa, unweighted, percentile': [
        'cohen-kappa',
        (table, options) => cohenKappa(column(table, 0), column(table, 1), { categories: 3, ...options }),
      ],
      'fleissKappa, percentile': ['fleiss-kappa', (table, options) => fleissKappa(categoryCounts(table, 3), options)],
      'gwetAc, closed form': ['gwet-ac', (table) => gwetAc(table, { categories: 3 })],
    };
    for (const [interval, [page, statistic]] of Object.entries(statistics)) {
      const truth = statistic(population, { interval: 'none' }).value!;
      for (const n of [50, 200, 1000]) {
        rows.push({
          interval,
          page,
          population: 'pandalm, three people, items resampled',
          n,
          clustered: false,
          level: 0.95,
          truth,
          documented: n >= 200,
          draws: interval.endsWith('percentile') ? 500 : 2000,
          observe: (random) => statistic(drawn(n, random), { random: random.stream('interval'), replicates: 1000 }),
        });
      }
    }
  }
  const summeval = join(folder, 'summeval-op/ratings.jsonl');
  if (existsSync(summeval)) rows.push(...alphaByDocument(summeval));
  return rows;
}

function matrixOfAll(chosen: readonly number[][][]): { table: Matrix; clusters: Uint32Array } {
  const cells = chosen.flatMap((rows) => rows.flat());
  const clusters = Uint32Array.from(chosen.flatMap((rows, g) => rows.map(() => g)));
  return { table: { values: Float64Array.from(cells), rows: clusters.length, columns: 3 }, clusters };
}

function alphaByDocument(file: string): CoverageRow[] {
  const documents = new Map<string, number[][]>();
  for (const { item_id: item, doc_id: document, human } of recordsOf(file, summary)) {
    const key = String(document ?? item);
    const { r1, r2, r3 } = human['relevance']!;
    documents.set(key, [...(documents.get(key) ?? []), [r1, r2, r3]]);
  }
  const all = [...documents.values()];
  return (['ordinal', 'interval'] as const satisfies readonly AlphaMetric[]).flatMap((metric) =>
    [false, true].flatMap((clustered) =>
      [10, 32, 100].map((size): CoverageRow => {
        const truth = krippendorffAlpha(matrixOfAll(all).table, { metric, interval: 'none' }).value!;
        return {
          interval: `krippendorffAlpha, ${metric}, percentile${clustered ? ' by document' : ''}`,
          page: 'krippendorff-alpha',
          population: `summeval-op relevance, ${size} documents resampled`,
          n: size * Math.round(all.flat().length / all.length),
          clustered: true,
          level: 0.95,
          truth,
          documented: clustered && size >= 100,
          draws: 300,
          observe(random) {
            const chosen = Array.from({ length: size }, () => all[Math.floor(random.next() * all.length)]!);
            const { table, clusters } = matrixOfAll(chosen);
            const options = { metric, random: random.stream('interval'), replicates: 500 };
            return krippendorffAlpha(table, clustered ? { ...options, clusters } : options);
          },
        };
      }),
    ),
  );
}

export const agreementRows: CoverageFamily = (folder) => [
  ...kappaRows(),
  ...groupRows(),
  ...otherRows(),
  ...(['ICC(1,1)', 'ICC(2,1)', 'ICC(3,1)', 'ICC(1,k)', 'ICC(2,k)', 'ICC(3,k)'] as const).flatMap((form) =>
    [10, 100, 1000].flatMap((n) => [3, 10].map((k) => iccRow(form, n, k, 'generalized'))),
  ),
  ...[10, 100, 1000].flatMap((n) => [3, 10].map((k) => iccRow('ICC(2,1)', n, k, 'f'))),
  ...classificationRows(),
  ...(folder === undefined ? [] : resampledRows(folder)),
];
