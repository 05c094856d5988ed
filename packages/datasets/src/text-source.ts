import { isAscii } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { badCompression, badEncoding, emptyFile, noFile, unreadableFile, unsupportedFormat } from './dataset-errors.ts';

/** What can be read: the path of a file, or a named stream of bytes or text (standard input, a download). */
export type Source = string | { readonly name: string; readonly stream: AsyncIterable<Uint8Array | string> };

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** A source that has been opened: its text in chunks, decompressed and without its byte order mark. */
export interface OpenText {
  readonly name: string;
  readonly encoding: Encoding;
  readonly compressed: boolean;
  readonly chunks: AsyncGenerator<string, void, undefined>;
}

/** The name by which errors call a source. */
export function sourceName(source: Source): string {
  return typeof source === 'string' ? source : source.name;
}

/**
 * Opens a file or stream as text, in constant memory.
 *
 * Gzip is told by its first bytes; UTF-16 by its byte order mark; all else is UTF-8, and a byte that is not is an error
 * that names the line, never a replacement character in an id. End with `chunks.return()` when not read to the end.
 *
 * @throws dataset/no-file, dataset/unreadable-file, dataset/empty-file, dataset/bad-compression, dataset/bad-encoding
 */
export async function openText(source: Source, { signal }: { signal?: AbortSignal } = {}): Promise<OpenText> {
  const name = sourceName(source);
  const raw = rawBytes(source, signal);
  const head = await peek(raw, name);
  const compressed = head[0] === 0x1f && head[1] === 0x8b;
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) {
    await raw.return();
    throw unsupportedFormat({
      file: name,
      problem: 'zstd is not read here: a file of several frames would be cut silently',
    });
  }
  const all = joined(head, raw);
  const plain = compressed ? inflated(all, name) : all;
  const start = compressed ? await peek(plain, name) : head;
  const encoding: Encoding =
    start[0] === 0xff && start[1] === 0xfe ? 'utf-16le' : start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
  const bytes = compressed ? joined(start, plain) : plain;
  return { name, encoding, compressed, chunks: decoded(bytes, encoding, name) };
}

async function* rawBytes(source: Source, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  const name = sourceName(source);
  const stream =
    typeof source === 'string'
      ? createReadStream(source, { highWaterMark: 1 << 18, ...(signal ? { signal } : {}) })
      : source.stream;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array | string>) {
      signal?.throwIfAborted();
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') throw noFile({ file: name }, { cause: error });
    if (/^E[A-Z]+$/.test(code)) {
      const problem = code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'permission denied' : code;
      throw unreadableFile({ file: name, problem }, { cause: error });
    }
    throw error;
  }
}

/** The first four bytes or more, which tell compression and encoding. */
async function peek(bytes: AsyncGenerator<Uint8Array, void, undefined>, name: string): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 4) {
    const next = await bytes.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  if (head.length === 0) throw emptyFile({ file: name });
  return head;
}

async function* joined(
  head: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield head;
    yield* rest;
  } finally {
    await rest.return();
  }
}

async function* inflated(
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = Readable.from(bytes);
  const gunzip = createGunzip({ chunkSize: 1 << 17 });
  let upstream: unknown;
  input.on('error', (error) => {
    upstream = error;
    gunzip.destroy(error);
  });
  input.pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    if (upstream !== undefined) throw upstream;
    throw badCompression(
      { file: name, problem: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  } finally {
    gunzip.destroy();
    input.destroy();
  }
}

/** A text longer than this lies outside the young heap: it costs more to make, and is freed late. */
const longestPiece = 1 << 16;

async function* inPieces(
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += longestPiece) yield chunk.subarray(at, at + longestPiece);
  }
}

async function* decoded(
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  encoding: Encoding,
  name: string,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  /** Whether the decoder holds the start of a character whose rest is in the next chunk. */
  let pending = true;
  let lines = 0;
  try {
    for await (const chunk of inPieces(bytes)) {
      const text =
        !pending && isAscii(chunk)
          ? asciiText(chunk)
          : decodeOr(
              () => decoder.decode(chunk, { stream: true }),
              () => lines + 1 + newlinesBeforeFault(chunk, encoding),
            );
      pending = encoding !== 'utf-8' || (chunk.at(-1) ?? 0x80) >= 0x80;
      lines += countNewlines(text);
      if (text !== '') yield text;
    }
    const rest = decodeOr(
      () => decoder.decode(),
      () => lines + 1,
    );
    if (rest !== '') yield rest;
  } finally {
    await bytes.return();
  }

  function decodeOr(decode: () => string, line: () => number): string {
    try {
      return decode();
    } catch (error) {
      throw badEncoding({ file: name, line: line(), encoding: encoding.toUpperCase() }, { cause: error });
    }
  }
}

/** ASCII is copied as it stands, which is many times as fast as decoding it. */
function asciiText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** Line ends before the first byte that does not decode, by decoding leniently up to the first replacement. */
function newlinesBeforeFault(chunk: Uint8Array, encoding: Encoding): number {
  const lenient = new TextDecoder(encoding).decode(chunk);
  const fault = lenient.indexOf('\uFFFD', 1);
  return countNewlines(fault < 0 ? '' : lenient.slice(0, fault));
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
