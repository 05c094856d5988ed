import { defineError } from '@assize/core';

export const noSuchRater = defineError(
  'trial/no-such-rater',
  (facts: { rater: string; nearest: string; present: string }) => ({
    message: `no rater is called ${facts.rater}${facts.nearest ? `; did you mean ${facts.nearest}?` : ''}`,
    hint: `The ratings hold ${facts.present}.`,
  }),
);

export const noHumans = defineError('trial/no-humans', (facts: { judge: string; present: string }) => ({
  message: `no person is named against whom ${facts.judge} could be tried`,
  hint: `Name at least one with --humans (or \`humans\`); the ratings hold ${facts.present}.`,
}));

export const judgeIsHuman = defineError('trial/judge-is-human', (facts: { judge: string }) => ({
  message: `${facts.judge} is named both as the judge and as a person`,
  hint: 'Leave it out of one of the two.',
}));

export const noOverlap = defineError(
  'trial/no-overlap',
  (facts: { judge: string; judged: number; labelled: number }) => ({
    message: `${facts.judge} and the people share no item: ${facts.judged} judged, ${facts.labelled} labelled`,
    hint: 'Check that both use the same item ids and criterion names; `assize doctor FILE` shows how the file is read.',
  }),
);

export const tieNeedsPreference = defineError(
  'trial/tie-needs-preference',
  (facts: { criterion: string; scale: string }) => ({
    message: `unrated verdicts cannot count as ties on ${facts.criterion}: its scale is ${facts.scale}`,
    hint: 'Choose exclude, wrong or worst.',
  }),
);
