import type { FileSystem } from './file-system.ts';
import type { Durability } from './journal-writer.ts';

/** How a folder keeps runs. */
export interface FolderStoreOptions {
  /** Default `batch`: one sync of the disk per 200 ms or 64 replies. */
  durability?: Durability;
  /** Bytes kept free for replies in flight when the disk runs full. Default 16 MiB. */
  reserveBytes?: number;
  /** For the owner's name in the lock; ISO 8601. */
  date?: () => string;
  /** Write to a network or user-space file system all the same: you know that its locks and syncs hold. Default false. */
  allowNetworkFolder?: boolean;
  /** The file system that journals lie on; tests hand in one that fails. */
  files?: FileSystem;
}
