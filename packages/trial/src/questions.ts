/** What each examination asks, in the order of the card. */
export const questions = {
  coverage: 'Does the judge give verdicts, and do they differ from one another?',
  agreement: 'Does the judge agree with people as well as people agree with each other?',
  'human-ceiling': 'How well do people agree with each other?',
  'position-bias': 'Does the place in which a response is shown decide who wins?',
  repeatability: 'Does the judge say the same when it is asked the same again?',
  confusion: 'Where do judge and people part, and does the judge use the scale as people do?',
  slices: 'Is the judge worse in some slice of the items?',
} as const;
