import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Dataset, Item, Rater } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { backupStore, eraseSubject, folderStore, readRun, resultDigest, startRun, verifyRun } from '../src/index.ts';
import { failingFiles } from './failing-files.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest } from './rater-for-test.ts';

const subjects = 20;
/** A word that stands nowhere else, with characters that are escaped in JSON, URLs and base64. */
const canary = (subject: number): string => `canary-${String(subject).padStart(3, '0')} "né/&+`;
const nameOf = (subject: number): string => `person-${subject}`;

/** How a text may lie in a file: as it is, and escaped as JSON, twice over, as a URL and in base64 at each offset. */
function formsOf(text: string): Buffer[] {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replaceAll(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const base64 = [0, 1, 2].map((shift) => {
    const code = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    return code.slice(shift === 0 ? 0 : 4, -4);
  });
  const texts = [text, json, JSON.stringify(json).slice(1, -1), ascii, encodeURIComponent(text), ...base64];
  // A few letters of base64 may stand anywhere.
  return texts.filter((form) => form.length >= 6).map((form) => Buffer.from(form));
}

async function hitsIn(directory: string, text: string): Promise<string[]> {
  const hits: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    for (const form of formsOf(text)) if (bytes.includes(form)) hits.push(`${path}: ${form.toString()}`);
  }
  return hits;
}

/** Two items of each subject, and one comparison with the next subject's text as the opponent. */
function datasetOf(): Dataset {
  const items: Item[] = Array.from({ length: subjects }, (_, subject) => [
    { id: `${nameOf(subject)}/one`, input: canary(subject), responses: [{ content: 'a' }] },
    { id: `${nameOf(subject)}/${canary(subject)}`, input: 'other', responses: [{ content: canary(subject) }] },
    { id: `pair-${subject}`, input: 'pair', responses: [{ content: canary(subject) }, { content: 'none of theirs' }] },
  ]).flat();
  return {
    contract: 1,
    name: 'subjects',
    fingerprint: 'subjects',
    criteria: raterForTest().criteria,
    size: items.length,
    async *items() {
      yield* items;
    },
    async *labels() {
      yield* [];
    },
  };
}

/** Says in its rationale what it was told, as judges do. */
function quotingRater(): Rater {
  return {
    ...raterForTest({ id: 'quoting' }),
    async rate(item, context) {
      const text = JSON.stringify([item.id, item.input, item.responses]);
      const request = { messages: [{ role: 'user' as const, content: text }], maxOutputTokens: 16 };
      const reply = await context.model('fake:one').generate(request, { signal: context.signal });
      const evidence = [{ where: 'input', start: 0, end: 1, text: reply.text }];
      const provenance = { source: 'model' as const, asked: 'fake:one' };
      const row = { item: item.id, rater: 'quoting', criterion: 'score', provenance };
      return [{ ...row, status: 'rated', value: text.length % 7, rationale: reply.text, evidence }];
    },
  };
}

const echo = () =>
  modelForTest(({ request }, number) => {
    const text = String(request.messages[0]?.content);
    const encoded = [encodeURIComponent(text), Buffer.from(text).toString('base64')];
    const logprobs = [{ token: text, logprob: -1, top: [] }];
    return {
      text: [text, ...encoded].join(' '),
      stop: 'done',
      logprobs,
      requestId: `req-${number}`,
      usage: { inputTokens: 3, outputTokens: 2 },
    };
  });

async function startedIn(directory: string, run: string, cache: 'store' | 'off' = 'store') {
  const model = echo();
  const done = startRun(
    { dataset: datasetOf(), raters: [quotingRater()] },
    { directory, run, models: () => model, cache, reserveBytes: 0, prices: { 'fake:one': { input: 3, output: 15 } } },
  ).done;
  return { summary: await done, asked: model.asked.length };
}

async function digestWithout(directory: string, run: string, isGone: (item: string) => boolean): Promise<string> {
  const rows = [];
  for await (const rating of (await readRun(directory, run)).ratings()) if (!isGone(rating.item)) rows.push(rating);
  return resultDigest(rows);
}

describe('E1: what is erased', () => {
  test(
    `is nowhere in the store, for ${subjects} subjects in turn, and the rest is as it was`,
    { timeout: 60_000 },
    async () => {
      const directory = await folderForTest();
      await startedIn(directory, 'first');
      expect((await startedIn(directory, 'second')).asked).toBe(0);
      const { ledger: before } = await readRun(directory, 'first');
      const gone = new Set<number>();
      const isGone = (item: string): boolean =>
        [...gone].some((subject) => item.startsWith(`${nameOf(subject)}/`) || item === `pair-${subject}`);
      for (let subject = 0; subject < subjects; subject += 1) {
        expect((await hitsIn(directory, canary(subject))).length).toBeGreaterThan(3);
        gone.add(subject);
        const rest = await digestWithout(directory, 'first', isGone);
        // The rater quotes, as URL and base64 too: what gives the subject away is named in each form.
        const text = JSON.stringify([
          `pair-${subject}`,
          'pair',
          [{ content: canary(subject) }, { content: 'none of theirs' }],
        ]);
        const mentions = [
          canary(subject),
          JSON.stringify(canary(subject)).slice(1, -1),
          encodeURIComponent(text),
          Buffer.from(text).toString('base64'),
        ];
        const { runs, requests, remains } = await eraseSubject(directory, { subject: nameOf(subject), mentions });
        expect(await hitsIn(directory, canary(subject))).toEqual([]);
        const items = subjects * 3 - subject * 2;
        expect(runs).toMatchObject([
          { run: 'first', items, erased: 2, remaining: items - 2, touched: [`pair-${subject}`] },
          { run: 'second', items, erased: 2, remaining: items - 2, touched: [`pair-${subject}`] },
        ]);
        expect(requests).toHaveLength(3);
        expect(requests.every(({ requestId }) => /^req-\d+$/.test(requestId ?? ''))).toBe(true);
        expect(remains.join()).toContain('providers');
        expect(await digestWithout(directory, 'first', isGone)).toBe(rest);
      }
      const { ledger: after } = await readRun(directory, 'first');
      expect(after.models).toEqual(before.models);
      expect(after.cost).toEqual(before.cost);
      expect(after.unknown).toEqual([]);
      expect(await verifyRun(directory, 'first')).toMatchObject({ damage: [], tornBytes: 0 });
    },
  );

  test('is not taken up again, and a run without it goes on', async () => {
    const directory = await folderForTest();
    const run = (size: number, skip?: string) => {
      const dataset = itemsForTest(size);
      const items = async function* () {
        for await (const item of dataset.items()) if (item.id !== skip) yield item;
      };
      const model = modelForTest();
      const plan = { dataset: items(), raters: [raterForTest()] };
      return startRun(plan, { directory, run: 'r', models: () => model, reserveBytes: 0 }).done;
    };
    await run(4);
    await eraseSubject(directory, { item: 'item-2' });
    expect(await run(4)).toMatchObject({ reason: 'stopped', fault: { code: 'runner/erased-item' } });
    expect(await run(4, 'item-2')).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 3 } } });
    const copy = join(directory, 'copy');
    await backupStore(directory, copy);
    await expect(eraseSubject(copy, { item: 'nobody' })).rejects.toMatchObject({ code: 'runner/nothing-to-erase' });
  });

  test(
    'stays erased or untouched when the erasure is killed at any change, and is gone when it is done again',
    { timeout: 60_000 },
    async () => {
      for (let at = 1; ; at += 1) {
        const directory = await folderForTest();
        const model = echo();
        const plan = { dataset: itemsForTest(3), raters: [quotingRater()] };
        await startRun(plan, { directory, run: 'r', models: () => model, reserveBytes: 0 }).done;
        const files = failingFiles({ at, code: 'killed', lasts: 'always' });
        const done = await eraseSubject(directory, { item: 'item-1', files }).then(
          () => true,
          () => false,
        );
        const { ledger } = await readRun(directory, 'r');
        expect([2, 3]).toContain(ledger.assignments);
        expect(await verifyRun(directory, 'r')).toMatchObject({ damage: [] });
        await eraseSubject(directory, { item: 'item-1' });
        expect(await hitsIn(directory, 'item-1')).toEqual([]);
        if (done) break;
      }
    },
  );

  test('needs a store at rest', async () => {
    const directory = await folderForTest();
    const open = await folderStore(directory, { reserveBytes: 0 }).open('r', {
      visit: () => undefined,
      trouble: () => undefined,
    });
    await expect(eraseSubject(directory, { item: 'x' })).rejects.toMatchObject({ code: 'runner/run-locked' });
    await open.close();
  });
});
