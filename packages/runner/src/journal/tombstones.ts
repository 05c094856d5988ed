import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { defineError } from '@assize/core';
import { z } from 'zod';

import { problemOf } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { replaceFile } from './replace-file.ts';

export const erasedItem = defineError('runner/erased-item', (facts: { item: string }) => ({
  message: `item ${facts.item} was erased from this store and is not taken up again`,
  hint: 'Leave the item out of the data set. Where the erasure was a mistake, use another folder of runs.',
}));

const tombstonesSchema = z.strictObject({ salt: z.string(), items: z.array(z.string()) });

/** What was erased, known by salted hashes alone: it can be asked whether an item is among them, not which they are. */
export class Tombstones {
  readonly #salt: string;
  readonly #items: Set<string>;

  private constructor(salt: string, items: Iterable<string>) {
    this.#salt = salt;
    this.#items = new Set(items);
  }

  static async read(files: FileSystem, root: string): Promise<Tombstones> {
    let file;
    try {
      file = await files.open(join(root, tombstonesName), 'read');
    } catch (error) {
      if (problemOf(error) === 'ENOENT') return new Tombstones(randomBytes(16).toString('hex'), []);
      throw error;
    }
    try {
      const bytes = Buffer.alloc(await file.size());
      let read = 0;
      while (read < bytes.length) {
        const more = await file.read(bytes.subarray(read), read);
        if (more === 0) break;
        read += more;
      }
      const { salt, items } = tombstonesSchema.parse(JSON.parse(bytes.toString('utf8', 0, read)));
      return new Tombstones(salt, items);
    } finally {
      await file.close();
    }
  }

  get size(): number {
    return this.#items.size;
  }

  has(item: string): boolean {
    return this.#items.size > 0 && this.#items.has(this.#hash(item));
  }

  add(items: Iterable<string>): void {
    for (const item of items) this.#items.add(this.#hash(item));
  }

  async write(files: FileSystem, root: string): Promise<void> {
    const text = JSON.stringify({ salt: this.#salt, items: [...this.#items].toSorted() });
    await replaceFile(files, join(root, tombstonesName), text);
  }

  #hash(item: string): string {
    return hash('sha256', `${this.#salt}\0${item}`);
  }
}

/** The file of a store that holds its tombstones. */
const tombstonesName = 'erased.json';
