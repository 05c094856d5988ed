import {
  decode,
  formatScale,
  parseScale,
  type Rating,
  ratingStatuses,
  type RatingTable,
  type Scale,
} from '@assize/core';

import { csvCell } from './csv-cell.ts';
import { extrasOf, isAlone } from './join-tables.ts';

/** The columns of a tidy table of ratings, in order; facets follow as `facet_NAME`. */
export const tidyColumns = [
  'item',
  'rater',
  'rater_kind',
  'criterion',
  'scale',
  'response',
  'order',
  'sample',
  'value',
  'status',
  'reason',
  'group',
  'rationale',
  'latency_ms',
  'cost_usd',
  'served',
  'distribution',
] as const;

type TidyRow = Partial<Record<(typeof tidyColumns)[number], string | number>>;

/**
 * A table as tidy CSV: one rating a row, a header first, each text ending in a line feed.
 *
 * `scale` and `rater_kind` are written in each row, so that `loadRatings` gives the same table again without options.
 * Columns that no row uses are left out, but for `item, rater, criterion, value, status`.
 *
 * @example writeFileSync('ratings.csv', [...toTidyCsv(table)].join(''))
 */
export function* toTidyCsv(table: RatingTable): Generator<string, void, undefined> {
  const grouped = table.items.map((item, place) => {
    const group = table.groups[table.groupOfItem[place] ?? 0];
    return group === undefined || isAlone(item, group) ? undefined : group;
  });
  const used: Record<(typeof tidyColumns)[number], boolean> = {
    item: true,
    rater: true,
    rater_kind: true,
    criterion: true,
    scale: true,
    response: anySet(table.response),
    order: anySet(table.order),
    sample: anySet(table.sample),
    value: true,
    status: true,
    reason: false,
    group: grouped.some((group) => group !== undefined),
    rationale: false,
    latency_ms: table.latencyMs !== undefined,
    cost_usd: table.cost !== undefined,
    served: table.served !== undefined,
    distribution: table.distribution !== undefined,
  };
  const columns = tidyColumns.filter((column) => used[column]);
  const scales = table.criteria.map(({ scale }) => scaleText(scale));
  yield lineOf([...columns, ...table.facets.map(({ name }) => `facet_${name}`)]);

  for (let row = 0; row < table.length; row++) {
    const [item, place] = [table.item[row] ?? 0, table.criterion[row] ?? 0];
    const criterion = table.criteria[place];
    const status = ratingStatuses[table.status[row] ?? 0] ?? 'failed';
    const code = table.value[row] ?? Number.NaN;
    const { distribution, costUsd, latencyMs, served } = extrasOf(table, row);
    const group = grouped[item];
    const cells: TidyRow = {
      item: table.items[item] ?? '',
      rater: table.raters[table.rater[row] ?? 0] ?? '',
      rater_kind: table.raterKinds[table.rater[row] ?? 0] ?? '',
      criterion: criterion?.id ?? '',
      scale: scales[place] ?? '',
      response: table.response[row] ?? 0,
      order: (table.orders[table.order[row] ?? 0] ?? []).join(' '),
      sample: table.sample[row] ?? 0,
      ...(status === 'rated' && criterion ? { value: decode(criterion.scale, code) ?? code } : {}),
      status,
      ...(group === undefined ? {} : { group }),
      ...(latencyMs === undefined ? {} : { latency_ms: latencyMs }),
      ...(costUsd === undefined ? {} : { cost_usd: costUsd }),
      ...(served === undefined ? {} : { served }),
      ...(distribution === undefined ? {} : { distribution: distribution.join(' ') }),
    };
    yield lineOf([
      ...columns.map((column) => cells[column]),
      ...table.facets.map(({ values, ofItem }) => values[ofItem[item] ?? 65_535]),
    ]);
  }
}

/**
 * Ratings as tidy CSV, one after another. Their scales are not known here, so there is no column `scale`; usage and
 * evidence have no column either: JSONL keeps them.
 */
export async function* ratingsToTidyCsv(
  ratings: AsyncIterable<Rating> | Iterable<Rating>,
): AsyncGenerator<string, void, undefined> {
  const columns = tidyColumns.filter((column) => column !== 'scale' && column !== 'group');
  yield lineOf(columns);
  for await (const rating of ratings) {
    const kind = kindsOfSource[rating.provenance.source];
    const cells: TidyRow = {
      item: rating.item,
      rater: rating.rater,
      ...(kind === undefined ? {} : { rater_kind: kind }),
      criterion: rating.criterion,
      response: rating.response ?? 0,
      order: (rating.order ?? []).join(' '),
      sample: rating.sample ?? 0,
      ...(rating.status === 'rated' ? { value: rating.value } : { reason: rating.reason }),
      status: rating.status,
      ...(rating.rationale === undefined ? {} : { rationale: rating.rationale }),
      ...(rating.latencyMs === undefined ? {} : { latency_ms: rating.latencyMs }),
      ...(rating.cost === undefined ? {} : { cost_usd: rating.cost.amount }),
      ...(rating.provenance.served === undefined ? {} : { served: rating.provenance.served }),
      ...(rating.status === 'rated' && rating.distribution ? { distribution: rating.distribution.join(' ') } : {}),
    };
    yield lineOf(columns.map((column) => cells[column]));
  }
}

function anySet(column: Uint16Array): boolean {
  return column.some((code) => code !== 0);
}

const kindsOfSource = { person: 'human', model: 'judge', program: 'metric', recorded: undefined } as const;

function lineOf(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

/** A scale as `parseScale` reads it; as JSON where a label has a comma in it or looks like a number. */
function scaleText(scale: Scale): string {
  const text = formatScale(scale);
  try {
    if (JSON.stringify(parseScale(text)) === JSON.stringify(scale)) return text;
  } catch {
    // Not every scale has a short form.
  }
  return JSON.stringify(scale);
}
