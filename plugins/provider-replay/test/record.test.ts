import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { faults, type ModelRequest } from '@assize/core';
import { scriptedModel } from '@assize/testkit';
import { describe, expect, test } from 'vitest';

import { readOnly, readReplayLines, record, replay, type ReplayLine } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'assize-record-'));
const { signal } = new AbortController();
const ask = (content: string): ModelRequest => ({ messages: [{ role: 'user', content }] });
const wordsOf = (request: ModelRequest): string => request.messages.map(({ content }) => content).join();
const echo = (id = 'scripted:echo') => scriptedModel((request, { sample }) => `${wordsOf(request)} ${sample}`, { id });
let files = 0;
const fresh = (): string => join(folder, `deep-${(files += 1)}`, 'replies.jsonl');
const linesOf = async (file: string): Promise<ReplayLine[]> => {
  const lines: ReplayLine[] = [];
  for await (const line of readReplayLines(file)) lines.push(line);
  return lines;
};

describe('record', () => {
  test('is the wrapped model to its user, and what it wrote plays back the same', async () => {
    const [file, live] = [fresh(), echo()];
    const recorded = record(live, file);
    expect(recorded).toMatchObject({ contract: 1, id: live.id, abilities: live.abilities });
    const replies = [
      await recorded.generate(ask('x'), { signal }),
      await recorded.generate(ask('x'), { signal, sample: 1 }),
      await recorded.generate(ask('é\n"quoted"'), { signal }),
    ];
    const played = replay(file);
    expect(await played.generate(ask('x'), { signal })).toEqual(replies[0]);
    expect(await played.generate(ask('x'), { signal, sample: 1 })).toEqual(replies[1]);
    expect(await played.generate(ask('é\n"quoted"'), { signal })).toEqual(replies[2]);
  });

  test('has written the reply when it returns', async () => {
    const file = fresh();
    const recorded = record(echo(), file);
    for (const [i, word] of ['a', 'b', 'c'].entries()) {
      await recorded.generate(ask(word), { signal });
      expect(readFileSync(file, 'utf8').match(/\n/g)).toHaveLength(i + 1);
    }
  });

  test('asks nothing that the file holds, in this process or the next', async () => {
    const [file, first, second] = [fresh(), echo(), echo()];
    const recorded = record(first, file);
    await recorded.generate(ask('x'), { signal });
    await recorded.generate(ask('x'), { signal });
    const resumed = record(second, file);
    expect((await resumed.generate(ask('x'), { signal })).text).toBe('x 0');
    await resumed.generate(ask('y'), { signal });
    expect([first.calls.length, second.calls.length]).toEqual([1, 1]);
    expect(await linesOf(file)).toHaveLength(2);
  });

  test('keeps the models of one file apart', async () => {
    const file = fresh();
    const [a, b] = [echo('scripted:a'), scriptedModel(() => 'from b', { id: 'scripted:b' })];
    const [both, other] = [record(a, file), record(b, file)];
    await Promise.all([both.generate(ask('x'), { signal }), other.generate(ask('x'), { signal })]);
    expect((await replay(file, { model: 'scripted:b' }).generate(ask('x'), { signal })).text).toBe('from b');
    expect((await record(a, file).generate(ask('x'), { signal })).text).toBe('x 0');
  });

  test('two hundred calls at one time are two hundred whole lines; equal ones are one call', async () => {
    const [file, live] = [fresh(), echo()];
    const recorded = record(live, file);
    const words = Array.from({ length: 200 }, (_, i) => `item ${i % 100} ${'long '.repeat(400)}`);
    const replies = await Promise.all(words.map((word) => recorded.generate(ask(word), { signal })));
    expect(replies.map(({ text }) => text)).toEqual(words.map((word) => `${word} 0`));
    expect(live.calls).toHaveLength(100);
    expect(await linesOf(file)).toHaveLength(100);
  });

  test('leaves the words of the request out unless told otherwise', async () => {
    const [plain, whole] = [fresh(), fresh()];
    await record(
      scriptedModel(() => 'A'),
      plain,
    ).generate(ask('private words'), { signal });
    expect(readFileSync(plain, 'utf8')).not.toContain('private words');
    const live = scriptedModel(() => 'A');
    await record(live, whole, { requests: true }).generate(ask('private words'), { signal });
    expect((await linesOf(whole))[0]?.request).toEqual(ask('private words'));
  });

  test('a fault is passed on and not recorded; the next caller asks again', async () => {
    const file = fresh();
    const live = scriptedModel((_, { index }) => (index === 0 ? faults.rateLimited({ model: 'm' }) : 'B'));
    const recorded = record(live, file);
    const [first, second] = await Promise.allSettled([
      recorded.generate(ask('x'), { signal }),
      recorded.generate(ask('x'), { signal }),
    ]);
    expect(first.status === 'rejected' && faults.rateLimited.is(first.reason)).toBe(true);
    expect(second).toMatchObject({ status: 'fulfilled', value: { text: 'B' } });
    expect(await linesOf(file)).toHaveLength(1);
  });

  test('a caller that gives up does not take the other’s call with it', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const recorded = record(
      scriptedModel(() => promise),
      fresh(),
    );
    const stop = new AbortController();
    const patient = recorded.generate(ask('x'), { signal });
    const hasty = recorded.generate(ask('x'), { signal: stop.signal });
    const reason = new Error('stop');
    setImmediate(() => stop.abort(reason));
    await expect(hasty).rejects.toBe(reason);
    resolve('late');
    expect((await patient).text).toBe('late');
  });

  test('resumes from a file that was cut at any byte: no line is lost that was whole, none is doubled', async () => {
    const file = fresh();
    const recorded = record(echo(), file);
    for (const word of ['a', 'é']) await recorded.generate(ask(word), { signal });
    const bytes = readFileSync(file);
    const first = bytes.indexOf(0x0a) + 1;
    for (let length = 0; length <= bytes.length; length += 1) {
      writeFileSync(file, bytes.subarray(0, length));
      const live = echo();
      const resumed = record(live, file);
      for (const word of ['a', 'é', 'z']) await resumed.generate(ask(word), { signal });
      const lost = length >= bytes.length - 1 ? 0 : length >= first - 1 ? 1 : 2;
      expect([length, live.calls.length]).toEqual([length, lost + 1]);
      const keys = (await linesOf(file)).map(({ key }) => key);
      expect([length, keys.length, new Set(keys).size]).toEqual([length, 3, 3]);
    }
  });

  test('refuses to append to a compressed file', async () => {
    const recorded = record(echo(), join(folder, 'old.jsonl.gz'));
    const error: unknown = await recorded.generate(ask('x'), { signal }).catch((caught: unknown) => caught);
    expect(readOnly.is(error)).toBe(true);
  });
});
