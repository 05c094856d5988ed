import { type FileSystem, type OpenFile, systemFiles } from '../src/journal/file-system.ts';

/** How the file system fails at its n-th change, counted from 1. */
export interface Failure {
  readonly at: number;
  /** A code of the system, or a kill: half of the change is made, and nothing ever after. */
  readonly code: 'ENOSPC' | 'EIO' | 'EROFS' | 'killed';
  /** `once`: later changes succeed. `always`: none does. `until-removed`: all fail until a file is removed. */
  readonly lasts: 'once' | 'always' | 'until-removed';
  /** Only syncs count and fail. */
  readonly only?: 'sync';
}

/** The file system of this machine, failing at the n-th change, and a count of changes. */
export function failingFiles({ at, code, lasts, only }: Failure): FileSystem & { readonly changes: () => number } {
  let changes = 0;
  let freed = false;
  const error = (): Error => Object.assign(new Error(`${code} by the test`), { code, syscall: 'test' });
  const isDead = (): boolean => code === 'killed' && changes >= at;
  /** Whether this change fails. */
  const fails = (kind: 'sync' | 'other', removes = false): boolean => {
    if (only === 'sync' && kind !== 'sync') return false;
    changes += 1;
    if (lasts === 'until-removed' && removes && changes > at) {
      freed = true;
      return false;
    }
    return lasts === 'once' ? changes === at : changes >= at && !freed;
  };
  const change = async <T>(act: () => Promise<T>, kind: 'sync' | 'other' = 'other', removes = false): Promise<T> => {
    if (fails(kind, removes)) throw error();
    return act();
  };
  const wrapped = (file: OpenFile): OpenFile => ({
    writeNow(bytes, offset) {
      if (!fails('other')) return file.writeNow(bytes, offset);
      if (code === 'killed' && changes === at) file.writeNow(bytes.subarray(0, bytes.length >> 1), offset);
      throw error();
    },
    write: (bytes, offset) => change(() => file.write(bytes, offset)),
    read: (into, offset) => file.read(into, offset),
    size: () => file.size(),
    links: () => file.links(),
    truncate: (size) => change(() => file.truncate(size)),
    sync: () => change(() => file.sync(), 'sync'),
    close: () => file.close(),
  });
  return {
    ...systemFiles,
    changes: () => changes,
    async open(path, mode) {
      if (mode !== 'read' && mode !== 'change' && fails('other')) throw error();
      if (isDead()) throw error();
      return wrapped(await systemFiles.open(path, mode));
    },
    makeFolder: (folder) => change(() => systemFiles.makeFolder(folder)),
    remove: (path) => change(() => systemFiles.remove(path), 'other', true),
    rename: (from, to) => change(() => systemFiles.rename(from, to)),
    syncFolder: (folder) => change(() => systemFiles.syncFolder(folder), 'sync'),
  };
}
