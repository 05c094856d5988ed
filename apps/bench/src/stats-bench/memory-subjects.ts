// One function on 10^7 rows in a process of its own: prints how far the peak of its memory lies above that with the
// inputs alone, and how much of that is the result. `node memory-subjects.ts NAME`
import { agreementSubjects } from './memory-agreement.ts';
import { calibrationSubjects } from './memory-calibration.ts';
import { correctedSubjects } from './memory-corrected.ts';
import { inferenceSubjects } from './memory-inference.ts';
import type { MemorySubjects } from './memory-inputs.ts';
import { rankingSubjects } from './memory-ranking.ts';

export const subjects: MemorySubjects = {
  ...inferenceSubjects,
  ...agreementSubjects,
  ...calibrationSubjects,
  ...correctedSubjects,
  ...rankingSubjects,
};

/** What the columns of a result take, each buffer once. */
function bytesOf(result: unknown, seen = new Set<unknown>()): number {
  if (typeof result !== 'object' || result === null || seen.has(result)) return 0;
  seen.add(result);
  if (ArrayBuffer.isView(result)) return result.byteLength;
  if (Array.isArray(result) && typeof result[0] === 'number') return 8 * result.length;
  return Object.values(result).reduce((total: number, part) => total + bytesOf(part, seen), 0);
}

const name = process.argv[2] ?? '';
if (process.argv[1] === import.meta.filename) {
  const build = subjects[name];
  if (!build) throw new Error(`no subject is called ${name}`);
  const run = build();
  const before = process.memoryUsage.rss();
  const used = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(used);
  const cpuSeconds = (user + system) / 1e6;
  const peak = 1024 * process.resourceUsage().maxRSS;
  process.stdout.write(
    JSON.stringify({
      inputsMb: before / 1e6,
      moreMb: Math.max(0, peak - before) / 1e6,
      resultMb: bytesOf(result) / 1e6,
      cpuSeconds,
    }),
  );
}
