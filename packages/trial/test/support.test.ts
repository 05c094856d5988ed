import { buildTable } from '@assize/datasets';
import { seededRandom } from '@assize/stats';
import { simulatePreferences, simulateScores } from '@assize/testkit/simulated-raters';
import { expect, test } from 'vitest';

import { putOnTrial, supportOf } from '../src/index.ts';

test.each([
  { preference: true, people: 2, bothOrders: true, samples: true, facets: true },
  { preference: true, people: 1, bothOrders: true, samples: false, facets: false },
  { preference: true, people: 2, bothOrders: false, samples: false, facets: true },
  { preference: false, people: 2, bothOrders: false, samples: true, facets: false },
  { preference: false, people: 1, bothOrders: false, samples: false, facets: true },
])('what is promised of ratings with $people people is what a trial then examines', async (facts) => {
  const { preference, people, bothOrders, samples, facets } = facts;
  const simulate = preference ? simulatePreferences : simulateScores;
  const panel = { items: 120, people: { count: people, accuracy: 0.9 }, samples: samples ? 2 : 1 };
  const made = simulate({ ...panel, random: seededRandom(1) });
  const ratings = made.ratings.filter(({ order }) => bothOrders || order === undefined || order[0] === 0);
  const table = await buildTable(ratings, { criteria: [made.criterion], ...(facets ? { facets: made.facets } : {}) });
  const { findings } = putOnTrial(table, { judge: 'judge', dataset: { name: 'simulated' }, replicates: 50 });
  expect(
    findings.map(({ examination, question, outcome }) => [examination, question, outcome !== 'not-applicable']),
  ).toEqual(
    supportOf({ ...facts, judge: true }).map(({ examination, question, missing }) => [
      examination,
      question,
      missing === null,
    ]),
  );
});
