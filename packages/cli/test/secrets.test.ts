import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startFakeProvider } from '@assize/testkit/fake-provider';
import { describe, expect, test } from 'vitest';

import type { Captured } from './captured-console.ts';
import { startAssize } from './child-process.ts';
import { folder } from './rating-files.ts';

/** Planted where people put keys. Made of pieces, so that no scanner takes them for a leak. */
const canaries = {
  apiKey: ['sk', 'proj', 'Zq7mX2pLw9RtKd4vBn6c'].join('-'),
  token: 'tok_H3jf8Kq0PzVw5Yx1',
  password: 'Uq4WmT7cRb9sEy2g',
  query: 'Gn5LkD8vXa3ZpQ6h',
  option: 'Mt1VrJ9bCe7oSw4f',
  header: 'Fx6NyB2kHu8iOl5a',
};

/** Every eight characters in a row of every canary, as it is, in Base64 and as a URL writes it; a prefix all keys share aside. */
const pieces = Object.values(canaries).flatMap((canary) =>
  [canary, Buffer.from(canary).toString('base64').slice(0, -4), encodeURIComponent(canary)].flatMap((text) =>
    Array.from({ length: text.length - 7 }, (_, at) => text.slice(at, at + 8)),
  ),
);

function leaksIn(text: string): string[] {
  return pieces.filter((piece) => text.includes(piece));
}

const judge = (id: string, model: string) => `{
  contract: 1, id: '${id}', mode: 'pointwise',
  criteria: [{ id: 'quality', question: 'How good is it?', scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] }, higherIsBetter: true }],
  protocol: { name: 'pointwise' }, elicitation: { name: 'json', reasons: 'none' },
  aggregation: { orders: 'mean', samples: 1 }, model: { id: '${model}', maxOutputTokens: 20 },
}`;

/** A configuration with a model that quotes its own key and headers in errors, as careless clients do. */
function config(model: string): string {
  return `
const key = ['${canaries.option.slice(0, 7)}', '${canaries.option.slice(7)}'].join('');
const careless = {
  contract: 1, id: 'careless:one',
  abilities: { jsonSchema: true, logprobs: false, topLogprobs: 0, seed: false, temperature: true },
  async generate() {
    const error = new Error('401 for key ' + process.env.OPENAI_API_KEY + ' at https://me:' + process.env.GATEWAY_PASSWORD + '@gateway.example/v1?api_key=' + process.env.QUERY_KEY);
    error.headers = { authorization: 'Bearer ' + process.env.SERVICE_TOKEN };
    error.cause = new Error('x-api-key: ' + process.env.HEADER_SECRET + ' was sent; apiKey=' + key);
    throw error;
  },
};
export default {
  dataset: { items: 'items.jsonl', labels: 'labels.csv' },
  judges: [${judge('quality-1', model)}],
  models: { 'careless:one': careless },
};
`;
}

describe('E2: no key is in anything that is written', () => {
  test(
    'planted in the environment, in URLs, in queries, in options: of every command, failing ones too',
    { timeout: 240_000 },
    async () => {
      await using at = await folder();
      const items = Array.from({ length: 6 }, (_, place) =>
        JSON.stringify({ id: `i${place}`, input: `Question ${place}?`, responses: ['An answer.'] }),
      );
      await at.put('items.jsonl', `${items.join('\n')}\n`);
      await at.put(
        'labels.csv',
        `item,ann,ben\n${items.map((_, place) => `i${place},3,${3 + (place % 2)}`).join('\n')}\n`,
      );
      await at.put('bad.csv', 'item,ann\n"i1,3\n');
      const sources = ['assize.config.mjs', 'careless.config.mjs', 'throws.config.mjs'];
      await at.put('assize.config.mjs', config('openai:gpt-4o-mini'));
      await at.put('careless.config.mjs', config('careless:one'));
      await at.put(
        'throws.config.mjs',
        `throw new Error('no plugin takes the key ' + process.env.OPENAI_API_KEY + ' or ' + process.env.SERVICE_TOKEN);`,
      );
      await using server = await startFakeProvider({ answer: () => '{"verdict":3}' });
      const { port } = new URL(server.url);
      const base = `http://someone:${canaries.password}@127.0.0.1:${port}/v1`;
      const env = {
        OPENAI_API_KEY: canaries.apiKey,
        SERVICE_TOKEN: canaries.token,
        GATEWAY_PASSWORD: canaries.password,
        QUERY_KEY: canaries.query,
        HEADER_SECRET: canaries.header,
        OPENAI_BASE_URL: base,
        // Half of a start is reading TypeScript, which is the same for all.
        NODE_COMPILE_CACHE: join(tmpdir(), 'assize-cli-compile-cache'),
      };
      const written: (Captured & { command: string })[] = [];
      const assize = async (line: string, more: Record<string, string> = {}): Promise<Captured> => {
        const { settled } = startAssize(line.split(' '), { cwd: at.path, env: { ...env, ...more } });
        const result = await settled;
        written.push({ ...result, command: line });
        return result;
      };

      await assize('init started --verbose');
      await assize('init started --verbose');
      await assize('doctor labels.csv');
      await assize('doctor bad.csv --verbose');
      await assize('trial labels.csv --judge ann --out card');
      await assize('trial labels.csv --judge nobody --verbose');
      await assize('run --dry-run');
      const done = await assize('run --json --verbose --log run.log --out cards');
      expect(done.stderr).toContain('6 of 6 assignments');
      server.play(...Array.from({ length: 3 }, () => '401' as const));
      await assize('run --verbose --log run.log');
      await assize(`run --verbose --log run.log`, { OPENAI_BASE_URL: `${base}?api_key=${canaries.query}` });
      await assize(`run --verbose`, { OPENAI_BASE_URL: `http://someone:${canaries.password}@127.0.0.1:9/v1` });
      const careless = await assize('run careless.config.mjs --verbose --log run.log --out careless --json');
      expect(careless.stderr).toContain('[key left out]');
      expect((await assize('run throws.config.mjs --verbose')).stderr).toContain('[key left out]');
      await assize('run --resume nothing --verbose');
      await assize('runs show --json');
      await assize('runs show --verbose');
      await assize(`run --bogus ${canaries.apiKey}`);
      await assize(`trial ${canaries.token}.csv --judge a`);

      expect(new Set(written.map(({ code }) => code)).size).toBeGreaterThan(2);
      expect(server.requests.last?.credential).not.toBe('');
      const found = written.flatMap(({ command, stdout, stderr }) => [
        ...leaksIn(stdout).map((piece) => `${command}: stdout: ${piece}`),
        ...leaksIn(stderr).map((piece) => `${command}: stderr: ${piece}`),
      ]);
      expect(found).toEqual([]);

      const files = await readdir(at.path, { recursive: true, withFileTypes: true });
      let looked = 0;
      for (const file of files) {
        if (!file.isFile() || sources.includes(file.name)) continue;
        looked += 1;
        const bytes = await readFile(join(file.parentPath, file.name), 'latin1');
        expect({ file: file.name, leaks: leaksIn(bytes) }).toEqual({ file: file.name, leaks: [] });
      }
      expect(looked).toBeGreaterThan(15);
      const log = (await readFile(join(at.path, 'run.log'), 'utf8')).trimEnd().split('\n');
      expect(log.map((line) => JSON.parse(line) as { type: string }).map(({ type }) => type)).toContain('run-end');
      // The search itself finds what is there.
      await writeFile(join(at.path, 'planted'), `x${canaries.token.slice(3, 12)}x`);
      expect(leaksIn(await readFile(join(at.path, 'planted'), 'latin1'))).not.toEqual([]);
    },
  );
});
