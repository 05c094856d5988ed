import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { faultClass, faults, fingerprint, type ModelReply, type ModelRequest } from '@assize/core';
import { scriptedModel } from '@assize/testkit';
import { describe, expect, test } from 'vitest';

import { ambiguous, badLine, noFile, noReply, provider, replay, type ReplayLine } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'assize-replay-'));
const { signal } = new AbortController();
const ask = (content: string): ModelRequest => ({ messages: [{ role: 'user', content }] });
const line = (content: string, text: string, more: Partial<ReplayLine> = {}): ReplayLine => ({
  contract: 1,
  key: fingerprint(ask(content)),
  sample: 0,
  model: 'openai:gpt-4o',
  reply: { text, stop: 'done' },
  ...more,
});
let files = 0;
const write = (lines: readonly (ReplayLine | string)[], end = '\n'): string => {
  files += 1;
  const file = join(folder, `${files}.jsonl`);
  writeFileSync(file, lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n') + end);
  return file;
};

describe('replay', () => {
  test('answers every kind of reply as it was recorded', async () => {
    const replies: ModelReply[] = [
      { text: 'A', stop: 'done', logprobs: [{ token: 'A', logprob: -0.1, top: [{ token: 'B', logprob: -3 }] }] },
      { text: '{"sco', stop: 'cut', usage: { inputTokens: 9, outputTokens: 4, cachedInputTokens: 2 } },
      { text: '', stop: 'refused', refusal: 'no', served: 'gpt-4o-2024', requestId: 'req_1', notApplied: ['seed'] },
    ];
    const file = write(replies.map((reply, i) => line(`q${i}`, '', { reply })));
    const model = replay(file);
    for (const [i, reply] of replies.entries()) expect(await model.generate(ask(`q${i}`), { signal })).toEqual(reply);
    expect(model).toMatchObject({ contract: 1, id: `replay:${file}`, abilities: { logprobs: true, topLogprobs: 20 } });
  });

  test('knows a request by its content, not by the order of its keys', async () => {
    const model = replay([line('x', 'yes')]);
    const other: ModelRequest = JSON.parse('{"messages":[{"content":"x","role":"user"}]}') as ModelRequest;
    expect((await model.generate(other, { signal })).text).toBe('yes');
  });

  test('tells samples of one request apart', async () => {
    const model = replay([line('x', 'first'), line('x', 'second', { sample: 1 })]);
    expect((await model.generate(ask('x'), { signal })).text).toBe('first');
    expect((await model.generate(ask('x'), { signal, sample: 1 })).text).toBe('second');
    const error: unknown = await model.generate(ask('x'), { signal, sample: 2 }).catch((caught: unknown) => caught);
    expect(noReply.is(error) && error.facts).toMatchObject({ sample: 2, samples: 2 });
  });

  test('is strict: an unknown request is an error that names its hash and says how to record, without its words', async () => {
    const model = replay(write([line('x', 'yes')]));
    const secret = 'words that stay here';
    const error: unknown = await model.generate(ask(secret), { signal }).catch((caught: unknown) => caught);
    expect(noReply.is(error)).toBe(true);
    expect(String(error)).toContain(fingerprint(ask(secret)));
    expect(noReply.is(error) && error.hint).toContain('record(');
    expect(JSON.stringify(error) + String(error)).not.toContain(secret);
    await expect(model.generate({ ...ask('x'), seed: 1 }, { signal })).rejects.toThrow(/no reply/);
  });

  test('the first of two replies counts', async () => {
    const model = replay([line('x', 'first'), line('x', 'again')]);
    expect((await model.generate(ask('x'), { signal })).text).toBe('first');
  });

  test('a file of several models wants to be told whose reply is meant', async () => {
    const file = write([line('x', 'a'), line('x', 'b', { model: 'anthropic:claude' })]);
    const error: unknown = await replay(file)
      .generate(ask('x'), { signal })
      .catch((caught: unknown) => caught);
    expect(ambiguous.is(error) && error.facts.models).toEqual(['openai:gpt-4o', 'anthropic:claude']);
    expect((await replay(file, { model: 'anthropic:claude' }).generate(ask('x'), { signal })).text).toBe('b');
    const named = provider(`${file}#anthropic:claude`);
    expect((await named.generate(ask('x'), { signal })).text).toBe('b');
    expect(named.id).toBe(`replay:${file}#anthropic:claude`);
  });

  test('reads a compressed file, and one that is named by a URL', async () => {
    const file = write([line('x', 'yes'), line('é', 'oui')]);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
    expect((await provider(`${file}.gz`).generate(ask('é'), { signal })).text).toBe('oui');
    expect((await replay(pathToFileURL(file)).generate(ask('x'), { signal })).text).toBe('yes');
  });

  test('passes over a torn last line, and reads a whole one without its line feed', async () => {
    const whole = JSON.stringify(line('y', 'whole'));
    expect((await replay(write([line('x', 'yes'), whole], '')).generate(ask('y'), { signal })).text).toBe('whole');
    const torn = replay(write([line('x', 'yes'), whole.slice(0, 40)], ''));
    expect((await torn.generate(ask('x'), { signal })).text).toBe('yes');
    await expect(torn.generate(ask('y'), { signal })).rejects.toThrow(/no reply/);
  });

  test.each([
    ['is no JSON', '{"contract":1,', 'line', /not JSON/],
    ['has no reply', { ...line('x', ''), reply: undefined } as unknown as ReplayLine, 'reply', /./],
    ['is of another contract', { ...line('x', ''), contract: 2 } as unknown as ReplayLine, 'contract', /./],
    ['has a key that is not the hash of its request', line('x', '', { request: ask('y') }), 'key', /hash/],
  ])('a line that %s is an error with its place', async (_, bad, field, problem) => {
    const file = write([line('a', 'a'), bad, line('b', 'b')]);
    const error: unknown = await replay(file)
      .generate(ask('a'), { signal })
      .catch((caught: unknown) => caught);
    expect(badLine.is(error) && error.facts).toMatchObject({ file, line: 2, field });
    expect(badLine.is(error) && error.facts.problem).toMatch(problem);
  });

  test('a damaged compressed file and a missing file are errors at the request, not when the model is made', async () => {
    const file = write([line('x', 'yes')]);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)).subarray(0, 60));
    const damaged: unknown = await replay(`${file}.gz`)
      .generate(ask('x'), { signal })
      .catch((caught: unknown) => caught);
    expect(badLine.is(damaged)).toBe(true);
    const missing: unknown = await provider(join(folder, 'nowhere.jsonl'))
      .generate(ask('x'), { signal })
      .catch((caught: unknown) => caught);
    expect(noFile.is(missing)).toBe(true);
  });

  test('an aborted signal is thrown as its reason', async () => {
    const reason = new Error('stop');
    await expect(replay([]).generate(ask('x'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('a request that was not recorded', () => {
  const recorded = [line('known', 'from the recording')];

  test('is an error when replay is strict, which it is unless told', async () => {
    for (const options of [{}, { unrecorded: 'error' as const }]) {
      const error: unknown = await replay(recorded, options)
        .generate(ask('new'), { signal })
        .catch((caught: unknown) => caught);
      expect(noReply.is(error)).toBe(true);
    }
  });

  test('is a permanent fault when replay is lenient, so that its rating is failed and the run goes on', async () => {
    const model = replay(recorded, { unrecorded: 'failed' });
    expect((await model.generate(ask('known'), { signal })).text).toBe('from the recording');
    const error: unknown = await model.generate(ask('new'), { signal }).catch((caught: unknown) => caught);
    expect(faults.notRecorded.is(error) && faultClass(error)).toBe('permanent');
  });

  test('is asked of the live model that is given, whose abilities then count', async () => {
    const live = scriptedModel(() => 'live', { abilities: { logprobs: false, topLogprobs: 0 } });
    const model = replay(recorded, { unrecorded: live });
    expect(model.abilities.logprobs).toBe(false);
    expect((await model.generate(ask('known'), { signal })).text).toBe('from the recording');
    expect((await model.generate(ask('new'), { signal, sample: 2 })).text).toBe('live');
    expect(live.calls).toHaveLength(1);
  });
});
