import { crc32c } from './crc32c.ts';

/** `sequence length crc `, each eight hexadecimal digits and a space. */
export const headerBytes = 27;

/** A frame as it lies in a file: where, how long (header and newline included), and its text. */
export interface Frame {
  readonly offset: number;
  readonly bytes: number;
  readonly text: string;
}

/** What stands at a place that holds no whole frame: the remains of a write that a crash cut short, or damage. */
export type Gap = { readonly kind: 'torn' | 'damaged'; readonly offset: number; readonly problem: string };

const newline = 0x0a;
const hex = (number: number): string => number.toString(16).padStart(8, '0');

/**
 * One record as one line that proves itself: `sequence length crc32c json\n`.
 *
 * The sequence counts frames of the file from 0 and is covered by the checksum, so that a repeated, lost or exchanged
 * block is seen as well as a flipped bit. JSON text holds no raw newline, so a line that ends is a frame that was written.
 */
export function encodeFrame(sequence: number, json: string): Buffer {
  return encodeFrames(sequence, [json]).bytes;
}

/** Frames of several records, one after the other in one buffer, and the length of each. */
export function encodeFrames(sequence: number, texts: readonly string[]): { bytes: Buffer; lengths: number[] } {
  const bodies = texts.map((text) => Buffer.byteLength(text));
  const lengths = bodies.map((length) => headerBytes + length + 1);
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const end = at + lengths[index]!;
    bytes.write(`${hex(sequence + index)} ${hex(bodies[index]!)} `, at, 'latin1');
    bytes.write(text, at + headerBytes, 'utf8');
    const crc = crc32c(bytes.subarray(at + headerBytes, end - 1), crc32c(bytes.subarray(at, at + 18)));
    bytes.write(`${hex(crc)} `, at + 18, 'latin1');
    bytes[end - 1] = newline;
    at = end;
  }
  return { bytes, lengths };
}

/** How many bytes the frame that starts with this header takes, or `undefined` when it is no header of that sequence. */
export function frameBytes(header: Uint8Array, sequence: number): number | undefined {
  const text = Buffer.from(header.buffer, header.byteOffset, Math.min(header.length, headerBytes)).toString('latin1');
  const parts = /^([0-9a-f]{8}) ([0-9a-f]{8}) [0-9a-f]{8} $/.exec(text);
  if (!parts || parts[1] !== hex(sequence)) return undefined;
  return headerBytes + Number.parseInt(parts[2]!, 16) + 1;
}

/** The JSON text of exactly one frame, or `undefined` when any byte of it is wrong. */
export function decodeFrame(frame: Buffer, sequence?: number): string | undefined {
  const header = frame.toString('latin1', 0, headerBytes);
  const own = sequence ?? Number.parseInt(header.slice(0, 8), 16);
  if (!(own >= 0) || frameBytes(frame, own) !== frame.length || frame[frame.length - 1] !== newline) return undefined;
  const body = frame.subarray(headerBytes, -1);
  const crc = crc32c(body, crc32c(frame.subarray(0, 18)));
  return header.slice(18, 26) === hex(crc) ? body.toString('utf8') : undefined;
}

/**
 * What the bytes from a place on, up to the end of the file, are, when no whole frame starts there.
 *
 * Torn is only what a cut write leaves: the start of a frame without its newline, or the zeros of blocks that never
 * reached the disk. Anything else was once whole.
 */
export function classifyGap(rest: Uint8Array, sequence: number, offset: number): Gap {
  const damaged = (problem: string): Gap => ({ kind: 'damaged', offset, problem });
  if (rest.every((byte) => byte === 0)) return { kind: 'torn', offset, problem: 'zeros' };
  if (rest.includes(newline)) return damaged('a whole line that is not a valid record');
  if (rest.length < headerBytes) {
    return startsHeader(rest, sequence) ? { kind: 'torn', offset, problem: 'part of a header' } : damaged('no header');
  }
  const bytes = frameBytes(rest, sequence);
  if (bytes === undefined) return damaged('no header');
  return rest.length < bytes ? { kind: 'torn', offset, problem: 'part of a record' } : damaged('no end of line');
}

function startsHeader(rest: Uint8Array, sequence: number): boolean {
  const text = Buffer.from(rest.buffer, rest.byteOffset, rest.length).toString('latin1');
  const known = `${hex(sequence)} `;
  if (text.length <= known.length) return known.startsWith(text);
  return text.startsWith(known) && /^[0-9a-f]{0,8}(?: [0-9a-f]{0,8} ?)?$/.test(text.slice(known.length));
}
