import type { FileSystem } from './file-system.ts';
import { classifyGap, decodeFrame, type Frame, frameBytes, type Gap, headerBytes } from './frame.ts';
import { readFrames } from './segment-file.ts';

/** A frame that proves itself, wherever it stands in its file. */
export interface FoundFrame extends Frame {
  readonly sequence: number;
}

/** Bytes of a file that belong to no whole frame. */
type FoundGap = Gap & { readonly bytes: number };

/** Everything that a journal file holds, in the order of the file. */
export interface Survey {
  readonly frames: readonly FoundFrame[];
  readonly gaps: readonly FoundGap[];
}

/** Whether every frame of a file stands in its place; only what stands at the end may be no frame. */
export async function isInOrder(path: string, files: FileSystem): Promise<boolean> {
  for await (const { end } of readFrames(path, files)) if (end?.gap?.kind === 'damaged') return false;
  return true;
}

/**
 * Looks for frames at every byte of a file, also behind damage: each proves itself by its length and checksum.
 *
 * Holds the file in memory, some 64 MiB, so it is for files that are not in order.
 */
export async function surveySegment(path: string, files: FileSystem): Promise<Survey> {
  const bytes = await contentOf(path, files);
  const frames: FoundFrame[] = [];
  const gaps: FoundGap[] = [];
  let gapStart: number | undefined;
  const closeGap = (end: number): void => {
    if (gapStart === undefined) return;
    const isLast = end === bytes.length;
    const next = (frames.at(-1)?.sequence ?? -1) + 1;
    const gap: Gap = isLast
      ? classifyGap(bytes.subarray(gapStart), next, gapStart)
      : { kind: 'damaged', offset: gapStart, problem: 'bytes that are no valid record' };
    gaps.push({ ...gap, bytes: end - gapStart });
    gapStart = undefined;
  };
  for (let at = 0; at < bytes.length;) {
    const frame = frameAt(bytes, at);
    if (!frame) {
      gapStart ??= at;
      at += 1;
      continue;
    }
    closeGap(at);
    frames.push(frame);
    at += frame.bytes;
  }
  closeGap(bytes.length);
  return { frames, gaps };
}

const space = 0x20;

function frameAt(bytes: Buffer, at: number): FoundFrame | undefined {
  if (bytes[at + 8] !== space || bytes[at + 17] !== space || bytes[at + 26] !== space) return undefined;
  const digits = bytes.toString('latin1', at, at + 8);
  if (!/^[0-9a-f]{8}$/.test(digits)) return undefined;
  const sequence = Number.parseInt(digits, 16);
  const length = frameBytes(bytes.subarray(at, at + headerBytes), sequence);
  if (length === undefined || at + length > bytes.length) return undefined;
  const text = decodeFrame(bytes.subarray(at, at + length), sequence);
  return text === undefined ? undefined : { sequence, offset: at, bytes: length, text };
}

async function contentOf(path: string, files: FileSystem): Promise<Buffer> {
  const file = await files.open(path, 'read');
  try {
    const bytes = Buffer.alloc(await file.size());
    let read = 0;
    while (read < bytes.length) {
      const more = await file.read(bytes.subarray(read), read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  } finally {
    await file.close();
  }
}
