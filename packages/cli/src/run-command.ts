import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Item, Judge, JudgeCard, Money, Rating, RatingTable } from '@assize/core';
import { buildTable, writeRatings } from '@assize/datasets';
import { requestsOf } from '@assize/judges';
import { renderCardsTerminal } from '@assize/report';
import { folderStore, handleSignals, readRun, type RunSummary, startRun } from '@assize/runner';
import { exitCodeOf, profileOf, putOnTrial } from '@assize/trial';
import { z } from 'zod';

import { type ConfiguredRun, configuredRun, criteriaOf, isJudge } from './configured-run.ts';
import { type Console, wantsColour } from './console.ts';
import { exitCode, explain, visible } from './failure.ts';
import { runProgress } from './run-progress.ts';
import { profileFrom, showCard } from './trial-command.ts';

const optionsSchema = z.object({
  resume: z.union([z.string(), z.literal(true)]).optional(),
  limit: z.number().optional(),
  maxConcurrency: z.number().positive().optional(),
  budgetUsd: z.number().optional(),
  dryRun: z.boolean().default(false),
  out: z.string().optional(),
  json: z.boolean().default(false),
  exitZero: z.boolean().default(false),
  verbose: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

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
  const progress = runProgress(console);
  const run = startRun(
    { dataset, raters, ...(options.limit === undefined ? {} : { limit: options.limit }) },
    {
      directory,
      models,
      signal: console.signal,
      onEvent: progress.take,
      concurrency: options.maxConcurrency ?? config.concurrency ?? 8,
      ...(resumed === undefined ? {} : { run: resumed }),
      ...(config.prices ? { prices: config.prices } : {}),
      budget: { ...config.budget, ...(options.budgetUsd === undefined ? {} : { usd: options.budgetUsd }) },
      seed: config.trial?.seed ?? 1,
    },
  );
  const stopListening = handleSignals(run, console.signals);
  const summary = await run.done.finally(stopListening);
  progress.end();
  sayBooks(summary, console);
  if (summary.reason !== 'done') return unfinished(summary, configured, console, options.verbose);

  const cards = await cardsOf(configured, run.id, console);
  if (options.out !== undefined) await writeRatingsTo(resolve(console.cwd, options.out), directory, run.id);
  if (options.json)
    console.stdout.write(`${JSON.stringify({ run: run.id, ledger: summary.ledger, cards }, null, 2)}\n`);
  else if (cards.length === 0)
    console.stdout.write(
      'No labels of people for the criteria of these judges: nothing was tried. Ratings are kept in the run.\n',
    );
  for (const card of options.json && options.out === undefined ? [] : cards) {
    const out = options.out === undefined ? undefined : join(options.out, fileName(card.judge.rater));
    await showCard(
      card,
      { json: false, out },
      options.json ? { ...console, stdout: { ...console.stdout, write: () => {} } } : console,
    );
  }
  if (!options.json && cards.length > 1) {
    console.stdout.write(
      renderCardsTerminal(cards, {
        colour: wantsColour(console.stdout, console.env),
        width: Math.min(100, console.stdout.columns),
      }),
    );
  }
  const codes = cards.map(({ verdict }) => exitCodeOf(verdict));
  return options.exitZero
    ? exitCode.done
    : codes.includes(1)
      ? exitCode.failed
      : codes.includes(4)
        ? exitCode.inconclusive
        : exitCode.done;
}

async function runToResume(asked: string | true | undefined, directory: string): Promise<string | undefined> {
  if (asked !== true) return asked;
  let last: string | undefined;
  for await (const run of folderStore(directory).runs()) if (last === undefined || run > last) last = run;
  return last;
}

async function cardsOf(
  { config, dataset, raters, directory, file }: ConfiguredRun,
  run: string,
  console: Console,
): Promise<JudgeCard[]> {
  const reading = await readRun(directory, run);
  const { table, labelled } = await tableOf({ dataset, raters }, reading.ratings());
  if (!labelled) return [];
  const humans = config.humans ?? table.raters.filter((_, rater) => table.raterKinds[rater] === 'human');
  const { profile, ...trial } = config.trial ?? {};
  const chosen =
    typeof profile === 'string' ? await profileFrom(profile, join(file, '..')) : profileOf(profile ?? 'standard');
  return raters.filter(isJudge).flatMap((judge) => {
    const about = { name: dataset.name, source: dataset.fingerprint };
    try {
      return [
        putOnTrial(table, {
          judge: judge.id,
          humans,
          profile: chosen,
          ...trial,
          dataset: about,
          definition: judge.definition,
        }),
      ];
    } catch (error) {
      console.stderr.write(`${judge.id} was not tried.\n`);
      explain(error, console.stderr, false);
      return [];
    }
  });
}

async function tableOf(
  { dataset, raters }: Pick<ConfiguredRun, 'dataset' | 'raters'>,
  ratings: AsyncIterable<Rating>,
): Promise<{ table: RatingTable; labelled: boolean }> {
  const groups = new Map<string, string>();
  const facets: Record<string, Map<string, string>> = {};
  for await (const { id, group, facets: own = {} } of dataset.items()) {
    if (group !== undefined) groups.set(id, group);
    for (const [name, value] of Object.entries(own)) (facets[name] ??= new Map()).set(id, value);
  }
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
  return { table: await buildTable(rows(), { criteria, groups, facets, kinds }), labelled };
}

async function writeRatingsTo(folder: string, directory: string, run: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const reading = await readRun(directory, run);
  await writeRatings(join(folder, 'ratings.jsonl'), reading.ratings());
}

async function dryRun(
  { dataset, raters, models }: ConfiguredRun,
  { limit = Infinity, json }: Options,
  console: Console,
): Promise<number> {
  const calls = new Map<string, number>();
  let items = 0;
  for await (const item of dataset.items()) {
    if (items >= limit) break;
    items++;
    for (const rater of raters.filter(isJudge))
      calls.set(rater.id, (calls.get(rater.id) ?? 0) + (await callsOn(rater, item, models)));
  }
  const plan = {
    items,
    raters: raters.map(({ id }) => id),
    calls: Object.fromEntries(calls),
    total: [...calls.values()].reduce((a, b) => a + b, 0),
  };
  console.stdout.write(
    json
      ? `${JSON.stringify(plan, null, 2)}\n`
      : `${items} items, ${raters.length} raters, ${plan.total} calls:\n${[...calls].map(([rater, n]) => `  ${visible(rater)}: ${n} calls\n`).join('')}Nothing was asked.\n`,
  );
  return exitCode.done;
}

async function callsOn(judge: Judge, item: Item, models: ConfiguredRun['models']): Promise<number> {
  const plan = requestsOf(judge, item, (await models(judge.definition.model.id)).abilities);
  return 'requests' in plan ? plan.requests.length : 0;
}

function sayBooks({ ledger, assignments }: RunSummary, { stderr }: Console): void {
  const { ratings, models, possiblyBilled, unknown } = ledger;
  const statuses = Object.entries(ratings)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`);
  stderr.write(
    `${assignments.finished} of ${assignments.planned ?? '?'} assignments; ratings: ${statuses.join(', ') || 'none'}\n`,
  );
  for (const [model, books] of Object.entries(models)) {
    stderr.write(
      `  ${visible(model)}: ${books.replies} replies (${books.cached} cached) to ${books.attempts} requests, ${books.inputTokens} tokens in, ${books.outputTokens} out\n`,
    );
  }
  stderr.write(
    `  cost: ${amount(ledger.cost)}${possiblyBilled.calls > 0 ? `; possibly billed beside: ${possiblyBilled.calls} calls, at most ${amount(possiblyBilled.maxCost)}` : ''}\n`,
  );
  for (const call of unknown.slice(0, 20))
    stderr.write(
      `  may have been billed and lost: ${visible(call.item)} by ${visible(call.rater)}, call ${call.call.slice(0, 12)}, at most ${amount(call.maxCost)}\n`,
    );
}

function amount(money: Money | null): string {
  return money === null ? 'unknown (no price is given)' : `$${money.amount.toFixed(4)}`;
}

function unfinished(
  { reason, fault, run }: RunSummary,
  { file }: ConfiguredRun,
  console: Console,
  verbose: boolean,
): number {
  if (fault) explain(fault, console.stderr, verbose);
  const why = {
    budget: 'the budget is spent',
    drained: 'interrupted',
    aborted: 'interrupted, calls in flight were given up',
    stopped: 'stopped',
    done: 'done',
  }[reason];
  console.stderr.write(
    `Not finished (${why}); what was paid for is kept. Resume: assize run ${visible(file)} --resume ${run}\n`,
  );
  return reason === 'drained' || reason === 'aborted' ? exitCode.interrupted : exitCode.incomplete;
}

function fileName(rater: string): string {
  return rater.replaceAll(/[^\w.-]+/g, '_');
}
