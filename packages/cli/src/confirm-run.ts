import { defineError } from '@assize/core';
import { budgetSchema } from '@assize/runner';

import type { ConfiguredRun } from './configured-run.ts';
import type { Console } from './console.ts';
import { counted } from './counted.ts';
import { costOf, money } from './dry-run.ts';
import { estimatedCost, plannedCalls } from './planned-calls.ts';

const needsYes = defineError('cli/needs-yes', (facts: { plan: string; above: string }) => ({
  message: `${facts.plan} is above ${facts.above}, and nobody is there to be asked`,
  hint: 'Nothing was asked. Look with --dry-run, then give --yes, a budget such as --budget-usd, or confirm.aboveUsd in the configuration.',
}));

const notConfirmed = defineError('cli/not-confirmed', (facts: { plan: string }) => ({
  message: `${facts.plan} was not confirmed`,
  hint: 'Nothing was asked.',
}));

/** Above these, a run without a budget is confirmed first. */
const defaults = { aboveUsd: 10, aboveCalls: 10_000 };

/**
 * Looks at the whole plan before the first call: refuses one over its caps, and has an expensive one confirmed.
 *
 * Asked is only on a terminal, and only without `--yes` and without a budget; without a terminal the run is refused. What
 * counts is the upper end of the estimate, or the number of calls where a price is unknown.
 *
 * @throws cli/over-cap, cli/needs-yes, cli/not-confirmed
 */
export async function confirmRun(
  configured: ConfiguredRun,
  { yes, limit, budget }: { yes: boolean; limit: number | undefined; budget: object },
  console: Console,
): Promise<void> {
  const plan = await plannedCalls(configured, { limit, date: new Date().toISOString() });
  const limited = Object.keys(budgetSchema.shape).some((name) => name !== 'minutes' && Reflect.has(budget, name));
  if (yes || limited) return;
  const { aboveUsd, aboveCalls } = { ...defaults, ...configured.config.confirm };
  const { judges, items } = plan;
  const of = (field: 'calls' | 'inputBound' | 'outputBound'): number =>
    judges.reduce((total, { sampled }) => {
      const counts = sampled.map((item) => item[field]);
      return (
        total + (counts.length === 0 ? 0 : (items / counts.length) * counts.reduce((sum, count) => sum + count, 0))
      );
    }, 0);
  // Most plans are far below, whatever is not known of them: then earlier runs need not be read.
  const rates = judges.flatMap(({ price }) => (price ? [price, ...(price.over ?? [])] : []));
  const dearest = Math.max(0, ...rates.flatMap(({ input, output, cacheWrite = 0 }) => [input, output, cacheWrite]));
  const calls = Math.round(of('calls'));
  const manyUnpriced = calls > aboveCalls && judges.some(({ price }) => price === undefined);
  if (!manyUnpriced && ((of('inputBound') + of('outputBound')) * dearest) / 1e6 <= aboveUsd) return;
  const all = [...(await estimatedCost(plan, configured.directory)).values()];
  const usd = costOf(all);
  if (!manyUnpriced && all.reduce((sum, one) => sum + (one.usd?.high ?? 0), 0) <= aboveUsd) return;
  const said = `a run of ${counted(calls, 'call')}, ${money(usd)},`;
  const above = usd === null ? counted(aboveCalls, 'call') : `$${aboveUsd}`;
  if (!console.confirm) throw needsYes({ plan: said, above });
  if (!(await console.confirm(`${said} is above ${above}. Go on?`))) throw notConfirmed({ plan: said });
}
