import { faultClass, faults, isUnreachable, mayBeBilled } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { failureOf, faultOf, faultOfSdkError, kindOfStatus } from '../src/index.ts';

const byStatus = ({ status }: { status: number }) => kindOfStatus(status);

/** An error with the fields that the SDKs give theirs. */
function sdkError(status: number, headers: { [name: string]: string } = {}, more: object = {}): Error {
  const requestID = headers['x-request-id'] ?? null;
  return Object.assign(new Error('said'), { status, headers: new Headers(headers), requestID, ...more });
}

test('reads status, code, wait and id, and Azure’s own id where there is no other', () => {
  const headers = { 'retry-after': '2', 'apim-request-id': 'apim-1', 'x-should-retry': 'false' };
  expect(failureOf(sdkError(429, headers, { errorCode: 'ramp_limit_exceeded', type: 'rate_limit_error' }))).toEqual({
    status: 429,
    message: 'said',
    code: 'ramp_limit_exceeded',
    type: 'rate_limit_error',
    retryAfterMs: 2000,
    shouldRetry: false,
    requestId: 'apim-1',
  });
  expect(failureOf(new TypeError('x'))).toEqual({});
});

describe('N4: the provider’s own word on another try is believed', () => {
  test.each([
    [500, 'false', 'permanent'],
    [429, 'false', 'permanent'],
    [400, 'true', 'transient'],
    [500, 'perhaps', 'transient'],
    [401, 'true', 'stopping'],
  ])('%s with x-should-retry: %s is %s', (status, word, expected) => {
    const fault = faultOfSdkError(sdkError(status, { 'x-should-retry': word }), 'm', byStatus);
    expect(faultClass(fault)).toBe(expected);
  });
});

test.each([
  ['HEADERS_TIMEOUT', faults.timeout, true],
  ['IDLE_TIMEOUT', faults.timeout, true],
  ['REPLY_TOO_LARGE', faults.badReply, true],
  ['TRUNCATED_REPLY', faults.badReply, true],
  ['ECONNRESET', faults.network, true],
  ['CONNECT_TIMEOUT', faults.network, false],
  ['UND_ERR_CONNECT_TIMEOUT', faults.network, false],
  ['ECONNREFUSED', faults.network, false],
])('N1: %s of the transport is its fault, and is billed or not', (code, kind, billed) => {
  const cause = Object.assign(new Error('x'), { code });
  const fault = faultOfSdkError(
    Object.assign(new Error('Connection error.', { cause }), { requestID: null }),
    'm',
    byStatus,
  );
  expect(kind.is(fault)).toBe(true);
  expect(mayBeBilled(fault)).toBe(billed);
  expect(isUnreachable(fault)).toBe(!billed);
});

test('a code that is not a short word does not come along', () => {
  expect(faultOf('m', { status: 400, code: 'sk-proj-1', type: 'two words' }, byStatus).facts).toEqual({
    model: 'm',
    status: 400,
  });
});
