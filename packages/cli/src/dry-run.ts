import { assumedBytesPerToken, assumedOutputShare, type CostEstimate, type Expected, together } from '@assize/runner';

import type { ConfiguredRun } from './configured-run.ts';
import type { Console } from './console.ts';
import { counted } from './counted.ts';
import { exitCode } from './failure.ts';
import { estimatedCost, type PlannedCalls, plannedCalls, type PlannedJudge } from './planned-calls.ts';
import { visible } from './visible.ts';

/**
 * Prints the plan of a run: its calls, and what they will use and cost with an interval and at most; asks nothing.
 *
 * The bound takes every byte of a prompt for a token and every reply for as long as it may be: a run costs less, and more
 * only where calls are tried again. Replies that a cache has already are not taken off.
 */
export async function dryRun(
  configured: ConfiguredRun,
  { limit, json }: { limit?: number | undefined; json: boolean },
  console: Console,
): Promise<number> {
  const plan = await plannedCalls(configured, { limit, date: new Date().toISOString() });
  const estimates = await estimatedCost(plan, configured.directory);
  const said = json
    ? `${JSON.stringify(planJson(configured, plan, estimates), null, 2)}\n`
    : planText(configured, plan, estimates);
  console.stdout.write(said);
  return exitCode.done;
}

type Estimates = ReadonlyMap<string, CostEstimate>;

function planJson(
  { raters }: ConfiguredRun,
  { items, judges, listPrices }: PlannedCalls,
  estimates: Estimates,
): object {
  const all = [...estimates.values()];
  const callsOf = ({ calls }: CostEstimate): number => Math.round(calls.value);
  return {
    items,
    raters: raters.map(({ id }) => id),
    calls: Object.fromEntries([...estimates].map(([id, one]) => [id, callsOf(one)])),
    total: all.reduce((sum, one) => sum + callsOf(one), 0),
    maxCostUsd: maxOf(all),
    costUsd: costOf(all),
    inputTokens: together(all.map(({ inputTokens }) => inputTokens)),
    outputTokens: together(all.map(({ outputTokens }) => outputTokens)),
    judges: Object.fromEntries(
      judges.map((planned) => [
        planned.judge.id,
        { model: planned.judge.definition.model.id, ...shapeOf(planned), ...estimates.get(planned.judge.id) },
      ]),
    ),
    listPrices,
  };
}

function planText({ raters }: ConfiguredRun, { items, judges }: PlannedCalls, estimates: Estimates): string {
  const all = [...estimates.values()];
  const total = all.reduce((sum, { calls }) => sum + Math.round(calls.value), 0);
  const max = maxOf(all);
  const lines = [`${counted(items, 'item')}, ${counted(raters.length, 'rater')}, ${counted(total, 'call')}:`];
  for (const planned of judges) {
    const one = estimates.get(planned.judge.id);
    if (!one) continue;
    const { criteria, orders, samples } = shapeOf(planned);
    lines.push(
      `  ${visible(planned.judge.id)} asks ${visible(planned.judge.definition.model.id)}: ${counted(items, 'item')} x ${criteria === 1 ? '1 criterion' : `${criteria} criteria`} x ${counted(orders, 'order')} x ${counted(samples, 'sample')}: ${counted(Math.round(one.calls.value), 'call')}`,
      `    tokens: ${tokens(one.inputTokens)} in, ${tokens(one.outputTokens)} out`,
      `    cost: ${money(one.usd)}${one.maxUsd === null ? '' : `, at most $${one.maxUsd.toFixed(4)}`}`,
      `    ${basisOf(one, items)}`,
    );
  }
  const unknown = max === null ? '. Give `prices` in the configuration to know it' : `, at most $${max.toFixed(4)}`;
  lines.push(`In all: ${money(costOf(all))}${unknown}.`, 'Nothing was asked.');
  return `${lines.join('\n')}\n`;
}

/** The factors of a plan, as the definition has them; a protocol may put several criteria in one call. */
function shapeOf({ judge: { definition } }: PlannedJudge) {
  const { criteria, mode, protocol, aggregation } = definition;
  const orders = mode === 'pairwise' && (protocol.orders ?? 'both') === 'both' ? 2 : 1;
  return { criteria: criteria.length, orders, samples: aggregation.samples };
}

function basisOf({ basis, from, sampled }: CostEstimate, items: number): string {
  const sample = sampled < items ? `, and a random sample of ${sampled} items` : '';
  if (basis === 'replies') return `from ${counted(from, 'item')} that this judge rated before${sample}; 95 % intervals`;
  return `assumed: ${assumedBytesPerToken} bytes a token, and ${assumedOutputShare * 100} % of the longest reply, since this judge has no replies here yet${sample}`;
}

function maxOf(all: readonly CostEstimate[]): number | null {
  return all.reduce((sum: number | null, { maxUsd }) => (sum === null || maxUsd === null ? null : sum + maxUsd), 0);
}

/** What a plan costs in all; `null` where any price is unknown. */
export function costOf(all: readonly CostEstimate[]): Expected | null {
  const known = all.flatMap(({ usd }) => (usd ? [usd] : []));
  return known.length === all.length ? together(known) : null;
}

function tokens({ low, value, high }: Expected): string {
  return `${Math.round(value)} [${Math.floor(low)}, ${Math.ceil(high)}]`;
}

/** An expected amount with its ends. */
export function money(usd: Expected | null): string {
  if (usd === null) return 'cost unknown';
  return `$${usd.value.toFixed(4)} [$${usd.low.toFixed(4)}, $${usd.high.toFixed(4)}]`;
}
