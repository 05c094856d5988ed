import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { type Criterion, type Dataset, defineError, type Judge, type Model, type Rater } from '@assize/core';
import { nearestName, openDataset } from '@assize/datasets';
import { defineJudge } from '@assize/judges';
import {
  type Config,
  configThrew,
  findConfig,
  loadConfig,
  type LoadedConfig,
  noProvider,
  resolveModel,
} from '@assize/runner';
import { profileOf, type TrialOptions } from '@assize/trial';
import { z } from 'zod';

import { profileFrom } from './trial-command.ts';

const noConfigThere = defineError('cli/no-config', (facts: { path: string }) => ({
  message: `there is no configuration at ${facts.path}`,
  hint: 'Check the path, or write a first one with `assize init`.',
}));

const notAModule = defineError('cli/config-not-a-module', (facts: { file: string }) => ({
  message: `${facts.file} is written as a module, and the package.json above it has Node read it as CommonJS`,
  hint: 'Name it assize.config.mts (or .mjs), or write "type": "module" into that package.json.',
}));

const unknownHuman = defineError(
  'cli/unknown-human',
  (facts: { file: string; human: string; nearest: string; present: string }) => ({
    message: `${facts.file} humans: nobody called ${facts.human} has labelled${facts.nearest ? `; did you mean ${facts.nearest}?` : ''}`,
    hint: `Labels are there of ${facts.present || 'nobody'}. Nothing was asked.`,
  }),
);

const labelsElsewhere = defineError(
  'cli/labels-elsewhere',
  (facts: { file: string; labelled: number; label: string; item: string }) => ({
    message: `${facts.file} dataset: not one of the ${facts.labelled} labelled items is among the items`,
    hint: `Use the same ids in both: a label is of "${facts.label}", an item is "${facts.item}". Nothing was asked.`,
  }),
);

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
  /** The profile that the trial goes by. */
  profile: NonNullable<TrialOptions['profile']>;
  /** The folder that holds runs. */
  directory: string;
}

/**
 * Loads a configuration and makes what it names. Paths are relative to its file.
 *
 * What a trial will need is looked at here, before a model is asked and money spent.
 */
export async function configuredRun(
  named: string | undefined,
  cwd: string,
  signal: AbortSignal,
): Promise<ConfiguredRun> {
  const { file, config } = await configAt(named, cwd);
  const folder = dirname(file);
  const given = config.trial?.profile ?? 'standard';
  const profile = typeof given === 'string' ? await profileFrom(given, folder) : profileOf(given);
  const judges = config.judges.map((judge): Rater => ('rate' in judge ? judge : defineJudge(judge)));
  const raters = [...judges, ...(config.metrics ?? [])];
  const found = new Map<string, Promise<Model>>();
  const dataset = await datasetOf(config.dataset, criteriaOf(raters), { file, folder, signal });
  await checkLabels(dataset, config, file);
  return {
    file,
    config,
    raters,
    profile,
    dataset,
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

async function configAt(named: string | undefined, cwd: string): Promise<LoadedConfig> {
  let path = named === undefined ? undefined : resolve(cwd, named);
  if (path !== undefined) {
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory() === true) path = findConfig(path) ?? path;
    if (there === undefined || path === undefined) throw noConfigThere({ path: path ?? cwd });
  }
  try {
    return await loadConfig({ cwd, ...(path === undefined ? {} : { file: path }) });
  } catch (error) {
    if (configThrew.is(error) && /outside a module|Unexpected token 'export'/.test(error.facts.problem))
      throw notAModule({ file: error.facts.file }, { cause: error });
    throw error;
  }
}

/** Refuses labels that no trial could use: people who have not labelled, items that are others. */
async function checkLabels(dataset: Dataset, { humans = [] }: Config, file: string): Promise<void> {
  const people = new Set<string>();
  const labelled = new Set<string>();
  for await (const { rater, item } of dataset.labels()) {
    people.add(rater);
    labelled.add(item);
  }
  for (const human of humans) {
    if (people.has(human)) continue;
    throw unknownHuman({
      file,
      human,
      nearest: nearestName(human, [...people]) ?? '',
      present: [...people].join(', '),
    });
  }
  const [label] = labelled;
  if (label === undefined) return;
  let first: string | undefined;
  for await (const { id } of dataset.items()) {
    if (labelled.has(id)) return;
    first ??= id;
  }
  if (first !== undefined) throw labelsElsewhere({ file, labelled: labelled.size, label, item: first });
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
