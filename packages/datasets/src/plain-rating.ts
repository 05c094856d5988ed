import { type Rating, ratingStatuses } from '@assize/core';

import { isObject } from './json-line.ts';

/**
 * Whether an object read from JSON is a `Rating` as it stands: what is plain here, `ratingSchema` accepts unchanged.
 *
 * Several times as fast as the schema. Fields that are rare or deep (`evidence`, `requested`, `applied`) are left to
 * it: a rating that is not plain may be one yet, and only the schema says what is wrong.
 */
export function isPlainRating(object: Record<string, unknown>): object is Rating {
  let required = 0;
  for (const field in object) {
    const value = object[field];
    switch (field) {
      case 'item':
      case 'rater':
      case 'criterion':
        if (typeof value !== 'string' || value === '') return false;
        required++;
        break;
      case 'response':
      case 'sample':
        if (!isCount(value)) return false;
        break;
      case 'order':
        if (!Array.isArray(value) || !value.every(isCount)) return false;
        break;
      case 'rationale':
        if (typeof value !== 'string') return false;
        break;
      case 'usage':
        if (!isPlainUsage(value)) return false;
        break;
      case 'cost':
        if (!isPlainMoney(value)) return false;
        break;
      case 'latencyMs':
        if (!isAmount(value)) return false;
        break;
      case 'provenance':
        if (!isPlainProvenance(value)) return false;
        required++;
        break;
      case 'status':
      case 'value':
      case 'distribution':
      case 'reason':
        break;
      default:
        return false;
    }
  }
  return required === 4 && isPlainVerdict(object);
}

function isPlainVerdict({ status, value, distribution, reason }: Record<string, unknown>): boolean {
  if (status !== 'rated') {
    return value === null && typeof reason === 'string' && distribution === undefined && unrated.has(status);
  }
  if (reason !== undefined || !(Number.isFinite(value) || typeof value === 'string')) return false;
  return distribution === undefined || (Array.isArray(distribution) && distribution.every(isShare));
}

const unrated: ReadonlySet<unknown> = new Set(ratingStatuses.filter((status) => status !== 'rated'));

function isPlainProvenance(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const field in value) {
    switch (field) {
      case 'source':
        break;
      case 'rater':
      case 'item':
      case 'asked':
      case 'served':
      case 'read':
        if (typeof value[field] !== 'string') return false;
        break;
      case 'reasked':
        if (!isCount(value[field]) || value[field] === 0) return false;
        break;
      default:
        return false;
    }
  }
  switch (value['source']) {
    case 'recorded':
    case 'model':
    case 'program':
    case 'person':
      return true;
    default:
      return false;
  }
}

function isPlainUsage(value: unknown): boolean {
  if (!isObject(value)) return false;
  let required = 0;
  for (const field in value) {
    if (!isCount(value[field])) return false;
    switch (field) {
      case 'inputTokens':
      case 'outputTokens':
        required++;
        break;
      case 'cachedInputTokens':
      case 'cacheWriteTokens':
      case 'reasoningTokens':
        break;
      default:
        return false;
    }
  }
  return required === 2;
}

function isPlainMoney(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 2 && isAmount(value['amount']) && value['currency'] === 'USD';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
