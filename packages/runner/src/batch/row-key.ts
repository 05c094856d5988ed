import { hash } from 'node:crypto';

/**
 * The name of a call in a batch: 43 characters, legal at every provider, and of no other batch, so that a row tells which
 * batch it is of.
 */
export function rowKey(label: string, call: string): string {
  return `az_${hash('sha256', JSON.stringify([label, call]), 'hex').slice(0, 40)}`;
}
