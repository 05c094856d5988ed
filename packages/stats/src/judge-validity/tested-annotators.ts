import { type AdvantageSample, type AdvantageTest, type TestedAdvantage, testedAdvantage } from './advantage-tests.ts';
import { type Advantage, advantagesOf, type Alignment, sharedItems } from './advantages.ts';
import type { RatingsByItem } from './ratings-by-item.ts';
import { columnAt, rowsWhere } from '../numerics/present-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';
import type { Matrix } from '../shapes/matrix.ts';

/** One annotator of one domain, compared with the judge on some items and prepared for testing. */
export type Cell = { rater: number; domain: number; items: Uint32Array; surplus: Int8Array; tested: TestedAdvantage };
export type Settings = {
  test: AdvantageTest;
  fewestItems: number;
  domain: Uint8Array | Uint32Array;
  domains: number;
  weights: Float64Array | null;
  clusters: ArrayLike<number> | undefined;
};

/** The annotators of each domain with enough items, prepared for testing. */
export function cellsOf(advantages: readonly Advantage[], settings: Settings): { cells: Cell[]; left: string[] } {
  const { test, fewestItems, domain, domains, weights, clusters } = settings;
  const cells: Cell[] = [];
  const left: string[] = [];
  for (let d = 0; d < domains; d++) {
    for (const { rater, items, surplus } of advantages) {
      const own = domains === 1 ? { rows: items, surplus } : inDomain(items, surplus, (item) => domain[item] === d);
      const { rows } = own;
      if (rows.length < fewestItems) {
        const where = domains === 1 ? '' : ` of domain ${d}`;
        left.push(`annotator ${rater}${where} is left out: ${rows.length} items, needs ${fewestItems}`);
        continue;
      }
      const index = clusters ? indexClusters(clusters, domain.length, rows) : null;
      const sample: AdvantageSample = {
        surplus: own.surplus,
        weights: weights && columnAt(weights, rows),
        cluster: index?.of ?? null,
        clusters: index?.count ?? rows.length,
      };
      cells.push({ rater, domain: d, items: rows, surplus: sample.surplus, tested: testedAdvantage(sample, test) });
    }
  }
  return { cells, left };
}

function inDomain(items: Uint32Array, surplus: Int8Array, holds: (item: number) => boolean) {
  const places = rowsWhere(items.length, (k) => holds(items[k]!));
  return {
    rows: places.map((k) => items[k]!),
    surplus: new Int8Array(places.length).map((_, i) => surplus[places[i]!]!),
  };
}

/** Every annotator once in the judge's place, where enough others remain. */
export function playedBy(
  ratings: RatingsByItem,
  { values, columns }: Matrix,
  alignment: Alignment,
  settings: Settings,
) {
  const { items, raters } = ratings;
  const column = new Float64Array(items);
  // Where nobody left an item out, whoever plays the judge meets the same items.
  const room = sharedItems(ratings);
  return Array.from({ length: raters }, (_, rater) => {
    for (let i = 0; i < items; i++) column[i] = values[i * columns + rater]!;
    return {
      rater,
      cells: cellsOf(advantagesOf(ratings, column, alignment, rater, room ?? undefined), settings).cells,
    };
  }).filter(({ cells }) => cells.length > 0);
}

/** The items that any comparison uses, and the place of each among them; both undefined where all are used. */
export function usedItems(
  groups: readonly (readonly Cell[])[],
  items: number,
): { rows: Uint32Array | undefined; place: Uint32Array | undefined } {
  const seen = new Uint8Array(items);
  for (const cells of groups) for (const cell of cells) for (const item of cell.items) seen[item] = 1;
  if (seen.every((one) => one === 1)) return { rows: undefined, place: undefined };
  const rows = rowsWhere(items, (i) => seen[i] === 1);
  const place = new Uint32Array(items);
  rows.forEach((item, k) => {
    place[item] = k;
  });
  return { rows, place };
}
