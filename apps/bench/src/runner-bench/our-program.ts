import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

import type { WorkMeasured, Workload } from './measure-peer.ts';

const packages = ['core', 'stats', 'judges', 'runner', 'testkit'].map((name) => `packages/${name}`);

/** Whether all packages are built: then they are measured as they are published. */
export const isBuilt = [...packages, 'plugins/provider-openai'].every((name) =>
  existsSync(new URL(`../../../../${name}/dist/index.js`, import.meta.url)),
);

/** Our subjects as a program: as JavaScript, since Node's TypeScript loader takes some 30 MB. */
function program(): string[] {
  const source = join(import.meta.dirname, 'our-subjects.ts');
  if (!isBuilt) return ['--conditions=@assize/source', source];
  const folder = join(import.meta.dirname, '../../node_modules/.cache/our-subjects');
  mkdirSync(folder, { recursive: true });
  for (const name of ['marked-items', 'our-subjects']) {
    const typed = readFileSync(join(import.meta.dirname, `${name}.ts`), 'utf8');
    const script = stripTypeScriptTypes(typed).replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.mjs'");
    writeFileSync(join(folder, `${name}.mjs`), script);
  }
  return [join(folder, 'our-subjects.mjs')];
}

/** Measures one of our subjects in a process of its own: memory and warm code would else be shared. */
export async function measureOurs(
  subject: 'ours' | 'raw',
  { baseURL, calls, concurrency }: Workload,
  { reask = 0 }: { reask?: number } = {},
): Promise<WorkMeasured> {
  const args = [...program(), subject, baseURL, String(calls), String(concurrency), String(reask)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- our own child prints it
  return JSON.parse(output) as WorkMeasured;
}
