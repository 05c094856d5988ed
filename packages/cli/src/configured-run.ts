import { dirname, resolve } from 'node:path';

import { type Criterion, type Dataset, defineError, type Judge, type Model, type Rater } from '@assize/core';
import { openDataset } from '@assize/datasets';
import { defineJudge } from '@assize/judges';
import { type Config, loadConfig, noProvider, resolveModel } from '@assize/runner';
import { z } from 'zod';

const badDatasetSettings = defineError('cli/bad-dataset', (facts: { file: string; problem: string }) => ({
  message: `${facts.file} dataset: ${facts.problem}`,
  hint: 'Give the path of a JSONL of items, or { items, labels }, or a data set made with defineDataset.',
}));

const settingsSchema = z.strictObject({
  items: z.union([z.string(), z.array(z.string())]),
  labels: z.union([z.string(), z.array(z.string())]).exactOptional(),
  name: z.string().exactOptional(),
});

/** A configuration with everything in it made: raters, data set, models. */
export interface ConfiguredRun {
  file: string;
  config: Config;
  dataset: Dataset;
  raters: Rater[];
  /** Finds a model once for each id; nothing is asked of it before the run does. */
  models: (id: string) => Promise<Model>;
  /** The folder that holds runs. */
  directory: string;
}

/** Loads a configuration and makes what it names. Paths are relative to its file. */
export async function configuredRun(
  named: string | undefined,
  cwd: string,
  signal: AbortSignal,
): Promise<ConfiguredRun> {
  const { file, config } = await loadConfig({ cwd, ...(named === undefined ? {} : { file: named }) });
  const folder = dirname(file);
  const judges = config.judges.map((judge): Rater => ('rate' in judge ? judge : defineJudge(judge)));
  const raters = [...judges, ...(config.metrics ?? [])];
  const found = new Map<string, Promise<Model>>();
  return {
    file,
    config,
    raters,
    dataset: await datasetOf(config.dataset, criteriaOf(raters), { file, folder, signal }),
    models: async (id) => {
      const own = config.models?.[id];
      if (own) return own;
      const model = found.get(id) ?? modelOf(id, file, cwd);
      found.set(id, model);
      return model;
    },
    directory: resolve(folder, config.out ?? '.assize'),
  };
}

/** Looked for beside the config, in the working folder, then beside this command, where a global install has its plugins. */
async function modelOf(id: string, file: string, cwd: string): Promise<Model> {
  try {
    return await resolveModel(id, { from: file, cwd });
  } catch (error) {
    if (!noProvider.is(error)) throw error;
    return resolveModel(id, { from: import.meta.filename, cwd });
  }
}

/** Judges of the list that carry a definition. */
export function isJudge(rater: Rater): rater is Judge {
  return rater.kind === 'judge' && 'definition' in rater;
}

/** Each criterion once; raters that share an id must share the scale, which the table checks. */
export function criteriaOf(raters: readonly Rater[]): Criterion[] {
  const criteria = new Map<string, Criterion>();
  for (const rater of raters)
    for (const criterion of rater.criteria) if (!criteria.has(criterion.id)) criteria.set(criterion.id, criterion);
  return [...criteria.values()];
}

async function datasetOf(
  given: Config['dataset'],
  criteria: readonly Criterion[],
  { file, folder, signal }: { file: string; folder: string; signal: AbortSignal },
): Promise<Dataset> {
  if (isDataset(given)) return given;
  const settings = settingsSchema.safeParse(typeof given === 'string' ? { items: given } : given);
  if (!settings.success) {
    const issue = settings.error.issues[0];
    throw badDatasetSettings({ file, problem: `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim() });
  }
  const at = (paths: string | string[]): string | string[] =>
    typeof paths === 'string' ? resolve(folder, paths) : paths.map((path) => resolve(folder, path));
  const { items, labels, name } = settings.data;
  return openDataset({
    items: at(items),
    ...(labels === undefined ? {} : { labels: at(labels) }),
    ...(name === undefined ? {} : { name }),
    criteria,
    signal,
  });
}

function isDataset(given: Config['dataset']): given is Dataset {
  return typeof given === 'object' && 'items' in given && typeof given['items'] === 'function';
}
