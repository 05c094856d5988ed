import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import { defineError, type JudgeCard, parseScale, type RatingTable } from '@assize/core';
import { loadRatings, sketchTable, preferenceCodings } from '@assize/datasets';
import { renderJson, renderTerminal } from '@assize/report';
import { exitCodeOf, profileOf, profiles, putOnTrial, type TrialOptions } from '@assize/trial';
import { z } from 'zod';

import { writeCard } from './card-files.ts';
import { type Console, isLive, say, wantsColour } from './console.ts';
import { exitCode } from './failure.ts';
import { makeOutFolder } from './output-folder.ts';

const optionsSchema = z.object({
  judge: z.string(),
  humans: z.array(z.string()).optional(),
  scale: z.string().optional(),
  criterion: z.string().optional(),
  preferenceCoding: z.enum(preferenceCodings).optional(),
  group: z.string().optional(),
  facet: z.array(z.string()).default([]),
  unrated: z.enum(['exclude', 'tie', 'wrong', 'worst']),
  level: z.number(),
  seed: z.number(),
  replicates: z.number(),
  profile: z.string(),
  quarantine: z.boolean().default(false),
  out: z.string().optional(),
  json: z.boolean().default(false),
  exitZero: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

const badProfileFile = defineError('cli/bad-profile-file', (facts: { file: string; problem: string }) => ({
  message: `${facts.file}: ${facts.problem}`,
  hint: 'A profile is a JSON file with every field of profileSchema; start from `profiles.standard` of @assize/trial.',
}));

/** `assize trial`: ratings in, a judge card out. Returns the exit code of the verdict. */
export async function trialCommand(
  files: readonly string[],
  raw: Record<string, unknown>,
  console: Console,
): Promise<number> {
  const options = optionsSchema.parse(raw);
  const paths = files.map((file) => resolve(console.cwd, file));
  const scale = options.scale === undefined ? undefined : parseScale(options.scale);
  const profile = await profileFrom(options.profile, console.cwd);
  const folder = options.out === undefined ? undefined : await makeOutFolder(resolve(console.cwd, options.out));

  const columns = options.humans ?? (await peopleInColumns(paths, options, console));
  const loaded = await loadRatings(paths, {
    judge: options.judge,
    ...(columns ? { humans: columns } : {}),
    ...(scale ? { scale } : {}),
    ...(options.preferenceCoding ? { preferenceCoding: options.preferenceCoding } : {}),
    ...(options.criterion ? { criterion: options.criterion } : {}),
    ...(options.group ? { group: options.group } : {}),
    ...(options.facet.length > 0 ? { facets: options.facet } : {}),
    quarantine: options.quarantine,
    signal: console.signal,
    ...(isLive(console) ? { onProgress: progressLine(console) } : {}),
  });
  if (isLive(console)) console.stderr.write('\r\u001b[K');
  for (const note of loaded.notes) say(console, `note: ${note}`);
  // What is left out is said even to who wants quiet: the card alone does not show it.
  const aside = { ...console, quiet: false };
  for (const { file, line, column, problem } of loaded.quarantined.slice(0, 20))
    say(aside, `set aside: ${file}:${line} ${column}: ${problem}`);
  if (loaded.quarantined.length > 20) say(aside, `set aside: ${loaded.quarantined.length - 20} more`);

  const humans = options.humans ?? peopleOf(loaded.table, options.judge);
  if (options.humans === undefined && humans.length > 0)
    say(console, `note: held against ${humans.join(', ')}, people by their names; --humans chooses others`);
  const card = putOnTrial(loaded.table, {
    judge: options.judge,
    humans,
    ...(options.criterion ? { criteria: [options.criterion] } : {}),
    profile,
    unrated: options.unrated,
    level: options.level,
    seed: options.seed,
    replicates: options.replicates,
    dataset: { name: files.map((file) => basename(file)).join(', ') },
  });
  await showCard(card, { json: options.json, folder }, console);
  return options.exitZero ? exitCode.done : exitCodeOf(card.verdict);
}

/** The columns of people, where a file has one for each rater: there, only raters that are named are read. */
async function peopleInColumns(
  paths: readonly string[],
  { judge, group, facet }: Options,
  { signal }: Console,
): Promise<string[] | undefined> {
  const people = new Set<string>();
  for (const path of paths) {
    const { layout, raters } = await sketchTable(path, { signal, facets: facet, ...(group ? { group } : {}) });
    if (layout !== 'wide') continue;
    for (const { name, kind } of raters) if (name !== judge && kind === 'human') people.add(name);
  }
  return people.size === 0 ? undefined : [...people];
}

function peopleOf({ raters, raterKinds }: RatingTable, judge: string): string[] {
  return raters.filter((name, rater) => name !== judge && raterKinds[rater] === 'human');
}

/** Writes a card as HTML, Markdown and JSON where a folder is named, then prints it. */
export async function showCard(
  card: JudgeCard,
  { json, folder }: { json: boolean; folder: string | undefined },
  console: Console,
): Promise<void> {
  const page = folder === undefined ? undefined : await writeCard(folder, card);
  console.stdout.write(
    json
      ? renderJson(card)
      : renderTerminal(card, {
          colour: wantsColour(console.stdout, console.env),
          width: Math.min(100, console.stdout.columns),
        }),
  );
  if (page !== undefined) say(console, `Written: ${page}, card.md, card.json`);
  else if (!json && console.stderr.isTTY) say(console, 'Add --out DIR for the card as a page.');
}

/** A profile by its name, or from a JSON file. */
export async function profileFrom(name: string, cwd: string): Promise<NonNullable<TrialOptions['profile']>> {
  if (Object.hasOwn(profiles, name)) return name;
  if (!name.endsWith('.json')) return profileOf(name);
  let given: unknown;
  try {
    given = JSON.parse(await readFile(resolve(cwd, name), 'utf8'));
  } catch (error) {
    throw badProfileFile(
      { file: name, problem: error instanceof Error ? error.message : 'cannot be read' },
      { cause: error },
    );
  }
  return profileOf(given);
}

function progressLine(console: Console): (progress: { rows: number }) => void {
  return ({ rows }) => console.stderr.write(`\r${rows.toLocaleString('en')} rows read\u001b[K`);
}
