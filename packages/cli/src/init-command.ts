import { access, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

import { defineError } from '@assize/core';
import { z } from 'zod';

import { makeOutFolder, writing } from './output-folder.ts';
import type { Console } from './console.ts';
import { exitCode } from './failure.ts';
import { shellWord } from './shell-word.ts';
import { starterFiles } from './starter.ts';
import { visible } from './visible.ts';

const optionsSchema = z.object({ force: z.boolean().default(false), json: z.boolean().default(false) });

const wouldOverwrite = defineError('cli/would-overwrite', (facts: { file: string }) => ({
  message: `${facts.file} is there already; nothing was written`,
  hint: 'Choose another folder, or pass --force.',
}));

/** `assize init`: writes a first configuration that `assize run` takes as it is. */
export async function initCommand(dir: string, raw: Record<string, unknown>, console: Console): Promise<number> {
  const { force, json } = optionsSchema.parse(raw);
  const folder = resolve(console.cwd, dir);
  const files = Object.entries(starterFiles()).map(([name, text]) => ({ file: join(folder, name), text }));
  for (const { file } of files) if (!force && (await exists(file))) throw wouldOverwrite({ file });
  for (const { file, text } of files) {
    await makeOutFolder(dirname(file));
    await writing(file, () => writeFile(file, text));
  }
  const written = files.map(({ file }) => relative(console.cwd, file));
  const config = shellWord(relative(console.cwd, join(folder, 'assize.config.mts')));
  if (json) console.stdout.write(`${JSON.stringify({ written }, null, 2)}\n`);
  else {
    console.stdout.write(`${written.map((file) => `  ${visible(file)}\n`).join('')}
Next:
  npm i -D @assize/provider-openai openai     speaks to the model; once, beside the configuration
  assize run ${visible(config)} --dry-run     counts the calls, asks nothing
  OPENAI_API_KEY=… assize run ${visible(config)} --out cards
`);
  }
  return exitCode.done;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
