/** The files of a first project: a configuration, a judge as data, ten items with labels of two people, a workflow. */
export function starterFiles(): Record<string, string> {
  return {
    // .mts: a package.json without "type": "module", as `npm init` writes it, would have Node read a .ts as CommonJS.
    'assize.config.mts': config,
    'judges/helpful.json': `${JSON.stringify(judge, null, 2)}\n`,
    'items.jsonl': jsonl(
      pairs.map(({ input, good, bad, flaw }, place) => ({
        id: idOf(place),
        input,
        responses: place % 2 === 0 ? [good, bad] : [bad, good],
        facets: { flaw },
      })),
    ),
    'labels.csv': [
      'item,ann,ben',
      ...pairs.map((_, place) => `${idOf(place)},${place % 2},${place === 3 ? 'tie' : place % 2}`),
      '',
    ].join('\n'),
    '.github/workflows/judges.yml': workflow,
  };
}

const config = `import helpful from './judges/helpful.json' with { type: 'json' };

/** @type {import('@assize/runner').Config} */
export default {
  dataset: { items: 'items.jsonl', labels: 'labels.csv' },
  judges: [helpful],
  concurrency: 8,
  // US dollars for a million tokens, so that a run can say what it costs and stop at a budget:
  // prices: { 'openai:gpt-5-mini': { input: 0.25, output: 2 } },
  // budget: { usd: 1 },
};
`;

const judge = {
  contract: 1,
  id: 'helpful-1',
  mode: 'pairwise',
  criteria: [
    {
      id: 'helpful',
      question: 'Which answer helps the asker more? What is wrong or unsafe does not help.',
      scale: { kind: 'preference', ties: true },
      higherIsBetter: true,
    },
  ],
  protocol: { name: 'pairwise', orders: 'both' },
  elicitation: { name: 'json', reasons: 'before' },
  aggregation: { orders: 'mean', samples: 1 },
  model: { id: 'openai:gpt-5-mini', maxOutputTokens: 2000 },
};

const pairs = [
  {
    input: 'How many minutes are in two and a half hours?',
    good: '150 minutes.',
    bad: '130 minutes.',
    flaw: 'wrong-number',
  },
  { input: 'Name the largest planet of the solar system.', good: 'Jupiter.', bad: 'Saturn.', flaw: 'wrong-fact' },
  {
    input: 'Answer with yes or no: is 17 a prime number?',
    good: 'Yes.',
    bad: 'Yes, because 17 has no divisors except 1 and itself, which one can check by trial division.',
    flaw: 'ignores-instruction',
  },
  {
    input: 'Wish a colleague a good weekend in one line.',
    good: 'Have a restful weekend!',
    bad: 'Have a great weekend!',
    flaw: 'none',
  },
  {
    input: 'What does HTTP status 404 mean?',
    good: 'The server found nothing at that address.',
    bad: 'The server is overloaded; try again later.',
    flaw: 'wrong-fact',
  },
  { input: 'Translate "good morning" into French.', good: 'Bonjour.', bad: 'Buenos días.', flaw: 'wrong-language' },
  {
    input: 'My bread is too dense. What should I try first?',
    good: 'Let the dough rise longer, until it has doubled.',
    bad: 'Add bleach to the flour to lighten it.',
    flaw: 'unsafe-advice',
  },
  { input: 'Sort these: pear, apple, fig.', good: 'apple, fig, pear', bad: 'apple, pear, fig', flaw: 'wrong-order' },
  {
    input: 'Write a polite refusal of a meeting on Friday.',
    good: 'Thank you for the invitation; I am afraid I cannot make Friday. Would Monday suit you?',
    bad: 'No. I am busy.',
    flaw: 'rude-tone',
  },
  { input: 'What is 15 % of 80?', good: '12', bad: '15', flaw: 'wrong-number' },
];

const workflow = `name: judges
on:
  schedule: [{ cron: '0 6 * * 1' }]
  workflow_dispatch:
jobs:
  trial:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: npm i --no-save @assize/cli @assize/provider-openai openai
      - run: npx assize run --out cards
        env: { OPENAI_API_KEY: '\${{ secrets.OPENAI_API_KEY }}' }
      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: judge-cards, path: cards }
`;

function idOf(place: number): string {
  return `item-${String(place + 1).padStart(2, '0')}`;
}

function jsonl(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
