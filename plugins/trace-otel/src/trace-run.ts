import type { Criterion, RunEvent } from '@assize/core';
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';

import { assize, genAi } from './attribute-names.ts';
import { evaluationAttributes } from './evaluation-event.ts';

/** A logger of `@opentelemetry/api-logs`, as far as evaluation events need it. */
export interface EvaluationLogger {
  emit(record: { eventName: string; attributes: Attributes; context: Context }): void;
}

export interface TraceRunOptions {
  /** Default: the global tracer provider's tracer `@assize/trace-otel`. */
  tracer?: Tracer;
  /** Where evaluation events go. Default: they are events of the span of the evaluation. */
  logger?: EvaluationLogger;
  /** The criteria of the raters, for the ends of their scales. */
  criteria?: readonly Criterion[];
  /** Whether rationales, which may quote what was judged, are written. Default false. */
  captureContent?: boolean;
  /** The span of what an item is about, as a context: its evaluations become children of it. Default: children of the run. */
  parentOf?: (item: string) => Context | undefined;
  /** `openinference` adds the kinds of span by which OpenInference tools sort. Default `otel`. */
  flavor?: 'otel' | 'openinference';
}

/** What is open of one rater on one item. */
interface Evaluation {
  readonly span: Span;
  readonly context: Context;
  readonly calls: Map<string, Span>;
  isEnding: boolean;
}

/**
 * Makes the listener that turns a run's events into a trace: a span for the run, one `evaluate` span for each rater on each
 * item, a `chat` span for each attempt of a call, and a `gen_ai.evaluation.result` event for each rating.
 *
 * Ratings of earlier sessions make nothing: they were traced then. Neither prompts nor replies are ever written.
 *
 * @example
 * startRun(plan, { …, onEvent: traceRun({ criteria: judge.criteria }) });
 * @see https://github.com/open-telemetry/semantic-conventions-genai
 */
export function traceRun(options: TraceRunOptions = {}): (event: RunEvent) => void {
  const { captureContent = false, parentOf, flavor = 'otel', logger } = options;
  const tracer = options.tracer ?? trace.getTracer('@assize/trace-otel');
  const criteria = new Map((options.criteria ?? []).map((criterion) => [criterion.id, criterion]));
  const open = new Map<string, Evaluation>();
  const outer = context.active();
  let run: Span | undefined;
  const kindOf = (kind: string): Attributes => (flavor === 'openinference' ? { 'openinference.span.kind': kind } : {});

  const evaluationOf = (item: string, rater: string): Evaluation => {
    const name = JSON.stringify([item, rater]);
    const held = open.get(name);
    if (held) return held;
    const parent = parentOf?.(item) ?? (run ? trace.setSpan(outer, run) : outer);
    const attributes = { [assize.item]: item, [assize.rater]: rater, ...kindOf('EVALUATOR') };
    const span = tracer.startSpan(`evaluate ${rater}`, { kind: SpanKind.INTERNAL, attributes }, parent);
    const made = { span, context: trace.setSpan(parent, span), calls: new Map(), isEnding: false };
    open.set(name, made);
    return made;
  };

  /** All ratings of an assignment are told in one go: the span ends after the last of them. */
  const endSoon = (name: string, evaluation: Evaluation): void => {
    if (evaluation.isEnding) return;
    evaluation.isEnding = true;
    queueMicrotask(() => {
      endCalls(evaluation);
      evaluation.span.end();
      open.delete(name);
    });
  };

  return (event) => {
    switch (event.type) {
      case 'run-start':
        run = tracer.startSpan(
          `assize run ${event.run}`,
          { kind: SpanKind.INTERNAL, attributes: { [assize.run]: event.run } },
          outer,
        );
        break;
      case 'call-start': {
        const evaluation = evaluationOf(event.item, event.rater);
        const [provider = '', model = event.model] = splitOnce(event.model);
        const attributes = {
          [genAi.operation]: 'chat',
          [genAi.provider]: provider,
          [genAi.requestModel]: model,
          [assize.call]: event.call,
          [assize.attempt]: event.attempt,
          ...kindOf('LLM'),
        };
        const span = tracer.startSpan(`chat ${model}`, { kind: SpanKind.CLIENT, attributes }, evaluation.context);
        evaluation.calls.get(event.call)?.end();
        evaluation.calls.set(event.call, span);
        break;
      }
      case 'call-retry': {
        const evaluation = evaluationOf(event.item, event.rater);
        const span = evaluation.calls.get(event.call);
        span?.setAttribute(assize.waitMs, event.waitMs);
        fail(span, event.fault.code);
        evaluation.calls.delete(event.call);
        break;
      }
      case 'call-end': {
        // What the journal answers was traced when it was asked; only calls that went out have a span.
        const evaluation = open.get(JSON.stringify([event.item, event.rater]));
        const span = evaluation?.calls.get(event.call);
        if (!span) break;
        evaluation?.calls.delete(event.call);
        const { usage, cost } = event;
        span.setAttributes({
          ...(usage ? { [genAi.inputTokens]: usage.inputTokens, [genAi.outputTokens]: usage.outputTokens } : {}),
          ...(usage?.cachedInputTokens === undefined ? {} : { [genAi.cachedTokens]: usage.cachedInputTokens }),
          ...(usage?.cacheWriteTokens === undefined ? {} : { [genAi.cacheWriteTokens]: usage.cacheWriteTokens }),
          ...(cost ? { [assize.cost]: cost.amount } : {}),
        });
        if (event.fault) fail(span, event.fault.code);
        else span.end();
        break;
      }
      case 'rating-end': {
        if (event.from === 'journal') break;
        const { rating } = event;
        const evaluation = evaluationOf(rating.item, rating.rater);
        const attributes = evaluationAttributes(rating, criteria.get(rating.criterion), { captureContent });
        if (logger) logger.emit({ eventName: genAi.evaluation, attributes, context: evaluation.context });
        else evaluation.span.addEvent(genAi.evaluation, attributes);
        if (rating.status !== 'rated')
          evaluation.span.setStatus({ code: SpanStatusCode.ERROR, message: rating.status });
        endSoon(JSON.stringify([rating.item, rating.rater]), evaluation);
        break;
      }
      case 'run-end':
        for (const evaluation of open.values()) {
          if (evaluation.isEnding) continue;
          evaluation.isEnding = true;
          endCalls(evaluation);
          evaluation.span.setStatus({ code: SpanStatusCode.ERROR, message: event.reason });
          evaluation.span.end();
        }
        open.clear();
        run?.setAttributes({
          [assize.reason]: event.reason,
          ...(event.cost ? { [assize.cost]: event.cost.amount } : {}),
        });
        if (event.fault) fail(run, event.fault.code);
        else run?.end();
        run = undefined;
        break;
      case 'warning':
        run?.addEvent(event.code);
        break;
      case 'lane':
      case 'batch':
        break;
      default:
    }
  };
}

function endCalls({ calls }: Evaluation): void {
  for (const span of calls.values()) span.end();
  calls.clear();
}

function fail(span: Span | undefined, code: string): void {
  span?.setAttribute(genAi.errorType, code);
  span?.setStatus({ code: SpanStatusCode.ERROR, message: code });
  span?.end();
}

function splitOnce(id: string): [string, string] | [] {
  const at = id.indexOf(':');
  return at === -1 ? [] : [id.slice(0, at), id.slice(at + 1)];
}
