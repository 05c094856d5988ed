import { type Abilities, faults, fingerprint, type Model, type ModelReply } from '@assize/core';

import { ambiguous, noReply } from './replay-error.ts';
import { readReplayLines, type ReplayLine } from './replay-line.ts';

export interface ReplayOptions {
  /** Default: `replay:` and the file's name. Give the recorded model's id where ratings should carry it. */
  id?: string;
  /** Whose replies are wanted, where a file holds those of several models. */
  model?: string;
  /** Default: everything, since a recording answers what was asked of the model that could. */
  abilities?: Partial<Abilities>;
  /**
   * What becomes of a request that was not recorded. `error` (default): `replay/no-reply`, which says what is missing.
   * `failed`: a permanent fault, so that its rating is `failed` and the others are made. A model: it is asked instead, and
   * nothing is recorded (`record` is what asks and keeps).
   */
  unrecorded?: 'error' | 'failed' | Model;
}

const everything: Abilities = { logprobs: true, topLogprobs: 20, jsonSchema: true, seed: true, temperature: true };

/**
 * A model that answers from a recording: by the hash of the request and the number of the sample, or not at all.
 *
 * The file is read at the first request (`.gz` too). Of two replies to one request and sample the first counts. A request that
 * was not recorded throws `replay/no-reply`, which names its hash, unless `unrecorded` is lenient; nothing is ever guessed.
 *
 * @throws replay/no-reply, provider/not-recorded, replay/no-file, replay/bad-line, replay/ambiguous; all at the request, none when it is made.
 * @example
 * const judge = replay('replies.jsonl.gz', { model: 'openai:gpt-4o' });
 */
export function replay(
  source: string | URL | Iterable<ReplayLine> | AsyncIterable<ReplayLine>,
  { id: ownId, model, abilities, unrecorded = 'error' }: ReplayOptions = {},
): Model {
  const fromFile = typeof source === 'string' || source instanceof URL;
  const file = fromFile ? String(source) : 'recording';
  const id = ownId ?? `replay:${file}`;
  const live = typeof unrecorded === 'string' ? undefined : unrecorded;
  let loading: Promise<Recording> | undefined;
  return {
    contract: 1,
    id,
    // A request goes where the recording ends: nothing may be promised that the model behind it cannot do.
    abilities: { ...(live?.abilities ?? everything), ...abilities },
    async generate(request, options) {
      const { signal, sample = 0 } = options;
      signal.throwIfAborted();
      loading ??= loadRecording(fromFile ? readReplayLines(source) : source, model);
      const recording = await loading;
      signal.throwIfAborted();
      const key = fingerprint(request);
      const [first, ...others] = recording.get(key)?.get(sample) ?? [];
      if (first === undefined) {
        if (live) return live.generate(request, options);
        if (unrecorded === 'failed') throw faults.notRecorded({ model: id });
        const samples = recording.get(key)?.size ?? 0;
        throw noReply({ file, key, sample, samples, ...(model === undefined ? {} : { model }) });
      }
      if (others.length > 0) throw ambiguous({ file, key, sample, models: [first, ...others].map((one) => one.model) });
      return first.reply;
    },
  };
}

/**
 * The model of `replay:FILE`, or of `replay:FILE#MODEL` where the file holds replies of several models.
 *
 * @example provider('runs/panel.jsonl#openai:gpt-4o')
 */
export function provider(name: string): Model {
  const hash = name.lastIndexOf('#');
  return hash <= 0 ? replay(name) : replay(name.slice(0, hash), { model: name.slice(hash + 1), id: `replay:${name}` });
}

/** By request, by sample: the first reply of each model. */
export type Recording = Map<string, Map<number, { model: string; reply: ModelReply }[]>>;

/** Reads lines into a recording, of one model when it is named. */
export async function loadRecording(
  lines: Iterable<ReplayLine> | AsyncIterable<ReplayLine>,
  only?: string,
): Promise<Recording> {
  const recording: Recording = new Map();
  for await (const line of lines) {
    if (only === undefined || line.model === only) addTo(recording, line);
  }
  return recording;
}

/** Adds a line, unless the recording holds that model's reply to that request and sample. */
export function addTo(recording: Recording, { key, sample, model, reply }: ReplayLine): void {
  const samples = recording.get(key) ?? new Map<number, { model: string; reply: ModelReply }[]>();
  const replies = samples.get(sample) ?? [];
  if (!replies.some((known) => known.model === model)) replies.push({ model, reply });
  recording.set(key, samples.set(sample, replies));
}
