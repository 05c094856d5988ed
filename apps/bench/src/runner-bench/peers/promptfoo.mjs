// Runs the command as people do: an echo provider, so that only the grader is asked, and one llm-rubric for each item.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { measureCommand } from './measured-command.mjs';
import { baseURL, calls, concurrency, print, responseOf, rightScore } from './measured-peer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'assize-promptfoo-'));
const shareOf = (score) => score / 5;
const config = {
  prompts: ['{{response}}'],
  providers: ['echo'],
  defaultTest: {
    options: { provider: { id: 'openai:chat:gpt-4o-mini', config: { apiBaseUrl: baseURL, apiKey: 'none' } } },
    assert: [{ type: 'llm-rubric', value: 'The response is good.' }],
  },
  tests: Array.from({ length: calls }, (_, index) => ({
    vars: {
      index,
      response: responseOf(index, (right) => `{"reason":"r","pass":${right > 2},"score":${shareOf(right)}}`),
    },
  })),
};
writeFileSync(join(folder, 'promptfooconfig.json'), JSON.stringify(config));
const args = ['eval', '-c', 'promptfooconfig.json', '-j', String(concurrency), '--no-table', '--no-progress-bar'];
if (process.env.PEER_CACHE === undefined) args.push('--no-cache');
const measured = await measureCommand(folder, [process.env.PEER_MAIN, ...args, '-o', 'out.json'], {
  PROMPTFOO_DISABLE_TELEMETRY: '1',
  PROMPTFOO_DISABLE_UPDATE: '1',
  PROMPTFOO_CONFIG_DIR: process.env.PEER_CACHE ?? join(folder, 'state'),
});
const counts = { right: 0, wrong: 0, lost: 0 };
const { results } = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')).results;
for (const { vars, gradingResult } of results) {
  const given = gradingResult?.componentResults?.[0]?.score;
  if (given === undefined) counts.lost += 1;
  else if (Math.abs(given - shareOf(rightScore(Number(vars.index)))) < 1e-9) counts.right += 1;
  else counts.wrong += 1;
}
counts.lost += calls - results.length;
print({ ...counts, ...measured });
