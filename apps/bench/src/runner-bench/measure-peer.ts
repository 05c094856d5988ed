import { spawn } from 'node:child_process';
import { join } from 'node:path';

import type { Peer } from './peer-packages.ts';

/** What one run of a workload took, and what came of its items. */
export interface WorkMeasured {
  readonly wallMs: number;
  /** User and system time; of a command, its start included. */
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly right: number;
  /** Verdicts that were given and are not what the model said. */
  readonly wrong: number;
  /** Items without a verdict. */
  readonly lost: number;
}

export interface Workload {
  readonly calls: number;
  readonly concurrency: number;
  readonly baseURL: string;
}

/**
 * Runs a peer's program over a workload in a process of its own.
 *
 * ASSIZE_BENCH_PEER_NODE names the Node that runs it: evalite's native add-on works with the one it was installed by alone.
 */
export async function measurePeer(
  { program, main }: Peer,
  folder: string,
  { baseURL, calls, concurrency }: Workload,
  env: Readonly<Record<string, string>> = {},
): Promise<WorkMeasured | { reason: string }> {
  const node = process.env['ASSIZE_BENCH_PEER_NODE'] ?? process.execPath;
  const child = spawn(node, [join(folder, program), baseURL, String(calls), String(concurrency)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      ...env,
      PEER_MODULES: join(folder, 'node_modules'),
      ...(main === undefined ? {} : { PEER_MAIN: join(folder, main) }),
    },
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  const code = await closed;
  const last = output.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) return { reason: `its program ended with ${code} and no figures` };
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- printed by measured-peer.mjs
  const measured = JSON.parse(last) as WorkMeasured;
  return measured.lost === calls ? { reason: 'it gave no verdict at all (does its add-on fit this Node?)' } : measured;
}
