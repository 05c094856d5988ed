import { readFileSync } from 'node:fs';

import { faultClass, faults, isFault, mayBeBilled, type ModelRequest } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { anthropic } from '../src/index.ts';

interface Recorded {
  readonly case: string;
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body: unknown;
  readonly fault: keyof typeof faults;
  readonly class: ReturnType<typeof faultClass>;
  readonly billed: boolean;
  readonly retryAfterMs?: number;
}

// Bodies as the vendor's reference and the SDK's error types describe them.
const recorded = JSON.parse(readFileSync(new URL('fixtures/errors.json', import.meta.url), 'utf8')) as Recorded[];
const request: ModelRequest = { messages: [{ role: 'user', content: 'a prompt that nobody may log' }] };

async function ask({ status, headers = {}, body }: Recorded): Promise<{ answer: unknown; calls: number }> {
  let calls = 0;
  const fetch = async (): Promise<Response> => {
    calls += 1;
    return typeof body === 'string'
      ? new Response(body, { status, headers })
      : Response.json(body, { status, headers });
  };
  const model = anthropic('claude-sonnet-5-5', { baseURL: 'https://fixture.example', apiKey: 'k', fetch });
  const answer = await model
    .generate(request, { signal: new AbortController().signal })
    .catch((error: unknown) => error);
  return { answer, calls };
}

describe('N4, R4: each recorded error is one call, and its fault, class and bill are known', () => {
  test.each(recorded)('$status $case: $fault, $class', async (row) => {
    const { answer, calls } = await ask(row);
    if (!isFault(answer)) throw new Error('no fault', { cause: answer });
    const kind = faults[row.fault];
    expect({
      calls,
      code: answer.code,
      class: faultClass(answer),
      billed: mayBeBilled(answer),
      wait: answer.facts.retryAfterMs,
    }).toEqual({ calls: 1, code: kind.code, class: row.class, billed: row.billed, wait: row.retryAfterMs });
    expect(JSON.stringify([answer.message, answer.facts])).not.toMatch(
      /nobody may log|platform\.openai|organization's/,
    );
  });
});
