// Observes how often each interval of the statistics holds the truth.
// Usage: npm run observe coverage -- [--json] [--only TEXT] [--draws N] [--write]
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { alignedColumns } from './aligned-columns.ts';
import { coverageFigure, coveragePage, type Seen } from './coverage/coverage-page.ts';
import { observeAll } from './coverage/observe-all.ts';
import { coverageOf, rowId, verdictOf } from './coverage/observe-row.ts';
import { coverageFamilies } from './coverage/rows.ts';
import { dataFolder } from './public-records.ts';

const usage = 'usage: npm run observe coverage -- [--json] [--only TEXT] [--draws N] [--slow] [--write]';

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        draws: { type: 'string' },
        slow: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    });
    const draws = values.draws === undefined ? undefined : Number(values.draws);
    if (positionals.length !== 1 || positionals[0] !== 'coverage') return { problem: usage };
    if (draws !== undefined && !(Number.isSafeInteger(draws) && draws > 0)) return { problem: '--draws: a count' };
    if (values.write && values.only !== '') {
      return { problem: '--write: the page is of all rows' };
    }
    return { ...values, draws };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function tableOf(seen: readonly Seen[]): string[] {
  const header = ['interval', 'population', 'n', 'coverage', '±', 'level', 'width', 'intervals', 'result'];
  const cells = seen.map(({ row, observation }) => {
    const coverage = coverageOf(observation);
    return [
      row.interval,
      row.population,
      String(row.n),
      coverage === null ? '' : (100 * coverage.share).toFixed(1),
      coverage === null ? '' : (100 * coverage.error).toFixed(1),
      String(100 * row.level),
      observation.width === null ? '' : observation.width.toPrecision(3),
      `${observation.intervals}/${observation.draws}`,
      { holds: 'pass', short: 'MISS', 'no interval': 'no interval', outside: 'outside' }[verdictOf(row, observation)],
    ];
  });
  return alignedColumns([header, ...cells], new Set([2, 3, 4, 5, 6, 7]));
}

const asked = readArguments(process.argv.slice(2));
if ('problem' in asked) {
  console.error(asked.problem);
  process.exit(2);
}
const folder = dataFolder();
const rows = coverageFamilies.flatMap((family) => family(folder));
const places = rows.flatMap((row, place) => (rowId(row).includes(asked.only) ? [place] : []));
if (places.length === 0) {
  console.error(`observe: no row's name contains "${asked.only}"`);
  process.exit(2);
}
const started = performance.now();
let done = 0;
const times: { place: number; seconds: number }[] = [];
const observations = await observeAll(places, {
  ...(asked.draws !== undefined && { draws: asked.draws }),
  seen(place, _, seconds) {
    times.push({ place, seconds });
    if (process.stderr.isTTY) process.stderr.write(`\r${++done} of ${places.length} rows`);
  },
});
if (process.stderr.isTTY) process.stderr.write('\r');
const seen = places.map((place, i): Seen => ({ row: rows[place]!, observation: observations[i]! }));
const missed = seen.filter(({ row, observation }) => verdictOf(row, observation) === 'short');

if (asked.json) {
  const lines = seen.map(({ row, observation }) => {
    const verdict = verdictOf(row, observation);
    return {
      ...observation,
      what: `coverage of ${row.interval}`,
      ours: coverageOf(observation)?.share ?? null,
      reference: row.level,
      target: `>= ${row.level - 0.02}`,
      unit: 'share',
      pass: verdict === 'holds' ? true : verdict === 'short' ? false : null,
      documented: row.documented,
      clustered: row.clustered,
    };
  });
  process.stdout.write(`${JSON.stringify(lines, null, 2)}\n`);
} else {
  process.stdout.write(`${tableOf(seen).join('\n')}\n`);
  if (folder === undefined) console.log('populations from public data are left out: ASSIZE_DATA_DIR names no folder');
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const load = loadavg()[0]!.toFixed(1);
  console.log(`${seen.length} rows in ${seconds} s (load ${load}), ${missed.length} more than 2 points short`);
}
if (asked.slow) {
  for (const { place, seconds } of times.toSorted((a, b) => b.seconds - a.seconds).slice(0, 30)) {
    console.error(`${seconds.toFixed(2)} s  ${rowId(rows[place]!)}`);
  }
}
if (asked.write) {
  const docs = join(import.meta.dirname, '../../../docs');
  writeFileSync(join(docs, 'coverage.md'), coveragePage(seen, 'coverage.svg'));
  writeFileSync(join(docs, 'coverage.svg'), coverageFigure(seen));
}
process.exitCode = missed.length > 0 ? 1 : 0;
