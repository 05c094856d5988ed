// Changes the statistics' source one place at a time and counts how often their tests notice.
// Usage: npm run mutate -- [--sample N | --all] [--seed N] [--only TEXT] [--json]
// All mutants take hours on two cores; a sample drawn at random gives the score with an interval.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Instrumenter } from '@stryker-mutator/instrumenter';

import { isEstimate, proportion, seededRandom, shuffle } from '../packages/stats/src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, 'packages/stats');
const least = 0.85;

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '600' },
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
const chosen = values.all
  ? mutants
  : shuffle(mutants, seededRandom(`mutants ${values.seed}`)).slice(0, Number(values.sample));
const keyOf = ({ fileName, location: { start, end }, mutatorName, replacement }) =>
  [fileName, start.line, start.column, end.line, end.column, mutatorName, replacement].join('|');
const wanted = new Set(chosen.map(keyOf));

// As deep below the root as the package, so that the copy finds what lies beside it.
const folder = join(root, '.mutants');
mkdirSync(folder, { recursive: true });
const report = join(folder, 'report.json');
const config = join(folder, 'config.json');
const range = ({ fileName, location: { start, end } }) =>
  `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
writeFileSync(
  config,
  JSON.stringify({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.mutation.config.ts' },
    mutate: values.all ? ['src/**/*.ts', '!src/index.ts'] : [...new Set(chosen.map(range))],
    coverageAnalysis: 'perTest',
    concurrency: availableParallelism(),
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
const toZero = (mutant) => {
  const { start, end } = mutant.location;
  return {
    ...mutant,
    location: {
      start: { line: start.line - 1, column: start.column - 1 },
      end: { line: end.line - 1, column: end.column - 1 },
    },
  };
};
const results = tested.map(toZero).filter((mutant) => wanted.has(keyOf(mutant)));
rmSync(folder, { recursive: true, force: true });

const caught = new Set(['Killed', 'Timeout']);
const missed = new Set(['Survived', 'NoCoverage']);
const valid = results.filter(({ status }) => caught.has(status) || missed.has(status));
const killed = valid.filter(({ status }) => caught.has(status)).length;
const score = proportion(killed, valid.length);
const survivors = valid
  .filter(({ status }) => missed.has(status))
  .map(({ fileName, location, mutatorName, replacement, status }) => ({
    place: `packages/stats/${fileName}:${location.start.line + 1}:${location.start.column + 1}`,
    mutator: mutatorName,
    replacement,
    status,
  }))
  .toSorted((a, b) => a.place.localeCompare(b.place, 'en', { numeric: true }));

if (values.json)
  console.log(JSON.stringify({ mutants: mutants.length, tested: valid.length, killed, survivors }, null, 2));
else {
  for (const { place, mutator, replacement, status } of survivors) {
    console.log(
      `${status === 'NoCoverage' ? 'not run ' : 'survived'} ${place} ${mutator}: ${replacement.replaceAll(/\s+/g, ' ').slice(0, 90)}`,
    );
  }
  const interval = isEstimate(score) ? score.interval.map((end) => (100 * end).toFixed(1)).join(' to ') : '';
  console.log(
    `${killed} of ${valid.length} mutants noticed, ${((100 * killed) / valid.length).toFixed(1)} %` +
      (values.all ? '' : `, 95 % interval ${interval}; sampled from ${mutants.length}`),
  );
}
process.exitCode = killed / valid.length >= least ? 0 : 1;
