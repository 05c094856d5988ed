import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { defineError, type JudgeCard, parseScale } from '@assize/core';
import { loadRatings } from '@assize/datasets';
import { renderHtml, renderJson, renderMarkdown, renderTerminal } from '@assize/report';
import { exitCodeOf, profileOf, profiles, putOnTrial, type TrialOptions } from '@assize/trial';
import { z } from 'zod';

import { type Console, wantsColour } from './console.ts';
import { exitCode, visible } from './failure.ts';

const optionsSchema = z.object({
  judge: z.string(),
  humans: z.array(z.string()).optional(),
  scale: z.string().optional(),
  criterion: z.string().optional(),
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
  const say = (line: string): void => console.stderr.write(`${visible(line)}\n`);
  const loaded = await loadRatings(paths, {
    judge: options.judge,
    ...(options.humans ? { humans: options.humans } : {}),
    ...(options.scale ? { scale: parseScale(options.scale) } : {}),
    ...(options.criterion ? { criterion: options.criterion } : {}),
    ...(options.group ? { group: options.group } : {}),
    ...(options.facet.length > 0 ? { facets: options.facet } : {}),
    quarantine: options.quarantine,
    signal: console.signal,
    ...(console.stderr.isTTY ? { onProgress: progressLine(console) } : {}),
  });
  for (const note of loaded.notes) say(`note: ${note}`);
  for (const { file, line, column, problem } of loaded.quarantined.slice(0, 20))
    say(`set aside: ${file}:${line} ${column}: ${problem}`);
  if (loaded.quarantined.length > 20) say(`set aside: ${loaded.quarantined.length - 20} more`);

  const card = putOnTrial(loaded.table, {
    judge: options.judge,
    humans: options.humans ?? loaded.table.raters.filter((rater) => rater !== options.judge),
    ...(options.criterion ? { criteria: [options.criterion] } : {}),
    profile: await profileFrom(options.profile, console.cwd),
    unrated: options.unrated,
    level: options.level,
    seed: options.seed,
    replicates: options.replicates,
    dataset: { name: files.map((file) => basename(file)).join(', ') },
  });
  await showCard(card, { json: options.json, out: options.out }, console);
  return options.exitZero ? exitCode.done : exitCodeOf(card.verdict);
}

/** Prints a card, and writes it as HTML, Markdown and JSON where a folder is named. */
export async function showCard(
  card: JudgeCard,
  { json, out }: { json: boolean; out: string | undefined },
  console: Console,
): Promise<void> {
  console.stdout.write(
    json
      ? renderJson(card)
      : renderTerminal(card, {
          colour: wantsColour(console.stdout, console.env),
          width: Math.min(100, console.stdout.columns),
        }),
  );
  if (out === undefined) {
    if (!json && console.stderr.isTTY) console.stderr.write('Add --out DIR for the card as a page.\n');
    return;
  }
  const folder = resolve(console.cwd, out);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'card.html'), renderHtml(card));
  await writeFile(join(folder, 'card.md'), renderMarkdown(card));
  await writeFile(join(folder, 'card.json'), renderJson(card));
  console.stderr.write(`Written: ${visible(join(folder, 'card.html'))}, card.md, card.json\n`);
}

/** A profile by its name, or from a JSON file. */
export async function profileFrom(name: string, cwd: string): Promise<NonNullable<TrialOptions['profile']>> {
  if (name in profiles) return name;
  if (!name.endsWith('.json')) return profileOf(name);
  let data: unknown;
  try {
    data = JSON.parse(await readFile(resolve(cwd, name), 'utf8'));
  } catch (error) {
    throw badProfileFile(
      { file: name, problem: error instanceof Error ? error.message : 'cannot be read' },
      { cause: error },
    );
  }
  return profileOf(data);
}

function progressLine(console: Console): (progress: { rows: number }) => void {
  return ({ rows }) => console.stderr.write(`\r${rows.toLocaleString('en')} rows read\u001b[K`);
}
