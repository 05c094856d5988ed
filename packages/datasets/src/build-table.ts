import {
  type Criterion,
  decode,
  encode,
  formatScale,
  type RaterKind,
  type Rating,
  ratingStatuses,
  type RatingTable,
} from '@assize/core';

import { contradictoryRating, offScaleRating, twoScales, unknownCriterion } from './dataset-errors.ts';
import { dictionary } from './dictionary.ts';
import { nearestName } from './nearest-name.ts';
import { guessRaterKind } from './rater-kind.ts';
import { itemFacts, orders, ratingColumns } from './rating-columns.ts';

export interface TableOptions {
  /** The criteria of the ratings, each once. */
  readonly criteria: readonly Criterion[];
  /** The group of each item that has one. */
  readonly groups?: ReadonlyMap<string, string>;
  /** By facet, its value for each item that has one. */
  readonly facets?: Readonly<Record<string, ReadonlyMap<string, string>>>;
  /** What each rater is; one that is left out is told from provenance, else from its name. */
  readonly kinds?: Readonly<Record<string, RaterKind>>;
}

/** Takes ratings one by one and gives the table. */
export interface TableBuilder {
  /**
   * Adds a rating. The same rating twice is one row. A judge's value off the scale is a row that is `unreadable`.
   *
   * @throws dataset/off-scale-rating for a human value off the scale; dataset/contradictory-rating;
   *   dataset/unknown-criterion; dataset/too-many beyond 65,535 raters, criteria, orders, responses or samples.
   */
  add(rating: Rating): void;
  readonly length: number;
  /** Ratings that were given twice, equal, and are held once. */
  readonly duplicates: number;
  /** The table. The builder is used up. */
  finish(): RatingTable;
}

const unreadable = ratingStatuses.indexOf('unreadable');

/**
 * A builder of a columnar table of ratings.
 *
 * @example
 * const builder = createTableBuilder({ criteria: [helpful] });
 * for (const rating of ratings) builder.add(rating);
 * const table = builder.finish();
 */
export function createTableBuilder({ criteria, groups, facets = {}, kinds = {} }: TableOptions): TableBuilder {
  const items = dictionary('items', 0xffff_ffff);
  const raters = dictionary('raters', 65_535);
  const raterKinds: RaterKind[] = [];
  const places = criterionPlaces(criteria);
  const seenOrders = orders();
  const facts = itemFacts();
  const columns = ratingColumns();
  let duplicates = 0;

  return {
    add(rating) {
      const place = places.get(rating.criterion);
      const criterion = place === undefined ? undefined : criteria[place];
      if (place === undefined || !criterion) {
        const present = criteria.map(({ id }) => id);
        const nearest = nearestName(rating.criterion, present);
        throw unknownCriterion({
          file: 'the table',
          criterion: rating.criterion,
          present,
          ...(nearest === undefined ? {} : { nearest }),
        });
      }
      const known = raters.place(rating.rater);
      const kind = (known === undefined ? undefined : raterKinds[known]) ?? kinds[rating.rater] ?? kindOf(rating);
      const code = rating.status === 'rated' ? encode(criterion.scale, rating.value) : Number.NaN;
      if (code === undefined && kind === 'human') {
        throw offScaleRating({
          rater: rating.rater,
          item: rating.item,
          value: String(rating.value).slice(0, 40),
          criterion: criterion.id,
          scale: formatScale(criterion.scale),
        });
      }
      const rater = raters.code(rating.rater);
      if (known === undefined) raterKinds.push(kind);
      columns.push({
        item: itemCode(rating.item),
        rater,
        criterion: place,
        response: rating.response ?? 0,
        order: seenOrders.code(rating.order ?? []),
        sample: rating.sample ?? 0,
        status: code === undefined ? unreadable : ratingStatuses.indexOf(rating.status),
        value: code ?? Number.NaN,
        distribution: rating.status === 'rated' && code !== undefined ? rating.distribution : undefined,
        costUsd: rating.cost?.amount,
        latencyMs: rating.latencyMs,
        served: rating.provenance.served,
      });
      const row = columns.length - 1;
      const first = columns.earlier(row);
      if (first < 0) return;
      const [before, after] = [first, row].map((at) =>
        saidBy(criterion, columns.status.get(at), columns.value.get(at)),
      );
      columns.dropLast();
      if (before !== after) {
        throw contradictoryRating({
          rater: rating.rater,
          item: rating.item,
          criterion: criterion.id,
          first: before ?? '',
          second: after ?? '',
        });
      }
      duplicates++;
    },
    get length() {
      return columns.length;
    },
    get duplicates() {
      return duplicates;
    },
    finish: () =>
      columns.freeze({
        items: items.names,
        raters: raters.names,
        raterKinds,
        criteria,
        orders: seenOrders.list,
        facts,
      }),
  };

  function itemCode(id: string): number {
    const known = items.place(id);
    if (known !== undefined) return known;
    const item = items.code(id);
    const group = groups?.get(id);
    if (group !== undefined) facts.group(item, group);
    for (const [name, values] of Object.entries(facets)) {
      const value = values.get(id);
      if (value !== undefined) facts.facet(item, name, value);
    }
    return item;
  }
}

/**
 * Builds the columnar table of ratings that come one after another.
 *
 * @throws what `TableBuilder.add` throws.
 */
export async function buildTable(
  ratings: AsyncIterable<Rating> | Iterable<Rating>,
  options: TableOptions,
): Promise<RatingTable> {
  const builder = createTableBuilder(options);
  for await (const rating of ratings) builder.add(rating);
  return builder.finish();
}

/** What a row says, for messages: its value as people write it, or its status. */
export function saidBy(criterion: Criterion, status: number, value: number): string {
  if (status !== 0) return ratingStatuses[status] ?? 'failed';
  return String(decode(criterion.scale, value) ?? value);
}

function kindOf({ rater, provenance }: Rating): RaterKind {
  switch (provenance.source) {
    case 'person':
      return 'human';
    case 'program':
      return 'metric';
    case 'model':
      return 'judge';
    case 'recorded':
      return guessRaterKind(rater);
  }
}

function criterionPlaces(criteria: readonly Criterion[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const [place, criterion] of criteria.entries()) {
    const before = criteria[places.get(criterion.id) ?? -1];
    if (before) {
      throw twoScales({
        criterion: criterion.id,
        first: formatScale(before.scale),
        second: formatScale(criterion.scale),
        where: 'given twice',
      });
    }
    places.set(criterion.id, place);
  }
  return places;
}
