import {
  encode,
  faults,
  type Item,
  itemSchema,
  type Judge,
  type ModelRequest,
  type Random,
  type Rating,
  type RatingContext,
  ratingSchema,
} from '@assize/core';
import { describe, expect, test } from 'vitest';

import { type ScriptedModel, scriptedModel, type ScriptedReply } from './scripted-model.ts';

export interface ConformJudgeOptions {
  /**
   * A reply that this judge reads as a verdict; on a pairwise judge, one that prefers the response shown first.
   * Left out, it is made from the JSON Schema of the request.
   */
  good?: (request: ModelRequest) => ScriptedReply;
  /** The same judge with one thing changed in its definition: its fingerprint must differ. */
  variant?: () => Judge;
  /** An item that the judge can rate; a short question with one or two answers when left out. */
  item?: Item;
  /** What this judge does otherwise, by the name of the case, with the reason: printed as a skipped test. */
  gaps?: Partial<Record<'both orders', string>>;
}

/** The random source that the kit hands in: a judge must not depend on it. */
const random: Random = { next: () => 0.5, stream: () => random };

/**
 * Runs a judge through what authors forget: items stay as they were, the fingerprint moves with the definition, slots
 * come back as content, samples are passed on, and whatever a model does wrong is a row with a status, never a value.
 *
 * @example conformJudge('helpful', () => defineJudge(helpful), { variant: () => defineJudge({ ...helpful, model: 'x:y' }) });
 */
export function conformJudge(name: string, makeJudge: () => Judge, options: ConformJudgeOptions = {}): void {
  const { good = goodReply, variant, gaps = {} } = options;
  describe(`${name} is a judge`, () => {
    const item = options.item ?? sampleItem(makeJudge().mode);

    test('its contract, kind and criteria are those of its definition', () => {
      const judge = makeJudge();
      expect(judge).toMatchObject({ contract: 1, kind: 'judge', id: judge.definition.id, mode: judge.definition.mode });
      expect(judge.criteria).toEqual(judge.definition.criteria);
    });

    test('its fingerprint is the same for the same definition and moves with it', () => {
      expect(makeJudge().fingerprint).toBe(makeJudge().fingerprint);
      expect(makeJudge().fingerprint).toMatch(/\S{8,}/);
      if (variant) expect(variant().fingerprint).not.toBe(makeJudge().fingerprint);
    });

    test('it leaves the item as it was, and gives rows of the rating schema on the scale', async () => {
      const judge = makeJudge();
      const frozen = deepFreeze(structuredClone(item));
      const { rows } = await run(judge, frozen, good);
      expect(frozen).toEqual(item);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expectSound(row, judge, item);
      expect(
        rows.every(({ status }) => status === 'rated'),
        'the good reply must be read as a verdict',
      ).toBe(true);
    });

    test('it asks each question as often as its definition says, and passes on which sample it is', async () => {
      const judge = makeJudge();
      const { rows, model } = await run(judge, item, good);
      const { samples } = judge.definition.aggregation;
      const asked = Map.groupBy(model.calls, ({ request }) => JSON.stringify(request));
      for (const calls of asked.values()) {
        expect(calls.map(({ sample }) => sample).toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: samples }, (_, sample) => sample),
        );
      }
      expect(new Set(rows.map(keyOf)).size, 'two rows have one key').toBe(rows.length);
    });

    if (makeJudge().mode === 'pairwise') {
      test.skipIf(gaps['both orders'] !== undefined)(
        `both orders are asked, and slots come back as content${gaps['both orders'] ? ` (skipped: ${gaps['both orders']})` : ''}`,
        async () => {
          const { rows } = await run(makeJudge(), item, good);
          const orders = new Set(rows.map(({ order }) => String(order)));
          expect([...orders].toSorted()).toEqual(['0,1', '1,0']);
          for (const row of rows) {
            expect(row.value, 'the response that was shown first').toBe(row.order?.[0]);
            if (row.status === 'rated' && row.distribution)
              expect(Math.max(...row.distribution)).toBe(row.distribution[Number(row.value)]);
          }
        },
      );
    }

    test.each<[string, ScriptedReply, Rating['status'][]]>([
      ['an empty reply', { text: '', stop: 'done' }, ['unreadable']],
      ['noise', { text: 'zq xv 0xff ]]}} lorem', stop: 'done' }, ['unreadable']],
      ['a refusal', { text: '', stop: 'refused', refusal: 'I cannot help with that.' }, ['refused']],
      ['a reply that was cut before its verdict', { text: '{"reasons": "It is', stop: 'cut' }, ['unreadable']],
    ])('%s gives rows without a value and with a reason', async (_, reply, statuses) => {
      const judge = makeJudge();
      const { rows } = await run(judge, item, () => reply);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        expectSound(row, judge, item);
        expect(statuses).toContain(row.status);
      }
    });

    test('a call whose fault is final is a failed row, and the other calls go on', async () => {
      const judge = makeJudge();
      const { rows, model } = await run(judge, item, (request, { index }) =>
        index === 0 ? faults.badRequest({ model: 'scripted:model', status: 400 }) : good(request),
      );
      expect(rows).toHaveLength(model.calls.length);
      expect(rows.filter(({ status }) => status === 'failed')).toHaveLength(1);
      expect(rows.filter(({ status }) => status === 'rated')).toHaveLength(rows.length - 1);
    });

    test.each([faults.auth, faults.quota, faults.notFound])('$code is thrown: it ends the run', async (kind) => {
      await expect(run(makeJudge(), item, () => kind({ model: 'scripted:model' }))).rejects.toMatchObject({
        code: kind.code,
      });
    });

    test('an error that is no fault is thrown: it is a bug, not a verdict', async () => {
      await expect(run(makeJudge(), item, () => new TypeError('a bug'))).rejects.toThrow('a bug');
    });

    test('an abort is obeyed, before and during the calls', async () => {
      const before = AbortSignal.abort(new Error('stopped before'));
      await expect(run(makeJudge(), item, good, before)).rejects.toThrow('stopped before');
      const during = new AbortController();
      const stop = (request: ModelRequest): ScriptedReply => {
        during.abort(new Error('stopped during'));
        return good(request);
      };
      await expect(run(makeJudge(), item, stop, during.signal)).rejects.toThrow('stopped during');
    });

    test('an item without responses gives abstained rows with a reason, and no call', async () => {
      const judge = makeJudge();
      const { rows, model } = await run(judge, { ...item, responses: [] }, good);
      expect(model.calls).toHaveLength(0);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toMatchObject({ status: 'abstained', value: null });
    });

    test('who wrote a response is never shown', async () => {
      const named = item.responses.map((response) => ({ ...response, system: 'system-that-must-not-show' }));
      const { model } = await run(makeJudge(), { ...item, responses: named }, good);
      expect(JSON.stringify(model.calls)).not.toContain('system-that-must-not-show');
    });
  });
}

type Script = (request: ModelRequest, call: { sample: number; index: number }) => ScriptedReply;

async function run(
  judge: Judge,
  item: Item,
  script: Script,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ rows: Rating[]; model: ScriptedModel }> {
  const model = scriptedModel(script, { id: judge.definition.model.id });
  const context: RatingContext = { signal, random, model: () => model };
  return { rows: await judge.rate(item, context), model };
}

function expectSound(row: Rating, judge: Judge, item: Item): void {
  expect(ratingSchema.safeParse(row).error).toBeUndefined();
  expect(row).toMatchObject({ item: item.id, rater: judge.id });
  expect(row.provenance).toMatchObject({ source: 'model', rater: judge.fingerprint, asked: judge.definition.model.id });
  const scale = judge.criteria.find(({ id }) => id === row.criterion)?.scale;
  if (!scale) throw new Error(`the row names "${row.criterion}", which is no criterion of the judge`);
  if (row.status !== 'rated') expect(row.reason).not.toBe('');
  else {
    expect(encode(scale, row.value), `${row.value} is off the scale`).toBeDefined();
    if (row.distribution) expect(row.distribution.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
  }
}

/** The first allowed verdict of the schema that the request carries. */
function goodReply({ output }: ModelRequest): ScriptedReply {
  if (output?.kind !== 'json') throw new Error('conformJudge needs `good`: the request carries no JSON Schema');
  const { properties } = output.schema;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties))
    throw new Error('conformJudge needs `good`: the JSON Schema has no properties');
  const fields = Object.entries(properties).map(([field, schema]) => [field, firstAllowed(schema)]);
  return JSON.stringify(Object.fromEntries(fields));
}

function firstAllowed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return 'because';
  if ('enum' in schema && Array.isArray(schema.enum)) return schema.enum[0];
  return 'minimum' in schema ? schema.minimum : 'because';
}

function sampleItem(mode: Judge['mode']): Item {
  const responses = [{ content: 'Paris.' }, { content: 'Lyon, I think.' }, { content: 'Nice.' }];
  return itemSchema.parse({
    id: 'capital',
    input: 'What is the capital of France?',
    responses: responses.slice(0, mode === 'pointwise' ? 1 : mode === 'pairwise' ? 2 : 3),
    reference: ['Paris'],
  });
}

function keyOf({ criterion, response, order, sample }: Rating): string {
  return JSON.stringify([criterion, response ?? 0, order ?? null, sample ?? 0]);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
