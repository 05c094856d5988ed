import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** `read`: what is there. `change`: what is there, read and written. `fresh`: empty, made where it is missing. `keep`: as `change`, made where it is missing. */
type OpenMode = 'read' | 'change' | 'fresh' | 'keep';

/** A file of the journal that is open. Offsets and sizes are bytes; errors are the system's own, with their `code`. */
export interface OpenFile {
  /** Returns when the system has taken the bytes, or the part of them that it says. */
  writeNow(bytes: Uint8Array, offset: number): number;
  write(bytes: Uint8Array, offset: number): Promise<number>;
  read(into: Uint8Array, offset: number): Promise<number>;
  size(): Promise<number>;
  /** How many names lead to it: 0 once it was deleted under us. */
  links(): Promise<number>;
  truncate(size: number): Promise<void>;
  /** Resolves when what was written would survive a power loss. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A file that is read without the event loop. */
export interface ReadNow {
  read(into: Uint8Array, offset: number): number;
  close(): void;
}

/**
 * What a journal asks of the file system: a port, so that tests fail any write, kill after it, or cut the power.
 *
 * No operation follows a symbolic link in the last part of its path, so that nobody redirects what is written.
 */
export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  openNow(path: string): ReadNow;
  /** Names in a folder; none when it does not exist. */
  list(folder: string): Promise<string[]>;
  makeFolder(folder: string): Promise<void>;
  /** Removes a file or a folder with all in it; nothing happens when there is none. */
  remove(path: string): Promise<void>;
  /** Replaces the target, whole. */
  rename(from: string, to: string): Promise<void>;
  /** Resolves when new, renamed and removed names would survive a power loss. */
  syncFolder(folder: string): Promise<void>;
  /** Whether the name is a symbolic link. */
  isLink(path: string): Promise<boolean>;
  /** The magic number of the kind of file system that a folder lies on, as `statfs` gives it. */
  kind(folder: string): Promise<number>;
}

const { O_RDONLY, O_RDWR, O_CREAT, O_TRUNC } = constants;
/** Not there on Windows, where nothing is opened through a link by anybody but an administrator. */
const noFollow = constants.O_NOFOLLOW ?? 0;
const flags: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY | noFollow,
  change: O_RDWR | noFollow,
  fresh: O_RDWR | O_CREAT | O_TRUNC | noFollow,
  keep: O_RDWR | O_CREAT | noFollow,
};

function opened(handle: FileHandle): OpenFile {
  return {
    // Some microseconds, less than a trip through the thread pool costs.
    writeNow: (bytes, offset) => writeSync(handle.fd, bytes, 0, bytes.length, offset),
    write: async (bytes, offset) => (await handle.write(bytes, 0, bytes.length, offset)).bytesWritten,
    read: async (into, offset) => (await handle.read(into, 0, into.length, offset)).bytesRead,
    size: async () => (await handle.stat()).size,
    links: async () => (await handle.stat()).nlink,
    truncate: (size) => handle.truncate(size),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/** The file system of this machine. */
export const systemFiles: FileSystem = {
  open: async (path, mode) => opened(await open(path, flags[mode])),
  openNow(path) {
    const descriptor = openSync(path, flags.read);
    return {
      read: (into, offset) => readSync(descriptor, into, 0, into.length, offset),
      close: () => closeSync(descriptor),
    };
  },
  list: (folder) =>
    readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    }),
  async makeFolder(folder) {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      // A recursive mkdir says only that something is missing; a plain one says why it could not be made.
      await mkdir(dirname(folder)).catch((plain: NodeJS.ErrnoException) => {
        throw plain.code === 'EEXIST' ? error : plain;
      });
      throw error;
    }
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
  rename: (from, to) => rename(from, to),
  async syncFolder(folder) {
    const entry = await open(folder, 'r');
    try {
      await entry.sync();
    } finally {
      await entry.close();
    }
  },
  isLink: (path) =>
    lstat(path).then(
      (found) => found.isSymbolicLink(),
      () => false,
    ),
  kind: async (folder) => (await statfs(folder)).type,
};
