import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A tool that does our work in another way: what is installed of it, and how it is run. */
export interface Peer {
  readonly id: string;
  /** Exact versions, so that two runs of the bench compare the same. */
  readonly packages: Readonly<Record<string, string>>;
  /** Its program among `peers/`. */
  readonly program: string;
  /** The file of its command, where it is one. */
  readonly main?: string;
  /** Install scripts are run only where there is nothing without them. */
  readonly scripts?: boolean;
  /** Runs of each workload; the slow ones get fewer. */
  readonly rounds: number;
}

const sdk = { openai: '7.57.0' };

export const peers: readonly Peer[] = [
  { id: 'openai', packages: sdk, program: 'openai.mjs', rounds: 5 },
  { id: 'anthropic', packages: { '@anthropic-ai/sdk': '1.12.0' }, program: 'anthropic.mjs', rounds: 5 },
  { id: 'autoevals', packages: { autoevals: '0.3.0', ...sdk, zod: '4.6.7' }, program: 'autoevals.mjs', rounds: 5 },
  {
    id: 'openevals',
    packages: { openevals: '0.2.2', '@langchain/core': '1.4.0', ...sdk, zod: '4.6.7' },
    program: 'openevals.mjs',
    rounds: 5,
  },
  {
    id: 'mastra',
    packages: { '@mastra/core': '1.71.0', '@ai-sdk/openai': '4.0.118', zod: '4.6.7' },
    program: 'mastra.mjs',
    rounds: 3,
  },
  {
    id: 'evalite',
    packages: { evalite: '0.19.0', vitest: '4.1.11', ...sdk },
    program: 'evalite.mjs',
    main: 'node_modules/evalite/dist/bin.js',
    scripts: true,
    rounds: 3,
  },
  {
    id: 'promptfoo',
    packages: { promptfoo: '0.123.1' },
    program: 'promptfoo.mjs',
    main: 'node_modules/promptfoo/dist/src/entrypoint.js',
    rounds: 3,
  },
];

const home = join(import.meta.dirname, '../../node_modules/.cache/peers');

/**
 * Installs a peer from npm into a folder of its own, once for each set of versions.
 *
 * @returns the folder, or why it cannot be had.
 */
export function installPeer({ id, packages, scripts = false }: Peer): { folder: string } | { reason: string } {
  const folder = join(home, id);
  mkdirSync(folder, { recursive: true });
  const wanted = JSON.stringify({ name: `peer-${id}`, private: true, type: 'module', dependencies: packages }, null, 2);
  const done = join(folder, 'installed.json');
  if (!existsSync(done) || JSON.stringify(packages) !== readFileSync(done, 'utf8')) {
    writeFileSync(join(folder, 'package.json'), wanted);
    const flags = ['--no-audit', '--no-fund', '--loglevel=error', ...(scripts ? [] : ['--ignore-scripts'])];
    const { status, error } = spawnSync('npm', ['install', ...flags], { cwd: folder, stdio: ['ignore', 2, 2] });
    if (status !== 0) return { reason: `npm install ${id}: ${error?.message ?? `exit ${status}`}` };
    writeFileSync(done, JSON.stringify(packages));
  }
  const programs = join(import.meta.dirname, 'peers');
  for (const name of readdirSync(programs)) copyFileSync(join(programs, name), join(folder, name));
  return { folder };
}
