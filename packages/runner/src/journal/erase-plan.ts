import { randomUUID } from 'node:crypto';

import type { RunRecord } from '@assize/core';

import { callKey } from '../calls/call-key.ts';

const erased = 'erased';

/** Whose records are to go. */
export interface ErasedSubject {
  /** Whether an item is one of the subject's. */
  readonly isItem: (item: string) => boolean;
  /** Texts that give the subject away in what was said of other items. */
  readonly mentions: readonly string[];
}

/** A reply that came of what is erased: only its provider can delete its own copy. */
export interface ErasedRequest {
  readonly run: string;
  readonly model: string;
  readonly requestId: string | null;
}

/**
 * What must go of the records of a store: first shown all records twice, then asked for each.
 *
 * A reply belongs to an item by its intent, or, taken from a cache, by the ratings it led to; an equal question asked for
 * another item is the same text, so its reply goes too.
 */
export class ErasePlan {
  readonly #subject: ErasedSubject;
  readonly #assignments = new Set<string>();
  readonly #asked = new Set<string>();
  /** Call keys that may be told from the subject's contents, and what they are called afterwards. */
  readonly #names = new Map<string, string>();
  /** Of its own, so that calls which were erased at another time are not taken for these. */
  readonly #prefix = `${erased}-${randomUUID()}`;

  constructor(subject: ErasedSubject) {
    this.#subject = subject;
  }

  /** The first look: which calls and assignments are the subject's. */
  find(record: RunRecord): void {
    if (record.kind === 'intent' && this.#subject.isItem(record.item)) this.#rename(record.key);
    if (record.kind === 'ratings' && this.#subject.isItem(record.item)) this.#assignments.add(record.assignment);
    if (record.kind === 'receipt' && this.#isMentioned(record.reply)) this.#rename(record.key);
  }

  /** The second look: which questions they were. */
  trace(record: RunRecord): void {
    if (record.kind !== 'receipt') return;
    const { key, asked } = record;
    const isOwn = this.#names.has(key) || this.#fromCache(key, asked);
    if (!isOwn) return;
    this.#rename(key);
    this.#asked.add(asked);
  }

  /** The third look: whether a record has anything to do with the subject, once all questions are known. */
  concerns(record: RunRecord): boolean {
    switch (record.kind) {
      case 'intent':
      case 'settle':
        return this.#names.has(record.key);
      case 'receipt':
        if (this.#asked.has(record.asked)) this.#rename(record.key);
        return this.#names.has(record.key);
      case 'ratings':
        return this.#subject.isItem(record.item) || this.#isMentioned(record.ratings);
      case 'note':
        return this.#isMentioned(record.message);
      case 'manifest':
      case 'batch':
      case 'batch-start':
      case 'batch-end':
      case 'end':
        return false;
    }
  }

  /**
   * A record as it may stay, or `undefined` where nothing of it may.
   *
   * What was spent stays in the books: counts, tokens and costs, under a name that says nothing.
   */
  without(record: RunRecord): RunRecord | undefined {
    if (!this.concerns(record)) return record;
    switch (record.kind) {
      case 'intent':
        return {
          ...record,
          key: this.#rename(record.key),
          item: this.#subject.isItem(record.item) ? erased : record.item,
          // Its row, should it still come, is then nobody's and is left out.
          ...(record.batch ? { batch: { label: record.batch.label, asked: erased, memo: {} } } : {}),
        };
      case 'settle':
        return { ...record, key: this.#rename(record.key) };
      case 'receipt': {
        const { usage, served } = record.reply;
        // No answer that anything could be made of: a reply that was `done` would be a cache's.
        const reply = {
          text: '',
          stop: 'refused' as const,
          ...(usage ? { usage } : {}),
          ...(served ? { served } : {}),
        };
        return { ...record, key: this.#rename(record.key), asked: erased, reply };
      }
      case 'ratings': {
        if (this.#subject.isItem(record.item)) return undefined;
        const ratings = record.ratings.map((rating) => {
          const { rationale: _rationale, evidence: _evidence, ...rest } = rating;
          return rest.status === 'rated' || !this.#isMentioned(rest.reason) ? rest : { ...rest, reason: erased };
        });
        return this.#isMentioned(ratings) ? undefined : { ...record, ratings };
      }
      case 'note':
        return { ...record, message: erased };
      case 'manifest':
      case 'batch':
      case 'batch-start':
      case 'batch-end':
      case 'end':
        return record;
    }
  }

  #rename(key: string): string {
    const name = this.#names.get(key) ?? `${this.#prefix}-${this.#names.size + 1}`;
    this.#names.set(key, name);
    return name;
  }

  #fromCache(key: string, asked: string): boolean {
    for (const assignment of this.#assignments) if (callKey(assignment, asked) === key) return true;
    return false;
  }

  #isMentioned(value: unknown): boolean {
    const { mentions } = this.#subject;
    if (mentions.length === 0) return false;
    if (typeof value === 'string') return mentions.some((mention) => value.includes(mention));
    return typeof value === 'object' && value !== null && Object.values(value).some((part) => this.#isMentioned(part));
  }
}
