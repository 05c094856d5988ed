import {
  type ColumnProfile,
  looksLikeValues,
  mostlyNumbers,
  profileColumns,
  realValues,
  sameVocabulary,
} from './column-profile.ts';
import { columnRoles, type ColumnRole, rolesOf } from './column-roles.ts';
import { isScaleText } from './cell-text.ts';
import { guessRaterKind } from './rater-kind.ts';
import { parseRaterColumn } from './rater-column.ts';
import { facetsOf } from './row-plan.ts';
import type { TableRow } from './table-rows.ts';

/** How a table is laid out: one rating a row, one item a row, items to be rated, or none of these. */
export type Layout = 'tidy' | 'wide' | 'ratings-jsonl' | 'items-jsonl' | 'unknown';

export interface TableLayout {
  readonly layout: Layout;
  readonly roles: Map<ColumnRole, string>;
  /** Wide: the columns of raters, those asked for or else those that look like it. */
  readonly raterColumns: string[];
  readonly facets: Map<string, string>;
  /** The file shows two responses of each item. */
  readonly pairwise: boolean;
  readonly profiles: Map<string, ColumnProfile>;
  /** Why a column was taken for what it is. */
  readonly why: Map<string, string>;
  /** Why the layout is unknown. */
  readonly problem?: string;
}

export interface LayoutHints {
  readonly format: 'csv' | 'jsonl';
  readonly comma: boolean;
  /** Raters that the caller named. */
  readonly asked?: readonly string[];
  /** Whether raters that nobody named are wanted too. */
  readonly others?: boolean;
  readonly layout?: 'tidy' | 'wide' | undefined;
  readonly columns?: Partial<Record<ColumnRole, string>> | undefined;
  readonly group?: string | undefined;
  readonly facets?: readonly string[] | undefined;
}

const raterish = /rater|annot|judge|human|worker|label|score|rating|verdict|grade|expert|crowd|gold|majority/i;
/** Whose responses are compared. */
const systems = /^(?:model|system|generator|output|response)s?(?:[ _-]?(?:name|id|[ab12]))?$/i;
const firstOfPair = /^(.*?)(output|response|model|answer|completion|candidate|generator|conversation)([_ -]?)(1|a)$/i;

/** Tells the layout of a table from a sample of its rows. */
export function tellLayout(rows: readonly TableRow[], hints: LayoutHints): TableLayout {
  const profiles = profileColumns(rows, hints.comma);
  const columns = [...profiles.keys()];
  const given = { ...hints.columns, ...(hints.group === undefined ? {} : { group: hints.group }) };
  const roles = rolesOf(columns, given);
  const why = new Map<string, string>();
  for (const [role, column] of roles)
    why.set(column, given[role] === column ? 'you said so' : `its name stands for ${role}`);
  const facets = facetsOf(columns);
  for (const column of hints.facets ?? []) facets.set(column.replace(/^facets?[_:. ]/i, ''), column);
  for (const [name, column] of facets)
    why.set(column, hints.facets?.includes(column) ? 'you said so' : `its name says facet ${name}`);
  dropMisfits(roles, profiles, given, why);
  const askedColumns = askedIn(columns, hints.asked ?? []);
  const pairwise = columns.some((column) => isFirstOfPair(column, profiles)) || showsOrders(roles, profiles);
  const base = { roles, facets, pairwise, profiles, why };

  if (hints.layout !== 'wide' && askedColumns.length === 0 && isTidy(roles, profiles, hints.layout)) {
    return { ...base, layout: hints.format === 'jsonl' ? 'ratings-jsonl' : 'tidy', raterColumns: [] };
  }
  if (hints.format === 'jsonl' && (profiles.get('responses')?.lists ?? 0) > 0 && hints.layout === undefined) {
    return { ...base, layout: 'items-jsonl', raterColumns: [] };
  }
  if (hints.layout === 'tidy') {
    const missing = ['item', 'rater', 'value'].filter(
      (role) => !columnRoles.some((known) => known === role && roles.has(known)),
    );
    return { ...base, layout: 'unknown', raterColumns: [], problem: `there is no column for ${missing.join(', ')}` };
  }

  // One item a row: what would be the rater and the value of a tidy table may be raters here.
  for (const role of ['rater', 'value', 'rater_kind'] as const) release(role);
  for (const [role, column] of roles) if (askedColumns.includes(column) && given[role] === undefined) release(role);
  const item =
    roles.get('item') ?? columns.find((column) => /id$/i.test(column) && isKey(profiles.get(column), rows.length));
  if (item !== undefined) {
    roles.set('item', item);
    if (!why.has(item)) why.set(item, 'it ends in id and all its values differ');
  }
  const taken = new Set([...roles.values(), ...facets.values()]);
  const free = [...profiles.values()].filter(({ name }) => !taken.has(name));
  // JSONL may show a rater later than in the sample.
  const named = [...new Set([...askedColumns, ...(hints.asked ?? [])])];
  const raterColumns =
    askedColumns.length === 0
      ? likelyRaters(free, why)
      : hints.others
        ? [...new Set([...named, ...likelyRaters(free, why)])]
        : named;
  for (const column of askedColumns) why.set(column, 'you named this rater');
  const problem =
    item === undefined
      ? 'no column holds the ids of the items'
      : raterColumns.length === 0
        ? 'no column looks like the ratings of a rater'
        : undefined;
  return {
    ...base,
    layout: problem === undefined ? 'wide' : 'unknown',
    raterColumns,
    ...(problem === undefined ? {} : { problem }),
  };

  function release(role: ColumnRole): void {
    const column = roles.get(role);
    if (column === undefined || given[role] === column) return;
    roles.delete(role);
    why.delete(column);
  }
}

function most(part: number, { filled, lists }: ColumnProfile): boolean {
  return part * 2 >= filled + lists;
}

function someFit({ values }: ColumnProfile, fits: (value: string) => boolean): boolean {
  return values.size === 0 || [...values.keys()].some(fits);
}

/** A column whose cells are not what its name promises does not play the role: `response` is often a text. */
function dropMisfits(
  roles: Map<ColumnRole, string>,
  profiles: ReadonlyMap<string, ColumnProfile>,
  given: Partial<Record<ColumnRole, string>>,
  why: Map<string, string>,
): void {
  const fits: Partial<Record<ColumnRole, (profile: ColumnProfile) => boolean>> = {
    response: (profile) => most(profile.whole, profile),
    sample: (profile) => most(profile.whole, profile),
    order: (profile) => most(profile.orders + profile.lists, profile),
    cost_usd: (profile) => most(profile.numbers, profile),
    latency_ms: (profile) => most(profile.numbers, profile),
    item: ({ lists }) => lists === 0,
    rater: ({ lists }) => lists === 0,
    value: ({ lists }) => lists === 0,
    criterion: ({ lists, characters, filled }) => lists === 0 && characters <= 60 * filled,
    scale: (profile) => someFit(profile, isScaleText),
    distribution: (profile) => profile.lists > 0 || someFit(profile, (value) => /^[\d.\se+-]+$/.test(value)),
  };
  for (const [role, column] of roles) {
    const profile = profiles.get(column);
    if (given[role] !== undefined || !profile || fits[role]?.(profile) !== false) continue;
    roles.delete(role);
    why.set(column, `its name stands for ${role}, most of its cells do not`);
  }
}

function isTidy(
  roles: ReadonlyMap<ColumnRole, string>,
  profiles: ReadonlyMap<string, ColumnProfile>,
  layout: 'tidy' | 'wide' | undefined,
): boolean {
  const [item, rater, value] = [roles.get('item'), roles.get('rater'), roles.get('value')];
  if (item === undefined || rater === undefined || (value === undefined && !roles.has('status'))) return false;
  if (layout === 'tidy' || /^(?:rater|annotator|worker)/i.test(rater)) return true;
  // `item, judge, label` may be one rating a row or two raters of one item: two raters speak the same language.
  const [names, values, items] = [profiles.get(rater), profiles.get(value ?? ''), profiles.get(item)];
  if (!names || !values || !items) return true;
  const repeats = [...items.values.values()].some((count) => count > 1);
  return repeats || names.values.size === 1 || !sameVocabulary(names, values);
}

/** The columns of the raters asked for: by their whole name, or by the name before `[order 1 0]`. */
function askedIn(columns: readonly string[], asked: readonly string[]): string[] {
  return columns.filter((column) => asked.includes(column) || asked.includes(parseRaterColumn(column).rater));
}

function isFirstOfPair(column: string, profiles: ReadonlyMap<string, ColumnProfile>): boolean {
  if (column === 'chosen') return profiles.has('rejected');
  const match = firstOfPair.exec(column);
  if (!match) return false;
  const second = match[4] === '1' ? '2' : match[4] === 'a' ? 'b' : 'B';
  return profiles.has(column.slice(0, -1) + second);
}

function showsOrders(roles: ReadonlyMap<ColumnRole, string>, profiles: ReadonlyMap<string, ColumnProfile>): boolean {
  const profile = profiles.get(roles.get('order') ?? '');
  return profile !== undefined && [...profile.values.keys()].some((order) => order.trim().split(/[\s,]+/).length === 2);
}

function isKey(profile: ColumnProfile | undefined, rows: number): boolean {
  return profile !== undefined && profile.filled === rows && (profile.more || profile.values.size === rows);
}

/** Columns that look like raters: the largest set that shares one vocabulary, and those whose name says it. */
function likelyRaters(free: readonly ColumnProfile[], why: Map<string, string>): string[] {
  const candidates = free.filter(looksLikeValues);
  let largest: ColumnProfile[] = [];
  for (const first of candidates) {
    const alike = candidates.filter((other) => other === first || sameVocabulary(first, other));
    if (alike.length > largest.length) largest = alike;
  }
  const chosen = new Set<string>();
  if (largest.length > 1) {
    for (const { name } of largest) {
      chosen.add(name);
      why.set(name, `its values are those of ${largest.length - 1} more columns`);
    }
  }
  for (const profile of candidates) {
    const { name } = profile;
    if (chosen.has(name) || systems.test(name) || !(raterish.test(name) || guessRaterKind(name) !== 'human')) continue;
    // A column of names beside columns of numbers says who, not what.
    if (largest[0] && largest.length > 1 && mostlyNumbers(profile) !== mostlyNumbers(largest[0])) continue;
    chosen.add(name);
    why.set(name, 'its name is that of a rater and its cells are short values');
  }
  return free.map(({ name }) => name).filter((name) => chosen.has(name));
}

/** A few values of a column, for people. */
export function sampleValues(profile: ColumnProfile): string[] {
  return [...new Set([...realValues(profile), ...profile.values.keys()])]
    .slice(0, 5)
    .map((value) => value.slice(0, 40));
}
