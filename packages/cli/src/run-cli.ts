import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { type Console, withoutSecrets } from './console.ts';
import { exitCode, explain } from './failure.ts';
import { addStoreCommands } from './store-program.ts';

/**
 * Runs the command line and returns its exit code. Only the parser is loaded here; each command loads the rest.
 *
 * @param argv arguments without node and script
 */
export async function runCli(argv: readonly string[], given: Console): Promise<number> {
  const console = withoutSecrets(given);
  let code: number = exitCode.done;
  const program = new Command('assize')
    .description('Puts LLM judges on trial: measures them against people, and says what they may be used for.')
    .version(versionOf(), '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .option('--cwd <dir>', 'read relative paths from there', (folder) => folderAt(console.cwd, folder))
    .option('-q, --quiet', 'leave out notes and progress')
    .option('--no-color', 'write without colour, as with NO_COLOR=1')
    .option('-v, --verbose', 'say more about errors')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .showHelpAfterError('(--help after the command lists its options)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.stdout.write(text),
      writeErr: (text) => console.stderr.write(text),
      getOutHelpWidth: () => Math.min(100, console.stdout.columns),
      getErrHelpWidth: () => Math.min(100, console.stderr.columns),
    });

  const surroundings = (): Console => within(console, program.opts());

  program
    .command('trial')
    .description('put a judge on trial from a file of ratings')
    .argument(
      '<ratings...>',
      'CSV, TSV or JSONL, gzip too: one rating a row, or one item a row with a column for each rater',
    )
    .requiredOption('--judge <rater>', 'the rater to be tried')
    .option('--humans <a,b,c>', 'the people it is held against (default: all that look like people, and said)', list)
    .option(
      '--scale <scale>',
      'binary | nominal:a,b,c | ordinal:1..5 | interval:0..1 | preference | preference:no-ties (default: proposed from the data, and said)',
    )
    .option('--criterion <id>', 'which criterion, where the file has several')
    .addOption(
      new Option(
        '--preference-coding <coding>',
        'how the file writes which response is better (default: told from the values, and said)',
      ).choices(['0/1', '1/2', 'a/b', 'left/right']),
    )
    .option(
      '--group <column>',
      'what is not independent: the same prompt, document or conversation (default: a column named group)',
    )
    .option('--facet <column>', 'a column to report slices by; may be given again', collect, [])
    .addOption(
      new Option('--unrated <policy>', 'what verdicts that are none count as')
        .choices(['exclude', 'tie', 'wrong', 'worst'])
        .default('exclude'),
    )
    .option('--level <level>', 'level of the intervals', levelOf, 0.95)
    .option('--seed <seed>', 'seed of the resampling', wholeNumber, 1)
    .option('--replicates <n>', 'resamples of each bootstrap', countOf, 2000)
    .option('--profile <profile>', 'standard, certify, or a JSON file', 'standard')
    .option('--quarantine', 'set bad rows aside and list them, instead of stopping at the first')
    .option('--out <dir>', 'write card.html, card.md and card.json there')
    .option('--json', 'print the card as JSON, and nothing else')
    .option('--exit-zero', 'exit 0 whatever the verdict')
    .addHelpText(
      'after',
      `
Examples:
  assize trial ratings.csv --judge gpt-4 --humans ann,ben,cy --out card
  assize trial ratings.jsonl --judge gpt-4 --scale preference --group prompt --json

Exit: 0 fit (also with correction), 1 unfit or broken, 2 bad input, 4 not enough evidence.`,
    )
    .action(async (files: string[], options: Record<string, unknown>) => {
      const { trialCommand } = await import('./trial-command.ts');
      code = await trialCommand(files, options, surroundings());
    });

  program
    .command('doctor')
    .description('say how a file is read, which examinations it can support, and what is missing for the others')
    .argument('<file>', 'CSV, TSV or JSONL, gzip too')
    .option('--judge <rater>', 'which rater would be tried')
    .option('--json', 'print JSON, and nothing else')
    .action(async (file: string, options: Record<string, unknown>) => {
      const { doctorCommand } = await import('./doctor-command.ts');
      code = await doctorCommand(file, options, surroundings());
    });

  program
    .command('run')
    .description('run the judges and metrics of a configuration, and try them where people have labelled')
    .argument('[config]', 'assize.config.mts, .ts, .js, .mjs or .json (default: found upward from here)')
    .option('-c, --config <file>', 'the same as the argument')
    .option('--resume [run]', 'go on with a run that stopped (default: the last)')
    .option('--limit <n>', 'only the first n items', countOf)
    .option('-j, --max-concurrency <n>', 'calls in flight at once', countOf)
    .option('--budget-usd <amount>', 'stop before this is spent', amountOf)
    .option('--allow-network-folder', 'keep runs on a network file system: you know that its locks and syncs hold')
    .option('--budget-tokens <n>', 'stop before so many tokens, in and out, are used', amountOf)
    .option('--budget-calls <n>', 'stop after so many requests', amountOf)
    .option('--budget-minutes <n>', 'begin no further call after so many minutes at work, over all sessions', amountOf)
    .addOption(
      new Option(
        '--on-unknown-price <what>',
        'with --budget-usd, of a model whose price is unknown: refuse, or leave it to --budget-tokens (default: refuse)',
      ).choices(['refuse', 'tokens']),
    )
    .option('--no-cache', 'ask everything, whatever earlier runs were answered')
    .option('--refresh-cache', 'ask everything, and keep the new replies instead')
    .option('--yes', 'do not ask before an expensive run')
    .option('--dry-run', 'print the plan, its calls and what they will cost, with an interval; ask nothing')
    .option('--batch', 'ask by batch where the model takes batches: within a day, for about half')
    .option('--cancel-batch', 'with --batch: cancel batches at the provider when the run is aborted (Ctrl-C twice)')
    .option('--out <dir>', 'write ratings and cards there')
    .option('--log <file>', 'append what happens to this file, an event a line: JSON without prompts, replies and keys')
    .option('--json', 'print JSON, and nothing else: books, cards, and the page of the run')
    .option('--exit-zero', 'exit 0 whatever the verdicts')
    .addHelpText(
      'after',
      `
Examples:
  assize run --dry-run
  assize run assize.config.mts --out cards --budget-usd 5
  assize run --batch
  assize run --resume

Exit: 0 fit (also with correction), 1 unfit or broken, 2 bad input, 3 stopped before the end, 4 not enough evidence,
130 interrupted. What was paid for is kept; the last line says how to go on.`,
    )
    .action(async (config: string | undefined, options: Record<string, unknown>, command: Command) => {
      const named = options['config'];
      if (typeof named === 'string' && config !== undefined && config !== named)
        command.error(`error: two configurations are named: ${config} and ${named}`);
      const { runCommand } = await import('./run-command.ts');
      code = await runCommand(typeof named === 'string' ? named : config, options, surroundings());
    });

  const runs = program.command('runs').description('look at runs that are kept');
  runs
    .command('show')
    .description('say what a run did and cost, how it ended, and what it may have paid for in vain')
    .argument('[run]', 'the name of the run (default: the last)')
    .option('-c, --config <file>', 'the configuration whose runs are meant (default: found upward from here)')
    .option('--json', 'print the page of the run as JSON, and nothing else')
    .action(async (run: string | undefined, options: Record<string, unknown>) => {
      const { runsShowCommand } = await import('./runs-show-command.ts');
      code = await runsShowCommand(run, options, surroundings());
    });

  program
    .command('init')
    .description('write a first configuration: a judge, ten items with labels, and a CI workflow')
    .argument('[dir]', 'where', '.')
    .option('--force', 'overwrite files that are there')
    .option('--json', 'print JSON, and nothing else')
    .action(async (dir: string, options: Record<string, unknown>) => {
      const { initCommand } = await import('./init-command.ts');
      code = await initCommand(dir, options, surroundings());
    });

  addStoreCommands(program, surroundings, (ended) => {
    code = ended;
  });

  try {
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return exitCode.usage;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    return explain(error, console.stderr, program.opts<GlobalOptions>().verbose ?? false);
  }
}

interface GlobalOptions {
  cwd?: string;
  quiet?: boolean;
  color?: boolean;
  verbose?: boolean;
}

/** The surroundings as the global options make them. */
function within(console: Console, { cwd, quiet = false, color = true, verbose = false }: GlobalOptions): Console {
  if (cwd !== undefined) console.enter?.(cwd);
  return {
    ...console,
    cwd: cwd ?? console.cwd,
    quiet,
    verbose,
    env: color ? console.env : { ...console.env, NO_COLOR: '1', FORCE_COLOR: '' },
  };
}

function folderAt(cwd: string, named: string): string {
  const folder = resolve(cwd, named);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new InvalidArgumentError(`There is no folder ${folder}.`);
  return folder;
}

function versionOf(): string {
  const manifest: unknown = createRequire(import.meta.url)('../package.json');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

function list(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('Name at least one, separated by commas.');
  return names;
}

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('Give a whole number of at least 0.');
  return value;
}

function countOf(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('Give a whole number of at least 1.');
  return value;
}

function levelOf(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('Give a number between 0 and 1, such as 0.95.');
  return value;
}

function amountOf(text: string): number {
  const value = Number(text);
  if (!(value >= 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Give an amount of at least 0.');
  return value;
}
