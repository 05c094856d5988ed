import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { defineError, type Model } from '@assize/core';

import { aiSdk } from './ai-sdk.ts';
import type { LanguageModel } from './language-model.ts';

const noAiSdkProvider = defineError('ai-sdk/no-provider', (facts: { id: string; problem: string }) => ({
  message: `${facts.id} cannot be made: ${facts.problem}`,
  hint: 'Install the provider of the AI SDK, such as @ai-sdk/openai, and write ai-sdk:openai/model; or put aiSdk(model) among the models of the config.',
}));

/**
 * The model behind `ai-sdk:openai/gpt-4o`: imports `@ai-sdk/openai` from the working folder and asks its export of that name.
 *
 * @throws ai-sdk/no-provider
 */
export async function provider(name: string): Promise<Model> {
  const id = `ai-sdk:${name}`;
  const [, from, model] = /^([a-z0-9][a-z0-9-]*)\/(.+)$/s.exec(name) ?? [];
  if (from === undefined || model === undefined) throw noAiSdkProvider({ id, problem: 'it names no provider' });
  const wanted = `@ai-sdk/${from}`;
  let file: string;
  try {
    file = createRequire(join(process.cwd(), 'config')).resolve(wanted);
  } catch (error) {
    throw noAiSdkProvider({ id, problem: `${wanted} is not installed` }, { cause: error });
  }
  const module: unknown = await import(pathToFileURL(file).href);
  const make: unknown = Reflect.get(
    Object(module),
    from.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
  );
  const made: unknown = typeof make === 'function' ? make(model) : undefined;
  if (!isLanguageModel(made)) throw noAiSdkProvider({ id, problem: `${wanted} gave no language model` });
  return aiSdk(made, { id });
}

function isLanguageModel(value: unknown): value is LanguageModel {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'doGenerate') === 'function';
}
