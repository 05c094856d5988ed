import { isAssizeError, type Provenance, type Rating, ratingSchema } from '@assize/core';

import type { ColumnRole } from './column-roles.ts';
import { badRow } from './dataset-errors.ts';
import { isObject } from './json-line.ts';
import type { Quarantined } from './load-options.ts';
import { meansNotAsked, statusOfWord } from './missing-words.ts';
import { oneByOne } from './one-by-one.ts';
import { excerptOf, openReading } from './open-reading.ts';
import { isPlainRating } from './plain-rating.ts';
import { quarantine as quarantineOf, quarantined } from './quarantine.ts';
import { guessRaterKind } from './rater-kind.ts';
import { fieldProblem } from './read-items.ts';
import { type RatingDraft, rowReader } from './row-plan.ts';
import type { TableRow } from './table-rows.ts';
import type { Source } from './text-source.ts';

export interface RatingOptions {
  /** Only these raters; in a wide table, these columns. */
  readonly raters?: readonly string[];
  /** The criterion of rows that name none. Default `overall`. */
  readonly criterion?: string;
  readonly layout?: 'tidy' | 'wide';
  readonly columns?: Partial<Record<ColumnRole, string>>;
  /** Called for a row that cannot be read, which is then left out; left out, the first such row is an error. */
  readonly quarantine?: (row: Quarantined) => void;
  readonly signal?: AbortSignal;
}

/**
 * The ratings of files, one at a time, in constant memory: JSONL with one `Rating` a line, tidy CSV, wide CSV or JSONL.
 *
 * A JSONL row may leave out `status` where it has a value, and `provenance`, which is `recorded` then. Values are given
 * as they stand in the file and are not held against a scale: `loadRatings` and `buildTable` do that.
 *
 * @throws dataset/bad-row with file, line and column; faults of a whole file
 * @example
 * const table = await buildTable(readRatings('ratings.jsonl'), { criteria });
 */
export function readRatings(
  source: Source | readonly Source[],
  options: RatingOptions = {},
): AsyncGenerator<Rating, void, undefined> {
  return oneByOne(ratingBatches(source, options));
}

async function* ratingBatches(
  source: Source | readonly Source[],
  options: RatingOptions,
): AsyncGenerator<Rating[], void, undefined> {
  const { raters, quarantine } = options;
  const wanted = raters && new Set(raters);
  for (const one of isList(source) ? source : [source]) {
    const aside = quarantineOf(quarantine !== undefined);
    let told = 0;
    const tell = (): void => {
      for (; told < aside.list.length; told++) {
        const row = aside.list[told];
        if (row) quarantine?.(row);
      }
    };
    const open = await openReading(one, { ...options, asked: raters ?? [] }, aside);
    const read = open.reading && rowReader(open.reading);
    const ratingsOf = (row: TableRow): Rating[] => {
      if (isRatingRow(row)) return [strictRating(row, open.name)];
      return (read?.(row, () => {}) ?? []).flatMap((draft) => ratingOf(draft, options.criterion ?? 'overall'));
    };
    for await (const rows of open.batches) {
      tell();
      const ratings: Rating[] = [];
      const take = (rating: Rating): void => {
        if (!wanted || wanted.has(rating.rater)) ratings.push(rating);
      };
      for (const row of rows) {
        if (row.object && isPlainRating(row.object)) {
          take(row.object);
          continue;
        }
        try {
          for (const rating of ratingsOf(row)) take(rating);
        } catch (error) {
          if (!quarantine || !isAssizeError(error)) {
            // What stands before the bad row is given before it is told.
            yield ratings;
            throw error;
          }
          quarantine(quarantined(error, excerptOf(row)));
        }
      }
      yield ratings;
    }
    tell();
  }
}

function isList(source: Source | readonly Source[]): source is readonly Source[] {
  return Array.isArray(source);
}

/** A row in the words of `Rating` itself, which is held against its schema and keeps all its fields. */
function isRatingRow(row: TableRow): row is TableRow & { object: Record<string, unknown> } {
  return (
    row.object !== undefined &&
    ['item', 'rater', 'criterion'].every((field) => row.object && Object.hasOwn(row.object, field)) &&
    ('value' in row.object || 'status' in row.object) &&
    Object.keys(row.object).every((field) => ratingFields.has(field))
  );
}

const ratingFields = new Set(ratingSchema.options.flatMap((option) => Object.keys(option.shape)));

function strictRating(row: TableRow & { object: Record<string, unknown> }, file: string): Rating {
  const { item, value, status, provenance } = row.object;
  const unrated = typeof status === 'string' && status !== 'rated';
  const lifted = {
    provenance: isObject(provenance) ? provenance : { source: 'recorded' },
    ...row.object,
    item: typeof item === 'number' ? String(item) : item,
    value: typeof value === 'boolean' ? Number(value) : (value ?? null),
    status: status ?? 'rated',
    ...(unrated && row.object['reason'] === undefined ? { reason: 'the file gives no reason' } : {}),
  };
  const read = ratingSchema.safeParse(lifted);
  if (read.success) return read.data;
  throw badRow({ file, line: row.line, ...fieldProblem(read.error) });
}

function ratingOf(draft: RatingDraft, unnamed: string): Rating[] {
  const { value } = draft;
  const human = (draft.raterKind ?? guessRaterKind(draft.rater)) === 'human';
  const word = typeof value === 'string' ? value : undefined;
  if (human && word !== undefined && meansNotAsked(word)) return [];
  const status = draft.status ?? (word === undefined ? undefined : statusOfWord(word));
  const provenance: Provenance = {
    source: draft.raterKind === 'human' ? 'person' : 'recorded',
    ...(draft.served === undefined ? {} : { served: draft.served }),
  };
  const common = {
    item: draft.item,
    rater: draft.rater,
    criterion: draft.criterion ?? unnamed,
    ...(draft.response === 0 ? {} : { response: draft.response }),
    ...(draft.order.length === 0 ? {} : { order: [...draft.order] }),
    ...(draft.sample === 0 ? {} : { sample: draft.sample }),
    ...(draft.rationale === undefined ? {} : { rationale: draft.rationale }),
    ...(draft.costUsd === undefined ? {} : { cost: { amount: draft.costUsd, currency: 'USD' as const } }),
    ...(draft.latencyMs === undefined ? {} : { latencyMs: draft.latencyMs }),
    provenance,
  };
  if (status !== undefined || value === undefined) {
    const reason = draft.reason ?? (word === undefined ? 'the file gives no reason' : `the file says "${word}"`);
    return [{ ...common, status: status ?? 'failed', value: null, reason }];
  }
  const distribution = draft.distribution;
  return [{ ...common, status: 'rated', value, ...(distribution ? { distribution: [...distribution] } : {}) }];
}
