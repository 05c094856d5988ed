import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { defineError, type Model } from '@assize/core';

export const badModelId = defineError('runner/bad-model-id', (facts: { id: string }) => ({
  message: `"${facts.id}" does not name a model`,
  hint: 'Write provider:model, as in openai:gpt-…',
}));

export const noProvider = defineError('runner/no-provider', (facts: { id: string; provider: string }) => ({
  message: `no plugin for ${facts.id} is installed`,
  hint: `Install @assize/provider-${facts.provider} (or assize-provider-${facts.provider}) beside the config.`,
}));

export const badProvider = defineError('runner/bad-provider', (facts: { package: string; problem: string }) => ({
  message: `${facts.package} is no provider of models: ${facts.problem}`,
  hint: 'Update it, or report it to its author: a provider exports `provider(model)` and returns a model of contract 1.',
}));

export interface ResolveModelOptions {
  /** The config file: plugins are looked for from its folder, then from the working folder. */
  from?: string;
  cwd?: string;
}

/**
 * The model behind `provider:model`: imports `@assize/provider-x`, else `assize-provider-x`, and calls its `provider`.
 *
 * @throws runner/bad-model-id, runner/no-provider, runner/bad-provider
 * @example const model = await resolveModel('openai:gpt-…', { from: configFile });
 */
export async function resolveModel(
  id: string,
  { from, cwd = process.cwd() }: ResolveModelOptions = {},
): Promise<Model> {
  const [, provider, name] = /^([a-z0-9][a-z0-9-]*):(.+)$/s.exec(id) ?? [];
  if (provider === undefined || name === undefined) throw badModelId({ id });
  const found = find([`@assize/provider-${provider}`, `assize-provider-${provider}`], from, cwd);
  if (!found) throw noProvider({ id, provider });
  const module: unknown = await import(pathToFileURL(found.file).href);
  const make: unknown = Reflect.get(Object(module), 'provider');
  if (typeof make !== 'function')
    throw badProvider({ package: found.name, problem: 'it exports no function `provider`' });
  const model: unknown = await make(name);
  if (!isModel(model))
    throw badProvider({ package: found.name, problem: '`provider` returned no model of contract 1' });
  return model;
}

function find(
  names: readonly string[],
  from: string | undefined,
  cwd: string,
): { name: string; file: string } | undefined {
  for (const name of names) {
    for (const base of [...(from === undefined ? [] : [resolve(cwd, from)]), join(resolve(cwd), 'config')]) {
      try {
        return { name, file: createRequire(base).resolve(name) };
      } catch (error) {
        const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
        if (!isMissing) throw badProvider({ package: name, problem: String(error) }, { cause: error });
      }
    }
  }
  return undefined;
}

function isModel(value: unknown): value is Model {
  return (
    typeof value === 'object' &&
    value !== null &&
    Reflect.get(value, 'contract') === 1 &&
    typeof Reflect.get(value, 'generate') === 'function'
  );
}
