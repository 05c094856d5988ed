import type { Criterion, RaterKind, RatingTable } from '@assize/core';

import { tooMany } from './dataset-errors.ts';
import { type Dictionary, dictionary } from './dictionary.ts';
import { growingColumn, type GrowingColumn } from './growing-column.ts';
import { hashOf, rowIndex, type RowKey } from './row-index.ts';

/** A row in codes, before it is a row of the table. */
interface CodedRow {
  readonly item: number;
  readonly rater: number;
  readonly criterion: number;
  readonly response: number;
  readonly order: number;
  readonly sample: number;
  readonly status: number;
  readonly value: number;
  readonly distribution?: readonly number[] | undefined;
  readonly costUsd?: number | undefined;
  readonly latencyMs?: number | undefined;
  readonly served?: string | undefined;
}

const most = 65_535;
const noFacet = 65_535;

/** The place of an order among the orders met; `[]` is always place 0. */
export interface Orders {
  code(order: readonly number[]): number;
  readonly list: readonly (readonly number[])[];
}

export function orders(): Orders {
  const places = new Map<string, number>([['', 0]]);
  const list: (readonly number[])[] = [[]];
  return {
    code(order) {
      const key = order.join(' ');
      const known = places.get(key);
      if (known !== undefined) return known;
      if (list.length >= most) throw tooMany({ what: 'presentation orders', limit: most });
      places.set(key, list.length);
      return list.push([...order]) - 1;
    },
    list,
  };
}

/** Which group an item lies in and which value of each facet it has: told once, and the same each time. */
export interface ItemFacts {
  /** The value that the item had before, when it is another one; nothing is changed then. */
  group(item: number, group: string): string | undefined;
  facet(item: number, name: string, value: string): string | undefined;
  freeze(items: readonly string[]): Pick<RatingTable, 'groups' | 'groupOfItem' | 'facets'>;
}

export function itemFacts(): ItemFacts {
  const groups = dictionary('groups', 0xffff_ffff);
  const groupOf = new Map<number, number>();
  const facets = new Map<string, { values: Dictionary; of: Map<number, number> }>();

  return {
    group: (item, group) => tell(groupOf, groups, item, group),
    facet(item, name, value) {
      let facet = facets.get(name);
      if (!facet)
        facets.set(name, (facet = { values: dictionary(`values of the facet ${name}`, most), of: new Map() }));
      return tell(facet.of, facet.values, item, value);
    },
    freeze(items) {
      const named = new Set(groups.names);
      const groupOfItem = new Uint32Array(items.length);
      for (const [item, name] of items.entries()) {
        const known = groupOf.get(item);
        // An item without a group stands alone, even where a group happens to bear its name.
        groupOfItem[item] = known ?? groups.code(aloneName(name, named));
      }
      return {
        groups: groups.names,
        groupOfItem,
        facets: [...facets].map(([name, { values, of }]) => ({
          name,
          values: values.names,
          ofItem: Uint16Array.from(items, (_, item) => of.get(item) ?? noFacet),
        })),
      };
    },
  };
}

function tell(of: Map<number, number>, values: Dictionary, item: number, value: string): string | undefined {
  const before = of.get(item);
  if (before === undefined) of.set(item, values.code(value));
  else if (values.names[before] !== value) return values.names[before];
  return undefined;
}

function aloneName(item: string, taken: ReadonlySet<string>): string {
  let name = item;
  while (taken.has(name)) name += ' (alone)';
  return name;
}

/** The columns of a table while rows are added. */
export interface RatingColumns {
  readonly length: number;
  readonly status: Pick<GrowingColumn<Uint8Array>, 'get' | 'set'>;
  readonly value: Pick<GrowingColumn<Float64Array>, 'get' | 'set'>;
  key(row: number): RowKey;
  push(row: CodedRow): void;
  /** The earlier row of the same item, rater, criterion, response, order and sample, or −1. Ask once for each row, in order. */
  earlier(row: number): number;
  /** Takes back the row that was pushed last. */
  dropLast(): void;
  freeze(names: {
    items: readonly string[];
    raters: readonly string[];
    raterKinds: readonly RaterKind[];
    criteria: readonly Criterion[];
    orders: readonly (readonly number[])[];
    facts: ItemFacts;
  }): RatingTable;
}

export function ratingColumns(): RatingColumns {
  const item = growingColumn(Uint32Array);
  const codes = ['rater', 'criterion', 'response', 'order', 'sample'] as const;
  const small = {
    rater: growingColumn(Uint16Array),
    criterion: growingColumn(Uint16Array),
    response: growingColumn(Uint16Array),
    order: growingColumn(Uint16Array),
    sample: growingColumn(Uint16Array),
  };
  const status = growingColumn(Uint8Array);
  const value = growingColumn(Float64Array);
  const optional: { cost?: GrowingColumn<Float64Array>; latencyMs?: GrowingColumn<Float64Array> } = {};
  let served: { names: Dictionary; code: GrowingColumn<Uint16Array> } | undefined;
  let distribution: { start: GrowingColumn<Uint32Array>; share: GrowingColumn<Float64Array> } | undefined;

  const key = (row: number): RowKey => [
    item.get(row),
    small.rater.get(row),
    small.criterion.get(row),
    small.response.get(row),
    small.order.get(row),
    small.sample.get(row),
  ];
  const index = rowIndex(
    (a, b) => item.get(a) === item.get(b) && codes.every((name) => small[name].get(a) === small[name].get(b)),
  );

  function money(name: 'cost' | 'latencyMs', amount: number | undefined): void {
    let column = optional[name];
    if (amount !== undefined && !column) {
      column = growingColumn(Float64Array, item.length + 1024);
      for (let row = 1; row < item.length; row++) column.push(Number.NaN);
      optional[name] = column;
    }
    column?.push(amount ?? Number.NaN);
  }

  return {
    get length() {
      return item.length;
    },
    status,
    value,
    key,
    push(row) {
      item.push(row.item);
      for (const name of codes) {
        if (row[name] > most) throw tooMany({ what: `${name}s`, limit: most });
        small[name].push(row[name]);
      }
      status.push(row.status);
      value.push(row.value);
      money('cost', row.costUsd);
      money('latencyMs', row.latencyMs);
      if (row.served !== undefined && !served) {
        served = { names: dictionary('served models', most), code: growingColumn(Uint16Array, item.length + 1024) };
        served.names.code('');
        for (let before = 1; before < item.length; before++) served.code.push(0);
      }
      served?.code.push(served.names.code(row.served ?? ''));
      if (row.distribution !== undefined && !distribution) {
        distribution = { start: growingColumn(Uint32Array, item.length + 1024), share: growingColumn(Float64Array) };
        for (let before = 1; before < item.length; before++) distribution.start.push(0);
      }
      if (distribution) {
        distribution.start.push(distribution.share.length);
        for (const share of row.distribution ?? []) distribution.share.push(share);
      }
    },
    dropLast() {
      const length = item.length - 1;
      for (const column of [
        item,
        ...Object.values(small),
        status,
        value,
        optional.cost,
        optional.latencyMs,
        served?.code,
      ]) {
        column?.cut(length);
      }
      if (distribution) {
        distribution.share.cut(distribution.start.get(length));
        distribution.start.cut(length);
      }
    },
    earlier: (row) => index.insert(row, hashOf(key(row))),
    freeze({ items, raters, raterKinds, criteria, orders: list, facts }) {
      const length = item.length;
      distribution?.start.push(distribution.share.length);
      return {
        contract: 1,
        length,
        items,
        ...facts.freeze(items),
        raters,
        raterKinds,
        criteria,
        orders: list,
        item: item.take(),
        rater: small.rater.take(),
        criterion: small.criterion.take(),
        response: small.response.take(),
        order: small.order.take(),
        sample: small.sample.take(),
        status: status.take(),
        value: value.take(),
        ...(distribution
          ? { distribution: { start: distribution.start.take(), share: distribution.share.take() } }
          : {}),
        ...(optional.cost ? { cost: optional.cost.take() } : {}),
        ...(optional.latencyMs ? { latencyMs: optional.latencyMs.take() } : {}),
        ...(served ? { served: { names: served.names.names, code: served.code.take() } } : {}),
      };
    },
  };
}
