// Proves that imports go down the floors: reads every package manifest and every import of the workspace, and fails with
// file and line on an import that goes up, sideways or round, or that its manifest does not declare.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parseSync } from 'oxc-parser';

const floors = new Map(
  Object.entries({
    core: 1,
    stats: 1,
    http: 1,
    datasets: 2,
    judges: 2,
    runner: 2,
    trial: 3,
    align: 3,
    reward: 3,
    report: 3,
    cli: 4,
    viewer: 4,
    vitest: 4,
    server: 4,
    mcp: 4,
    'create-assize': 4,
  }),
);
const surfaces = new Set(['viewer', 'server', 'mcp', 'vitest', 'create-assize']);
const extendsOne = { suites: 'datasets', 'data-parquet': 'datasets' };

/** @returns why `from` may not import `to`, or undefined. Both are { name, room } of the workspace. */
export function objection(from, to, { inTest = false } = {}) {
  if (from.name === to.name) return undefined;
  if (to.name === 'testkit') {
    return inTest || from.room === 'apps' ? undefined : 'testkit is for tests and apps only';
  }
  if (from.room === 'apps') return to.room === 'apps' ? 'apps do not import each other' : undefined;
  if (to.room === 'apps') return 'nothing imports an app';
  if (inTest) return undefined; // a test may reach wherever it needs: what ships is what the floors hold
  if (from.name === 'testkit')
    return to.name === 'core' || to.name === 'stats' ? undefined : 'testkit stands on core and stats';
  if (from.name === 'http') return to.name === 'core' ? undefined : 'http stands on core';
  if (to.name === 'http' && from.room === 'packages')
    return 'http is for plugins: a package reaches a provider by its Model';
  if (to.room === 'plugins')
    return from.room === 'plugins' ? 'plugins do not import each other' : 'packages do not import plugins';
  if (from.room === 'plugins') {
    if (to.name === 'core' || to.name === 'stats' || to.name === 'http') return undefined;
    const extended = extendsOne[from.name] ?? (from.name.startsWith('metric-') ? 'judges' : undefined);
    return to.name === extended
      ? undefined
      : 'a plugin stands on core, stats, http and at most the one package that it extends';
  }
  const [own, other] = [floors.get(from.name), floors.get(to.name)];
  if (own === undefined || other === undefined)
    return `${own === undefined ? from.name : to.name} has no floor: name it in scripts/floors.mjs`;
  if (from.name === 'stats') return 'stats imports nothing of ours';
  if (own > other) return undefined;
  if (from.name === 'cli' && surfaces.has(to.name)) return undefined;
  return own === other
    ? `${from.name} and ${to.name} stand on the same floor (${own}): share data, not code`
    : `upward, from floor ${own} to floor ${other}`;
}

/** Whether a package's own folder holds this cycle of files. Depth-first; returns the files of the first cycle found. */
export function findCycle(graph) {
  const state = new Map();
  const path = [];
  const visit = (node) => {
    state.set(node, 'open');
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      if (state.get(next) === 'open') return path.slice(path.indexOf(next));
      if (!state.has(next)) {
        const found = visit(next);
        if (found) return found;
      }
    }
    path.pop();
    state.set(node, 'done');
    return undefined;
  };
  for (const node of graph.keys()) {
    const found = state.has(node) ? undefined : visit(node);
    if (found) return found;
  }
  return undefined;
}

/** Every import of a source text: specifier, line, and whether it is of types alone. */
export function importsOf(file, source) {
  const { module } = parseSync(file, source);
  const lineOf = (offset) => source.slice(0, offset).split('\n').length;
  const found = [];
  for (const one of module.staticImports) found.push({ to: one.moduleRequest.value, line: lineOf(one.start) });
  for (const one of module.staticExports) {
    const request = one.entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (!request || found.some(({ to }) => to === request.value)) continue; // an import passed on is listed with the imports
    found.push({ to: request.value, line: lineOf(one.start) });
  }
  for (const one of module.dynamicImports) {
    const text = source.slice(one.moduleRequest.start, one.moduleRequest.end);
    const literal = /^(['"`])([^$]*)\1$/.exec(text);
    if (literal) found.push({ to: literal[2], line: lineOf(one.start) });
  }
  return found;
}

export function checkFloors(root) {
  const problems = [];
  const packages = new Map();
  for (const room of ['packages', 'plugins', 'apps']) {
    for (const folder of readdirSync(join(root, room), { withFileTypes: true })) {
      if (!folder.isDirectory()) continue;
      const at = join(root, room, folder.name);
      const manifest = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
      packages.set(manifest.name, { name: folder.name, room, at, manifest });
    }
  }
  const graphOfPackages = new Map();
  for (const from of packages.values()) {
    const { manifest } = from;
    const shipped = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
    const declared = { ...shipped, ...manifest.devDependencies };
    const where = relative(root, join(from.at, 'package.json'));
    for (const name of Object.keys(shipped)) {
      const to = packages.get(name);
      const why = to && objection(from, to);
      if (why) problems.push(`${where}: depends on ${name}: ${why}`);
    }
    graphOfPackages.set(
      manifest.name,
      Object.keys(shipped).filter((name) => packages.has(name)),
    );
    const graphOfFiles = new Map();
    for (const area of ['src', 'test', 'bench', 'examples']) {
      for (const file of filesIn(join(from.at, area))) {
        const inTest = area !== 'src';
        const mayImport = inTest || from.room === 'apps' ? declared : { ...shipped, ...bundled(from) };
        const source = readFileSync(file, 'utf8');
        const within = [];
        for (const { to, line } of importsOf(file, source)) {
          const place = `${relative(root, file)}:${line}`;
          if (to.startsWith('.')) {
            const target = join(file, '..', to);
            if (relative(from.at, target).startsWith('..'))
              problems.push(`${place}: ${to} reaches into another package`);
            else within.push(target);
            continue;
          }
          if (to.startsWith('node:')) {
            // Threads and what starts them have an entry of their own, so that the numbers run anywhere.
            if (area === 'src' && from.name === 'stats' && !place.includes('/src/parallel/'))
              problems.push(`${place}: stats computes, it does not touch ${to}`);
            continue;
          }
          const name = to
            .split('/')
            .slice(0, to.startsWith('@') ? 2 : 1)
            .join('/');
          if (name !== manifest.name && !(name in mayImport) && !(inTest && name === 'vitest')) {
            problems.push(`${place}: ${name} is not declared in ${where}`);
          }
          const target = packages.get(name);
          const why = target && objection(from, target, { inTest });
          if (why) problems.push(`${place}: imports ${name}: ${why}`);
          if (target && to !== name && !(`.${to.slice(name.length)}` in target.manifest.exports)) {
            problems.push(`${place}: ${to} is a private path of ${name}`);
          }
        }
        if (area === 'src') graphOfFiles.set(file, within);
      }
    }
    const cycle = findCycle(graphOfFiles);
    if (cycle) problems.push(`${cycle.map((file) => relative(root, file)).join(' -> ')}: a circle of imports`);
  }
  const circle = findCycle(graphOfPackages);
  if (circle) problems.push(`${circle.join(' -> ')}: a circle of packages`);
  return { problems, packages: packages.size };
}

/** Development dependencies that a package bundles into what it ships. */
function bundled({ name, manifest }) {
  const entries = Object.entries(manifest.devDependencies ?? {});
  if (name === 'stats')
    return Object.fromEntries(entries.filter(([key]) => key.startsWith('@stdlib/') || key === 'openskill'));
  return {};
}

function filesIn(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile() && /\.[mc]?ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, packages } = checkFloors(fileURLToPath(new URL('..', import.meta.url)));
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length ? `floors: ${problems.length} problems` : `floors: ${packages} packages, every import goes down`,
  );
  process.exit(problems.length ? 1 : 0);
}
