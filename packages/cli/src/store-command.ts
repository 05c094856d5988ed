import { relative, resolve } from 'node:path';

import { defineError } from '@assize/core';
import {
  backupStore,
  eraseSubject,
  folderStore,
  repairRun,
  type RunCheck,
  verifyRun,
  verifyStore,
} from '@assize/runner';
import { z } from 'zod';

import { type Console, say } from './console.ts';
import { counted } from './counted.ts';
import { exitCode } from './failure.ts';
import { shellWord } from './shell-word.ts';
import { visible } from './visible.ts';

const whomToErase = defineError('cli/whom-to-erase', (facts: { problem: string }) => ({
  message: `assize store erase: ${facts.problem}`,
  hint: 'Name one run or --all, and one of --item and --subject.',
}));

const storeSchema = z.object({ store: z.string().default('.assize'), json: z.boolean().default(false) });

/** What all commands of the store are given. */
function storeOf(raw: Record<string, unknown>, console: Console): { folder: string; json: boolean } {
  const { store, json } = storeSchema.parse(raw);
  return { folder: resolve(console.cwd, store), json };
}

/** `assize store list`: the runs of a store. */
export async function storeListCommand(raw: Record<string, unknown>, console: Console): Promise<number> {
  const { folder, json } = storeOf(raw, console);
  const runs: string[] = [];
  for await (const run of folderStore(folder).runs()) runs.push(run);
  if (json) print(console, runs);
  else for (const run of runs) console.stdout.write(`${visible(run)}\n`);
  if (runs.length === 0) say(console, `note: there are no runs in ${folder}`);
  return exitCode.done;
}

/** `assize store verify`: proves every byte of one run or of all. Exit code 3 where any is damaged. */
export async function storeVerifyCommand(
  run: string | undefined,
  raw: Record<string, unknown>,
  console: Console,
): Promise<number> {
  const { folder, json } = storeOf(raw, console);
  const checks: RunCheck[] = [];
  async function* one(name: string): AsyncGenerator<RunCheck> {
    yield await verifyRun(folder, name);
  }
  for await (const check of run === undefined ? verifyStore(folder) : one(run)) {
    checks.push(check);
    if (!json) console.stdout.write(inWords(check, { folder, console }));
  }
  if (json) print(console, checks);
  if (checks.length === 0) say(console, `note: there are no runs in ${folder}`);
  return checks.some(({ damage }) => damage.length > 0) ? exitCode.incomplete : exitCode.done;
}

function inWords(check: RunCheck, { folder, console }: { folder: string; console: Console }): string {
  const { run, records, files, bytes, tornBytes, damage, lost } = check;
  const size = `${counted(records, 'record')} in ${counted(files, 'file')}, ${bytes} bytes`;
  const torn = tornBytes > 0 ? `; a crash cut ${tornBytes} bytes short at the end, which the next opening drops` : '';
  if (damage.length === 0) return `${visible(run)}: whole, ${size}${torn}\n`;
  const shown = damage
    .slice(0, 20)
    .map(({ file, offset, problem }) => `  ${file} at byte ${offset}: ${problem}`)
    .concat(damage.length > 20 ? [`  and ${damage.length - 20} more places`] : []);
  const store = relative(console.cwd, folder);
  const flags = `${store === '.assize' ? '' : ` --store ${shellWord(store)}`}${lost > 0 ? ' --accept-loss' : ''}`;
  const then = `  keep what is whole: assize store repair ${shellWord(run)}${flags}`;
  const head = `${run}: DAMAGED, at least ${counted(lost, 'record')} lost; ${size} are whole${torn}`;
  return `${[head, ...shown, then].map(visible).join('\n')}\n`;
}

/** `assize store repair`: writes what is whole of a damaged run anew, and keeps the damaged journal beside it. */
export async function storeRepairCommand(run: string, raw: Record<string, unknown>, console: Console): Promise<number> {
  const { folder, json } = storeOf(raw, console);
  const { acceptLoss } = z.object({ acceptLoss: z.boolean().default(false) }).parse(raw);
  const repair = await repairRun(folder, run, { acceptLoss, date: () => new Date().toISOString() });
  if (json) print(console, repair);
  else if (!repair.repaired) console.stdout.write(`${visible(run)}: whole, nothing to repair\n`);
  else {
    const { records, lost, backup } = repair;
    const kept = `${counted(records, 'record')} kept, at least ${lost} lost`;
    console.stdout.write(`${visible(`${run}: repaired, ${kept}; the damaged journal stays in ${backup}`)}\n`);
  }
  return exitCode.done;
}

/** `assize store backup`: copies the journals of a store, also while runs are under way. */
export async function storeBackupCommand(
  target: string,
  raw: Record<string, unknown>,
  console: Console,
): Promise<number> {
  const { folder, json } = storeOf(raw, console);
  const backup = await backupStore(folder, resolve(console.cwd, target));
  if (json) print(console, backup);
  else {
    const records = backup.runs.reduce((sum, run) => sum + run.records, 0);
    const copied = `${counted(backup.runs.length, 'run')} with ${counted(records, 'record')} copied to ${backup.folder}`;
    console.stdout.write(`${visible(copied)}\n`);
  }
  return exitCode.done;
}

const eraseSchema = z.object({
  all: z.boolean().default(false),
  item: z.string().optional(),
  subject: z.string().optional(),
  mention: z.array(z.string()).default([]),
});

/** `assize store erase`: erases one item or one subject, and says what remains. */
export async function storeEraseCommand(
  run: string | undefined,
  raw: Record<string, unknown>,
  console: Console,
): Promise<number> {
  const { folder, json } = storeOf(raw, console);
  const { all, item, subject, mention } = eraseSchema.parse(raw);
  if ((run === undefined) !== all) throw whomToErase({ problem: 'expected the name of one run, or --all' });
  if ((item === undefined) === (subject === undefined))
    throw whomToErase({ problem: 'expected --item or --subject, and not both' });
  const erasure = await eraseSubject(folder, {
    ...(item === undefined ? {} : { item }),
    ...(subject === undefined ? {} : { subject }),
    ...(run === undefined ? {} : { runs: [run] }),
    mentions: mention,
    date: () => new Date().toISOString(),
  });
  if (json) print(console, erasure);
  else {
    const runs = erasure.runs.map(
      ({ run: name, items, erased, remaining, records, touched }) =>
        `${name}: ${erased} of ${counted(items, 'item')} erased, ${remaining} remain; ${counted(records, 'record')} removed or emptied` +
        (touched.length > 0 ? `; words removed from the ratings of ${touched.join(', ')}` : ''),
    );
    const requests = erasure.requests.map(
      ({ model, requestId }) => `  ${model}: ${requestId ?? 'a request whose id the provider did not give'}`,
    );
    const lines = [
      ...runs,
      ...(requests.length > 0 ? ['Sent to providers, who keep copies of their own:', ...requests] : []),
      'What remains:',
      ...erasure.remains.map((what) => `  ${what}`),
    ];
    console.stdout.write(`${lines.map(visible).join('\n')}\n`);
  }
  return exitCode.done;
}

function print({ stdout }: Console, result: unknown): void {
  stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}
