export { record, type RecordOptions } from './record.ts';
export { provider, replay, type ReplayOptions } from './replay.ts';
export * from './replay-error.ts';
export { readReplayLines, type ReplayLine, replayLineSchema } from './replay-line.ts';
