import { questions } from './questions.ts';

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
    support('coverage', noJudge),
    support('agreement', noPeople),
    support(
      'human-ceiling',
      people > 1 ? null : 'labels of a second person on the same items; with one, absolute bounds decide agreement',
    ),
    support(
      'position-bias',
      preference
        ? (noJudge ?? (bothOrders ? null : 'verdicts in both orders: a column order with 0 1 and 1 0'))
        : 'a preference between two responses',
    ),
    support('repeatability', noJudge ?? (samples ? null : 'repetitions of the same question: a column sample')),
    support('confusion', noPeople),
    support('slices', noPeople ?? (facets ? null : 'a facet of the items: a column named facet_…, or --facet COLUMN')),
  ];
}

function support(examination: keyof typeof questions, missing: string | null): Support {
  return { examination, question: questions[examination], missing };
}
