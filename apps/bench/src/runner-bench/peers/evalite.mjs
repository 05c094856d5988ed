// Runs the command on one evaluation file whose scorer asks the official SDK.
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { measureCommand } from './measured-command.mjs';
import { baseURL, calls, concurrency, print, responseOf, rightScore } from './measured-peer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'assize-evalite-'));
symlinkSync(process.env.PEER_MODULES, join(folder, 'node_modules'));
writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
writeFileSync(join(folder, 'evalite.config.ts'), `export default { maxConcurrency: ${concurrency} };\n`);
const rows = Array.from({ length: calls }, (_, index) => ({
  input: responseOf(index, (right) => `{"verdict":${right}}`),
  expected: rightScore(index),
}));
writeFileSync(
  join(folder, 'score.eval.ts'),
  `import { appendFileSync } from 'node:fs';
import { evalite } from 'evalite';
import OpenAI from 'openai';
const client = new OpenAI({ baseURL: ${JSON.stringify(baseURL)}, apiKey: 'none' });
evalite('score', {
  data: () => ${JSON.stringify(rows)},
  task: async (input) => input,
  scorers: [{
    name: 'score',
    scorer: async ({ output, expected }) => {
      const { choices } = await client.chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: 'How good is the response, from 1 to 5?\\n\\n' + output }],
      });
      const { verdict } = JSON.parse(choices[0].message.content);
      appendFileSync('verdicts', verdict === expected ? 'r' : 'w');
      return verdict / 5;
    },
  }],
});
`,
);
writeFileSync(join(folder, 'verdicts'), '');
const measured = await measureCommand(folder, [process.env.PEER_MAIN, 'run']);
const verdicts = readFileSync(join(folder, 'verdicts'), 'utf8');
const right = verdicts.split('r').length - 1;
print({ right, wrong: verdicts.length - right, lost: calls - verdicts.length, ...measured });
