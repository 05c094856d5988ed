import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { faults, type Model } from '@assize/core';
import { expect, test } from 'vitest';

import { conformProvider, type ProviderUnderTest } from '../src/conform-provider.ts';

type Chat = {
  model: string;
  choices: { finish_reason: string; message: { content: string | null } }[];
};

/** An adapter as one writes it in ten minutes; each comment names what the kit must find. */
function naughty({ openaiBaseURL, apiKey }: ProviderUnderTest): Model {
  const id = 'naughty:m';
  const post = (body: object) =>
    fetch(`${openaiBaseURL}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(1000), // neither the caller's signal nor the deadline
    });
  return {
    contract: 1,
    id,
    abilities: { logprobs: false, topLogprobs: 0, jsonSchema: false, seed: true, temperature: false },
    async generate({ messages }) {
      const body = { model: 'm', messages }; // the seed that it claims is not sent
      let response = await post(body);
      if (response.status === 500) response = await post(body); // a retry of its own
      if (response.status === 401) throw faults.auth({ model: `${id} with ${apiKey}`, status: 401 }); // the key
      if (response.status === 400) throw faults.badRequest({ model: id, providerCode: await response.text() }); // the prompt
      if (response.status === 429) throw faults.rateLimited({ model: id, retryAfterMs: 1000 }); // never reads the header
      if (!response.ok) throw faults.serverError({ model: id, status: response.status });
      const reply = (await response.json()) as Chat;
      const text = reply.choices[0]?.message.content ?? '';
      return { text, stop: 'done', usage: { inputTokens: 0, outputTokens: 0 } }; // cut is done, usage is made up
    },
  };
}

if (process.env['ASSIZE_KIT_ON_NAUGHTY'] === '1') {
  conformProvider('naughty', naughty, { gaps: { 'request-id': 'it has none' } });
} else {
  test('the kit finds every planted sin of an adapter, and nothing where there is none', async () => {
    const report = await runOnNaughty();
    const named = (status: string): string =>
      report
        .filter((one) => one.status === status)
        .map(({ title }) => title)
        .join('\n');
    for (const sin of [
      /counts tokens in one convention/,
      /leaves usage out/,
      /says so when it does not/,
      /sends a seed/,
      /length limit ended is cut/,
      /^a refusal is a reply/m,
      /withheld is a refusal/,
      /^400 is .* leaks nothing/m,
      /^401 is .* leaks nothing/m,
      /^404 is /m,
      /^429-seconds is .* wait 2000/m,
      /^429-quota is /m,
      /^500 is .* after one call/m,
      /^garbage is /m,
      /^stall ends at the deadline/m,
      /aborted before/,
      /abort during the call/,
    ]) {
      expect(named('failed')).toMatch(sin);
    }
    expect(named('passed')).toMatch(/gives the words of the reply/);
    expect(named('passed')).toMatch(/fifty calls/);
    expect(named('skipped') + named('pending')).toContain('gives the provider’s id of the call (gap: it has none)');
  }, 60_000);
}

async function runOnNaughty(): Promise<{ title: string; status: string }[]> {
  const here = fileURLToPath(import.meta.url);
  const vitest = join(dirname(createRequire(here).resolve('vitest/package.json')), 'vitest.mjs');
  const file = join(mkdtempSync(join(tmpdir(), 'assize-kit-')), 'report.json');
  const root = dirname(dirname(here));
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--root', root, '--reporter=json', `--outputFile.json=${file}`, here],
    { env: { ...process.env, ASSIZE_KIT_ON_NAUGHTY: '1', NO_COLOR: '1' }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await once(child, 'exit');
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as {
    testResults: { assertionResults: { title: string; status: string }[] }[];
  };
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}
