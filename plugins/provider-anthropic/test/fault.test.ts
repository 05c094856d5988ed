import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import { faults } from '@assize/core';
import { expect, test } from 'vitest';

import { toFault } from '../src/fault.ts';

const http = (status: number, error: object, headers: { [name: string]: string } = {}) =>
  APIError.generate(status, { type: 'error', error }, undefined, new Headers(headers));

test.each([
  [400, { type: 'invalid_request_error', message: 'temperature: Extra inputs are not permitted' }, faults.badRequest],
  [400, { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000' }, faults.tooLarge],
  [400, { type: 'invalid_request_error', message: 'Your credit balance is too low to access' }, faults.quota],
  [401, { type: 'authentication_error' }, faults.auth],
  [402, { type: 'billing_error' }, faults.quota],
  [403, { type: 'permission_error' }, faults.auth],
  [404, { type: 'not_found_error' }, faults.notFound],
  [409, { type: 'conflict_error' }, faults.serverError],
  [413, { type: 'request_too_large' }, faults.tooLarge],
  [429, { type: 'rate_limit_error' }, faults.rateLimited],
  [429, { type: 'rate_limit_error', details: { error_code: 'enforced_spend_limit_reached' } }, faults.quota],
  [500, { type: 'api_error' }, faults.serverError],
  [500, { type: 'overloaded_error' }, faults.overloaded],
  [504, { type: 'timeout_error' }, faults.timeout],
  [529, { type: 'overloaded_error' }, faults.overloaded],
])('%s %j', (status, error, fault) => expect(toFault(http(status, error), 'anthropic:m').code).toBe(fault.code));

test('keeps status, id, wait and a short code, and nothing that was said', () => {
  const headers = { 'request-id': 'req_7', 'retry-after': '3' };
  const fault = toFault(http(429, { type: 'rate_limit_error', message: 'the prompt said secrets' }, headers), 'm');
  expect(fault.facts).toEqual({
    model: 'm',
    status: 429,
    requestId: 'req_7',
    retryAfterMs: 3000,
    providerCode: 'rate_limit_error',
  });
  expect(fault.message).not.toContain('secrets');
  expect(fault.cause).toBeUndefined();
});

test('tells a lost connection from a deadline and from a broken body', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const lost = toFault(new APIConnectionError({ message: 'x', cause: refused }), 'm');
  expect([lost.code, lost.facts.providerCode]).toEqual([faults.network.code, 'ECONNREFUSED']);
  expect(faults.timeout.is(toFault(new APIConnectionTimeoutError(), 'm'))).toBe(true);
  expect(faults.badReply.is(toFault(new TypeError('terminated'), 'm'))).toBe(true);
});
