// Run by build-table.test.ts in a process of its own, where nothing else moves the heap.
import type { Rating } from '@assize/core';

import { createTableBuilder } from '../../src/index.ts';

function memory(): number {
  for (let round = 0; round < 3; round++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const rows = 1_000_000;
const before = memory();
let builder: ReturnType<typeof createTableBuilder> | undefined = createTableBuilder({
  criteria: [{ id: 'good', question: '', scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] }, higherIsBetter: true }],
});
for (let row = 0; row < rows; row++) {
  const rating: Rating = {
    item: `item-${row % 50_000}`,
    rater: `rater-${Math.floor(row / 50_000)}`,
    criterion: 'good',
    status: 'rated',
    value: 1 + (row % 5),
    latencyMs: row % 1000,
    cost: { amount: 0.001, currency: 'USD' },
    provenance: { source: 'recorded', served: 'model-1' },
  };
  builder.add(rating);
}
const building = memory() - before;
const table = builder.finish();
builder = undefined;
const after = memory() - before;
process.stdout.write(JSON.stringify({ rows: table.length, building, after }));
