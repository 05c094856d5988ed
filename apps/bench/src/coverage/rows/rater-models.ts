import {
  type Estimate,
  facetStudy,
  itemResponse,
  jointRasch,
  manyFacetRasch,
  type Matrix,
  matrixOf,
  type Random,
  raterSeverity,
  raterStudy,
  type RaterStudy,
  repeatStudy,
  severityDrift,
  type Undetermined,
} from '@assize/stats';

import type { CoverageFamily, CoverageRow, Observed } from '../coverage-row.ts';
import { normal } from '../normal-draw.ts';

const normals = (count: number, sd: number, random: Random): number[] =>
  Array.from({ length: count }, () => sd * normal(random));

/** Items, raters and the rest normal with these variances; a share of the cells is missing. */
function itemsByRaters(shape: Shape, random: Random): Matrix {
  const [item, rater, rest] = shape.variances;
  const severity = normals(shape.raters, Math.sqrt(rater), random);
  const rows = normals(shape.items, Math.sqrt(item), random).map((quality) =>
    severity.map((shift) => {
      const rating = quality + shift + Math.sqrt(rest) * normal(random);
      return random.next() < shape.missing ? NaN : rating;
    }),
  );
  return matrixOf(rows);
}
type Shape = { items: number; raters: number; variances: readonly [number, number, number]; missing: number };

const share = (signal: number, error: number): number => signal / (signal + error);
const asked = 5;

/** What a rater study says, and the truth of each. */
const parts: Record<
  string,
  { truth: (v: Shape['variances']) => number; of: (study: RaterStudy) => Estimate | Undetermined }
> = {
  'variance of items': { truth: ([item]) => item, of: (study) => study.item },
  'variance of raters': { truth: ([, rater]) => rater, of: (study) => study.rater },
  'residual variance': { truth: ([, , rest]) => rest, of: (study) => study.residual },
  'agreement of one rating': {
    truth: ([item, rater, rest]) => share(item, rater + rest),
    of: (study) => study.agreement,
  },
  'E rho² of five raters': {
    truth: ([item, , rest]) => share(item, rest / asked),
    of: (study) => study.designs[0]!.generalizability,
  },
  'Phi of five raters': {
    truth: ([item, rater, rest]) => share(item, (rater + rest) / asked),
    of: (study) => study.designs[0]!.dependability,
  },
};

function raterRows(shape: Shape, names: readonly string[], draws: number): CoverageRow[] {
  const { items, raters, variances, missing } = shape;
  return names.map((name): CoverageRow => {
    const { truth, of } = parts[name]!;
    return {
      interval: `raterStudy, ${name}`,
      page: name.startsWith('E ') || name.startsWith('Phi') ? 'generalizability' : 'variance-components',
      population: `${raters} raters, variances ${variances.join(', ')}${missing > 0 ? `, ${missing * 100}% of cells missing` : ''}`,
      n: items,
      clustered: true,
      level: 0.95,
      truth: truth(variances),
      documented: true,
      draws,
      observe(random): Observed {
        const study = raterStudy(itemsByRaters(shape, random), { designs: [asked] });
        return 'designs' in study ? of(study) : study;
      },
    };
  });
}

type Three = readonly [number, number, number, number, number, number, number];

/** Targets, items and raters with all their crossings, normal. */
function facetRow(name: string, sizes: readonly [number, number, number], v: Three, missing: number): CoverageRow {
  const [targets, items, raters] = sizes;
  const design = { items: 8, raters: 3 };
  const relative = v[3] / 8 + v[4] / 3 + v[6] / 24;
  const truths: Record<string, number> = {
    'variance of targets': v[0],
    'variance of target × rater': v[4],
    'E rho²': share(v[0], relative),
    Phi: share(v[0], relative + v[1] / 8 + v[2] / 3 + v[5] / 24),
  };
  return {
    interval: `facetStudy, ${name}`,
    page: 'generalizability',
    population: `${items} items × ${raters} raters${missing > 0 ? `, ${missing * 100}% of cells missing` : ''}`,
    n: targets,
    clustered: true,
    level: 0.95,
    truth: truths[name]!,
    documented: true,
    draws: 400,
    observe(random): Observed {
      const sd = v.map((x) => Math.sqrt(x));
      const effects = [targets, items, raters, targets * items, targets * raters, items * raters].map((count, k) =>
        normals(count, sd[k]!, random),
      );
      const rows = { values: [] as number[], targets: [] as number[], items: [] as number[], raters: [] as number[] };
      for (let t = 0; t < targets; t++) {
        for (let i = 0; i < items; i++) {
          for (let r = 0; r < raters; r++) {
            const places = [t, i, r, t * items + i, t * raters + r, i * raters + r];
            const whole = places.reduce((total, place, k) => total + effects[k]![place]!, sd[6]! * normal(random));
            rows.values.push(random.next() < missing ? NaN : whole);
            rows.targets.push(t);
            rows.items.push(i);
            rows.raters.push(r);
          }
        }
      }
      const study = facetStudy(rows, { designs: [design] });
      if (!('components' in study)) return study;
      const [planned] = study.designs;
      if (name === 'E rho²') return planned!.generalizability;
      if (name === 'Phi') return planned!.dependability;
      return name === 'variance of targets' ? study.components.target : study.components.targetRater;
    },
  };
}

function repeatRow(items: number, repeats: number, missing: number): CoverageRow {
  return {
    interval: 'repeatStudy, reliability of three',
    page: 'generalizability',
    population: `${repeats} repeats, item variance 1, repeat variance .3${missing > 0 ? ', a third missing' : ''}`,
    n: items,
    clustered: true,
    level: 0.95,
    truth: share(1, 0.1),
    documented: true,
    draws: 1000,
    observe(random): Observed {
      const study = repeatStudy(itemsByRaters({ items, raters: repeats, variances: [1, 0, 0.3], missing }, random), {
        designs: [3],
      });
      return 'designs' in study ? study.designs[0]!.reliability : study;
    },
  };
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Difficulties evenly from −1.5 to 1.5; the item looked at is the first (the easiest) or the middle one. */
function responseRow(
  model: 'rasch' | '2pl',
  what: 'extreme' | 'middle' | 'discrimination' | 'ability',
  n: number,
  items: number,
): CoverageRow {
  const places = Array.from({ length: items }, (_, j) => -1.5 + (3 * j) / (items - 1));
  const slopes = places.map((_, j) => (model === 'rasch' ? 1 : [0.7, 1, 1.4][j % 3]!));
  const looked = what === 'extreme' ? 0 : Math.floor(items / 2);
  const truth = what === 'ability' ? 0.5 : what === 'discrimination' ? slopes[looked]! : places[looked]!;
  // The prior on log a draws extreme difficulties of the two-parameter model outwards.
  const documented = model === 'rasch' ? what !== 'ability' || items >= 20 : what !== 'extreme';
  const names = {
    extreme: 'easiest item',
    middle: 'middle item',
    discrimination: 'discrimination',
    ability: 'an ability of .5',
  };
  return {
    interval: `itemResponse ${model}, ${names[what]}`,
    page: 'item-response',
    population: `${items} items from −1.5 to 1.5`,
    n,
    clustered: false,
    level: 0.95,
    truth,
    documented,
    draws: 400,
    observe(random): Observed {
      const rows = Array.from({ length: n }, (_, i) => {
        const theta = what === 'ability' && i === 0 ? truth : normal(random);
        return places.map((b, j) => (random.next() < logistic(slopes[j]! * (theta - b)) ? 1 : 0));
      });
      const found = itemResponse(matrixOf(rows), { model });
      if (!('items' in found)) return found;
      if (what === 'ability') return found.abilities[0]!;
      const item = found.items[looked]!;
      return what === 'discrimination' && 'interval' in item.discrimination ? item.discrimination : item.difficulty;
    },
  };
}

/** Ordered scores 0 … 4 of items by raters with severities from −.8 to .8. */
function severityRow(
  model: 'manyFacetRasch' | 'raterSeverity',
  items: number,
  raters: number,
  seen: number,
): CoverageRow {
  const severity = Array.from({ length: raters }, (_, j) => -0.8 + (1.6 * j) / (raters - 1));
  const tau = [-1.2, -0.4, 0.4, 1.2];
  return {
    interval: `${model}, severity`,
    page: model === 'manyFacetRasch' ? 'rasch' : 'rater-severity',
    population: `${raters} raters, ${seen} an item, ${model === 'manyFacetRasch' ? 'scores 0 to 4' : 'normal scores'}`,
    n: items,
    clustered: true,
    level: 0.95,
    truth: severity[0]!,
    documented: true,
    draws: model === 'raterSeverity' ? 1000 : 400,
    observe(random): Observed {
      const rows = { scores: [] as number[], items: [] as number[], raters: [] as number[] };
      for (let i = 0; i < items; i++) {
        const quality = normal(random);
        for (let k = 0; k < seen; k++) {
          const rater = (i + k) % raters;
          const eta = quality - severity[rater]!;
          rows.items.push(i);
          rows.raters.push(rater);
          if (model === 'raterSeverity') {
            rows.scores.push(eta + 0.7 * normal(random));
            continue;
          }
          const chances = [1];
          for (let score = 0, total = 0; score < 4; score++) chances.push(Math.exp((total += eta - tau[score]!)));
          let u = random.next() * chances.reduce((a, b) => a + b, 0);
          let score = 0;
          while (score < 4 && u > chances[score]!) u -= chances[score++]!;
          rows.scores.push(score);
        }
      }
      const found = model === 'raterSeverity' ? raterSeverity(rows) : manyFacetRasch(rows, { categories: 5 });
      return 'raters' in found ? found.raters.find(({ id }) => id === 0)! : found;
    },
  };
}

/** Scores 0 … 2 of every item on two criteria by every rater; an item is drawn, and its truth is taken off its interval. */
function facetRaschRow(what: 'criterion' | 'threshold' | 'item', items: number, raters: number): CoverageRow {
  const severity = Array.from({ length: raters }, (_, j) => -0.6 + (1.2 * j) / (raters - 1));
  const [hard, tau] = [
    [-0.4, 0.4],
    [-0.8, 0.8],
  ];
  return {
    interval: `manyFacetRasch, ${what}`,
    page: 'rasch',
    population: `${raters} raters on 2 criteria, scores 0 to 2, all rated${what === 'item' ? '; an item like the others' : ''}`,
    n: items,
    clustered: true,
    level: 0.95,
    truth: what === 'item' ? 0 : what === 'criterion' ? hard[0]! : tau[0]!,
    documented: true,
    draws: 400,
    observe(random): Observed {
      const rows = { scores: [] as number[], items: [] as number[], raters: [] as number[], criteria: [] as number[] };
      const quality = normals(items, 1, random);
      for (let i = 0; i < items; i++) {
        for (let cell = 0; cell < 2 * raters; cell++) {
          const [rater, criterion] = [Math.floor(cell / 2), cell % 2];
          const eta = quality[i]! - severity[rater]! - hard[criterion]!;
          const chances = [1];
          for (let k = 0, total = 0; k < 2; k++) chances.push(Math.exp((total += eta - tau[k]!)));
          let u = random.next() * chances.reduce((a, b) => a + b, 0);
          let score = 0;
          while (score < 2 && u > chances[score]!) u -= chances[score++]!;
          rows.scores.push(score);
          rows.items.push(i);
          rows.raters.push(rater);
          rows.criteria.push(criterion);
        }
      }
      const found = manyFacetRasch(rows, { categories: 3 });
      if (!('raters' in found)) return found;
      if (what === 'threshold') return found.thresholds[0]!;
      if (what === 'criterion') return found.criteria.find(({ id }) => id === 0)!;
      const { interval } = found.items.find(({ id }) => id === 0)!;
      return { interval: interval && [interval[0] - quality[0]!, interval[1] - quality[0]!] };
    },
  };
}

/** The fast look: estimates too far apart, errors that take the other side as known. */
function jointRaschRow(what: 'ability' | 'difficulty', n: number, items: number): CoverageRow {
  const places = Array.from({ length: items }, (_, j) => -1.5 + (3 * j) / (items - 1));
  return {
    interval: `jointRasch, ${what}`,
    page: 'item-response',
    population: `${items} items from −1.5 to 1.5${what === 'ability' ? ', an ability of 1' : ', the easiest'}`,
    n,
    clustered: false,
    level: 0.95,
    // Difficulties have mean 0, abilities are measured from there.
    truth: what === 'ability' ? 1 : places[0]!,
    documented: false,
    draws: 400,
    observe(random): Observed {
      const rows = Array.from({ length: n }, (_, i) => {
        const theta = what === 'ability' && i === 0 ? 1 : normal(random);
        return places.map((b) => (random.next() < logistic(theta - b) ? 1 : 0));
      });
      const found = jointRasch(matrixOf(rows));
      if (!('columns' in found)) return found;
      return (what === 'ability' ? found.rows[0] : found.columns[0]) ?? { value: null, reason: 'not-identified' };
    },
  };
}

/** Two windows of other items; the first rater became half a point more severe, each window's mean being 0. */
function driftRow(items: number, raters: number): CoverageRow {
  const window = (shift: number, random: Random) => {
    const rows = { scores: [] as number[], items: [] as number[], raters: [] as number[] };
    for (let item = 0; item < items; item++) {
      const quality = normal(random);
      for (let rater = 0; rater < raters; rater++) {
        rows.scores.push(quality - (rater === 0 ? shift : 0) + 0.7 * normal(random));
        rows.items.push(item);
        rows.raters.push(rater);
      }
    }
    return raterSeverity(rows);
  };
  return {
    interval: 'severityDrift, of raterSeverity',
    page: 'rater-severity',
    population: `${raters} raters, one drifts by half a point`,
    n: items,
    clustered: true,
    level: 0.95,
    truth: 0.5 * (1 - 1 / raters),
    documented: true,
    draws: 1000,
    observe(random): Observed {
      const [before, after] = [window(0, random), window(0.5, random)];
      if (!('raters' in before)) return before;
      if (!('raters' in after)) return after;
      return severityDrift(before.raters, after.raters)[0]!;
    },
  };
}

const all = Object.keys(parts);
const some = ['variance of items', 'variance of raters', 'Phi of five raters'];
const usual: Shape['variances'] = [1, 0.1, 0.6];
const three: Three = [0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4];

export const raterModelRows: CoverageFamily = () => [
  ...raterRows({ items: 10, raters: 3, variances: usual, missing: 0 }, some, 400),
  ...raterRows({ items: 50, raters: 5, variances: usual, missing: 0 }, all, 400),
  ...raterRows({ items: 200, raters: 10, variances: usual, missing: 0 }, some, 400),
  ...raterRows({ items: 20, raters: 3, variances: usual, missing: 0.3 }, some, 400),
  ...raterRows({ items: 100, raters: 10, variances: usual, missing: 0.5 }, some, 400),
  facetRow('variance of targets', [13, 16, 3], three, 0),
  facetRow('variance of target × rater', [13, 8, 3], three, 0),
  facetRow('E rho²', [13, 8, 3], three, 0),
  facetRow('Phi', [13, 8, 3], three, 0),
  facetRow('Phi', [10, 5, 3], three, 0.1),
  repeatRow(20, 3, 0),
  repeatRow(200, 3, 0),
  repeatRow(50, 4, 0.33),
  responseRow('rasch', 'extreme', 10, 10),
  responseRow('rasch', 'middle', 30, 10),
  responseRow('rasch', 'extreme', 100, 10),
  responseRow('rasch', 'ability', 30, 10),
  responseRow('rasch', 'ability', 20, 20),
  responseRow('2pl', 'middle', 100, 10),
  responseRow('2pl', 'extreme', 100, 10),
  responseRow('2pl', 'discrimination', 100, 10),
  severityRow('manyFacetRasch', 10, 3, 3),
  severityRow('manyFacetRasch', 40, 4, 4),
  severityRow('manyFacetRasch', 100, 10, 3),
  severityRow('raterSeverity', 10, 3, 3),
  severityRow('raterSeverity', 200, 10, 3),
  driftRow(30, 5),
  facetRaschRow('criterion', 15, 3),
  facetRaschRow('threshold', 15, 3),
  facetRaschRow('item', 15, 3),
  jointRaschRow('difficulty', 100, 10),
  jointRaschRow('difficulty', 60, 30),
  jointRaschRow('ability', 60, 30),
];
