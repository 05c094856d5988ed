import { type AssizeError, isAssizeError } from '@assize/core';

import type { Quarantined } from './load-options.ts';

/** Where bad rows go: thrown at once, or set aside and listed. */
export interface Quarantine {
  /** Throws the error, unless rows are to be set aside. */
  add(error: AssizeError, excerpt?: string): void;
  readonly on: boolean;
  readonly list: readonly Quarantined[];
  readonly total: number;
}

const most = 10_000;

/** @param on whether bad rows are set aside; a list of more than 10,000 is counted and not kept. */
export function quarantine(on: boolean): Quarantine {
  const list: Quarantined[] = [];
  let total = 0;
  return {
    add(error, excerpt = '') {
      if (!on) throw error;
      total++;
      if (list.length >= most) return;
      list.push(quarantined(error, excerpt));
    },
    on,
    list,
    get total() {
      return total;
    },
  };
}

/** Runs a step; an error of ours in it goes to the quarantine. */
export function guarded<Result>(aside: Quarantine, step: () => Result, excerpt: () => string): Result | undefined {
  try {
    return step();
  } catch (error) {
    if (!isAssizeError(error)) throw error;
    aside.add(error, excerpt());
    return undefined;
  }
}

/** An error about a row as an entry of the list. */
export function quarantined(error: AssizeError, excerpt: string): Quarantined {
  const { file, line, column } = error.facts;
  return {
    file: typeof file === 'string' ? file : '',
    line: typeof line === 'number' ? line : 0,
    column: typeof column === 'string' ? column : '',
    problem: error.message,
    excerpt: excerpt.slice(0, 120),
  };
}
