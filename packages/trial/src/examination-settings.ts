import type { Random, UnratedPolicy } from '@assize/core';

import type { Profile } from './profile.ts';

/** What every examination is told beside the case. */
export interface ExaminationSettings {
  profile: Profile;
  level: number;
  replicates: number;
  /** The policy of the headline figures; the others are shown beside it where they differ. */
  unrated: UnratedPolicy;
  random: Random;
}
