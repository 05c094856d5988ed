import { createRequire } from 'node:module';

import {
  fingerprint,
  formatScale,
  type JudgeCard,
  type JudgeDefinition,
  type RatingTable,
  type UnratedPolicy,
  judgeCardSchema,
  ratingStatuses,
} from '@assize/core';
import { nearestName, tableFingerprint, unknownCriterion } from '@assize/datasets';
import { clusteredProportion, plainEstimate, seededRandom } from '@assize/stats';

import { agreement } from './agreement.ts';
import { confusion } from './confusion.ts';
import { coverage } from './coverage.ts';
import { criterionCase } from './criterion-case.ts';
import { type Examination } from './examination.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import { humanCeiling } from './human-ceiling.ts';
import { leaveOneOut, type LeaveOneOut } from './leave-one-out.ts';
import { positionBias } from './position-bias.ts';
import { type Profile, profileFingerprint, profileOf } from './profile.ts';
import { repeatability } from './repeatability.ts';
import { slices } from './slices.ts';
import { judgeIsHuman, noHumans, noOverlap, noSuchRater, tieNeedsPreference } from './trial-errors.ts';
import { verdictOf } from './verdict.ts';

/** The examinations of recorded ratings, in the order of the card. */
export const examinations = {
  coverage,
  agreement,
  'human-ceiling': humanCeiling,
  'position-bias': positionBias,
  repeatability,
  confusion,
  slices,
} as const satisfies Record<string, Examination>;

export interface TrialOptions {
  /** The rater to be tried. */
  judge: string;
  /** The people it is held against, each once; all other raters of kind `human` when left out. */
  humans?: readonly string[];
  /** All criteria on which the judge has ratings when left out. */
  criteria?: readonly string[];
  /** `standard` (default), `certify`, or a profile of your own. */
  profile?: string | Profile;
  /** What statistics do with unrated verdicts. Default `exclude`; the others are shown where they differ. */
  unrated?: UnratedPolicy;
  /** Default 0.95. */
  level?: number;
  /** Default 1. */
  seed?: number;
  /** Resamples of each bootstrap. Default 2000. */
  replicates?: number;
  dataset: { name: string; source?: string };
  /** What the judge is, where it is known: its hash names the judge. */
  definition?: JudgeDefinition;
}

/**
 * Puts a judge on trial: runs every examination on recorded ratings and says on one card what the judge may be used for.
 *
 * Pure: the same table and options give the same card, byte for byte.
 *
 * @throws trial/no-such-rater, trial/no-humans, trial/judge-is-human, trial/no-overlap, trial/tie-needs-preference,
 * trial/bad-profile, dataset/unknown-criterion
 * @example
 * const { table } = await loadRatings('ratings.csv', { scale: parseScale('preference') });
 * const card = putOnTrial(table, { judge: 'gpt-4', humans: ['r1', 'r2', 'r3'], dataset: { name: 'ratings.csv' } });
 * card.verdict; // 'fit-with-correction'
 */
export function putOnTrial(table: RatingTable, options: TrialOptions): JudgeCard {
  const { judge, unrated = 'exclude', level = 0.95, seed = 1, replicates = 2000, dataset, definition } = options;
  const profile = profileOf(options.profile ?? 'standard');
  const humans = [
    ...new Set(
      options.humans ?? table.raters.filter((rater, code) => table.raterKinds[code] === 'human' && rater !== judge),
    ),
  ];
  checkRaters(table, judge, humans);
  const chosen = criteriaOf(table, judge, options.criteria);
  const cases = chosen.map((criterion) => criterionCase(table, criterion, judge, humans));
  for (const { criterion } of cases) {
    if (unrated === 'tie' && criterion.scale.kind !== 'preference') {
      throw tieNeedsPreference({ criterion: criterion.id, scale: formatScale(criterion.scale) });
    }
  }
  const judged = cases.reduce((n, one) => n + one.asked.filter((asked) => asked === 1).length, 0);
  const labelled = cases.reduce(
    (n, one) => n + one.consensus.values.filter((value) => !Number.isNaN(value)).length + one.consensus.split,
    0,
  );
  const shared = cases.some((one) =>
    one.asked.some((asked, unit) => asked === 1 && one.labels.some((labels) => !Number.isNaN(labels[unit]!))),
  );
  if (!shared) throw noOverlap({ judge, judged, labelled });

  const findings = cases.flatMap((one) => {
    const random = seededRandom(seed).stream(`trial/${one.criterion.id}`);
    const settings: ExaminationSettings = { profile, level, replicates, unrated, random };
    let comparison: LeaveOneOut | undefined;
    const leftOut = (): LeaveOneOut => (comparison ??= leaveOneOut(one, settings));
    return Object.values<Examination>(examinations).map((examine) => examine(one, table, { ...settings, leftOut }));
  });
  const rows = cases.flatMap((one) => Array.from(one.rows));
  const counts = ratingStatuses.map((_, status) => rows.filter((row) => table.status[row] === status).length);
  const clusters = Uint32Array.from(rows, (row) => table.groupOfItem[table.item[row]!]!);
  const items = new Set(cases.flatMap((one) => Array.from(one.item)));
  const served = table.served
    ? [...new Set(rows.map((row) => table.served!.names[table.served!.code[row]!]!))]
        .filter((name) => name !== '')
        .toSorted()
    : [];
  const card: Omit<JudgeCard, 'fingerprint'> = {
    contract: 1,
    judge: {
      rater: judge,
      ...(definition ? { definition } : {}),
      ...(served.length > 0 ? { served } : {}),
      fingerprint: definition ? fingerprint(definition) : null,
    },
    dataset: {
      name: dataset.name,
      items: items.size,
      groups: new Set(Array.from(items, (item) => table.groupOfItem[item]!)).size,
      ratings: table.length,
      ...(dataset.source === undefined ? {} : { source: dataset.source }),
      fingerprint: tableFingerprint(table),
    },
    profile: { name: profile.name, version: profile.version, fingerprint: profileFingerprint(profile) },
    humans: [...humans],
    criteria: cases.map(({ criterion }) => criterion),
    settings: { level, seed, unrated, replicates },
    ...verdictOf(findings),
    findings,
    unrated: {
      rows: rows.length,
      rated: counts[0]!,
      abstained: counts[1]!,
      refused: counts[2]!,
      unreadable: counts[3]!,
      failed: counts[4]!,
      share: plainEstimate(
        clusteredProportion(
          Float64Array.from(rows, (row) => (table.status[row] === 0 ? 0 : 1)),
          { level, clusters },
        ),
      ),
    },
    versions: { '@assize/trial': versionOfTrial() },
  };
  return judgeCardSchema.parse({ ...card, fingerprint: fingerprint(card) });
}

function checkRaters(table: RatingTable, judge: string, humans: readonly string[]): void {
  const present = table.raters.join(', ');
  for (const rater of [judge, ...humans]) {
    if (!table.raters.includes(rater))
      throw noSuchRater({ rater, nearest: nearestName(rater, table.raters) ?? '', present });
  }
  if (humans.includes(judge)) throw judgeIsHuman({ judge });
  if (humans.length === 0) throw noHumans({ judge, present });
}

function criteriaOf(table: RatingTable, judge: string, wanted: readonly string[] | undefined): number[] {
  const code = table.raters.indexOf(judge);
  const present = table.criteria.map(({ id }) => id);
  for (const criterion of wanted ?? []) {
    if (present.includes(criterion)) continue;
    const nearest = nearestName(criterion, present);
    throw unknownCriterion({ file: 'the table', criterion, present, ...(nearest === undefined ? {} : { nearest }) });
  }
  const judgedCriteria = new Set(table.criterion.filter((_, row) => table.rater[row] === code));
  return [...table.criteria.keys()].filter((place) =>
    wanted ? wanted.includes(table.criteria[place]!.id) : judgedCriteria.has(place),
  );
}

function versionOfTrial(): string {
  const manifest: unknown = createRequire(import.meta.url)('../package.json');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
