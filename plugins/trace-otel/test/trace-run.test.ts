import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Criterion, type Dataset, faults, type Rater, type Rating, type RunEvent } from '@assize/core';
import { startRun } from '@assize/runner';
import { scriptedModel } from '@assize/testkit';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { tracedRun } from '../examples/trace-run.ts';
import { type EvaluationLogger, traceRun } from '../src/index.ts';

const score: Criterion = {
  id: 'score',
  question: 'How good is it?',
  scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] },
  higherIsBetter: true,
};
const better: Criterion = {
  id: 'better',
  question: 'Which is better?',
  scale: { kind: 'preference', ties: true },
  higherIsBetter: true,
};

const items: Dataset = {
  contract: 1,
  name: 'items',
  fingerprint: 'f',
  criteria: [score],
  size: 2,
  async *items() {
    yield { id: 'a', input: 'q', responses: [{ content: 'x' }] };
    yield { id: 'b', input: 'q', responses: [{ content: 'y' }] };
  },
  async *labels() {
    yield* [];
  },
};

const judge: Rater = {
  contract: 1,
  id: 'strict',
  kind: 'judge',
  criteria: [score, better],
  fingerprint: 'judge-1',
  async rate(item, given) {
    const { signal } = given;
    const reply = await given
      .model('fake:one')
      .generate({ messages: [{ role: 'user', content: item.id }] }, { signal });
    const row = { item: item.id, rater: 'strict', provenance: { source: 'model' as const, served: 'one-2026' } };
    const scored: Rating = {
      ...row,
      criterion: 'score',
      status: 'rated',
      value: 4,
      rationale: `It says ${reply.text}.`,
    };
    const preferred: Rating = { ...row, criterion: 'better', status: 'rated', value: 0 };
    const unread: Rating = { ...row, criterion: 'score', status: 'unreadable', value: null, reason: 'no verdict' };
    return item.id === 'a' ? [scored, preferred] : [unread];
  },
};

let directory: string;
let exporter: InMemorySpanExporter;
const tracer = () => new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'assize-trace-'));
  exporter = new InMemorySpanExporter();
});
afterEach(() => rm(directory, { recursive: true }));

async function traced(options: Parameters<typeof traceRun>[0] = {}, run = 'one'): Promise<ReadableSpan[]> {
  let asked = 0;
  const model = scriptedModel(
    () => {
      asked += 1;
      return asked === 1
        ? faults.overloaded({ model: 'fake:one', status: 503 })
        : { text: 'fine', usage: { inputTokens: 12, outputTokens: 3, cachedInputTokens: 8 } };
    },
    { id: 'fake:one' },
  );
  const { done } = startRun(
    { dataset: items, raters: [judge] },
    {
      directory,
      run,
      models: () => model,
      concurrency: 1,
      retry: { baseMs: 1 },
      prices: { 'fake:one': { input: 1, output: 1 } },
      onEvent: traceRun({ tracer: tracer(), criteria: judge.criteria, ...options }),
    },
  );
  expect((await done).reason).toBe('done');
  await new Promise((resolve) => setImmediate(resolve));
  return exporter.getFinishedSpans();
}

const named = (spans: ReadableSpan[], name: string) => spans.filter((span) => span.name === name);
const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;

test('a run is a span, each rater on each item a child of it, each attempt of a call a child of that', async () => {
  const spans = await traced();
  const [run] = named(spans, 'assize run one');
  const evaluations = named(spans, 'evaluate strict');
  expect(evaluations.map(({ attributes }) => String(attributes['assize.item'])).toSorted()).toEqual(['a', 'b']);
  expect(evaluations.map(parentOf)).toEqual([run?.spanContext().spanId, run?.spanContext().spanId]);
  const chats = named(spans, 'chat one');
  expect(chats).toHaveLength(3);
  const ids = new Set(evaluations.map((span) => span.spanContext().spanId));
  expect(chats.every((span) => span.kind === SpanKind.CLIENT && ids.has(parentOf(span) ?? ''))).toBe(true);
});

test('an attempt that failed has the code of its fault and the wait; one that was answered its tokens and cost', async () => {
  const chats = named(await traced(), 'chat one');
  const failed = chats.filter(({ status }) => status.code === SpanStatusCode.ERROR);
  expect(failed.map(({ attributes }) => attributes['error.type'])).toEqual(['provider/overloaded']);
  expect(failed[0]?.attributes['assize.retry.wait_ms']).toBeGreaterThanOrEqual(0);
  const answered = chats.find(({ status }) => status.code !== SpanStatusCode.ERROR);
  expect(answered?.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'fake',
    'gen_ai.request.model': 'one',
    'gen_ai.usage.input_tokens': 12,
    'gen_ai.usage.output_tokens': 3,
    'gen_ai.usage.cache_read.input_tokens': 8,
    'assize.cost.usd': 15e-6,
  });
});

test('each rating is an evaluation event: a score with the ends of its scale, a preference as a label, a status as an error', async () => {
  const evaluations = named(await traced(), 'evaluate strict');
  const events = (item: string) =>
    evaluations.find(({ attributes }) => attributes['assize.item'] === item)?.events.map((event) => event);
  expect(events('a')?.map(({ name }) => name)).toEqual(['gen_ai.evaluation.result', 'gen_ai.evaluation.result']);
  const [scored, preferred] = events('a') ?? [];
  expect(scored?.attributes).toEqual({
    'gen_ai.evaluation.name': 'score',
    'gen_ai.evaluation.score.value': 4,
    'gen_ai.response.model': 'one-2026',
    'assize.score.min': 1,
    'assize.score.max': 5,
    'assize.rating.status': 'rated',
    'assize.item': 'a',
    'assize.rater': 'strict',
  });
  expect(preferred?.attributes).toMatchObject({ 'gen_ai.evaluation.score.label': '0' });
  expect(preferred?.attributes).not.toHaveProperty('gen_ai.evaluation.score.value');
  const [unread] = events('b') ?? [];
  expect(unread?.attributes).toMatchObject({ 'error.type': 'unreadable', 'assize.rating.status': 'unreadable' });
  expect(unread?.attributes).not.toHaveProperty('gen_ai.evaluation.score.value');
});

test('what a judge wrote is traced only when that is asked for', async () => {
  expect(JSON.stringify((await traced()).map(({ events }) => events))).not.toContain('It says');
  exporter.reset();
  const spans = await traced({ captureContent: true }, 'two');
  expect(JSON.stringify(spans.map(({ events }) => events))).toContain('It says fine.');
});

test('a run that is resumed traces nothing of earlier sessions', async () => {
  await traced();
  exporter.reset();
  const spans = await traced();
  expect(spans.map(({ name }) => name)).toEqual(['assize run one']);
});

test('evaluations become children of what they are about, and go to a logger where one is given', async () => {
  const about = tracer().startSpan('the answer');
  const seen: Parameters<EvaluationLogger['emit']>[0][] = [];
  const spans = await traced({
    parentOf: (item) => (item === 'a' ? trace.setSpan(context.active(), about) : undefined),
    logger: { emit: (record) => seen.push(record) },
    flavor: 'openinference',
  });
  const evaluations = named(spans, 'evaluate strict');
  const first = evaluations.find(({ attributes }) => attributes['assize.item'] === 'a');
  expect(parentOf(first)).toBe(about.spanContext().spanId);
  expect(first?.attributes['openinference.span.kind']).toBe('EVALUATOR');
  expect(evaluations.flatMap(({ events }) => events)).toEqual([]);
  expect(new Set(seen.map(({ eventName }) => eventName))).toEqual(new Set(['gen_ai.evaluation.result']));
  const ofFirst = seen.filter(({ attributes }) => attributes['assize.item'] === 'a');
  expect(ofFirst.map(({ attributes }) => attributes['gen_ai.evaluation.name'])).toEqual(['score', 'better']);
  const own = ofFirst[0]?.context ?? context.active();
  expect(trace.getSpan(own)?.spanContext().spanId).toBe(first?.spanContext().spanId);
});

test('what is open when a run ends early is ended, with the reason', () => {
  const listen = traceRun({ tracer: tracer() });
  const call = { call: 'k', item: 'a', rater: 'strict', model: 'fake:one' };
  const events: RunEvent[] = [
    { type: 'run-start', run: 'one', assignments: 1, resumed: false, unknown: { calls: 0, maxCost: null } },
    { type: 'call-start', ...call, attempt: 1 },
    { type: 'run-end', run: 'one', reason: 'aborted', ratings: 0, cost: null },
  ];
  for (const event of events) listen(event);
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ name }) => name).toSorted()).toEqual(['assize run one', 'chat one', 'evaluate strict']);
  expect(named(spans, 'evaluate strict')[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'aborted' });
  expect(named(spans, 'assize run one')[0]?.attributes['assize.run.reason']).toBe('aborted');
});

test('the example traces a run through the global tracer provider', async () => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  try {
    const model = scriptedModel(() => 'fine', { id: 'fake:one' });
    expect((await tracedRun(items, [judge], () => model, directory)).reason).toBe('done');
    await new Promise((resolve) => setImmediate(resolve));
    expect(named(exporter.getFinishedSpans(), 'evaluate strict')).toHaveLength(2);
  } finally {
    trace.disable();
  }
});
