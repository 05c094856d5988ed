import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { z } from 'zod';

import { readRecords } from '../public-records.ts';
import { compare, type Figure, type PlannedFigure, skip } from './figure.ts';

/** The figures of one data set. */
export interface Reproduction {
  /** The folder of the data set, and its name for `--only`. */
  readonly set: string;
  readonly title: string;
  /** All figures; each is skipped, with the reason, when a file is not there. */
  readonly run: (folder: string) => Promise<Figure[]>;
}

/**
 * Ties the figures of a data set to the files that they are computed from.
 *
 * @param plan.files names inside the set's folder, without which nothing can be computed
 * @param plan.load reads the files into what the figures need: tables of the product
 * @param plan.more figures whose references stand in the files themselves
 */
export function defineReproduction<Recorded>(plan: {
  set: string;
  title: string;
  files: readonly string[];
  load: (folder: string) => Promise<Recorded>;
  figures: readonly PlannedFigure<Recorded>[];
  more?: (recorded: Recorded) => Figure[];
}): Reproduction {
  const { set, title } = plan;
  const planned = plan.figures.map((figure) => ({ ...figure, id: `${set}/${figure.id}` }));
  return {
    set,
    title,
    async run(folder) {
      const missing = plan.files.find((file) => !existsSync(join(folder, set, file)));
      if (missing !== undefined) {
        const reason = `${set}/${missing} is not in the folder of public data`;
        return planned.map((figure) => skip(figure, reason));
      }
      const recorded = await plan.load(join(folder, set));
      const figures = planned.map((figure) => compare(figure, figure.ours(recorded)));
      return [...figures, ...(plan.more?.(recorded) ?? []).map((figure) => ({ ...figure, id: `${set}/${figure.id}` }))];
    },
  };
}

/** The records of a JSONL file, each read by a schema. */
export function recordsOf<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema>[] {
  return readRecords(file).map((record) => schema.parse(record));
}
