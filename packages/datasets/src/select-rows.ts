import type { RatingTable } from '@assize/core';

/**
 * The table of some rows, as if it had been built from them alone: names that no row uses are left out, the rest keep
 * their relative order.
 *
 * @param rows places of the rows to keep, in the order wanted.
 */
export function selectRows(table: RatingTable, rows: Uint32Array): RatingTable {
  const items = kept(table.item, rows, table.items.length);
  const raters = kept(table.rater, rows, table.raters.length);
  const criteria = kept(table.criterion, rows, table.criteria.length);
  const groups = kept(table.groupOfItem, items.places, table.groups.length);
  const orders = kept(table.order, rows, table.orders.length, [0]);
  const served = table.served && kept(table.served.code, rows, table.served.names.length, [0]);
  const u16 = (column: Uint16Array): Uint16Array => Uint16Array.from(rows, (row) => column[row] ?? 0);
  const f64 = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row] ?? Number.NaN);

  return {
    contract: 1,
    length: rows.length,
    items: named(table.items, items),
    groups: named(table.groups, groups),
    groupOfItem: Uint32Array.from(items.places, (item) => groups.codes[table.groupOfItem[item] ?? 0] ?? 0),
    raters: named(table.raters, raters),
    raterKinds: named(table.raterKinds, raters),
    criteria: named(table.criteria, criteria),
    orders: named(table.orders, orders),
    facets: table.facets.map(({ name, values, ofItem }) => {
      const valued = items.places.filter((item) => ofItem[item] !== 65_535);
      const used = kept(ofItem, valued, values.length);
      return {
        name,
        values: named(values, used),
        ofItem: Uint16Array.from(items.places, (item) => {
          const place = ofItem[item] ?? 65_535;
          return place === 65_535 ? place : (used.codes[place] ?? 65_535);
        }),
      };
    }),
    item: Uint32Array.from(rows, (row) => items.codes[table.item[row] ?? 0] ?? 0),
    rater: Uint16Array.from(rows, (row) => raters.codes[table.rater[row] ?? 0] ?? 0),
    criterion: Uint16Array.from(rows, (row) => criteria.codes[table.criterion[row] ?? 0] ?? 0),
    response: u16(table.response),
    order: Uint16Array.from(rows, (row) => orders.codes[table.order[row] ?? 0] ?? 0),
    sample: u16(table.sample),
    status: Uint8Array.from(rows, (row) => table.status[row] ?? 0),
    value: f64(table.value),
    ...(table.distribution ? { distribution: selectShares(table.distribution, rows) } : {}),
    ...(table.cost ? { cost: f64(table.cost) } : {}),
    ...(table.latencyMs ? { latencyMs: f64(table.latencyMs) } : {}),
    ...(table.served && served
      ? {
          served: {
            names: named(table.served.names, served),
            code: Uint16Array.from(rows, (row) => served.codes[table.served?.code[row] ?? 0] ?? 0),
          },
        }
      : {}),
  };
}

type Codes = Uint32Array | Uint16Array;

/** Old places that are in use, in order, and for each old place its new one. */
interface Kept {
  readonly places: Uint32Array;
  readonly codes: Uint32Array;
}

function kept(column: Codes, rows: Uint32Array, size: number, always: readonly number[] = []): Kept {
  const used = new Uint8Array(size);
  for (const place of always) used[place] = 1;
  for (const row of rows) used[column[row] ?? 0] = 1;
  const codes = new Uint32Array(size);
  const places: number[] = [];
  for (let place = 0; place < size; place++) {
    if (used[place] !== 1) continue;
    codes[place] = places.length;
    places.push(place);
  }
  return { places: Uint32Array.from(places), codes };
}

function named<Name>(names: readonly Name[], { places }: Kept): Name[] {
  const chosen: Name[] = [];
  for (const place of places) {
    const name = names[place];
    if (name !== undefined) chosen.push(name);
  }
  return chosen;
}

function selectShares(
  { start, share }: NonNullable<RatingTable['distribution']>,
  rows: Uint32Array,
): NonNullable<RatingTable['distribution']> {
  const starts = new Uint32Array(rows.length + 1);
  for (const [at, row] of rows.entries()) {
    starts[at + 1] = (starts[at] ?? 0) + (start[row + 1] ?? 0) - (start[row] ?? 0);
  }
  const shares = new Float64Array(starts[rows.length] ?? 0);
  for (const [at, row] of rows.entries()) shares.set(share.subarray(start[row], start[row + 1]), starts[at]);
  return { start: starts, share: shares };
}
