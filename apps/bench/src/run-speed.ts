import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { type BenchRow, median, printRows } from './bench-rows.ts';
import { calls, concurrency, latencyMs, type Measured } from './speed-subjects.ts';

const idealMs = (calls * latencyMs) / concurrency;
const rounds = 5;
const subjects = ['ours', 'raw'] as const;
type Subject = (typeof subjects)[number];

/** Whether all packages are built: then they are measured as they are published. */
const builds = ['core', 'stats', 'judges', 'runner', 'testkit'].map(
  (name) => `../../../packages/${name}/dist/index.js`,
);
const isBuilt = [...builds, '../../../plugins/provider-openai/dist/index.js'].every((file) =>
  existsSync(new URL(file, import.meta.url)),
);

/** The subjects as a program: as JavaScript, since Node's TypeScript loader takes some 30 MB. */
function program(): string[] {
  const source = join(import.meta.dirname, 'speed-subjects.ts');
  if (!isBuilt) return ['--conditions=@assize/source', source];
  const folder = join(import.meta.dirname, '../node_modules/.cache/run-speed');
  mkdirSync(folder, { recursive: true });
  for (const name of ['marked-items', 'speed-subjects']) {
    const typed = readFileSync(join(import.meta.dirname, `${name}.ts`), 'utf8');
    const script = stripTypeScriptTypes(typed).replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.mjs'");
    writeFileSync(join(folder, `${name}.mjs`), script);
  }
  return [join(folder, 'speed-subjects.mjs')];
}

/** Each measurement has a process of its own: memory and warm code would else be shared. */
async function measureApart(subject: Subject, baseURL: string): Promise<Measured> {
  const child = spawn(process.execPath, [...program(), subject, baseURL], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- our own child prints it
  return JSON.parse(output) as Measured;
}

/** Measures a run of 2,000 judge calls against the raw SDK, interleaved; every row is of the medians. */
export async function runSpeed(): Promise<BenchRow[]> {
  if (!isBuilt) process.stderr.write('run-speed: measured from source, since not every package is built\n');
  const { spawnFakeProvider } = await import('@assize/testkit/fake-provider');
  await using provider = await spawnFakeProvider({ latencyMs });
  const measured = { ours: new Array<Measured>(), raw: new Array<Measured>() };
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) measured[subject].push(await measureApart(subject, provider.openaiBaseURL));
  }
  const of = (subject: Subject, field: keyof Measured): number => median(measured[subject].map((one) => one[field]));
  const wall = of('ours', 'wallMs') / 1000;
  const right = Math.min(...measured.ours.map((one) => one.right));
  const what = `${calls} judge calls, ${latencyMs} ms, ${concurrency} in flight`;
  return [
    compared('run-wall', `${what}: time, against the ideal`, 's', wall, idealMs / 1000, 1.3),
    // As fast as the bare SDK, journal and all: 5 % is what two runs of the same program differ by on a shared machine.
    compared('run-wall-raw', 'time, against openai + p-limit', 's', wall, of('raw', 'wallMs') / 1000, 1.05),
    compared(
      'run-cpu-raw',
      'CPU per call, against openai + p-limit',
      'ms',
      of('ours', 'cpuMs') / calls,
      of('raw', 'cpuMs') / calls,
      1.3,
    ),
    {
      ...compared('run-memory', 'peak memory, beside openai + p-limit', 'MB', of('ours', 'rssMb'), of('raw', 'rssMb')),
      target: '< 250 MB',
      pass: of('ours', 'rssMb') < 250,
    },
    {
      id: 'run-right',
      what: 'right verdicts, the fewest of all rounds',
      ours: right,
      reference: calls,
      target: 'all',
      unit: 'verdicts',
      pass: right === calls,
    },
  ];
}

function compared(id: string, what: string, unit: string, ours: number, reference: number, most = Infinity): BenchRow {
  const ratio = ours / reference;
  return { id, what, ours, reference, ratio, target: `ratio <= ${most}`, unit, pass: ratio <= most };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  printRows(await runSpeed(), { json: values.json });
}
