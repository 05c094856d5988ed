import { type Criterion, formatScale, type RaterKind, type Scale } from '@assize/core';

import { noScale, twoScales } from './dataset-errors.ts';
import type { LoadOptions } from './load-options.ts';
import { isPreferenceWord, type PreferenceCoding } from './preference-coding.ts';
import { proposeFromSummary, type ScaleProposal } from './propose-scale.ts';
import type { RawRatings } from './raw-ratings.ts';
import { emptySummary, mergeSummaries, type ValueSummary } from './value-summary.ts';

export interface SettledCriterion {
  readonly criterion: Criterion;
  readonly source: 'given' | 'file' | 'proposed';
  readonly coding?: PreferenceCoding | undefined;
  readonly notes: readonly string[];
}

/** A scale option holds one scale for all criteria, or one for each by name. */
function scaleGiven(scale: LoadOptions['scale'], criterion: string): Scale | undefined {
  if (scale === undefined) return undefined;
  if (isScale(scale)) return scale;
  return Object.hasOwn(scale, criterion) ? scale[criterion] : undefined;
}

function isScale(scale: NonNullable<LoadOptions['scale']>): scale is Scale {
  return 'kind' in scale && typeof scale.kind === 'string';
}

const equal = (a: Scale, b: Scale): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Decides on which scale each criterion was rated: given, stated in the file, or proposed from the values.
 *
 * @throws dataset/two-scales when two sources disagree, dataset/no-scale when the values do not tell it.
 */
export function settleScale(
  place: number,
  id: string,
  raw: RawRatings,
  kinds: readonly RaterKind[],
  options: LoadOptions,
): SettledCriterion {
  const file = raw.files.join(', ');
  const whole = options.criteria?.find((criterion) => criterion.id === id);
  const given = whole?.scale ?? scaleGiven(options.scale, id);
  const other = whole && scaleGiven(options.scale, id);
  const stated = raw.scales.get(place);
  const contradicting = given && [other, stated].find((scale) => scale && !equal(scale, given));
  if (given && contradicting) {
    const where = contradicting === stated ? `given and in ${file}` : 'criteria and scale of the options';
    throw twoScales({ criterion: id, first: formatScale(given), second: formatScale(contradicting), where });
  }
  const scale = given ?? stated;
  if (scale) {
    const criterion = whole ?? { id, question: '', scale, higherIsBetter: true };
    return { criterion, source: given ? 'given' : 'file', coding: options.preferenceCoding, notes: [] };
  }
  const proposal = proposeForRaters(place, raw, kinds);
  if (!proposal.scale) throw noScale({ file, criterion: id, problem: proposal.reason });
  return {
    criterion: { id, question: '', scale: proposal.scale, higherIsBetter: true },
    source: 'proposed',
    coding: options.preferenceCoding ?? ('coding' in proposal ? proposal.coding : undefined),
    notes: [
      `the scale of ${id} is proposed: ${formatScale(proposal.scale)}, since ${proposal.reason}`,
      ...proposal.notes,
    ],
  };
}

/** People say what the scale is; what a program adds to it widens the range, or is garbage. */
function proposeForRaters(place: number, raw: RawRatings, kinds: readonly RaterKind[]): ScaleProposal {
  const people: ValueSummary[] = [];
  const programs: ValueSummary[] = [];
  for (const [rater, byCriterion] of raw.summaries) {
    const summary = byCriterion.get(place);
    if (summary) (kinds[rater] === 'human' ? people : programs).push(summary);
  }
  const hints = { pairwise: raw.pairwise };
  const all = mergeSummaries([...people, ...programs]);
  const ofPeople = mergeSummaries(people);
  if (people.length === 0 || programs.length === 0 || ofPeople.words.size + ofPeople.numbers.size < 2) {
    return proposeFromSummary(all, hints);
  }
  const proposal = proposeFromSummary(ofPeople, hints);
  const ofPrograms = mergeSummaries(programs);
  switch (proposal.scale?.kind) {
    case undefined:
      return proposeFromSummary(all, hints);
    case 'preference': {
      const words = [...all.words].filter(([word]) => isPreferenceWord(word));
      return proposeFromSummary({ ...all, words: new Map(words) }, { pairwise: true });
    }
    case 'binary': {
      const strange = [...ofPrograms.numbers.keys()].find((number) => number !== 0 && number !== 1);
      if (strange === undefined) return proposal;
      return { scale: undefined, reason: `people say 0 or 1, and a program says ${strange}`, notes: [] };
    }
    case 'nominal': {
      const extra = [...ofPrograms.words.keys()].filter((word) => !ofPeople.words.has(word) && word.length <= 40);
      const wide = proposeFromSummary(
        { ...ofPeople, words: new Map([...ofPeople.words, ...extra.map((word) => [word, 1] as const)]) },
        hints,
      );
      if (wide.scale?.kind !== 'nominal' || extra.length === 0) return proposal;
      return { ...wide, notes: [...wide.notes, `labels that no person used: ${extra.join(', ')}`] };
    }
    case 'ordinal':
    case 'interval': {
      const numbers = mergeSummaries([ofPeople, { ...emptySummary(), ...ofPrograms, words: new Map() }]);
      const wide = proposeFromSummary(numbers, hints);
      if (!wide.scale || equal(wide.scale, proposal.scale)) return proposal;
      return { ...wide, notes: [...wide.notes, `people alone would give ${formatScale(proposal.scale)}`] };
    }
    case 'rank':
      return proposal;
  }
}
