import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { type BenchRow, median, printRows } from '../bench-rows.ts';
import { type WorkMeasured, type Workload, measurePeer } from './measure-peer.ts';
import { isBuilt, measureOurs } from './our-program.ts';
import { installPeer, type Peer, peers } from './peer-packages.ts';

const work = { calls: 2000, concurrency: 50 };
const latencyMs = 50;
const idealMs = (work.calls * latencyMs) / work.concurrency;
const rounds = 5;
/** 10 % of attempts meet a rate limit and one wait of a second, 2 % a reply that is no JSON; another try may heal both. */
const storm = [
  { scenario: '429-second', share: 0.1 },
  { scenario: 'malformed-json', share: 0.02 },
] as const;
const stormMs = idealMs * 1.13 + 1000;

type Outcome = WorkMeasured | { reason: string };
type Subject = { readonly id: string; readonly rounds: number; readonly run: (workload: Workload) => Promise<Outcome> };

/** Runs all subjects of a workload in turns, so that a busy minute of the machine is unfair to none. */
async function interleaved(
  subjects: readonly Subject[],
  settings: Parameters<typeof import('@assize/testkit/fake-provider').spawnFakeProvider>[0],
): Promise<Map<string, WorkMeasured[] | { reason: string }>> {
  const { spawnFakeProvider } = await import('@assize/testkit/fake-provider');
  await using provider = await spawnFakeProvider(settings);
  const measured = new Map<string, WorkMeasured[] | { reason: string }>();
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) {
      const held = measured.get(subject.id);
      if (round >= subject.rounds || (held && 'reason' in held)) continue;
      await provider.reset();
      const outcome = await subject.run({ ...work, baseURL: provider.openaiBaseURL });
      if ('reason' in outcome) measured.set(subject.id, outcome);
      else measured.set(subject.id, [...(held ?? []), outcome]);
      process.stderr.write(`runner-bench: ${subject.id}, round ${round + 1}\n`);
    }
  }
  return measured;
}

const ours = (reask = 0): Subject => ({
  id: 'ours',
  rounds,
  run: (workload) => measureOurs('ours', workload, { reask }),
});
const raw: Subject = { id: 'openai + p-limit', rounds, run: (workload) => measureOurs('raw', workload) };

/** The peers that were asked for, each as a subject; one that cannot be installed says why when it is run. */
function others(wanted: readonly string[], slowest: number): Subject[] {
  return peers
    .filter(({ id }) => wanted.includes(id))
    .map((peer: Peer) => ({
      id: peer.id,
      rounds: Math.min(peer.rounds, slowest),
      run: async (workload) => {
        const installed = installPeer(peer);
        return 'reason' in installed ? installed : measurePeer(peer, installed.folder, workload);
      },
    }));
}

const of = (runs: readonly WorkMeasured[], field: keyof WorkMeasured): number =>
  median(runs.map((measured) => measured[field]));

function compared(id: string, what: string, unit: string, own: number, reference: number, most?: number): BenchRow {
  const ratio = own / reference;
  const target = most === undefined ? 'faster' : `ratio <= ${most}`;
  return { id, what, ours: own, reference, ratio, target, unit, pass: ratio <= (most ?? 1) };
}

function runsOf(measured: Map<string, WorkMeasured[] | { reason: string }>, id: string): WorkMeasured[] {
  const found = measured.get(id);
  if (!found || 'reason' in found) throw new Error(`${id}: ${found ? found.reason : 'was not measured'}`);
  return found;
}

async function clean(wanted: readonly string[]): Promise<BenchRow[]> {
  const measured = await interleaved([ours(), raw, ...others(wanted, 3)], { latencyMs });
  const own = runsOf(measured, 'ours');
  const bare = runsOf(measured, raw.id);
  const wall = of(own, 'wallMs') / 1000;
  const cpu = of(own, 'cpuMs') / work.calls;
  const what = `${work.calls} judge calls, ${latencyMs} ms, ${work.concurrency} in flight`;
  const rows: BenchRow[] = [
    compared('run-wall', `${what}: time, against the ideal`, 's', wall, idealMs / 1000, 1.12),
    compared('run-wall-raw', 'time, against openai + p-limit', 's', wall, of(bare, 'wallMs') / 1000, 0.85),
    compared('run-cpu-raw', 'CPU per call, against openai + p-limit', 'ms', cpu, of(bare, 'cpuMs') / work.calls, 0.75),
    compared('run-memory', 'peak memory, against openai + p-limit', 'MB', of(own, 'rssMb'), of(bare, 'rssMb'), 1.1),
    {
      id: 'run-right',
      what: 'right verdicts, the fewest of all rounds',
      ours: Math.min(...own.map(({ right }) => right)),
      reference: work.calls,
      target: 'all',
      unit: 'verdicts',
      pass: own.every(({ right }) => right === work.calls),
    },
  ];
  for (const id of wanted) {
    const found = measured.get(id);
    if (!found || 'reason' in found) rows.push(skipped(`run-${id}`, `time, against ${id}`, found?.reason));
    else {
      rows.push(
        compared(`run-${id}`, `time, against ${id}`, 's', wall, of(found, 'wallMs') / 1000),
        compared(`cpu-${id}`, `CPU per call, against ${id}`, 'ms', cpu, of(found, 'cpuMs') / work.calls),
      );
    }
  }
  return rows;
}

/** Rate limits and malformed replies that another try heals: nothing may be lost, nothing wrong. */
async function stormy(wanted: readonly string[]): Promise<BenchRow[]> {
  const measured = await interleaved([ours(1), raw, ...others(wanted, 1)], { latencyMs, faults: storm });
  const own = runsOf(measured, 'ours');
  const bare = runsOf(measured, raw.id);
  const wall = of(own, 'wallMs') / 1000;
  const what = '10 % 429 with retry-after 1, 2 % malformed';
  const rows: BenchRow[] = [
    compared('storm-wall', `${what}: time, against the least possible`, 's', wall, stormMs / 1000, 1.3),
    compared('storm-wall-raw', 'time, against openai + p-limit', 's', wall, of(bare, 'wallMs') / 1000, 0.5),
  ];
  for (const id of ['ours', raw.id, ...wanted]) {
    const found = measured.get(id);
    const about = { ours: 'ours, with one more question for a reply that cannot be read' }[id] ?? id;
    if (!found || 'reason' in found) rows.push(skipped(`storm-lost-${id}`, `items lost by ${about}`, found?.reason));
    else rows.push(...lostAndWrong(id, about, found));
  }
  return rows;
}

function lostAndWrong(id: string, about: string, runs: readonly WorkMeasured[]): BenchRow[] {
  const isOurs = id === 'ours';
  return (['lost', 'wrong'] as const).map((field) => {
    const most = Math.max(...runs.map((measured) => measured[field]));
    return {
      id: `storm-${field}-${isOurs ? id : id.replaceAll(' ', '')}`,
      what: `items ${field} by ${about}, the most of all rounds`,
      ours: isOurs ? most : null,
      reference: isOurs ? 0 : most,
      target: isOurs ? '0' : 'shown',
      unit: 'items',
      pass: isOurs ? most === 0 : null,
    };
  });
}

/** Malformed replies that no retry heals: none may become a verdict. */
async function sticky(): Promise<BenchRow[]> {
  const faults = [{ scenario: 'malformed-json', share: 0.02, sticky: true }] as const;
  const measured = await interleaved([{ ...ours(1), rounds: 1 }], { faults });
  const [own] = runsOf(measured, 'ours');
  const { right = 0, wrong = 0, lost = 0 } = own ?? {};
  return [
    {
      id: 'sticky-wrong',
      what: `2 % malformed that no retry heals: verdicts made of them (${lost} are unreadable, ${right} right)`,
      ours: wrong,
      reference: 0,
      target: '0 wrong, some unreadable',
      unit: 'items',
      pass: wrong === 0 && lost > 0 && right + lost === work.calls,
    },
  ];
}

/** Peak memory at 100,000 calls beside 1,000: a run that holds its items or replies would show it. */
async function large(): Promise<BenchRow[]> {
  const { spawnFakeProvider } = await import('@assize/testkit/fake-provider');
  await using provider = await spawnFakeProvider({ latencyMs: 5 });
  const at = async (calls: number): Promise<WorkMeasured> => {
    await provider.reset();
    return measureOurs('ours', { calls, concurrency: 50, baseURL: provider.openaiBaseURL });
  };
  const [few, many] = [await at(1000), await at(100_000)];
  return [
    {
      id: 'run-memory-100k',
      what: `peak memory of 100,000 calls beside 1,000 (${many.right} right, ${(many.wallMs / 1000).toFixed(0)} s)`,
      ours: many.rssMb,
      reference: few.rssMb,
      target: '<= 100 MB more',
      unit: 'MB',
      pass: many.rssMb <= few.rssMb + 100 && many.right === 100_000,
    },
  ];
}

function skipped(id: string, what: string, reason = 'not measured'): BenchRow {
  return { id, what, ours: null, reference: null, target: '', unit: '', pass: null, reason };
}

const parts = { clean, storm: stormy, sticky, large } as const;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      peers: { type: 'string', default: peers.map(({ id }) => id).join(',') },
      only: { type: 'string', default: Object.keys(parts).join(',') },
    },
  });
  if (!isBuilt) process.stderr.write('runner-bench: measured from source, since not every package is built\n');
  const wanted = values.peers.split(',').filter((id) => id !== '' && id !== 'none');
  const rows: BenchRow[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (values.only.split(',').includes(name)) rows.push(...(await part(wanted)));
  }
  printRows(rows, { json: values.json });
}
