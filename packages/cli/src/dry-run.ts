import type { Judge } from '@assize/core';
import { requestsOf } from '@assize/judges';
import { costBound, priceOf, type Prices, usageBound } from '@assize/runner';

import { type ConfiguredRun, isJudge } from './configured-run.ts';
import type { Console } from './console.ts';
import { counted } from './counted.ts';
import { exitCode } from './failure.ts';
import { visible } from './visible.ts';

/** What a judge would ask, and what that costs at most: `null` where no price is given. */
interface Asked {
  calls: number;
  maxCost: number | null;
}

/**
 * Prints the plan of a run with its number of calls and what they can cost at most; asks nothing.
 *
 * The bound takes every byte of a prompt for a token and every reply for as long as it may be: a run costs less, and more
 * only where calls are tried again.
 */
export async function dryRun(
  { config, dataset, raters, models }: ConfiguredRun,
  { limit = Infinity, json }: { limit?: number | undefined; json: boolean },
  console: Console,
): Promise<number> {
  const judges = raters.filter(isJudge);
  const asked = new Map<string, Asked>(judges.map(({ id }) => [id, { calls: 0, maxCost: 0 }]));
  let items = 0;
  for await (const item of dataset.items()) {
    if (items >= limit) break;
    items++;
    for (const judge of judges) {
      const { abilities } = await models(judge.definition.model.id);
      const plan = requestsOf(judge, item, abilities);
      const own = asked.get(judge.id);
      if (own && 'requests' in plan)
        for (const { request } of plan.requests) add(own, judge, request, config.prices ?? {});
    }
  }
  const all = [...asked.values()];
  const total = all.reduce((sum, { calls }) => sum + calls, 0);
  const maxCost = all.some((one) => one.maxCost === null)
    ? null
    : all.reduce((sum, one) => sum + (one.maxCost ?? 0), 0);
  if (json) {
    const calls = Object.fromEntries([...asked].map(([id, one]) => [id, one.calls]));
    const plan = { items, raters: raters.map(({ id }) => id), calls, total, maxCostUsd: maxCost };
    console.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
    return exitCode.done;
  }
  const lines = [
    `${counted(items, 'item')}, ${counted(raters.length, 'rater')}, ${counted(total, 'call')}:`,
    ...[...asked].map(([id, one]) => `  ${visible(id)}: ${counted(one.calls, 'call')}, ${costOf(one.maxCost)}`),
    `In all: ${costOf(maxCost)}.${maxCost === null ? ' Give `prices` in the configuration to know it.' : ''}`,
    'Nothing was asked.',
  ];
  console.stdout.write(`${lines.join('\n')}\n`);
  return exitCode.done;
}

function add(asked: Asked, judge: Judge, request: Parameters<typeof usageBound>[0], prices: Prices): void {
  const price = priceOf(prices, judge.definition.model.id);
  const bound = costBound(price, usageBound(request, price));
  asked.calls += 1;
  asked.maxCost = bound === null || asked.maxCost === null ? null : asked.maxCost + bound.amount;
}

function costOf(maxCost: number | null): string {
  return maxCost === null ? 'cost unknown' : `at most $${maxCost.toFixed(4)}`;
}
