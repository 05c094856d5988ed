// Records the replies that the demo replays: its judges ask a small language model with log-probabilities, served by
// local-model-server.ts (or any endpoint that speaks Chat Completions), through provider-openai.
// Usage: node --conditions=@assize/source apps/bench/src/record-demo-replies.ts --base-url http://127.0.0.1:8090/v1
// A recording that stopped goes on where it was: what the file holds is not asked again.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

import { judgeDefinitionSchema } from '@assize/core';
import { readItems } from '@assize/datasets';
import { defineJudge } from '@assize/judges';
import { openai } from '@assize/provider-openai';
import { record } from '@assize/provider-replay';
import { startRun } from '@assize/runner';

const { values } = parseArgs({
  options: {
    'base-url': { type: 'string', default: 'http://127.0.0.1:8090/v1' },
    work: { type: 'string', default: join(import.meta.dirname, '../../../out/record') },
    limit: { type: 'string' },
  },
});
const data = join(import.meta.dirname, '../../demo/data');
const judges = ['rubric-a.json', 'rubric-b.json'].map((file) =>
  defineJudge(judgeDefinitionSchema.parse(JSON.parse(readFileSync(join(data, file), 'utf8')))),
);
const lines = join(values.work, 'replies.jsonl');
const model = record(
  openai(judges[0]!.definition.model.id.replace(/^openai:/, ''), {
    baseURL: values['base-url'],
    apiKey: 'none',
    api: 'chat',
    timeoutMs: 600_000,
  }),
  lines,
);
const run = startRun(
  {
    dataset: readItems(join(data, 'pairs.jsonl')),
    raters: judges,
    ...(values.limit === undefined ? {} : { limit: Number(values.limit) }),
  },
  { directory: values.work, models: () => model, concurrency: 1, deadlineMs: 600_000 },
);
let calls = 0;
for await (const event of run.events) {
  if (event.type === 'call-end' && ++calls % 25 === 0) console.error(`${calls} replies`);
}
const { reason, ledger } = await run.done;
console.log(reason, ledger.ratings);
if (reason === 'done' && values.limit === undefined) {
  writeFileSync(join(data, 'replies.jsonl.gz'), gzipSync(readFileSync(lines), { level: 9 }));
  console.log(`written: ${join(data, 'replies.jsonl.gz')}`);
}
