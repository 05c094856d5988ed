import { appendFileSync, existsSync, mkdirSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fingerprint, type Model, type ModelReply, modelReplySchema, modelRequestSchema } from '@assize/core';

import { redacted, redaction } from './redaction.ts';
import { readOnly } from './replay-error.ts';
import { readReplayLines, type ReplayLine } from './replay-line.ts';
import { addTo, loadRecording, type Recording } from './replay.ts';

export interface RecordOptions {
  /** Whether the request is written beside its reply. Default false: a recording then ships no text that was judged. */
  requests?: boolean;
  /**
   * Words and expressions that never reach the file, beside what looks like a key and the keys of the environment, which
   * never do. A string is taken word for word.
   */
  redact?: readonly (string | RegExp)[];
}

/**
 * A model that asks another one and writes each reply to a file before it is used; what the file holds is not asked again.
 *
 * One JSON line per reply, appended and handed to the system before `generate` returns, so that a killed process loses no
 * reply that was paid for (a power cut may). Two calls for one request and sample at one time are one call. Only replies are
 * recorded, never faults. Id and abilities are the wrapped model's; `replay(file, { model: model.id })` plays it back.
 * A reply with a secret in it is redacted before it is written and before it is returned, so that a replay gives what
 * the recording run got; its log-probabilities, which spell the text, are left out.
 *
 * @throws replay/read-only when the file is compressed; replay/bad-line when it is damaged; what the wrapped model throws.
 * @example
 * const model = record(openai('gpt-4o'), 'replies.jsonl');
 */
export function record(
  model: Model,
  file: string | URL,
  { requests = false, redact: patterns }: RecordOptions = {},
): Model {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const running = new Map<string, Promise<ModelReply>>();
  let opening: Promise<Recording> | undefined;
  let redact: ((text: string) => string) | undefined;

  const keep = (recording: Recording, line: Omit<ReplayLine, 'reply'>, said: ModelReply): ModelReply => {
    redact ??= redaction(patterns); // a key that is set after the model is made is found too
    const reply = withoutSecrets(said, redact);
    const request = line.request && redacted(line.request, redact, modelRequestSchema);
    const hidden = request !== undefined && request !== line.request;
    const whole = { ...line, ...(request ? { request } : {}), ...(hidden ? { redacted: true as const } : {}), reply };
    appendFileSync(path, `${JSON.stringify(whole)}\n`);
    addTo(recording, whole);
    return reply;
  };

  return {
    contract: 1,
    id: model.id,
    abilities: model.abilities,
    ...(model.apiVersion === undefined ? {} : { apiVersion: model.apiVersion }),
    async generate(request, options) {
      const { signal, sample = 0 } = options;
      signal.throwIfAborted();
      opening ??= open(path, model.id);
      const recording = await opening;
      const key = fingerprint(request);
      const place = `${key}/${sample}`;
      for (;;) {
        signal.throwIfAborted();
        const known = recording.get(key)?.get(sample)?.[0];
        if (known) return known.reply;
        const other = running.get(place);
        if (other === undefined) break;
        await settled(other, signal);
      }
      const line = { contract: 1, key, sample, model: model.id, ...(requests ? { request } : {}) } as const;
      const call = model
        .generate(request, options)
        .then((reply) => keep(recording, line, reply))
        .finally(() => running.delete(place));
      running.set(place, call);
      return call;
    },
  };
}

function withoutSecrets(reply: ModelReply, redact: (text: string) => string): ModelReply {
  const { logprobs, ...rest } = reply;
  const clean = redacted(rest, redact, modelReplySchema);
  if (clean === rest) return reply;
  if (clean.text === rest.text) return logprobs === undefined ? clean : { ...clean, logprobs };
  const left = new Set([...(clean.notApplied ?? []), ...(logprobs === undefined ? [] : ['topLogprobs'])]);
  return left.size === 0 ? clean : { ...clean, notApplied: [...left] };
}

/** Waits until a call of another caller has ended, well or not, or until this caller gives up. */
async function settled(call: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, resolve: giveUp } = Promise.withResolvers<void>();
  const onAbort = (): void => giveUp();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([call.catch(() => undefined), aborted]);
  signal.removeEventListener('abort', onAbort);
}

/** Loads what was recorded and leaves the file ready to be appended to: a torn last line is cut off, a whole one ended. */
async function open(path: string, model: string): Promise<Recording> {
  if (path.endsWith('.gz')) throw readOnly({ file: path });
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    return new Map();
  }
  let tail: { offset: number; torn: boolean } | undefined;
  const lines = readReplayLines(path, { onTail: (found) => (tail = found) });
  const recording = await loadRecording(lines, model);
  if (tail?.torn) truncateSync(path, tail.offset);
  else if (tail) appendFileSync(path, '\n');
  return recording;
}
