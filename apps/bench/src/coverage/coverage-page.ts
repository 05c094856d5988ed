import type { CoverageRow } from './coverage-row.ts';
import { coverageOf, type Observation, type Verdict, verdictOf } from './observe-row.ts';

/** A row with what was seen. */
export interface Seen {
  readonly row: CoverageRow;
  readonly observation: Observation;
}

const words: Record<Verdict, string> = {
  holds: 'holds',
  short: '**short**',
  'no interval': 'no interval',
  outside: 'outside its range',
};

function percent(share: number, digits = 1): string {
  return (100 * share).toFixed(digits);
}

function line({ row, observation }: Seen): string {
  const coverage = coverageOf(observation);
  const { draws, intervals, above, below, width } = observation;
  const cells = [
    row.prevalence === undefined ? row.population : `${row.population}, prevalence ${row.prevalence}`,
    row.n.toLocaleString('en'),
    row.clustered ? 'yes' : 'no',
    coverage === null ? 'none' : `${percent(coverage.share)} ± ${percent(coverage.error)}`,
    percent(row.level, row.level === 0.95 || row.level === 0.9 ? 0 : 1),
    coverage === null ? '' : `${percent(below / intervals)} / ${percent(above / intervals)}`,
    width === null ? '' : width.toPrecision(3),
    intervals === draws
      ? draws.toLocaleString('en')
      : `${intervals.toLocaleString('en')} of ${draws.toLocaleString('en')}`,
    words[verdictOf(row, observation)],
  ];
  return `| ${cells.join(' | ')} |`;
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

/** The page `docs/coverage.md`: what was observed of every interval. */
export function coveragePage(seen: readonly Seen[], figure: string): string {
  const verdicts = seen.map(({ row, observation }) => verdictOf(row, observation));
  const count = (verdict: Verdict): number => verdicts.filter((each) => each === verdict).length;
  const samples = seen.reduce((sum, { observation }) => sum + observation.draws, 0);
  const lines = [
    '# Coverage of the intervals',
    '',
    'How often does a 95 % interval hold the truth? Each row draws samples from a population whose value is known (simulated,',
    'or a public data set taken as the population and resampled), computes the interval, and counts. Written by',
    '`npm run observe coverage -- --write`; the same seed gives the same page.',
    '',
    `${seen.length} rows of ${new Set(seen.map(({ row }) => row.interval)).size} intervals, ${samples.toLocaleString('en')} samples.`,
    `In their documented range ${count('holds')} hold and ${count('short')} fall more than 2 points short; ${count('outside')} rows lie`,
    'outside the documented range and stand here to show why.',
    '',
    `![Observed coverage of every interval, by family](${figure})`,
    '',
    'Coverage is in percent of the intervals that were made, ± its Monte Carlo error; "low / high" is the share that lie',
    'wholly below and wholly above the truth; the width is a median. Where a function gives no interval (it says so in a',
    'note), the last but one column shows how many it gave.',
  ];
  for (const [page, rows] of grouped(seen, ({ row }) => row.page)) {
    lines.push('', `## [${page.replaceAll('-', ' ')}](stats/${page}.md)`);
    for (const [interval, each] of grouped(rows, ({ row }) => row.interval)) {
      lines.push(
        '',
        `### ${interval}`,
        '',
        '| population | n | clusters | coverage | level | low / high | width | intervals | verdict |',
        '| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | --- |',
        ...each.map(line),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

const left = 330;
const right = 60;
const plot = 420;
const lowest = 0.75;
const step = 15;

/** Where a coverage stands; what lies below 75 % stands at the left edge. */
function place(share: number): number {
  return left + ((Math.max(share, lowest) - lowest) / (1 - lowest)) * plot;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The figure beside the page: a line per interval, a dot per row; hollow dots lie outside the documented range. */
export function coverageFigure(seen: readonly Seen[]): string {
  const lines = [...grouped(seen, ({ row }) => row.page)].flatMap(([page, rows]) => [
    { title: page.replaceAll('-', ' '), rows: [] as Seen[] },
    ...[...grouped(rows, ({ row }) => row.interval)].map(([title, each]) => ({ title, rows: each })),
  ]);
  const height = 46 + lines.length * step + 12;
  const marks = [0.75, 0.8, 0.85, 0.9, 0.95, 1].map(
    (share) =>
      `<line x1="${place(share)}" x2="${place(share)}" y1="40" y2="${height - 10}" class="${share === 0.95 ? 'level' : 'grid'}"/>` +
      `<text x="${place(share)}" y="34" text-anchor="middle">${share === lowest ? '≤ ' : ''}${percent(share, 0)}</text>`,
  );
  const body = lines.flatMap(({ title, rows }, i) => {
    const y = 46 + i * step;
    if (rows.length === 0) return [`<text x="8" y="${y + 10}" class="family">${escaped(title)}</text>`];
    const shown = title.length > 52 ? `${title.slice(0, 51)}…` : title;
    return [
      `<text x="18" y="${y + 10}"><title>${escaped(title)}</title>${escaped(shown)}</text>`,
      ...rows.flatMap(({ row, observation }) => {
        const coverage = coverageOf(observation);
        if (coverage === null) return [];
        // A row of another level is moved, so that the line at 95 is the promise of every row.
        const shifted = Math.min(1, coverage.share - row.level + 0.95);
        const verdict = verdictOf(row, observation);
        const label = `${row.population}, n = ${row.n}: ${percent(coverage.share)} ± ${percent(coverage.error)}`;
        return [
          `<circle cx="${place(shifted).toFixed(1)}" cy="${y + 6}" r="3" class="${verdict.replace(' ', '-')}"><title>${escaped(label)}</title></circle>`,
        ];
      }),
    ];
  });
  const width = left + plot + right;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Observed coverage of every interval">`,
    '<style>text{font:11px system-ui,sans-serif;fill:#222}.family{font-weight:600}.grid{stroke:#ddd}.level{stroke:#222}' +
      'circle{fill:#1a6faf;fill-opacity:.55}.short{fill:#c2301c;fill-opacity:1}.outside,.no-interval{fill:none;stroke:#999}</style>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    '<text x="8" y="16">Observed coverage, percent: filled in the documented range, red more than 2 points short, hollow outside</text>',
    ...marks,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}
