import {
  type Estimate,
  type Finding,
  fingerprint,
  type JudgeCard,
  type Measure,
  type Undetermined,
} from '@assize/core';

/** A number with an interval of this half width, as an examination reports it. */
export function about(value: number, half: number, n: number, groups?: number): Estimate {
  return {
    value,
    interval: [Math.max(-1, value - half), Math.min(1, value + half)],
    level: 0.95,
    n,
    ...(groups === undefined ? {} : { groups }),
    method: 'percentile bootstrap over groups, 2,000 replicates',
  };
}

/** A share with its Wilson interval. */
function wilson(count: number, n: number): Estimate {
  const [z, share] = [1.96, count / n];
  const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return {
    value: share,
    interval: [Math.max(0, middle - half), Math.min(1, middle + half)],
    level: 0.95,
    n,
    method: 'Wilson',
  };
}

function undetermined(reason: Undetermined['reason'], detail: string, n = 0): Undetermined {
  return { value: null, reason, detail, n, method: 'not computed' };
}

const judge = 'acme:judge-large-2025-06';
const people = ['r1', 'r2', 'r3', 'r4', 'annotator-with-a-rather-long-pseudonym-05', 'r6'];

function finding(
  parts: Partial<Finding> & Pick<Finding, 'examination' | 'criterion' | 'outcome' | 'statistic' | 'estimate'>,
): Finding {
  return {
    question: 'Does it hold?',
    severity: 2,
    measures: [],
    summary: 'As the figures say.',
    evidence: [],
    ...parts,
  };
}

function helpful(): Finding[] {
  const criterion = 'helpful';
  const measured = (statistic: string, estimate: Estimate | Undetermined, of?: Measure['about']): Measure => ({
    statistic,
    estimate,
    ...(of ? { about: of } : {}),
  });
  return [
    finding({
      examination: 'coverage',
      criterion,
      outcome: 'pass',
      severity: 0,
      question: 'Does the judge answer?',
      statistic: 'unrated-share',
      estimate: about(0.0123, 0.006, 1948, 80),
      threshold: { bad: 'high', warn: 0.02, fail: 0.05 },
      summary: 'The judge gave no verdict on 24 of 1,948 rows, fewer than the profile allows.',
    }),
    finding({
      examination: 'agreement',
      criterion,
      outcome: 'pass',
      severity: 1,
      question: 'Does the judge say what people say?',
      statistic: 'agreement',
      estimate: about(0.661, 0.031, 974, 80),
      threshold: { bad: 'low', warn: 0.6, fail: 0.5 },
      measures: [
        measured('agreement', about(0.661, 0.031, 974, 80), { rater: judge, against: 'the others' }),
        measured('agreement', about(0.652, 0.031, 998, 80), { rater: judge, against: 'the others', policy: 'wrong' }),
        measured('kappa', about(0.47, 0.05, 974, 80), { rater: judge, against: 'the others' }),
        measured('alpha', about(0.482, 0.048, 974, 80), { rater: judge, against: 'the others' }),
        measured('pearson', undetermined('not-identified', 'preferences have no order to correlate', 974), {
          rater: judge,
          against: 'the others',
        }),
      ],
      summary: 'The judge agrees with people on two verdicts of three, above the bound of the profile.',
      evidence: [
        {
          item: 'q-101',
          note: 'The judge and all six people prefer different responses.',
          ratings: { [judge]: '0', r1: '1', r2: '1' },
        },
        {
          item: 'q-117-a-very-long-item-id-0123456789abcdef0123456789abcdef',
          note: 'The judge calls a tie where people are unanimous.',
        },
      ],
    }),
    finding({
      examination: 'human-ceiling',
      criterion,
      outcome: 'pass',
      severity: 1,
      question: 'Is the judge as close to people as people are to each other?',
      statistic: 'difference',
      estimate: about(-0.004, 0.026, 974, 80),
      threshold: { bad: 'low', warn: -0.05, fail: -0.1 },
      measures: people.flatMap((person, place): Measure[] => [
        measured(
          'agreement',
          place === 5
            ? undetermined('too-few-clusters', '4 groups are fewer than 10', 7)
            : about(0.632 + 0.013 * place, 0.04 + 0.008 * place, 310 - 40 * place),
          { rater: person, against: 'the others' },
        ),
        measured(
          'agreement',
          place === 5 ? about(0.714, 0.33, 7) : about(0.655 - 0.006 * place, 0.04 + 0.007 * place, 310 - 40 * place),
          { rater: judge, against: `all but ${person}` },
        ),
        measured('difference', about(0.02 - 0.019 * place, 0.05, 310 - 40 * place), {
          rater: judge,
          against: `all but ${person}`,
        }),
      ]),
      summary:
        'On the same items the judge is as close to people as they are to each other, within the margin of 0.05.',
    }),
    finding({
      examination: 'confusion',
      criterion,
      outcome: 'not-applicable',
      severity: 3,
      question: 'Which labels does the judge confuse?',
      statistic: 'agreement',
      estimate: about(0.661, 0.031, 974, 80),
      measures: confusion(['0', '1', 'tie'], ['0', '1', 'tie', 'unrated'], [412, 401, 161]),
      summary: 'Most disagreement is about ties: people call one in six pairs a tie, the judge one in nine.',
    }),
    finding({
      examination: 'position-bias',
      criterion,
      outcome: 'warn',
      severity: 1,
      question: 'Does the order in which responses are shown decide?',
      statistic: 'excess-inconsistency',
      estimate: about(0.106, 0.032, 974, 80),
      threshold: { bad: 'high', warn: 0.1, fail: 0.15 },
      measures: [
        measured('position-consistency', about(0.817, 0.025, 974, 80)),
        measured('primacy', about(0.141, 0.022, 974, 80)),
        measured('recency', about(0.042, 0.013, 974, 80)),
        measured('preference-fairness', about(-0.099, 0.026, 974, 80)),
        measured('excess-inconsistency', about(0.106, 0.032, 974, 80)),
        measured('first-slot-share', about(0.77, 0.06, 178)),
      ],
      summary:
        'One pair in nine changes its verdict with the order, beyond what repetition alone changes; the first response gains.',
      advice: 'Ask both orders and take the mean: a single-order win rate is off by about five points.',
      evidence: [
        {
          item: 'q-82',
          note: 'The response shown first wins both times.',
          ratings: { 'order 0 1': '0', 'order 1 0': '1' },
        },
      ],
    }),
    finding({
      examination: 'repeatability',
      criterion,
      outcome: 'inconclusive',
      severity: 1,
      question: 'Does the judge repeat itself?',
      statistic: 'alpha',
      estimate: undetermined('no-data', 'every item was asked once; two samples of the same order are needed', 0),
      threshold: { bad: 'low', warn: 0.8, fail: 0.667 },
      summary: 'The ratings hold one sample of each question, so repeatability cannot be told.',
      needs: '100 items asked three times (300 calls) would decide it.',
    }),
    finding({
      examination: 'length-bias',
      criterion,
      outcome: 'fail',
      severity: 1,
      question: 'Does the judge favour longer responses beyond what people do?',
      statistic: 'directional-accuracy-gap',
      estimate: about(0.203, 0.048, 774),
      threshold: { bad: 'both', warn: 0.1, fail: 0.15 },
      summary:
        'When people prefer the shorter response the judge finds it less often than the longer one when they prefer that.',
      advice: 'Compare systems at equal length, or correct with labels stratified by length.',
    }),
    finding({
      examination: 'slices',
      criterion,
      outcome: 'warn',
      severity: 2,
      question: 'Is the judge as good everywhere?',
      statistic: 'largest-gap',
      estimate: about(0.21, 0.09, 974),
      measures: [
        measured('agreement', about(0.661, 0.031, 974)),
        ...Array.from({ length: 30 }, (_, place) =>
          measured(
            'agreement',
            place === 17
              ? undetermined('no-data', 'no item of this slice has labels', 0)
              : about(0.5 + ((place * 7) % 30) / 90, 0.04 + ((place * 5) % 9) / 100, 20 + ((place * 37) % 180)),
            {
              facet: place < 8 ? 'domain' : 'language',
              value:
                place < 8
                  ? ['writing', 'roleplay', 'reasoning', 'maths', 'coding', 'extraction', 'science', 'humanities'][
                      place
                    ]!
                  : `language-${place - 7}`,
            },
          ),
        ),
      ],
      summary: 'The weakest slice is 21 points below the best one.',
    }),
  ];
}

function confusion(rows: readonly string[], columns: readonly string[], counts: readonly number[]): Measure[] {
  return rows.flatMap((human, row) => {
    const n = counts[row] ?? 0;
    const weights = columns.map((judged, column) =>
      judged === 'unrated' ? 0.04 : human === judged ? 3 : 1 / (1 + Math.abs(row - column) ** 1.5),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const counted = weights.map((weight) => Math.floor((n * weight) / total));
    counted[Math.max(0, columns.indexOf(human))]! += n - counted.reduce((sum, count) => sum + count, 0);
    return columns.map((judged, column): Measure => ({
      statistic: 'share-of-human-label',
      about: { human, judge: judged },
      estimate:
        n === 0 ? undetermined('no-data', `no person gave the label ${human}`, 0) : wilson(counted[column] ?? 0, n),
    }));
  });
}

function overall(): Finding[] {
  const criterion = 'overall-quality-on-a-seven-point-scale-with-a-long-identifier';
  const levels = ['1', '2', '3', '4', '5', '6', '7'];
  return [
    finding({
      examination: 'agreement',
      criterion,
      outcome: 'warn',
      severity: 1,
      question: 'Does the judge say what people say?',
      statistic: 'kappa-quadratic',
      estimate: about(0.58, 0.06, 640),
      threshold: { bad: 'low', warn: 0.6, fail: 0.4 },
      measures: [
        { statistic: 'kappa-quadratic', about: { rater: judge, against: 'r1' }, estimate: about(0.58, 0.06, 640) },
        { statistic: 'spearman', about: { rater: judge, against: 'r1' }, estimate: about(0.61, 0.05, 640) },
        {
          statistic: 'mean-difference',
          about: { rater: judge, against: 'r1' },
          estimate: { value: 1.234, interval: [1.1, 1.4], level: 0.95, n: 640, method: 'cluster t' },
        },
      ],
      summary: 'A single person labelled these items: the human ceiling is unknown.',
    }),
    finding({
      examination: 'human-ceiling',
      criterion,
      outcome: 'not-applicable',
      severity: 1,
      statistic: 'difference',
      estimate: undetermined('one-rater', 'a ceiling needs two people on the same items', 640),
      summary: 'With a single person there is no ceiling to compare with.',
    }),
    finding({
      examination: 'confusion',
      criterion,
      outcome: 'not-applicable',
      severity: 3,
      statistic: 'accuracy',
      estimate: about(0.44, 0.04, 640),
      measures: confusion(levels, [...levels, 'unrated'], [0, 25, 70, 140, 190, 150, 65]),
      summary: 'The judge avoids both ends of the scale.',
    }),
  ];
}

function tone(): Finding[] {
  const criterion = 'tone';
  const levels = ['far too formal', 'somewhat formal', 'just right', 'somewhat casual', 'far too casual'];
  return [
    finding({
      examination: 'agreement',
      criterion,
      outcome: 'inconclusive',
      severity: 1,
      statistic: 'accuracy',
      estimate: {
        value: 0.6,
        interval: null,
        level: 0.95,
        n: 5,
        method: 'proportion',
        notes: ['five items are too few to resample'],
      },
      threshold: { bad: 'low', warn: 0.7, fail: 0.5 },
      summary: 'Five labelled items do not decide it.',
      needs: '180 labelled items would decide it.',
    }),
    finding({
      examination: 'confusion',
      criterion,
      outcome: 'not-applicable',
      severity: 3,
      statistic: 'accuracy',
      estimate: about(0.6, 0.3, 5),
      measures: confusion(levels, levels, [1, 1, 1, 1, 1]),
      summary: 'Shown for completeness.',
    }),
  ];
}

/** A card with everything a page must cope with: all outcomes, undetermined figures, long ids, 30 slices, 7 levels. */
export function exampleCard(): JudgeCard {
  const criteria: JudgeCard['criteria'] = [
    {
      id: 'helpful',
      question: 'Which response helps the asker more?',
      scale: { kind: 'preference', ties: true },
      higherIsBetter: true,
    },
    {
      id: 'overall-quality-on-a-seven-point-scale-with-a-long-identifier',
      question: 'How good is the response?',
      scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5, 6, 7] },
      higherIsBetter: true,
    },
    {
      id: 'tone',
      question: 'Is the tone right?',
      scale: {
        kind: 'nominal',
        labels: ['far too formal', 'somewhat formal', 'just right', 'somewhat casual', 'far too casual'],
      },
      higherIsBetter: true,
    },
  ];
  const card: Omit<JudgeCard, 'fingerprint'> = {
    contract: 1,
    judge: {
      rater: judge,
      definition: {
        contract: 1,
        id: judge,
        mode: 'pairwise',
        criteria,
        protocol: { name: 'pairwise', orders: 'both' },
        elicitation: { name: 'json', reasons: 'before' },
        aggregation: { orders: 'mean', samples: 1 },
        model: { id: judge, maxOutputTokens: 800 },
      },
      served: [judge],
      fingerprint: fingerprint({ judge }),
    },
    dataset: {
      name: 'support-conversations-2025',
      items: 974,
      groups: 80,
      ratings: 11042,
      source: 'ratings.jsonl',
      fingerprint: fingerprint('data'),
    },
    profile: { name: 'standard', version: '1', fingerprint: fingerprint('profile') },
    humans: people,
    criteria,
    settings: { level: 0.95, seed: 42, unrated: 'exclude', replicates: 2000 },
    verdict: 'fit-with-correction',
    reasons: [
      'On helpful it is as close to people as they are to each other (difference −0.004 [−0.03, 0.02], margin 0.05).',
      'It favours longer responses (major), which labels stratified by length can correct.',
      'Repeatability could not be told: each question was asked once.',
    ],
    findings: [...helpful(), ...overall(), ...tone()],
    unrated: {
      rows: 1948,
      rated: 1924,
      abstained: 0,
      refused: 3,
      unreadable: 19,
      failed: 2,
      share: about(0.0123, 0.006, 1948, 80),
    },
    versions: { '@assize/trial': '0.1.0', '@assize/stats': '0.1.0', node: '24.21.0' },
  };
  return { ...card, fingerprint: fingerprint(card) };
}
