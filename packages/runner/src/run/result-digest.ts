import { createHash } from 'node:crypto';

import { canonicalJson, type Rating } from '@assize/core';

/**
 * One hash for what a run says: equal for equal ratings in equal order, whatever they took in time and money.
 *
 * `latencyMs` and `cost` are left out: who pays for a reply that several assignments share depends on which came first.
 *
 * @example await resultDigest((await readRun('.assize', 'nightly')).ratings())
 */
export async function resultDigest(ratings: AsyncIterable<Rating> | Iterable<Rating>): Promise<string> {
  const hash = createHash('sha256');
  for await (const { latencyMs: _time, cost: _cost, ...result } of ratings) hash.update(`${text(result)}\n`);
  return hash.digest('hex');
}

/** A rationale may hold half a character, which has no canonical form: it is hashed as it is escaped. */
function text(result: object): string {
  try {
    return canonicalJson(result);
  } catch {
    return canonicalJson(JSON.parse(JSON.stringify(result).replaceAll(/\\u(d[89ab][0-9a-f]{2})/gi, '\\\\u$1')));
  }
}
