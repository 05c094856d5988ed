import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Random } from '@assize/core';

import type { FileSystem, OpenFile } from '../src/journal/file-system.ts';

type Change = { readonly offset: number; readonly bytes: Uint8Array } | { readonly size: number };

const sector = 512;

/** A file as programs see it, and as it would be found after a power loss. */
class Inode {
  #content: Buffer;
  #kept: Buffer;
  #pending: Change[] = [];

  constructor(content: Buffer = Buffer.alloc(0)) {
    this.#content = content;
    this.#kept = Buffer.from(content);
  }

  get content(): Buffer {
    return this.#content;
  }

  make(change: Change): void {
    this.#pending.push('bytes' in change ? { ...change, bytes: Uint8Array.from(change.bytes) } : change);
    this.#content = after(this.#content, change);
  }

  async sync(): Promise<void> {
    const content = Buffer.from(this.#content);
    const made = this.#pending.length;
    // What is written while a sync is under way is not of it.
    await new Promise((resolve) => setImmediate(resolve));
    this.#kept = content;
    this.#pending.splice(0, made);
  }

  /** Of what was not synced each change is there, is not, or is in part, whatever their order was. */
  cut(random: Random): Inode {
    let content: Buffer = this.#kept;
    for (const change of this.#pending) {
      const fate = random.next();
      if (fate < 0.4) content = after(content, change);
      else if (fate < 0.8 && 'bytes' in change) {
        const end = change.offset + change.bytes.length;
        for (let from = change.offset; from < end;) {
          const to = Math.min(end, (Math.floor(from / sector) + 1) * sector);
          const bytes = change.bytes.subarray(from - change.offset, to - change.offset);
          if (random.next() < 0.5) content = after(content, { offset: from, bytes });
          from = to;
        }
      }
    }
    return new Inode(Buffer.from(content));
  }
}

function after(content: Buffer, change: Change): Buffer {
  const size = 'bytes' in change ? Math.max(content.length, change.offset + change.bytes.length) : change.size;
  const next = Buffer.alloc(size);
  content.copy(next, 0, 0, Math.min(size, content.length));
  if ('bytes' in change) next.set(change.bytes, change.offset);
  return next;
}

/** A disk in memory that can lose its power: what was synced is there afterwards, of the rest anything. */
export class SimulatedDisk implements FileSystem {
  readonly #names = new Map<string, Inode>();
  /** Every state of a name since its folder was synced, the kept one first. */
  readonly #history = new Map<string, (Inode | undefined)[]>();
  #dead = false;

  /** Puts a file there, as if it had always been. */
  hold(path: string, bytes: Buffer): void {
    this.#names.set(path, new Inode(bytes));
  }

  /** The disk as it is found when the power is back. Whoever still uses this one gets errors. */
  cut(random: Random): SimulatedDisk {
    this.#dead = true;
    const found = new SimulatedDisk();
    const remains = new Map<Inode, Inode>();
    for (const name of new Set([...this.#names.keys(), ...this.#history.keys()])) {
      const states = this.#history.get(name) ?? [this.#names.get(name)];
      const inode = states[Math.floor(random.next() * states.length)];
      if (!inode) continue;
      const left = remains.get(inode) ?? inode.cut(random);
      remains.set(inode, left);
      found.#names.set(name, left);
    }
    return found;
  }

  async open(path: string, mode: 'read' | 'change' | 'fresh' | 'keep'): Promise<OpenFile> {
    this.#alive();
    let inode = this.#names.get(path);
    if (!inode) {
      if (mode === 'read' || mode === 'change') throw systemError('ENOENT');
      inode = new Inode();
      this.#name(path, inode);
    } else if (mode === 'fresh') inode.make({ size: 0 });
    const file = inode;
    const write = (bytes: Uint8Array, offset: number): number => {
      this.#alive();
      file.make({ offset, bytes });
      return bytes.length;
    };
    return {
      writeNow: write,
      write: async (bytes, offset) => write(bytes, offset),
      read: async (into, offset) => read(file, into, offset),
      size: async () => file.content.length,
      links: async () => 1,
      truncate: async (size) => {
        this.#alive();
        if (size !== file.content.length) file.make({ size });
      },
      sync: async () => {
        this.#alive();
        await file.sync();
        this.#alive();
      },
      close: async () => undefined,
    };
  }

  openNow(path: string) {
    const file = this.#names.get(path);
    if (!file) throw systemError('ENOENT');
    return {
      read: (into: Uint8Array, offset: number) => read(file, into, offset),
      close: () => undefined,
    };
  }

  async list(folder: string): Promise<string[]> {
    const names = [...this.#names.keys()].filter((path) => path.startsWith(`${folder}/`));
    return [...new Set(names.map((path) => path.slice(folder.length + 1).split('/')[0]!))];
  }

  /** Also on the real disk, where the lock and the index lie. */
  async makeFolder(folder: string): Promise<void> {
    this.#alive();
    await mkdir(folder, { recursive: true });
  }

  async remove(path: string): Promise<void> {
    this.#alive();
    for (const name of this.#names.keys())
      if (name === path || name.startsWith(`${path}/`)) this.#name(name, undefined);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#alive();
    const inode = this.#names.get(from);
    if (!inode) throw systemError('ENOENT');
    this.#name(to, inode);
    this.#name(from, undefined);
  }

  async syncFolder(folder: string): Promise<void> {
    this.#alive();
    for (const name of this.#history.keys()) if (dirname(name) === folder) this.#history.delete(name);
  }

  async isLink(): Promise<boolean> {
    return false;
  }

  async kind(): Promise<number> {
    return 0xef53;
  }

  #name(path: string, inode: Inode | undefined): void {
    const history = this.#history.get(path) ?? [this.#names.get(path)];
    history.push(inode);
    this.#history.set(path, history);
    if (inode) this.#names.set(path, inode);
    else this.#names.delete(path);
  }

  #alive(): void {
    if (this.#dead) throw systemError('EIO');
  }
}

function read({ content }: Inode, into: Uint8Array, offset: number): number {
  const part = content.subarray(offset, offset + into.length);
  into.set(part);
  return part.length;
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'test' });
}
