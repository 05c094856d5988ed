import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { type BenchRow, printRows } from './bench-rows.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const manifestSchema = z.object({
  name: z.string(),
  private: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).default({}),
  scripts: z.record(z.string(), z.string()).default({}),
});
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional(), link: z.boolean().optional() })),
});

const read = (file: string) => manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** All packages of the workspace that are published, by name. */
function published(): Map<string, string> {
  const folders = ['packages', 'plugins'].flatMap((room) =>
    readdirSync(join(root, room)).map((name) => join(root, room, name)),
  );
  return new Map(folders.map((folder) => [read(join(folder, 'package.json')).name, folder]));
}

/** What is installed with a package of ours: itself, and all of ours that it needs. */
function closure(names: readonly string[], all: ReadonlyMap<string, string>): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const folder = all.get(name);
    if (folder === undefined || found.has(name)) return;
    found.add(name);
    const { dependencies, peerDependencies, peerDependenciesMeta } = read(join(folder, 'package.json'));
    for (const needed of Object.keys(dependencies)) visit(needed);
    for (const needed of Object.keys(peerDependencies)) if (!peerDependenciesMeta[needed]?.optional) visit(needed);
  };
  for (const name of names) visit(name);
  return found;
}

interface Installed {
  readonly megabytes: number;
  readonly packages: number;
  readonly withScript: string[];
}

/** Installs packages of ours from their tarballs, as npm would from the registry, and looks at what lies there. */
function install(names: readonly string[]): Installed {
  const all = published();
  const folder = mkdtempSync(join(tmpdir(), 'assize-install-'));
  try {
    const tarballs = join(folder, 'tarballs');
    mkdirSync(tarballs);
    const files: Record<string, string> = {};
    for (const name of closure(names, all)) {
      const file = join(tarballs, `${name.replace('@assize/', '')}.tgz`);
      run('pnpm', ['pack', '--out', file], all.get(name) ?? root);
      files[name] = `file:${file}`;
    }
    const app = join(folder, 'app');
    mkdirSync(app);
    const manifest = { name: 'app', private: true, dependencies: files };
    writeFileSync(join(app, 'package.json'), JSON.stringify(manifest));
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], app);
    const lock = lockSchema.parse(JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8')));
    const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
    const kilobytes = Number(run('du', ['-sk', 'node_modules'], app).split('\t')[0]);
    return {
      megabytes: kilobytes / 1024,
      packages: entries.length,
      withScript: entries.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}

function row(id: string, what: string, ours: number, most: number, unit: string): BenchRow {
  return { id, what, ours, reference: most, target: `<= ${most}`, unit, pass: ours <= most };
}

/** What a first install brings: megabytes, packages, and scripts that run at install. */
export function installSize(): BenchRow[] {
  const whole = install(['@assize/core', '@assize/provider-openai', '@assize/cli']);
  const core = install(['@assize/core']);
  const scripts = [...whole.withScript, ...core.withScript];
  return [
    row('install-size', 'core, openai provider and command', whole.megabytes, 60, 'MB'),
    row('install-packages', 'packages of the same', whole.packages, 15, ''),
    row('install-core', 'packages of core alone', core.packages, 3, ''),
    row('install-scripts', `packages with an install script ${scripts.join(' ')}`, scripts.length, 0, ''),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  printRows(installSize(), { json: values.json });
}
