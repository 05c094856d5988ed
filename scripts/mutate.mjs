// Changes the statistics' source one place at a time and counts how often their tests notice.
// Usage: npm run mutate -- [--lines N | --all] [--seed N] [--only TEXT] [--json]
// All mutants take hours on two cores. So lines are drawn at random, all mutants inside them are tried, and the score has an
// interval by line. Constants of modules are left out, and mutants that span lines (mostly whole blocks taken away, which are noticed most easily) are left to --all.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Instrumenter } from '@stryker-mutator/instrumenter';

import { clusteredProportion, isEstimate, seededRandom, shuffle } from '../packages/stats/src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, 'packages/stats');
const least = 0.85;

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '200' },
    all: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});

const silent = { debug() {}, info() {}, isDebugEnabled: () => false };
const files = globSync('src/**/*.ts', { cwd: home })
  .filter((name) => name.includes(values.only) && name !== 'src/index.ts')
  .toSorted()
  .map((name) => ({ name, mutate: true, content: readFileSync(join(home, name), 'utf8') }));
const { mutants } = await new Instrumenter(silent).instrument(files, {
  plugins: null,
  excludedMutations: [],
  ignorers: [],
});
const inOneLine = mutants.filter(({ location: { start, end } }) => start.line === end.line);
const lineOf = ({ fileName, location }) => `${fileName}:${location.start.line + 1}`;
const lines = shuffle([...new Set(inOneLine.map(lineOf))], seededRandom(`mutants ${values.seed}`));
const drawn = new Set(lines.slice(0, Number(values.lines)));

const folder = join(root, '.mutants');
mkdirSync(folder, { recursive: true });
const report = join(folder, 'report.json');
const config = join(folder, 'config.json');
writeFileSync(
  config,
  JSON.stringify({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.mutation.config.ts' },
    mutate: values.all
      ? ['src/**/*.ts', '!src/index.ts']
      : [...drawn].map((line) => `${line}:0-${line.split(':')[1]}:999`),
    coverageAnalysis: 'perTest',
    concurrency: availableParallelism(),
    ignoreStatic: true, // a constant of a module needs the whole suite, a minute and a half each
    disableTypeChecks: false,
    tsconfigFile: 'none', // the copy lies as deep as the original; there is nothing to rewrite
    inPlace: false,
    tempDirName: '../../.mutants',
    ignorePatterns: ['dist', 'reports'],
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    timeoutMS: 20_000,
    allowConsoleColors: false,
  }),
);
const given = process.env.ASSIZE_DATA_DIR ?? '../shared/data';
const env = { ...process.env, ASSIZE_DATA_DIR: isAbsolute(given) ? given : join(root, given) };
const run = spawnSync(join(root, 'node_modules/.bin/stryker'), ['run', config], {
  cwd: home,
  env,
  stdio: ['ignore', 2, 2],
});
if (run.status !== 0) {
  console.error('mutate: the mutation run failed; its own messages are above');
  process.exit(2);
}

const tested = Object.entries(JSON.parse(readFileSync(report, 'utf8')).files).flatMap(([fileName, file]) =>
  file.mutants.map((mutant) => ({ ...mutant, fileName: fileName.replace(/^.*?(?=src\/)/, '') })),
);
const oneBased = (mutant) => `${mutant.fileName}:${mutant.location.start.line}`;
const results = tested.filter((mutant) => values.all || drawn.has(oneBased(mutant)));
rmSync(folder, { recursive: true, force: true });

const caught = new Set(['Killed', 'Timeout']);
const missed = new Set(['Survived', 'NoCoverage']);
const valid = results.filter(({ status }) => caught.has(status) || missed.has(status));
const killed = valid.filter(({ status }) => caught.has(status)).length;
const places = new Map([...drawn].map((line, place) => [line, place]));
const score = clusteredProportion(
  valid.map(({ status }) => (caught.has(status) ? 1 : 0)),
  values.all ? {} : { clusters: valid.map((mutant) => places.get(oneBased(mutant))) },
);
const survivors = valid
  .filter(({ status }) => missed.has(status))
  .map(({ fileName, location, mutatorName, replacement, status }) => ({
    place: `packages/stats/${fileName}:${location.start.line}:${location.start.column}`,
    mutator: mutatorName,
    replacement,
    status,
  }))
  .toSorted((a, b) => a.place.localeCompare(b.place, 'en', { numeric: true }));

if (values.json)
  console.log(JSON.stringify({ mutants: mutants.length, tested: valid.length, killed, score, survivors }, null, 2));
else {
  for (const { place, mutator, replacement, status } of survivors) {
    console.log(
      `${status === 'NoCoverage' ? 'not run ' : 'survived'} ${place} ${mutator}: ${replacement.replaceAll(/\s+/g, ' ').slice(0, 90)}`,
    );
  }
  const interval = isEstimate(score) ? score.interval.map((end) => (100 * end).toFixed(1)).join(' to ') : '';
  console.log(
    `${killed} of ${valid.length} mutants noticed, ${((100 * killed) / valid.length).toFixed(1)} %` +
      (values.all
        ? ''
        : `, 95 % interval ${interval}; ${drawn.size} of ${lines.length} lines, ${mutants.length} mutants in all`),
  );
}
process.exitCode = killed / valid.length >= least ? 0 : 1;
