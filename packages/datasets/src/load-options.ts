import type { Criterion, RatingTable, Scale } from '@assize/core';

import type { ColumnRole } from './column-roles.ts';
import type { UnratedStatus } from './missing-words.ts';
import type { PreferenceCoding } from './preference-coding.ts';

export interface LoadOptions {
  /** Only these raters are read, and `judge` and `humans`; with neither `raters` nor `humans`, all are. */
  readonly raters?: readonly string[];
  /** Who is on trial. Raters that are named nowhere else count as people then. */
  readonly judge?: string | readonly string[];
  readonly humans?: readonly string[];
  /** Which criterion to read, where the file has several; else the name of the one it has. Default `overall`. */
  readonly criterion?: string;
  /** The scale, for all criteria or by criterion. Left out: the `scale` column of the file, else proposed from the values. */
  readonly scale?: Scale | Readonly<Record<string, Scale>>;
  /** Criteria in full: question, scale and anchors. Wins over `scale`. */
  readonly criteria?: readonly Criterion[];
  /** The column of groups. Default: one named `group`. */
  readonly group?: string;
  /** Columns of facets. Default: those named `facet_…`, and the columns of a JSONL object `facets`. */
  readonly facets?: readonly string[];
  readonly layout?: 'tidy' | 'wide';
  /** Which column plays which role, where their names do not say it. */
  readonly columns?: Partial<Record<ColumnRole, string>>;
  readonly preferenceCoding?: PreferenceCoding;
  /** Words of the file that stand for a missing value, beside the table of `missingWords`; in lower case. */
  readonly missing?: Readonly<Record<string, UnratedStatus>>;
  /** Sets bad rows aside and lists them, instead of stopping at the first. */
  readonly quarantine?: boolean;
  readonly onProgress?: (progress: { file: string; rows: number; ratings: number }) => void;
  readonly signal?: AbortSignal;
}

/** A row, or a cell of a row, that was set aside. */
export interface Quarantined {
  readonly file: string;
  readonly line: number;
  /** The column at fault; `''` where the whole row is. */
  readonly column: string;
  readonly problem: string;
  /** At most 120 characters of the row. */
  readonly excerpt: string;
}

export interface LoadedRatings {
  readonly table: RatingTable;
  /** The first 10,000 of what was set aside; `notes` has the number of all. */
  readonly quarantined: readonly Quarantined[];
  /** What was assumed, counted or left out, as sentences. */
  readonly notes: readonly string[];
  readonly scaleSource: 'given' | 'file' | 'proposed';
  readonly fingerprint: string;
}
