import { readFile } from 'node:fs/promises';

import type { Money, RunFault } from '@assize/core';

import type { UnknownCall } from '../money/run-ledger.ts';

/** Which start of the machine this is; empty where the system does not say. */
export async function bootId(): Promise<string> {
  return readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
}

/** What unknown calls cost at most together; `null` where the price of any is unknown. */
export function mostOf(unknown: readonly UnknownCall[]): Money | null {
  if (unknown.some(({ maxCost }) => maxCost === null)) return null;
  return { amount: unknown.reduce((sum, { maxCost }) => sum + (maxCost?.amount ?? 0), 0), currency: 'USD' };
}

/** What a resume says of calls that may have been paid for and lost. After a power loss the list may lack some. */
export function unknownCalls(unknown: readonly UnknownCall[], isSameBoot: boolean): RunFault {
  const most = mostOf(unknown);
  const price = most ? `at most $${most.amount.toFixed(4)}` : 'at an unknown price';
  const restarted = '; the machine was started anew since, so calls of its last moments may be missing from this count';
  return {
    code: 'runner/unknown-calls',
    message: `${unknown.length} calls of earlier sessions may have been billed and lost, ${price}${isSameBoot ? '' : restarted}`,
    hint: 'They are asked again; the ledger lists each.',
  };
}
