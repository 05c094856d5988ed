import type { OpenRun, RatingsRecord, ReceiptRecord, RunRecord, Store } from '@assize/core';

/** A store by the contract, kept in memory: what a disk would add is tested elsewhere. */
export function memoryStore(): Store {
  const runs = new Map<string, RunRecord[]>();
  const recordsOf = (run: string): RunRecord[] => {
    const found = runs.get(run) ?? [];
    runs.set(run, found);
    return found;
  };
  return {
    contract: 1,
    id: 'memory',
    async open(run, { visit }): Promise<OpenRun> {
      const records = recordsOf(run);
      const receipts = new Map<string, ReceiptRecord>();
      const ratings = new Map<string, RatingsRecord>();
      const index = (record: RunRecord): void => {
        if (record.kind === 'receipt' && !receipts.has(record.key)) receipts.set(record.key, record);
        if (record.kind === 'ratings') ratings.set(record.assignment, record);
      };
      for (const record of records) {
        index(record);
        visit(record);
      }
      return {
        run,
        notices: [],
        async append(record) {
          records.push(record);
          index(record);
        },
        receipt: async (key) => receipts.get(key),
        ratings: async (assignment) => ratings.get(assignment),
        cached: async (asked) => [...receipts.values()].find((receipt) => receipt.asked === asked),
        close: async () => undefined,
      };
    },
    async *records(run) {
      yield* recordsOf(run);
    },
    async *ratings(run) {
      for (const record of recordsOf(run)) if (record.kind === 'ratings') yield record;
    },
    async *runs() {
      yield* runs.keys();
    },
  };
}
