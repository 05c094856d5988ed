import type { IncomingMessage } from 'node:http';
import { type Duplex, pipeline, Readable, Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress, createGunzip, createInflate, gunzip, inflate } from 'node:zlib';

import { WholeReply } from './whole-reply.ts';

const largestReply = 8 * 1024 * 1024;

const sentences = {
  CONNECT_TIMEOUT: 'the connection timed out',
  HEADERS_TIMEOUT: 'the wait for the response timed out',
  IDLE_TIMEOUT: 'the wait for more of the body timed out',
  TRUNCATED_REPLY: 'the reply broke off',
  REPLY_TOO_LARGE: 'the reply is larger than 8 MiB',
  REPEATED_REPLY: 'the reply to an earlier question came again',
};

/** An error of the transport, told apart by its code; the SDKs look for "timed out" in the words. */
export function transportError(code: keyof typeof sentences): Error {
  return Object.assign(new Error(sentences[code]), { code });
}

/** Reads a body to its end, at most 8 MiB of it. */
export async function buffered(incoming: IncomingMessage, url: URL, heard: () => void): Promise<Response> {
  const chunks: Buffer<ArrayBuffer>[] = [];
  let size = 0;
  const whole = new Promise<Buffer<ArrayBuffer>>((resolve, reject) => {
    incoming.on('data', (chunk: Buffer<ArrayBuffer>) => {
      heard();
      size += chunk.length;
      chunks.push(chunk);
      if (size > largestReply) incoming.destroy(transportError('REPLY_TOO_LARGE'));
    });
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.on('error', (error) => reject(brokenOff(error)));
  });
  const packed = await whole;
  const encoding = incoming.headers['content-encoding'];
  const bytes = encoding === undefined ? packed : await decompress(packed, encoding);
  const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders } = incoming;
  return new WholeReply({ status, statusText, url: url.href, rawHeaders, bytes });
}

/** Passes a body on while it comes, at most 8 MiB of it unless it may be `endless`. */
export function streamed(incoming: IncomingMessage, url: URL, heard: () => void, endless: boolean): Response {
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, next) {
      heard();
      size += chunk.length;
      next(!endless && size > largestReply ? transportError('REPLY_TOO_LARGE') : null, chunk);
    },
  });
  const unpack = unpackers[incoming.headers['content-encoding'] ?? '']?.();
  const stages: (Duplex | Readable)[] = [incoming, ...(unpack ? [unpack] : []), counted];
  pipeline(stages, () => {}); // errors reach the reader of the last stage
  const body = Readable.toWeb(counted) as ReadableStream<Uint8Array>;
  return Object.defineProperty(new Response(body, headOf(incoming)), 'url', { value: url.href });
}

const unpackers: { readonly [encoding: string]: () => Duplex } = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

async function decompress(bytes: Buffer<ArrayBuffer>, encoding: string): Promise<Buffer<ArrayBuffer>> {
  const unpack = { gzip: gunzip, deflate: inflate, br: brotliDecompress }[encoding];
  if (unpack === undefined) return bytes;
  try {
    return await promisify<Buffer, { maxOutputLength: number }, Buffer<ArrayBuffer>>(unpack)(bytes, {
      maxOutputLength: largestReply,
    });
  } catch (error) {
    throw transportError(codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'REPLY_TOO_LARGE' : 'TRUNCATED_REPLY');
  }
}

function headOf(incoming: IncomingMessage): { status: number; headers: [string, string][] } {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    const [name, value] = [incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? ''];
    if (name.toLowerCase() !== 'content-encoding') headers.push([name, value]);
  }
  return { status: incoming.statusCode ?? 0, headers };
}

function brokenOff(error: Error): Error {
  return codeOf(error) === 'ECONNRESET' ? transportError('TRUNCATED_REPLY') : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
