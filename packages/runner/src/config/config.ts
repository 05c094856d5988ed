import {
  type Dataset,
  type JsonObject,
  jsonObjectSchema,
  type JudgeDefinition,
  judgeDefinitionSchema,
  type Model,
  type Rater,
  unratedPolicies,
  type UnratedPolicy,
} from '@assize/core';
import { z } from 'zod';

import { type CacheOption, cacheSchema } from '../cache/cache-policy.ts';
import { type BatchSettings, batchSettingsSchema } from '../batch/batch-settings.ts';
import { type BudgetLimits, budgetSchema } from '../money/budget.ts';
import { type Limits, limitsSchema } from '../pacing/lane-limits.ts';
import { type Prices, pricesSchema } from '../money/price.ts';

/** What `assize.config.ts` says: plain data, or contract values that it has imported. */
export interface Config {
  name?: string;
  /** A path, the settings of a reader, or a data set. */
  dataset: string | JsonObject | Dataset;
  judges: readonly (JudgeDefinition | Rater)[];
  metrics?: readonly Rater[];
  /** The raters of the data set that are people to hold the judges against; all when left out. */
  humans?: readonly string[];
  trial?: { profile?: string | JsonObject; unrated?: UnratedPolicy; level?: number; seed?: number };
  /** Models by the id that judges ask for, beside those that `provider:model` finds. */
  models?: Readonly<Record<string, Model>>;
  concurrency?: number;
  /** What each model may be asked in flight and a minute, by model as in `prices`. */
  limits?: Limits;
  budget?: BudgetLimits;
  /** Which kept replies are given again; `assize run` takes `store` when left out. */
  cache?: CacheOption;
  prices?: Prices;
  onUnknownPrice?: 'refuse' | 'tokens';
  /** Above which cost, or number of calls where a price is unknown, `assize run` asks first. Default $10 and 10,000 calls. */
  confirm?: { aboveUsd?: number; aboveCalls?: number };
  /** What a plan may have at most. Default 1,000,000 items, 2 MiB and 1,000 calls each. */
  caps?: { items?: number; bytesPerItem?: number; callsPerItem?: number };
  /** How batches are used where `--batch` asks for them. */
  batch?: BatchSettings;
  /** The folder that holds runs. */
  out?: string;
}

/** An object of one of our contracts, by the functions that it must have. */
function contract<Value>(what: string, functions: readonly string[]) {
  return z.custom<Value>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Reflect.get(value, 'contract') === 1 &&
      functions.every((name) => typeof Reflect.get(value, name) === 'function'),
    `expected ${what} of contract 1`,
  );
}

const rater = contract<Rater>('a rater', ['rate']);

/** A rater has a function; anything else is meant as a definition, and told what it lacks as one. */
const judgeSchema = z.unknown().transform((value, context): JudgeDefinition | Rater => {
  const asRater = rater.safeParse(value);
  if (asRater.success) return asRater.data;
  const asDefinition = judgeDefinitionSchema.safeParse(value);
  if (asDefinition.success) return asDefinition.data;
  for (const { path, message } of asDefinition.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});

const datasetSchema = z.unknown().transform((value, context): Config['dataset'] => {
  if (typeof value === 'string' && value !== '') return value;
  const asDataset = contract<Dataset>('a data set', ['items', 'labels']).safeParse(value);
  if (asDataset.success) return asDataset.data;
  const asSettings = jsonObjectSchema.safeParse(value);
  if (asSettings.success) return asSettings.data;
  context.addIssue({ code: 'custom', message: 'expected a path, the settings of a reader, or a data set' });
  return z.NEVER;
});

const amount = z.number().nonnegative();

/** The shape of a config: unknown keys are errors, so that a typo is not ignored. */
export const configSchema = z.strictObject({
  name: z.string().min(1).exactOptional(),
  dataset: datasetSchema,
  judges: z.array(judgeSchema).min(1),
  metrics: z.array(rater).exactOptional(),
  humans: z.array(z.string().min(1)).exactOptional(),
  trial: z
    .strictObject({
      profile: z.union([z.string().min(1), jsonObjectSchema]).exactOptional(),
      unrated: z.enum(unratedPolicies).exactOptional(),
      level: z.number().gt(0).lt(1).exactOptional(),
      seed: z.number().int().nonnegative().exactOptional(),
    })
    .exactOptional(),
  models: z.record(z.string(), contract<Model>('a model', ['generate'])).exactOptional(),
  concurrency: z.number().int().positive().exactOptional(),
  limits: limitsSchema.exactOptional(),
  budget: budgetSchema.exactOptional(),
  cache: cacheSchema.exactOptional(),
  prices: pricesSchema.exactOptional(),
  onUnknownPrice: z.enum(['refuse', 'tokens']).exactOptional(),
  confirm: z.strictObject({ aboveUsd: amount.exactOptional(), aboveCalls: amount.exactOptional() }).exactOptional(),
  caps: z
    .strictObject({
      items: amount.exactOptional(),
      bytesPerItem: amount.exactOptional(),
      callsPerItem: amount.exactOptional(),
    })
    .exactOptional(),
  batch: batchSettingsSchema.exactOptional(),
  out: z.string().min(1).exactOptional(),
});

/**
 * Gives a config its type; returns it unchanged.
 *
 * @example
 * export default defineConfig({ dataset: 'items.jsonl', judges: [helpfulness] });
 */
export function defineConfig(config: Config): Config {
  return config;
}
