import { decode, type EvidenceRow } from '@assize/core';

import type { CriterionCase } from './criterion-case.ts';

/** A value of a case as people read it; an average between levels as a number. */
export function labelOf(one: CriterionCase, code: number): string {
  if (Number.isNaN(code)) return 'nothing';
  if (one.criterion.scale.kind === 'preference')
    return ['first response', 'second response', 'tie', 'unrated'][code] ?? String(code);
  if (one.levels > 0 && code === one.levels) return 'unrated';
  const { scale } = one.criterion;
  if (one.levels === 0 || Number.isInteger(code)) return String(decode(scale, code) ?? code);
  const [below, above] = [decode(scale, Math.floor(code)), decode(scale, Math.ceil(code))];
  if (typeof below !== 'number' || typeof above !== 'number') return `between ${below} and ${above}`;
  return (below + (code - Math.floor(code)) * (above - below)).toFixed(2);
}

/** What each rater said of a unit. */
export function saidOf(one: CriterionCase, unit: number): Record<string, string> {
  const said = Object.fromEntries(
    one.people.flatMap((person, place) => {
      const value = one.labels[place]![unit]!;
      return Number.isNaN(value) ? [] : [[person, labelOf(one, value)]];
    }),
  );
  const verdict = one.verdicts[unit]!;
  return { [one.judge]: Number.isNaN(verdict) ? 'unrated' : labelOf(one, verdict), ...said };
}

/** The item of a unit as people name it; the response too where an item has more than one rated. */
export function unitName(one: CriterionCase, items: readonly string[], unit: number): string {
  const id = items[one.item[unit]!]!;
  return one.severalResponses ? `${id} (response ${one.response[unit]! + 1})` : id;
}

/** A unit on which judge and people part, with what each said. */
export function disagreement(one: CriterionCase, items: readonly string[], unit: number): EvidenceRow {
  return {
    item: unitName(one, items, unit),
    note: `people say ${labelOf(one, one.consensus.values[unit]!)}, the judge ${labelOf(one, one.verdicts[unit]!)}`,
    ratings: saidOf(one, unit),
  };
}
