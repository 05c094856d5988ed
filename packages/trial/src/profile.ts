import { defineError, fingerprint, thresholdSchema } from '@assize/core';
import { z } from 'zod';

/** A warning must come before a failure, else no interval could fall between the two. */
const bounds = thresholdSchema.refine(
  ({ bad, warn, fail }) => (bad === 'low' ? fail <= warn : bad === 'high' ? warn <= fail : 0 <= warn && warn <= fail),
  'warn must not lie beyond fail',
);

/** What is good enough, written down before the data are seen; copied with its hash into every card. */
export const profileSchema = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  /** Fewer independent groups than this decide nothing. */
  leastGroups: z.number().int().positive(),
  /** A person with fewer shared items than this is not held against the others alone. */
  leastPerPerson: z.number().int().positive(),
  /** Judge minus people, each against the other people: how much worse the judge may be. */
  agreementDifference: bounds,
  /** With a single person there is no ceiling: bounds on Cohen's kappa where values are labels, … */
  kappa: bounds,
  /** … and on Spearman's correlation where they are ordered. */
  spearman: bounds,
  /** Krippendorff's alpha among the people. */
  humanAlpha: bounds,
  /** Position bias: recency minus primacy over all pairs of orders. */
  preferenceFairness: bounds,
  /** Position bias: disagreement between orders beyond disagreement between repetitions. */
  excessInconsistency: bounds,
  /** Krippendorff's alpha among repetitions of the same question. */
  repeatabilityAlpha: bounds,
  /** Share of verdicts that are unreadable or failed. */
  unusable: bounds,
  /** The worst slice minus the rest. */
  sliceDifference: bounds,
  /** How much more often than people the judge uses a label; on ordered scales in levels. */
  labelShift: bounds,
  levelShift: bounds,
});
export type Profile = z.infer<typeof profileSchema>;

const standard: Profile = {
  name: 'standard',
  version: '1',
  leastGroups: 20,
  leastPerPerson: 20,
  agreementDifference: { bad: 'low', warn: -0.1, fail: -0.15 },
  kappa: { bad: 'low', warn: 0.6, fail: 0.4 },
  spearman: { bad: 'low', warn: 0.6, fail: 0.4 },
  humanAlpha: { bad: 'low', warn: 0.667, fail: 0.4 },
  preferenceFairness: { bad: 'both', warn: 0.1, fail: 0.15 },
  excessInconsistency: { bad: 'high', warn: 0.1, fail: 0.15 },
  repeatabilityAlpha: { bad: 'low', warn: 0.8, fail: 0.667 },
  unusable: { bad: 'high', warn: 0.05, fail: 0.2 },
  sliceDifference: { bad: 'low', warn: -0.15, fail: -0.2 },
  labelShift: { bad: 'both', warn: 0.1, fail: 0.15 },
  levelShift: { bad: 'both', warn: 0.25, fail: 0.5 },
};

/**
 * The profiles that ship. `standard` asks what a release gate needs; `certify` halves what it tolerates and wants more data.
 *
 * Bounds on position bias: recorded judges of 2023-24 show excess inconsistency of .02 to .14 and preference fairness of
 * .04 to .27, and a single-order win rate is off by about half of the latter (Shi et al., arXiv:2406.07791). Alpha: .667 and
 * .80 are Krippendorff's. Kappa: .4 and .6 bound what Landis and Koch call moderate.
 */
export const profiles = {
  standard,
  certify: {
    ...standard,
    name: 'certify',
    leastGroups: 100,
    agreementDifference: { bad: 'low', warn: -0.05, fail: -0.15 },
    kappa: { bad: 'low', warn: 0.8, fail: 0.6 },
    spearman: { bad: 'low', warn: 0.8, fail: 0.6 },
    preferenceFairness: { bad: 'both', warn: 0.05, fail: 0.15 },
    excessInconsistency: { bad: 'high', warn: 0.05, fail: 0.15 },
    unusable: { bad: 'high', warn: 0.01, fail: 0.05 },
    sliceDifference: { bad: 'low', warn: -0.1, fail: -0.15 },
    labelShift: { bad: 'both', warn: 0.05, fail: 0.15 },
  },
} as const satisfies Record<string, Profile>;

export const badProfile = defineError('trial/bad-profile', (facts: { profile: string; problem: string }) => ({
  message: `the profile ${facts.profile}: ${facts.problem}`,
  hint: `Name one of ${Object.keys(profiles).join(', ')}, or give a JSON file with every field of profileSchema.`,
}));

/**
 * A profile by its name, or checked when it is given as data.
 *
 * @throws trial/bad-profile
 */
export function profileOf(profile: unknown): Profile {
  if (typeof profile === 'string') {
    const known = Object.entries(profiles).find(([name]) => name === profile);
    if (!known) throw badProfile({ profile, problem: 'is not known' });
    return known[1];
  }
  const parsed = profileSchema.safeParse(profile);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badProfile({
    profile: 'given as data',
    problem: `${issue?.path.join('.') || 'top level'}: ${issue?.message ?? 'is not a profile'}`,
  });
}

/** The hash of a profile: two cards may be compared when it is equal. */
export function profileFingerprint(profile: Profile): string {
  return fingerprint(profile);
}
