import { hash as digest } from 'node:crypto';

import { fingerprint, type Item, type Model, type ModelRequest, type Rater } from '@assize/core';

/** Raise it when the same work would get other keys: no earlier reply is then found again. */
export const specVersion = 1;

const hash = (...parts: (string | number)[]): string => digest('sha256', JSON.stringify(parts), 'hex');

/** A fingerprint, also of a text with half a character, which has no canonical JSON. */
export function contentHash(value: unknown): string {
  return canonicalHash(value) ?? hash('raw', JSON.stringify(value));
}

/** A fingerprint, where the value has canonical JSON. */
export function canonicalHash(value: unknown): string | undefined {
  try {
    return fingerprint(value);
  } catch {
    return undefined;
  }
}

/** What a rater says of an item: moves with the content of either. */
export function assignmentKey(item: Item, itemFingerprint: string, rater: Rater): string {
  return hash('assignment', specVersion, item.id, itemFingerprint, rater.id, rater.fingerprint);
}

/**
 * A question as a cache knows it: model, version of its interface where it names one, request and sample. Two samples of
 * one request are two questions.
 */
export function askedKey(
  { id, apiVersion }: Pick<Model, 'id' | 'apiVersion'>,
  request: ModelRequest,
  sample: number,
): string {
  const version = apiVersion === undefined ? [] : [apiVersion];
  return hash('asked', specVersion, id, contentHash(request), sample, ...version);
}

/** A question that is asked for an assignment: what the journal knows it by. */
export function callKey(assignment: string, asked: string): string {
  return hash('call', assignment, asked);
}
