import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { fingerprint, modelReplySchema, modelRequestSchema } from '@assize/core';
import { z } from 'zod';

import { badLine, noFile } from './replay-error.ts';

/** One recorded reply: a line of the file. */
export const replayLineSchema = z.strictObject({
  contract: z.literal(1),
  /** The SHA-256 of the request's canonical JSON. */
  key: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  sample: z.number().int().nonnegative(),
  /** The model as it was asked for, such as `openai:gpt-4o`. */
  model: z.string().min(1),
  /** Left out by default, so that a recording need not carry the texts it was asked about. */
  request: modelRequestSchema.exactOptional(),
  /** Set where the request beside it was redacted: `key` is then the hash of what was asked, not of what is written. */
  redacted: z.literal(true).exactOptional(),
  reply: modelReplySchema,
});
export type ReplayLine = z.infer<typeof replayLineSchema>;

/**
 * Reads a recording line by line, `.gz` too.
 *
 * A last line without its line feed that is no JSON is what a killed recorder leaves: it is passed over. `onTail` is told of a
 * last line without a line feed: at which byte it begins and whether it is torn. Any other line that is not a recorded reply throws `replay/bad-line`.
 */
export async function* readReplayLines(
  file: string | URL,
  { onTail }: { onTail?: (tail: { offset: number; torn: boolean }) => void } = {},
): AsyncIterable<ReplayLine> {
  const name = String(file);
  let line = 0;
  let offset = 0;
  let rest = '';
  try {
    for await (const chunk of textOfFile(file)) {
      const pieces = (rest + chunk).split('\n');
      rest = pieces.pop() ?? '';
      for (const text of pieces) {
        line += 1;
        offset += Buffer.byteLength(text) + 1;
        if (text.trim() !== '') yield parseLine(name, line, text);
      }
    }
  } catch (error) {
    throw readable(name, line, error);
  }
  if (rest.trim() === '') return;
  const torn = !isJson(rest);
  if (!torn) yield parseLine(name, line + 1, rest);
  onTail?.({ offset, torn });
}

async function* textOfFile(file: string | URL): AsyncIterable<string> {
  const bytes = createReadStream(file);
  // Errors of either stream reach the loop below; the callback only keeps `pipeline` from throwing them elsewhere.
  const plain = String(file).endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes;
  plain.setEncoding('utf8');
  for await (const chunk of plain) yield String(chunk);
}

function parseLine(file: string, line: number, text: string): ReplayLine {
  const read = replayLineSchema.safeParse(isJson(text) ? JSON.parse(text) : undefined);
  if (!read.success) {
    const issue = read.error.issues[0];
    const problem = isJson(text) ? (issue?.message ?? 'is not a recorded reply') : 'is not JSON';
    throw badLine({ file, line, field: issue?.path.join('.') || 'line', problem });
  }
  const { request, key, redacted } = read.data;
  if (request !== undefined && !redacted && fingerprint(request) !== key) {
    throw badLine({ file, line, field: 'key', problem: 'is not the hash of the request beside it' });
  }
  return read.data;
}

function readable(file: string, line: number, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return noFile({ file });
  if (code.startsWith('Z_')) {
    return badLine({ file, line: line + 1, field: 'line', problem: 'the compressed stream is damaged here' });
  }
  return error;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
