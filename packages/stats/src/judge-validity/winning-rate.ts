import type { Cell } from './tested-annotators.ts';
import { adjustPValues } from '../significance/multiple-testing.ts';

/** A winning rate with the number of tests behind it. */
export type WinningRate = { value: number; tests: number; passes: boolean };

/** Which tests are rejected at an epsilon, with Benjamini-Yekutieli over all of them. */
export function decide(cells: readonly Cell[], epsilon: number, q: number) {
  const p = cells.map(({ tested }) => tested.p(epsilon));
  const adjusted = adjustPValues(p, { method: 'benjamini-yekutieli' }).map((value) => value!);
  return { p, adjusted, rejected: adjusted.map((value) => value <= q) };
}

function rateOf(rejected: readonly boolean[]): WinningRate {
  const value = rejected.filter(Boolean).length / rejected.length;
  return { value, tests: rejected.length, passes: value >= 0.5 };
}

/** A judge passes where the winning rate reaches one half in every domain that was tested. */
export function ratesByDomain(
  cells: readonly Cell[],
  rejected: readonly boolean[],
): (WinningRate & { domain: number })[] {
  const domains = [...new Set(cells.map(({ domain }) => domain))];
  return domains.map((domain) => ({ domain, ...rateOf(rejected.filter((_, k) => cells[k]!.domain === domain)) }));
}

/** The winning rate over all tests at an epsilon; passing means in every domain. */
export function rateAt(cells: readonly Cell[], epsilon: number, q: number): WinningRate {
  const { rejected } = decide(cells, epsilon, q);
  return { ...rateOf(rejected), passes: ratesByDomain(cells, rejected).every(({ passes }) => passes) };
}

/** p falls as epsilon rises, so the point where the verdict turns is found by halving. */
export function smallestPassing(cells: readonly Cell[], q: number): number | null {
  if (rateAt(cells, 0, q).passes) return 0;
  if (!rateAt(cells, 1, q).passes) return null;
  let [low, high] = [0, 1];
  for (let step = 0; step < 52; step++) {
    const middle = (low + high) / 2;
    if (rateAt(cells, middle, q).passes) high = middle;
    else low = middle;
  }
  return high;
}
