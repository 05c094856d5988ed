import { type Criterion, fingerprint } from '@assize/core';

/** Takes the fingerprints of items and labels in any order and gives that of the data set. */
export interface DatasetFingerprint {
  item(print: string): void;
  label(print: string): void;
  finish(): string;
}

const lanes = 4;
const mask = (1n << 64n) - 1n;

/**
 * The fingerprint of a data set, in constant memory and whatever the order: the prints of items and of labels are added
 * up as numbers modulo 2^256, and the two sums are hashed with their counts and the criteria.
 *
 * A sum and not an exclusive or: a label that occurs twice must not cancel out. Proof against accident, not against
 * somebody who searches for two sets with one sum.
 *
 * @see Clarke et al. 2003, Incremental multiset hash functions (MSet-Add-Hash)
 */
export function datasetFingerprint(criteria: readonly Criterion[]): DatasetFingerprint {
  const items = multiset();
  const labels = multiset();
  return {
    item: items.add,
    label: labels.add,
    finish: () => fingerprint({ contract: 1, criteria, items: items.finish(), labels: labels.finish() }),
  };
}

function multiset(): { add: (print: string) => void; finish: () => { count: number; sum: string } } {
  const sum = new BigUint64Array(lanes);
  let count = 0;
  return {
    add(print) {
      count++;
      let carry = 0n;
      for (let lane = 0; lane < lanes; lane++) {
        const end = print.length - lane * 16;
        const total = (sum[lane] ?? 0n) + BigInt(`0x${print.slice(end - 16, end)}`) + carry;
        sum[lane] = total & mask;
        carry = total >> 64n;
      }
    },
    finish: () => ({ count, sum: [...sum].map((lane) => lane.toString(16)).join(' ') }),
  };
}
