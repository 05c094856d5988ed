// Writes the numeric rating tables that the demo ships from the public data: ratings, codes and ids, never texts.
// Usage: node --conditions=@assize/source apps/bench/src/make-demo-tables.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { dataFolder, readRecords } from './public-records.ts';

const target = join(import.meta.dirname, '../../demo/data');
mkdirSync(target, { recursive: true });
const folder = dataFolder();
if (folder === undefined) throw new Error('set ASSIZE_DATA_DIR to the folder of the public data');

/** Files of the source number responses from 1 and write a tie as 0; ours from 0, a tie as a word. */
const preference = (value: number | null): string => (value === null ? '' : value === 0 ? 'tie' : String(value - 1));

const winner = z.number().nullable();
const pandalm = z
  .array(
    z.object({
      item_id: z.string(),
      human: z.record(z.string(), winner),
      judges: z.record(z.string(), z.object({ verdict: winner })),
    }),
  )
  .parse(readRecords(join(folder, 'pandalm/pairs.jsonl')));
const pandalmRows = pandalm.map(({ item_id: item, human, judges }) => {
  const labels = ['r1', 'r2', 'r3'].map((person) => preference(human[person] ?? null));
  const verdicts = ['gpt-3.5-turbo', 'pandalm-7b'].map(
    (judge) => preference(judges[judge]?.verdict ?? null) || 'unreadable',
  );
  return [item, ...labels, ...verdicts].join(',');
});
writeFileSync(
  join(target, 'pandalm.csv'),
  `${['item,r1,r2,r3,gpt-3.5-turbo,pandalm-7b', ...pandalmRows].join('\n')}\n`,
);

const items = z
  .array(z.object({ item_id: z.string(), subset: z.string(), gold: z.number() }))
  .parse(readRecords(join(folder, 'llmbar/items.jsonl')));
const subsets = new Map(items.map((item) => [item.item_id, item]));
const verdicts = z
  .array(
    z.object({
      item_id: z.string(),
      judge: z.string(),
      strategy: z.string(),
      verdict_order_12: winner,
      verdict_order_21: winner,
    }),
  )
  .parse(readRecords(join(folder, 'llmbar/verdicts.jsonl.gz')));
const lines = ['item,rater,criterion,order,value,status,reason,subset'];
for (const { item_id: item, subset, gold } of subsets.values())
  lines.push(`${item},gold,better,,${gold - 1},rated,,${subset}`);
for (const { item_id: item, judge, strategy, verdict_order_12: given, verdict_order_21: reversed } of verdicts) {
  if (strategy !== 'Vanilla') continue;
  const { subset } = subsets.get(item)!;
  for (const [order, value] of [
    ['0 1', given],
    ['1 0', reversed],
  ] as const) {
    lines.push(
      `${item},${judge},better,${order},${preference(value)},${value === null ? 'unreadable,no verdict in the reply' : 'rated,'},${subset}`,
    );
  }
}
writeFileSync(join(target, 'llmbar.csv'), `${lines.join('\n')}\n`);
console.log(
  `pandalm.csv: ${pandalmRows.length} items; llmbar.csv: ${lines.length - 1} ratings of ${subsets.size} items`,
);
