import type { Estimate, Undetermined } from '@assize/core';
import { pairedBootstrap, plainEstimate } from '@assize/stats';

import { average, majority } from './consensus.ts';
import type { CriterionCase } from './criterion-case.ts';
import { type ExaminationSettings, noted } from './examination.ts';
import { equalShare, meanOf, type PairStatistic, spearmanOf } from './row-statistics.ts';
import { withUnrated } from './unrated-policy.ts';

/** One person against the other people, and the judge against the same others on the same units. */
export interface LeftOut {
  person: string;
  units: number;
  /** Units on which the others split evenly, and which are therefore left out. */
  split: number;
  judge: PairStatistic;
  human: PairStatistic;
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
 * judge are compared with it where both spoke. The figures are means over persons; their difference is resampled by groups,
 * so that what both share cancels. Comparing the judge with the majority of all people while comparing people with each other
 * would flatter the judge, since a majority is less noisy than its members.
 */
export function leaveOneOut(one: CriterionCase, settings: ExaminationSettings): LeaveOneOut {
  const statistic = one.ordered ? 'spearman' : 'agreement';
  const compare = one.ordered ? spearmanOf : equalShare;
  const notes: string[] = [];
  const people: LeftOut[] = [];
  for (const [place, person] of one.people.entries()) {
    const rest = one.labels.filter((_, other) => other !== place);
    const others = one.ordered ? average(rest, one.length) : majority(rest, one.length, one.levels);
    const verdicts = withUnrated(one, settings.unrated, others.values);
    const own = one.labels[place]!;
    const rows = rowsWhere(
      one.length,
      (unit) => isNumber(own[unit]!) && isNumber(others.values[unit]!) && isNumber(verdicts[unit]!),
    );
    if (rows.length < settings.profile.leastPerPerson) {
      notes.push(
        `${person} shares ${rows.length} units with judge and others and is left out (least ${settings.profile.leastPerPerson})`,
      );
      continue;
    }
    const shared = maskOf(rows, one.length);
    people.push({
      person,
      units: rows.length,
      split: others.split,
      judge: compare(masked(verdicts, shared), others.values),
      human: compare(masked(own, shared), others.values),
      rows,
    });
  }
  const method = `leave one rater out, ${statistic}`;
  if (people.length === 0) {
    const none: Undetermined = {
      value: null,
      reason: one.people.length < 2 ? 'one-rater' : 'no-data',
      detail:
        one.people.length < 2
          ? 'one person alone has no others to be held against'
          : (notes[0] ?? 'people share no units'),
      n: 0,
      method,
    };
    return { statistic, people, notes, judge: none, humans: none, difference: none };
  }
  const spoken = new Uint8Array(one.length);
  for (const { rows } of people) for (const row of rows) spoken[row] = 1;
  const used = rowsWhere(one.length, (unit) => spoken[unit] === 1);
  const bootstrap = pairedBootstrap(
    Array.from(used, (unit) => one.clusters[unit]!),
    within(used, meanOf(people.map(({ judge }) => judge))),
    within(used, meanOf(people.map(({ human }) => human))),
    { random: settings.random.stream('leave-one-out'), level: settings.level, replicates: settings.replicates },
  );
  const named = (result: Estimate | Undetermined): Estimate | Undetermined => ({
    ...noted(result, ...notes),
    method: `${method}, ${result.method}`,
  });
  return {
    statistic,
    people,
    notes,
    judge: named(plainEstimate(bootstrap.first)),
    humans: named(plainEstimate(bootstrap.second)),
    difference: named(plainEstimate(bootstrap.difference)),
  };
}

/** A statistic over places in `rows` instead of over units. */
export function within(rows: Uint32Array, statistic: PairStatistic): PairStatistic {
  let buffer = new Uint32Array(rows.length);
  return (places) => {
    if (buffer.length < places.length) buffer = new Uint32Array(places.length * 2);
    for (let i = 0; i < places.length; i++) buffer[i] = rows[places[i]!]!;
    return statistic(buffer.subarray(0, places.length));
  };
}

export function rowsWhere(length: number, holds: (unit: number) => boolean): Uint32Array {
  const rows: number[] = [];
  for (let unit = 0; unit < length; unit++) if (holds(unit)) rows.push(unit);
  return Uint32Array.from(rows);
}

export function isNumber(value: number): boolean {
  return !Number.isNaN(value);
}

function maskOf(rows: Uint32Array, length: number): Uint8Array {
  const mask = new Uint8Array(length);
  for (const row of rows) mask[row] = 1;
  return mask;
}

function masked(values: Float64Array, mask: Uint8Array): Float64Array {
  return values.map((value, unit) => (mask[unit] === 1 ? value : Number.NaN));
}
