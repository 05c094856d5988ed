import { dirname } from 'node:path';

import type { FileSystem, OpenFile } from './file-system.ts';

/** Writes all of the bytes, however many the system takes at once. */
export async function writeWhole(file: OpenFile, bytes: Uint8Array, offset: number): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written), offset + written);
}

/** Replaces a file so that a kill or a power loss at any moment leaves the old one or the new one, whole. */
export async function replaceFile(files: FileSystem, path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  const file = await files.open(beside, 'fresh');
  try {
    await writeWhole(file, Buffer.from(text), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(beside, path);
  await files.syncFolder(dirname(path));
}
