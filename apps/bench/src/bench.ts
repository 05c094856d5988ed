// `npm run bench TOPIC -- ARGS`: runs one measurement as a process of its own, so that none warms up another, and from the
// built packages, since those are what users get.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const topics: Record<string, { file: string; what: string }> = {
  runner: {
    file: 'runner-bench/run-runner-bench.ts',
    what: '2,000 judge calls of 50 ms, 50 at once, calm and stormy, beside other tools',
  },
  faults: {
    file: 'fault-suite/run-fault-suite.ts',
    what: 'whole runs in real processes, hurt in every way that is known, against the provider as witness',
  },
  large: { file: 'large-run.ts', what: '100,000 judgments, killed five times: time, memory, store, and nothing lost' },
  kill: { file: 'run-kill.ts', what: 'a run killed at 20 random moments and resumed' },
  stats: { file: 'stats-bench/run-stats-bench.ts', what: 'the statistics beside SciPy, scikit-learn, evalica and R' },
  warm: {
    file: 'warm-run.ts',
    what: '2,000 items whose replies are all there: no request, time an item and a command',
  },
  store: { file: 'store-scale.ts', what: 'a million ratings written and read back, and the memory that takes' },
  jsonl: { file: 'jsonl-read.ts', what: 'a million ratings read and checked, beside readline and JSON.parse' },
  install: { file: 'install-size.ts', what: 'megabytes and packages of a first install' },
  start: { file: 'start-time.ts', what: 'assize --help beside bare node' },
};

const [topic = '', ...rest] = process.argv.slice(2);
const chosen = topics[topic];
if (!chosen || !existsSync(join(import.meta.dirname, chosen.file))) {
  const lines = Object.entries(topics)
    .filter(([, { file }]) => existsSync(join(import.meta.dirname, file)))
    .map(([name, { what }]) => `  ${name.padEnd(8)}${what}`);
  console.error(`usage: npm run bench TOPIC -- [--json]\n${lines.join('\n')}`);
  process.exit(2);
}
// The subjects are stripped of their types by Node itself, which calls that an experiment.
const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, chosen.file), ...rest];
const { status, signal } = spawnSync(process.execPath, args, { stdio: 'inherit' });
process.exit(status ?? (signal === 'SIGINT' ? 130 : 143));
