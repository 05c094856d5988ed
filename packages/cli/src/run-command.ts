import { join, relative, resolve } from 'node:path';

import { defineError, type JudgeCard, type Money, type Rating, type RatingTable } from '@assize/core';
import { buildTable, factsOfItems, nearestName, writeRatings } from '@assize/datasets';
import { renderCardsTerminal } from '@assize/report';
import {
  type BudgetLimits,
  type CacheOption,
  folderStore,
  handleSignals,
  type ModelLedger,
  readRun,
  readRunPage,
  type Run,
  type RunSummary,
  startRun,
} from '@assize/runner';
import { exitCodeOf, putOnTrial } from '@assize/trial';
import { z } from 'zod';

import { type ConfiguredRun, configuredRun, criteriaOf, isJudge } from './configured-run.ts';
import { confirmRun } from './confirm-run.ts';
import { type Console, say, wantsColour } from './console.ts';
import { counted } from './counted.ts';
import { dryRun } from './dry-run.ts';
import { exitCode, explain } from './failure.ts';
import { makeOutFolder, writing } from './output-folder.ts';
import { openLog } from './run-log.ts';
import { showProgress } from './run-progress.ts';
import { shellWord } from './shell-word.ts';
import { showCard } from './trial-command.ts';
import { visible } from './visible.ts';

const optionsSchema = z.object({
  resume: z.union([z.string(), z.literal(true)]).optional(),
  limit: z.number().optional(),
  maxConcurrency: z.number().positive().optional(),
  budgetUsd: z.number().optional(),
  allowNetworkFolder: z.boolean().default(false),
  budgetTokens: z.number().optional(),
  budgetCalls: z.number().optional(),
  budgetMinutes: z.number().optional(),
  onUnknownPrice: z.enum(['refuse', 'tokens']).optional(),
  cache: z.boolean().default(true),
  refreshCache: z.boolean().default(false),
  yes: z.boolean().default(false),
  batch: z.boolean().default(false),
  cancelBatch: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  out: z.string().optional(),
  log: z.string().optional(),
  json: z.boolean().default(false),
  exitZero: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

const noSuchRun = defineError('cli/no-such-run', (facts: { directory: string; run?: string; nearest?: string }) => ({
  message: `there is no run${facts.run === undefined ? '' : ` ${facts.run}`} in ${facts.directory}${facts.nearest === undefined ? '' : `; did you mean ${facts.nearest}?`}`,
  hint: 'Name a run that is there, or leave --resume out to begin a new one. Nothing was asked.',
}));

/** `assize run`: runs the raters of a configuration, then tries its judges where people have labelled. */
export async function runCommand(
  named: string | undefined,
  raw: Record<string, unknown>,
  console: Console,
): Promise<number> {
  const options = optionsSchema.parse(raw);
  const configured = await configuredRun(named, console.cwd, console.signal);
  if (options.dryRun) return dryRun(configured, options, console);

  const { config, dataset, raters, models, directory } = configured;
  const resumed = await runToResume(options.resume, directory);
  const budget = budgetOf(options, config.budget);
  // Who resumes a run has seen it begin.
  if (resumed === undefined) await confirmRun(configured, { yes: options.yes, limit: options.limit, budget }, console);
  const folder = options.out === undefined ? undefined : await makeOutFolder(resolve(console.cwd, options.out));
  const onUnknownPrice = options.onUnknownPrice ?? config.onUnknownPrice;
  const progress = showProgress(console);
  const log = options.log === undefined ? undefined : await openLog(resolve(console.cwd, options.log), console);
  const run = startRun(
    { dataset, raters, ...(options.limit === undefined ? {} : { limit: options.limit }) },
    {
      directory,
      allowNetworkFolder: options.allowNetworkFolder,
      models,
      signal: console.signal,
      onEvent: (event) => {
        log?.take(event);
        progress.take(event);
      },
      concurrency: options.maxConcurrency ?? config.concurrency ?? 8,
      ...(resumed === undefined ? {} : { run: resumed }),
      ...(config.limits ? { limits: config.limits } : {}),
      ...(config.prices ? { prices: config.prices } : {}),
      budget,
      cache: cacheOf(options, config.cache),
      ...(onUnknownPrice === undefined ? {} : { onUnknownPrice }),
      seed: config.trial?.seed ?? 1,
      ...(options.batch ? { batch: { ...config.batch, cancelOnAbort: options.cancelBatch } } : {}),
    },
  );
  const { summary, terminated } = await finished(run, console).finally(() => {
    progress.end();
    log?.end();
  });
  sayBooks(summary, console);
  if (summary.reason !== 'done') return unfinished(summary, configured, options, { console, terminated });

  const { cards, failed } = await cardsOf(configured, run.id, console);
  if (folder !== undefined) await writeRatingsTo(folder, directory, run.id);
  await showCards(cards, { ...options, folder }, console);
  if (options.json)
    console.stdout.write(
      `${JSON.stringify({ run: run.id, ledger: summary.ledger, cards, page: await readRunPage(directory, run.id, summary.assignments) }, null, 2)}\n`,
    );
  else if (cards.length === 0 && failed === undefined)
    console.stdout.write(
      'No labels of people for the criteria of these judges: nothing was tried. Ratings are kept in the run.\n',
    );
  if (failed !== undefined) return failed;
  const codes = cards.map(({ verdict }) => exitCodeOf(verdict));
  const worst = [exitCode.failed, exitCode.inconclusive].find((code) => codes.includes(code)) ?? exitCode.done;
  return options.exitZero ? exitCode.done : worst;
}

/** Limits of the command line go before those of the configuration. */
function budgetOf(options: Options, configured: BudgetLimits = {}): BudgetLimits {
  const given = {
    usd: options.budgetUsd,
    tokens: options.budgetTokens,
    calls: options.budgetCalls,
    minutes: options.budgetMinutes,
  };
  const limits: BudgetLimits = { ...configured };
  for (const [name, limit] of Object.entries(given)) if (limit !== undefined) Object.assign(limits, { [name]: limit });
  return limits;
}

/** A run takes what any earlier run of its folder was answered, unless it is told not to. */
function cacheOf({ cache, refreshCache }: Options, configured: CacheOption = 'store'): CacheOption {
  if (!cache) return 'off';
  if (!refreshCache) return configured;
  const { scope, ...limits } = typeof configured === 'string' ? { scope: configured } : configured;
  return { ...limits, scope: scope === 'off' ? 'store' : scope, refresh: true };
}

/** Waits for a run; signals end it well meanwhile. */
async function finished(run: Run, { signals }: Console): Promise<{ summary: RunSummary; terminated: boolean }> {
  let terminated = false;
  const note = (): void => {
    terminated = true;
  };
  const stopListening = handleSignals(run, signals);
  for (const signal of ['SIGTERM', 'SIGHUP']) signals.on(signal, note);
  try {
    return { summary: await run.done, terminated };
  } finally {
    stopListening();
    for (const signal of ['SIGTERM', 'SIGHUP']) signals.off(signal, note);
  }
}

async function showCards(
  cards: readonly JudgeCard[],
  { json, folder }: { json: boolean; folder: string | undefined },
  console: Console,
): Promise<void> {
  const shown = json ? { ...console, stdout: { ...console.stdout, write: () => {} } } : console;
  for (const card of cards) {
    const own = folder === undefined ? undefined : await makeOutFolder(join(folder, fileName(card.judge.rater)));
    await showCard(card, { json: false, folder: own }, shown);
  }
  if (cards.length > 1) {
    const { stdout, env } = shown;
    stdout.write(
      renderCardsTerminal(cards, { colour: wantsColour(stdout, env), width: Math.min(100, stdout.columns) }),
    );
  }
}

/** The run that `--resume` means; a name that is not there would begin a new run and pay for it all again. */
export async function runToResume(asked: string | true | undefined, directory: string): Promise<string | undefined> {
  if (asked === undefined) return undefined;
  const runs: string[] = [];
  for await (const run of folderStore(directory).runs()) runs.push(run);
  if (asked === true) {
    const last = runs.toSorted().at(-1);
    if (last === undefined) throw noSuchRun({ directory });
    return last;
  }
  if (runs.includes(asked)) return asked;
  const nearest = nearestName(asked, runs);
  throw noSuchRun({ directory, run: asked, ...(nearest === undefined ? {} : { nearest }) });
}

async function cardsOf(
  { config, dataset, raters, directory, profile }: ConfiguredRun,
  run: string,
  console: Console,
): Promise<{ cards: JudgeCard[]; failed: number | undefined }> {
  const reading = await readRun(directory, run);
  const { table, labelled } = await tableOf({ dataset, raters }, reading.ratings());
  if (!labelled) return { cards: [], failed: undefined };
  const humans = config.humans ?? table.raters.filter((_, rater) => table.raterKinds[rater] === 'human');
  let failed: number | undefined;
  const cards = raters.filter(isJudge).flatMap(({ id: judge, definition }) => {
    const about = { name: dataset.name, source: dataset.fingerprint };
    try {
      return [putOnTrial(table, { judge, humans, ...config.trial, profile, dataset: about, definition })];
    } catch (error) {
      console.stderr.write(`${visible(judge)} was not tried:\n`);
      failed = Math.max(failed ?? 0, explain(error, console.stderr, console.verbose === true));
      return [];
    }
  });
  return { cards, failed };
}

async function tableOf(
  { dataset, raters }: Pick<ConfiguredRun, 'dataset' | 'raters'>,
  ratings: AsyncIterable<Rating>,
): Promise<{ table: RatingTable; labelled: boolean }> {
  const facts = await factsOfItems(dataset.items());
  let labelled = false;
  const criteria = criteriaOf(raters);
  const known = new Set(criteria.map(({ id }) => id));
  async function* rows(): AsyncGenerator<Rating> {
    for await (const label of dataset.labels()) {
      if (!known.has(label.criterion)) continue;
      labelled = true;
      yield label;
    }
    yield* ratings;
  }
  const kinds = Object.fromEntries(raters.map(({ id, kind }) => [id, kind]));
  return { table: await buildTable(rows(), { criteria, ...facts, kinds }), labelled };
}

async function writeRatingsTo(folder: string, directory: string, run: string): Promise<void> {
  const reading = await readRun(directory, run);
  const path = join(folder, 'ratings.jsonl');
  await writing(path, () => writeRatings(path, reading.ratings()));
}

function sayBooks({ ledger, assignments }: RunSummary, console: Console): void {
  const { ratings, models, possiblyBilled, unknown, reasked } = ledger;
  const statuses = Object.entries(ratings)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`);
  say(
    console,
    `${assignments.finished} of ${assignments.planned ?? '?'} assignments; ratings: ${statuses.join(', ') || 'none'}`,
  );
  for (const [model, books] of Object.entries(models)) {
    say(
      console,
      `  ${model}: ${books.replies} of ${counted(books.attempts, 'request')} answered, ${books.inputTokens} tokens in, ${books.outputTokens} out`,
    );
    if (books.cached > 0) say(console, `    ${savedBy(books)}`);
  }
  if (reasked.ratings > 0)
    say(
      console,
      `  asked again because a reply could not be read: ${counted(reasked.asks, 'time')} for ${counted(reasked.ratings, 'rating')}, of which ${reasked.rated} then had a value`,
    );
  const beside =
    possiblyBilled.calls > 0
      ? `; possibly billed beside: ${counted(possiblyBilled.calls, 'call')}, at most ${amount(possiblyBilled.maxCost)}`
      : '';
  say(console, `  cost: ${amount(ledger.cost)}${beside}`);
  if (ledger.batches.open > 0)
    say(
      { ...console, quiet: false },
      `  at the provider: ${ledger.batches.open} ${ledger.batches.open === 1 ? 'batch' : 'batches'} with ${counted(ledger.batches.calls, 'call')}, at most ${amount(ledger.batches.maxCost)}; --resume collects them`,
    );
  for (const call of unknown.slice(0, 20))
    say(
      { ...console, quiet: false },
      `  may have been billed and lost: ${call.item} by ${call.rater}, call ${call.call.slice(0, 12)}, at most ${amount(call.maxCost)}`,
    );
}

/** What the cache saved on a model. */
function savedBy({ cached, savedTokens, savedCost, savedUnknown }: ModelLedger): string {
  const cost = savedUnknown > 0 ? 'at an unknown price' : `$${savedCost.toFixed(4)}`;
  return `${cached} from the cache, asked before: ${savedTokens} tokens saved, ${cost}`;
}

function amount(money: Money | null): string {
  return money === null ? 'unknown (no price is given)' : `$${money.amount.toFixed(4)}`;
}

function unfinished(
  { reason, fault, run }: RunSummary,
  { file }: ConfiguredRun,
  options: Options,
  { console, terminated }: { console: Console; terminated: boolean },
): number {
  if (fault) explain(fault, console.stderr, console.verbose === true);
  const why = {
    budget: 'the budget is spent: raise it to go on',
    drained: 'interrupted',
    aborted: 'interrupted, calls in flight were given up',
    stopped: 'stopped',
    done: 'done',
  }[reason];
  const command = [
    `assize run ${shellWord(relative(console.cwd, file))} --resume ${run}`,
    options.out === undefined ? '' : ` --out ${shellWord(options.out)}`,
    options.limit === undefined ? '' : ` --limit ${options.limit}`,
    options.maxConcurrency === undefined ? '' : ` -j ${options.maxConcurrency}`,
    options.log === undefined ? '' : ` --log ${shellWord(options.log)}`,
    options.batch ? ' --batch' : '',
    options.json ? ' --json' : '',
    options.exitZero ? ' --exit-zero' : '',
  ].join('');
  console.stderr.write(`Not finished (${why}); what was paid for is kept. Resume: ${visible(command)}\n`);
  if (reason !== 'drained' && reason !== 'aborted') return exitCode.incomplete;
  return terminated ? exitCode.terminated : exitCode.interrupted;
}

function fileName(rater: string): string {
  return rater.replaceAll(/[^\w.-]+/g, '_');
}
