// Holds what every user downloads to its budget: core stays small.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const budgets = { 'packages/core/dist/index.js': 40_000 }; // bytes, before any minifier, without zod
let over = 0;
for (const [file, budget] of Object.entries(budgets)) {
  const bytes = readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url))).length;
  console.log(`${file}: ${bytes} of ${budget} bytes`);
  if (bytes > budget) over++;
}
process.exit(over === 0 ? 0 : 1);
