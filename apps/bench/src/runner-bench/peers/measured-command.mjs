// Runs the command of a peer in a folder of its own and measures all its processes.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export async function measureCommand(folder, args, env = {}) {
  const usage = join(folder, 'usage.jsonl');
  writeFileSync(usage, '');
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: process.env.PEER_DEBUG ? ['ignore', 2, 2] : 'ignore',
    env: {
      ...process.env,
      ...env,
      PEER_USAGE: usage,
      NODE_OPTIONS: `--import=${new URL('./usage-at-exit.mjs', import.meta.url).href}`,
    },
  });
  await new Promise((resolve) => child.on('close', resolve));
  const wallMs = performance.now() - began;
  const used = readFileSync(usage, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return {
    wallMs,
    cpuMs: used.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    rssMb: Math.max(0, ...used.map(({ rssMb }) => rssMb)),
  };
}
