import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

import type { BenchRow } from '../bench-rows.ts';
import { subjects } from './memory-subjects.ts';

const run = promisify(execFile);
const measured = z.object({ inputsMb: z.number(), moreMb: z.number(), resultMb: z.number() });
const most = 200;
/** Milliseconds; what takes longer is reported as not measured. */
const longest = 300_000;

/** The peak memory of functions on 10^7 rows above that of their inputs and their result, each in a process of its own. */
export async function measureMemory(wanted: (id: string) => boolean): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const name of Object.keys(subjects)) {
    const id = `memory/${name}`;
    if (!wanted(id)) continue;
    process.stderr.write(`stats: ${id}\n`);
    const program = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'memory-subjects.ts'), name];
    const row = { id, what: 'memory above the inputs and the result, 10^7 rows', unit: 'MB', target: `<= ${most} MB` };
    try {
      const { stdout } = await run(process.execPath, program, { timeout: longest });
      const { inputsMb, moreMb, resultMb } = measured.parse(JSON.parse(stdout));
      const work = Math.max(0, moreMb - resultMb);
      rows.push({ ...row, ours: Math.round(work), reference: Math.round(inputsMb), pass: work <= most });
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error);
      rows.push({ ...row, ours: null, reference: null, pass: false, reason });
    }
  }
  return rows;
}
