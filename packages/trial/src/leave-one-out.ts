import type { Estimate, Undetermined } from '@assize/core';

import { type Comparison, meanOfComparisons, ranksAgainst, sharesAgainst, sideOf } from './comparison.ts';
import { average, majority } from './consensus.ts';
import type { CriterionCase } from './criterion-case.ts';
import { noted } from './estimate-words.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import { forFewDiscordant } from './few-discordant.ts';
import { clipped, withoutSpread } from './no-spread.ts';
import { bootstrapComparison } from './row-bootstrap.ts';
import type { PairStatistic } from './row-statistics.ts';
import { withUnrated } from './unrated-policy.ts';

/** One person against the other people, and the judge against the same others on the same units. */
export interface LeftOut {
  person: string;
  units: number;
  /** Units where judge and person spoke but the others split evenly, and which are therefore left out. */
  split: number;
  judge: PairStatistic;
  human: PairStatistic;
  /** Judge and person at once. */
  compare: Comparison;
  rows: Uint32Array;
}

export interface LeaveOneOut {
  statistic: 'agreement' | 'spearman';
  people: LeftOut[];
  /** Why someone was left out of the comparison. */
  notes: string[];
  judge: Estimate | Undetermined;
  humans: Estimate | Undetermined;
  difference: Estimate | Undetermined;
}

/**
 * Holds the judge and each person against the other people, on the same units and by the same statistic.
 *
 * For each person j the reference is what the others say (their majority, or their mean on ordered scales): person j and the
 * judge are compared with it where both spoke. The figures are means over persons, each counting once however many units
 * they rated; their difference is resampled by groups, so that what both share cancels. Comparing the judge with the majority
 * of all people while comparing people with each other would flatter the judge, since a majority is less noisy than its
 * members.
 */
export function leaveOneOut(one: CriterionCase, settings: ExaminationSettings): LeaveOneOut {
  const statistic = one.ordered ? 'spearman' : 'agreement';
  const { people, notes } = leftOut(one, settings);
  const method = `leave one rater out, ${statistic}`;
  if (people.length === 0) {
    const alone = one.people.length < 2;
    const none: Undetermined = {
      value: null,
      reason: alone ? 'one-rater' : notes.some((note) => note.endsWith(noVariety)) ? 'zero-variance' : 'no-data',
      detail: alone ? 'one person alone has no others to be held against' : notes.join('; '),
      n: 0,
      method,
    };
    return { statistic, people, notes, judge: none, humans: none, difference: none };
  }
  const splits = people.reduce((sum, { split }) => sum + split, 0);
  if (splits > 0)
    notes.push(`the other people split evenly ${splits} times; those units count for neither judge nor person`);
  const spoken = new Uint8Array(one.length);
  for (const { rows } of people) for (const row of rows) spoken[row] = 1;
  const used = rowsWhere(one.length, (unit) => spoken[unit] === 1);
  const bootstrap = bootstrapComparison(
    meanOfComparisons(people.map(({ compare }) => compare)),
    used,
    [one.verdicts, one.asked, ...one.labels],
    one.clusters,
    { random: settings.random.stream('leave-one-out'), level: settings.level, replicates: settings.replicates },
  );
  const named = (result: Estimate | Undetermined): Estimate | Undetermined => ({
    ...noted(result, ...notes),
    method: `${method}, ${result.method}`,
  });
  // A correlation of 1 loses up to 6w when a share w of units moves from one end of the ranking to the other.
  const ends: [number, number] = one.ordered ? [-6, 6] : [-1, 1];
  const side: [number, number] = one.ordered ? [-5, 1] : [0, 1];
  const settled = withoutSpread(bootstrap.difference, ends);
  return {
    statistic,
    people,
    notes,
    judge: named(clipped(withoutSpread(bootstrap.first, side), [-1, 1])),
    humans: named(clipped(withoutSpread(bootstrap.second, side), [-1, 1])),
    difference: named(clipped(one.ordered ? settled : forFewDiscordant(settled), one.ordered ? [-2, 2] : [-1, 1])),
  };
}

const noVariety = 'does not vary there';

function leftOut(one: CriterionCase, settings: ExaminationSettings): Pick<LeaveOneOut, 'people' | 'notes'> {
  const least = settings.profile.leastPerPerson;
  const notes: string[] = [];
  const people: LeftOut[] = [];
  for (const [place, person] of one.people.length > 1 ? one.people.entries() : []) {
    const rest = one.labels.filter((_, other) => other !== place);
    const others = one.ordered ? average(rest, one.length) : majority(rest, one.length, one.levels);
    const verdicts = withUnrated(one, settings.unrated, others.values);
    const own = one.labels[place]!;
    const both = (unit: number): boolean => isNumber(own[unit]!) && isNumber(verdicts[unit]!);
    const rows = rowsWhere(one.length, (unit) => both(unit) && isNumber(others.values[unit]!));
    if (rows.length < least) {
      notes.push(
        `${person} is left out: needs ${least} units that ${one.judge}, ${person} and another person rated, has ${rows.length}`,
      );
      continue;
    }
    const compare = (one.ordered ? ranksAgainst : sharesAgainst)(verdicts, own, others.values);
    if (!compare(rows, new Float64Array(2))) {
      notes.push(`${person} is left out: what the judge, ${person} or the others say ${noVariety}`);
      continue;
    }
    people.push({
      person,
      units: rows.length,
      split: rowsWhere(one.length, (unit) => others.splits[unit] === 1 && both(unit)).length,
      judge: sideOf(compare, 0),
      human: sideOf(compare, 1),
      compare,
      rows,
    });
  }
  return { people, notes };
}

export function rowsWhere(length: number, holds: (unit: number) => boolean): Uint32Array {
  const rows: number[] = [];
  for (let unit = 0; unit < length; unit++) if (holds(unit)) rows.push(unit);
  return Uint32Array.from(rows);
}

export function isNumber(value: number): boolean {
  return !Number.isNaN(value);
}
