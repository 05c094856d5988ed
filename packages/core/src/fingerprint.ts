import { hash } from 'node:crypto';

import { canonicalJson } from './canonical-json.ts';

/**
 * The SHA-256 of a value's canonical JSON, as 64 hexadecimal digits: the identity of items, judges, data sets and runs.
 *
 * @throws TypeError when the value has no canonical JSON.
 * @example fingerprint({ a: 1 }) === fingerprint(JSON.parse('{ "a": 1.0 }')) // true
 */
export function fingerprint(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex');
}
