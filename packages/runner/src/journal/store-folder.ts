import { realpathSync } from 'node:fs';
import { join } from 'node:path';

import { defineError } from '@assize/core';

import { diskError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';

export const networkFolder = defineError('runner/network-folder', (facts: { folder: string; kind: string }) => ({
  message: `${facts.folder} lies on a network or user-space file system (${facts.kind}), where locks and a write-ahead log are not to be trusted`,
  hint: 'Choose a folder on a disk of this machine, or set allowNetworkFolder (--allow-network-folder) when you know that its locks and syncs hold.',
}));

export const linkedFolder = defineError('runner/linked-folder', (facts: { path: string }) => ({
  message: `${facts.path} is a symbolic link, and writes would go where it points`,
  hint: 'Remove the link, or name the folder that it points to as the folder of runs.',
}));

/** File systems whose locks or syncs may not be what they say, by the numbers of `statfs` on Linux. */
const distrusted = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB2'],
  [0xff534d42, 'CIFS'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x786f4256, 'VirtualBox shared folder'],
  [0xbacbacbc, 'VMware shared folder'],
]);

/** The folder that a name leads to now, so that a link which is changed later redirects nothing. */
export function resolvedFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/**
 * Makes the folder of a run, and looks at what it lies on before anything is written.
 *
 * @throws runner/network-folder, runner/linked-folder, runner/read-only, runner/disk-full
 */
export async function makeRunFolder(
  files: FileSystem,
  root: string,
  runFolder: string,
  { allowNetworkFolder }: { allowNetworkFolder: boolean },
): Promise<void> {
  try {
    await files.makeFolder(runFolder);
  } catch (error) {
    throw diskError(root, error);
  }
  const parts = [join(root, 'runs'), runFolder];
  const databases = [join(root, 'index.sqlite'), join(runFolder, 'lock.sqlite')];
  for (const path of [...parts, ...databases]) if (await files.isLink(path)) throw linkedFolder({ path });
  if (allowNetworkFolder) return;
  const kind = distrusted.get((await files.kind(root)) >>> 0);
  if (kind !== undefined) throw networkFolder({ folder: root, kind });
}
