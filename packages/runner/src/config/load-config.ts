import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { defineError } from '@assize/core';

import { type Config, configSchema } from './config.ts';

export const noConfig = defineError('runner/no-config', (facts: { where: string }) => ({
  message: `there is no assize.config.ts (or .mts, .js, .mjs, .json) in ${facts.where} or a folder above it`,
  hint: 'Name the file, or let `assize init` write a first one.',
}));

export const configThrew = defineError(
  'runner/config-threw',
  (facts: { file: string; place: string; problem: string }) => ({
    message: `${facts.place} threw while ${facts.file} was loaded: ${facts.problem}`,
    hint: 'Mend the config; nothing was started.',
  }),
);

export const configSyntax = defineError('runner/config-syntax', (facts: { file: string; problem: string }) => ({
  message: `${facts.file} uses TypeScript that Node does not run as it is: ${facts.problem}`,
  hint: 'Write it without enum, namespace and parameter properties, with `import type` for types and file names with their true ending (./x.ts); or install jiti beside the config.',
}));

export const badConfig = defineError(
  'runner/bad-config',
  (facts: { file: string; field: string; problem: string }) => ({
    message: `${facts.file} ${facts.field}: ${facts.problem}`,
    hint: 'Correct the field; defineConfig shows what each may be.',
  }),
);

const names = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `assize.config.${ending}`);

export interface LoadedConfig {
  readonly file: string;
  readonly config: Config;
  /** What ran the file. */
  readonly loader: 'native' | 'jiti' | 'json';
}

/**
 * Finds and loads a config: the named file, or the nearest `assize.config.*` from the folder upward, as far as the folder
 * with `.git` or the workspace's root.
 *
 * @throws runner/no-config, runner/config-threw, runner/config-syntax, runner/bad-config
 */
export async function loadConfig({
  file,
  cwd = process.cwd(),
}: { file?: string; cwd?: string } = {}): Promise<LoadedConfig> {
  const found = file === undefined ? findConfig(cwd) : resolve(cwd, file);
  if (found === undefined || !existsSync(found)) throw noConfig({ where: found ?? resolve(cwd) });
  const { value, loader } = await loadValue(found);
  const config = configSchema.safeParse(value);
  if (config.success) return { file: found, config: config.data, loader };
  const issue = config.error.issues[0];
  throw badConfig(
    { file: found, field: issue?.path.join('.') || 'config', problem: issue?.message ?? 'invalid' },
    { cause: config.error },
  );
}

/** The nearest config file from a folder upward, or `undefined`. */
export function findConfig(cwd: string): string | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const name = names.find((candidate) => existsSync(join(folder, candidate)));
    if (name !== undefined) return join(folder, name);
    const isRoot = ['.git', 'pnpm-workspace.yaml'].some((mark) => existsSync(join(folder, mark)));
    if (isRoot || folder === dirname(folder)) return undefined;
  }
}

async function loadValue(file: string): Promise<{ value: unknown; loader: LoadedConfig['loader'] }> {
  try {
    if (file.endsWith('.json')) return { value: JSON.parse(await readFile(file, 'utf8')), loader: 'json' };
    const loaded: unknown = await import(pathToFileURL(file).href);
    return { value: defaultOf(loaded), loader: 'native' };
  } catch (error) {
    if (!isUnstrippable(error)) throw threw(file, error);
    const jiti = await loadJiti(file);
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    if (!jiti) throw configSyntax({ file, problem }, { cause: error });
    try {
      return { value: defaultOf(await jiti(file)), loader: 'jiti' };
    } catch (second) {
      throw threw(file, second);
    }
  }
}

function defaultOf(loaded: unknown): unknown {
  return typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'default') : undefined;
}

const unstrippable = new Set([
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
]);

/** Whether the file may run once it is transpiled: what Node refuses, not what the file does. */
function isUnstrippable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  // A package that is missing stays missing; a relative file may have another ending.
  if (code === 'ERR_MODULE_NOT_FOUND') return error.message.startsWith('Cannot find module');
  return (
    unstrippable.has(code) || (error instanceof SyntaxError && error.message.includes('does not provide an export'))
  );
}

/** The loader of the jiti that is installed beside the config. */
async function loadJiti(file: string): Promise<((file: string) => Promise<unknown>) | undefined> {
  try {
    const module: unknown = await import(pathToFileURL(createRequire(file).resolve('jiti')).href);
    const create: unknown = Reflect.get(Object(module), 'createJiti');
    const load: unknown = typeof create === 'function' ? Reflect.get(Object(create(file)), 'import') : undefined;
    if (typeof load !== 'function') return undefined;
    return async (path) => {
      const loaded: unknown = await load(path);
      return loaded;
    };
  } catch {
    return undefined;
  }
}

function threw(file: string, error: unknown): Error {
  const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return configThrew({ file, place: placeOf(error) ?? file, problem }, { cause: error });
}

/** The innermost place in a file of the user's that a stack names, as `file:line:column`. */
function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const place = stack
    .split('\n')
    .map((line) => /(file:\/\/\S+?|\/[^\s()]+):(\d+):(\d+)\)?$/.exec(line))
    .find((match) => match !== null && !match[1]?.startsWith('node:'));
  if (!place) return undefined;
  const [, where = '', line, column] = place;
  return `${where.startsWith('file:') ? fileURLToPath(where) : where}:${line}:${column}`;
}
