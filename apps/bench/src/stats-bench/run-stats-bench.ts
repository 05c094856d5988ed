import { parseArgs } from 'node:util';

import { type BenchRow, printRows } from '../bench-rows.ts';
import { agreementWorkloads } from './agreement-workloads.ts';
import { BenchArrays } from './bench-arrays.ts';
import { bootstrapWorkloads } from './bootstrap-workloads.ts';
import { measureMemory } from './memory-rows.ts';
import { orderWorkloads } from './order-workloads.ts';
import { quantileWorkloads } from './quantile-workloads.ts';
import { rankingWorkloads } from './ranking-workloads.ts';
import { ReferenceProgram } from './reference-program.ts';
import { measure } from './workload.ts';
import { workerPool } from '@assize/stats/parallel';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
const wanted = (id: string): boolean => values.only.split(',').some((part) => id.includes(part));

using arrays = new BenchArrays();
await using python = new ReferenceProgram('python');
await using r = new ReferenceProgram('r');
await using pool = workerPool({ workers: 2 });

const families = [
  () => bootstrapWorkloads(arrays, pool),
  () => agreementWorkloads(arrays),
  () => rankingWorkloads(arrays),
  () => orderWorkloads(arrays),
  () => quantileWorkloads(arrays),
];
const rows: BenchRow[] = [];
for (const family of families) {
  for (const workload of family().filter(({ id }) => wanted(id))) {
    process.stderr.write(`stats: ${workload.id}\n`);
    rows.push(await measure(workload, (request, clock) => (request.tool === 'r' ? r : python).call(request, clock)));
  }
}
rows.push(...(await measureMemory(wanted)));
printRows(rows, values);
