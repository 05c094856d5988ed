/** What is known of a set of ratings before it is read in full. */
export interface RatingFacts {
  /** People whose labels are there. */
  people: number;
  /** Whether there is a rater that could be tried. */
  judge: boolean;
  preference: boolean;
  bothOrders: boolean;
  samples: boolean;
  facets: boolean;
}

/** Whether an examination can be made, and what is missing when it cannot. */
export interface Support {
  examination: string;
  question: string;
  missing: string | null;
}

/**
 * Says which examinations ratings of this kind can support, in the order of the card.
 *
 * @example supportOf({ people: 1, judge: true, preference: false, bothOrders: false, samples: false, facets: false })
 */
export function supportOf({ people, judge, preference, bothOrders, samples, facets }: RatingFacts): Support[] {
  const noJudge = judge ? null : 'ratings of a judge';
  const noPeople = people > 0 ? noJudge : 'labels of at least one person';
  return [
    {
      examination: 'coverage',
      question: 'Does the judge give verdicts, and do they differ from one another?',
      missing: noJudge,
    },
    {
      examination: 'agreement',
      question: 'Does the judge agree with people as well as people agree with each other?',
      missing: noPeople,
    },
    {
      examination: 'human-ceiling',
      question: 'How well do people agree with each other?',
      missing:
        people > 1 ? null : 'labels of a second person on the same items; with one, absolute bounds decide agreement',
    },
    {
      examination: 'position-bias',
      question: 'Does the place in which a response is shown decide who wins?',
      missing: preference
        ? (noJudge ?? (bothOrders ? null : 'verdicts in both orders: a column order with 0 1 and 1 0'))
        : 'a preference between two responses',
    },
    {
      examination: 'repeatability',
      question: 'Does the judge say the same when it is asked the same again?',
      missing: noJudge ?? (samples ? null : 'repetitions of the same question: a column sample'),
    },
    {
      examination: 'confusion',
      question: 'Where do judge and people part, and does the judge use the scale as people do?',
      missing: noPeople,
    },
    {
      examination: 'slices',
      question: 'Is the judge worse in some slice of the items?',
      missing: noPeople ?? (facets ? null : 'a facet of the items: a column named facet_…, or --facet COLUMN'),
    },
  ];
}
