export { buildTable, createTableBuilder, type TableBuilder, type TableOptions } from './build-table.ts';
export { columnRoles, type ColumnRole } from './column-roles.ts';
export { countStatuses, type StatusCount } from './count-statuses.ts';
export * from './dataset-errors.ts';
export { defineDataset } from './define-dataset.ts';
export { type Delimiter, sniffDelimiter } from './delimiter.ts';
export { factsOfItems } from './facts-of-items.ts';
export { filterRows, type RowConditions, rowsWhere } from './filter-rows.ts';
export { groupsOfRows } from './groups-of-rows.ts';
export { joinTables } from './join-tables.ts';
export { type Line, type LineOptions, readLines } from './lines.ts';
export type { LoadedRatings, LoadOptions, Quarantined } from './load-options.ts';
export { loadRatings } from './load-ratings.ts';
export { missingWords, type UnratedStatus } from './missing-words.ts';
export { editDistance, nearestName } from './nearest-name.ts';
export { openDataset } from './open-dataset.ts';
export { noRow, type Pivot, pivot, splitVote } from './pivot.ts';
export {
  detectPreferenceCoding,
  type PreferenceCoding,
  preferenceCodings,
  readPreference,
} from './preference-coding.ts';
export { proposeScale, type ScaleProposal } from './propose-scale.ts';
export { formatRaterColumn, parseOrder, parseRaterColumn, type RaterColumn } from './rater-column.ts';
export { guessRaterKind } from './rater-kind.ts';
export { ratersOf } from './raters-of.ts';
export { ratingsOf } from './ratings-of.ts';
export { type ItemOptions, readItems } from './read-items.ts';
export { type RatingOptions, readRatings } from './read-ratings.ts';
export { selectRows } from './select-rows.ts';
export { type ColumnSketch, type SketchOptions, sketchTable, type TableSketch } from './sketch-table.ts';
export { sliceByFacet } from './slice-by-facet.ts';
export { tableFingerprint } from './table-fingerprint.ts';
export type { Layout } from './table-layout.ts';
export type { Encoding, Source } from './text-source.ts';
export { tidyColumns, toTidyCsv } from './tidy-csv.ts';
export { writeRatings } from './write-ratings.ts';
