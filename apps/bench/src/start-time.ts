import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { type BenchRow, median, printRows } from './bench-rows.ts';

const main = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const subjects = { node: ['-e', '0'], help: [main, '--help'], version: [main, '--version'] } as const;
type Subject = keyof typeof subjects;

/** How long one process takes from start to end, in milliseconds. */
function timeOf(subject: Subject): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, subjects[subject], { encoding: 'utf8' });
  const took = performance.now() - start;
  if (status !== 0) throw new Error(`node ${subjects[subject].join(' ')} exited with ${status}: ${stderr}`);
  return took;
}

/** The start of the command beside that of bare Node, interleaved so that a busy machine is unfair to neither. */
export function startTime({ rounds }: { rounds: number }): BenchRow[] {
  const taken: Record<Subject, number[]> = { node: [], help: [], version: [] };
  for (let round = -1; round < rounds; round++) {
    for (const subject of ['node', 'help', 'version'] as const) {
      const took = timeOf(subject);
      if (round >= 0) taken[subject].push(took); // the first round fills the disk's cache
    }
  }
  const reference = median(taken.node);
  return (['help', 'version'] as const).map((subject) => {
    const ours = median(taken[subject]);
    return {
      id: `start-${subject}`,
      what: `assize --${subject} beside node -e 0, median of ${rounds}`,
      ours,
      reference,
      ratio: ours / reference,
      target: '<= 2 x node',
      unit: 'ms',
      pass: ours <= 2 * reference,
    };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '10' } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    console.error('start-time: --rounds takes a whole number of at least 1');
    process.exitCode = 2;
  } else if (existsSync(main)) printRows(startTime({ rounds }), { json: values.json });
  else {
    console.error('start-time: packages/cli is not built: run `pnpm --filter @assize/cli... build` first');
    process.exitCode = 2;
  }
}
