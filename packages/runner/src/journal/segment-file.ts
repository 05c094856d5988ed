import { join } from 'node:path';

import type { FileSystem, OpenFile } from './file-system.ts';
import { classifyGap, decodeFrame, type Frame, frameBytes, type Gap, headerBytes } from './frame.ts';

const chunkBytes = 1 << 18;

/** What stands after the last whole frame of a file. */
export interface SegmentEnd {
  /** Where the next frame belongs. */
  readonly offset: number;
  readonly sequence: number;
  /** Bytes after that place, and what they are. */
  readonly gap?: Gap & { readonly bytes: number };
}

/** The path of a run's n-th journal file, counted from 1. */
export function segmentFile(folder: string, segment: number): string {
  return join(folder, `journal-${String(segment).padStart(6, '0')}.jsonl`);
}

/** The numbers of a run's journal files, in order; none when the folder does not exist. */
export async function listSegments(folder: string, files: FileSystem): Promise<number[]> {
  return (await files.list(folder))
    .map((name) => /^journal-(\d{6,})\.jsonl$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** Whole and proven frames of a file, in order; the last batch of a file says what stands at its end. */
export interface FrameBatch {
  readonly frames: readonly Frame[];
  readonly end?: SegmentEnd;
}

/**
 * Reads a journal file from the start, in batches.
 *
 * Holds half a MiB, or one frame where that is larger; the rest of the file only where a frame is not whole.
 */
export async function* readFrames(path: string, files: FileSystem): AsyncGenerator<FrameBatch> {
  const file = await files.open(path, 'read');
  try {
    yield* framesOf(file);
  } finally {
    await file.close();
  }
}

async function* framesOf(file: OpenFile): AsyncGenerator<FrameBatch> {
  // One buffer for the whole file: texts are copies, so that nothing points into it when it is filled again.
  let buffer = Buffer.allocUnsafeSlow(2 * chunkBytes);
  let [start, end] = [0, 0];
  let [offset, sequence, readTo, atEnd] = [0, 0, 0, false];
  for (;;) {
    const held = buffer.subarray(start, end);
    const frames: Frame[] = [];
    let used = 0;
    let broken = false;
    while (held.length - used >= headerBytes) {
      const bytes = frameBytes(held.subarray(used, used + headerBytes), sequence);
      broken = bytes === undefined;
      if (bytes === undefined || held.length - used < bytes) break;
      const text = decodeFrame(held.subarray(used, used + bytes), sequence);
      broken = text === undefined;
      if (text === undefined) break;
      frames.push({ offset: offset + used, bytes, text });
      used += bytes;
      sequence += 1;
    }
    start += used;
    offset += used;
    if (frames.length > 0) yield { frames };
    if (atEnd) {
      const rest = buffer.subarray(start, end);
      const gap = { ...classifyGap(rest, sequence, offset), bytes: rest.length };
      yield { frames: [], end: { offset, sequence, ...(rest.length === 0 ? {} : { gap }) } };
      return;
    }
    const left = Math.max((await file.size()) - readTo, 1);
    // A broken frame is judged by all that follows it.
    const wanted = broken ? left : Math.min(left, chunkBytes);
    const room = end - start + wanted;
    const next = room > buffer.length ? Buffer.allocUnsafeSlow(Math.max(room, 2 * buffer.length)) : buffer;
    buffer.copy(next, 0, start, end);
    [buffer, start, end] = [next, 0, end - start];
    const bytesRead = await file.read(buffer.subarray(end, end + wanted), readTo);
    end += bytesRead;
    readTo += bytesRead;
    atEnd = bytesRead === 0;
  }
}
