export { type EvaluationLogger, traceRun, type TraceRunOptions } from './trace-run.ts';
