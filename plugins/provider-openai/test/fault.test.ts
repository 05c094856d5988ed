import { AssizeError, faults } from '@assize/core';
import { faultOf } from '@assize/http';
import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { describe, expect, test } from 'vitest';

import { isPolicyRefusal, kindOf, toFault } from '../src/fault.ts';

const http = (status: number, error: object, headers: { [name: string]: string } = {}) =>
  APIError.generate(status, { error }, undefined, new Headers(headers));

describe('toFault', () => {
  test.each([
    [400, { code: 'unsupported_value' }, faults.badRequest],
    [400, { message: "This model's maximum context length is 8192 tokens" }, faults.tooLarge],
    [400, { type: 'exceed_context_size_error' }, faults.tooLarge],
    [400, { code: 'string_above_max_length' }, faults.tooLarge],
    [402, { message: 'Insufficient credits' }, faults.quota],
    [409, {}, faults.serverError],
    [413, { code: 'rate_limit_exceeded' }, faults.tooLarge],
    [422, {}, faults.badRequest],
    [429, { type: 'tokens', code: 'rate_limit_exceeded' }, faults.rateLimited],
    [429, { code: 'credit_balance_exhausted' }, faults.quota],
    [429, { code: 'organization_spend_limit_exceeded' }, faults.quota],
    [429, { code: 'project_spend_limit_exceeded' }, faults.quota],
    [429, { type: 'insufficient_quota' }, faults.quota],
    [403, { code: 'insufficient_quota' }, faults.quota],
    [502, {}, faults.serverError],
    [504, {}, faults.serverError],
    [503, { message: 'Loading model' }, faults.overloaded],
  ])('%s %j', (status, error, fault) => expect(toFault(http(status, error), 'openai:m').code).toBe(fault.code));

  test('keeps status, id, wait and a short code, and nothing that was said', () => {
    const headers = { 'x-request-id': 'req_7', 'retry-after': '3' };
    const error = toFault(
      http(429, { code: 'rate_limit_exceeded', message: 'the prompt said secrets' }, headers),
      'openai:m',
    );
    expect(error.facts).toEqual({
      model: 'openai:m',
      status: 429,
      requestId: 'req_7',
      retryAfterMs: 3000,
      providerCode: 'rate_limit_exceeded',
    });
    expect(error.message).not.toContain('secrets');
    expect(error.cause).toBeUndefined();
  });

  test.each(['sk-proj-abc123', 'two words', 'x'.repeat(80), '{"a":1}'])(
    'a code like %s does not come along',
    (code) => {
      expect(faultOf('m', { status: 400, code }, kindOf).facts).not.toHaveProperty('providerCode');
    },
  );

  test('tells a lost connection from a deadline and from a broken body', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const lost = toFault(new APIConnectionError({ message: 'x', cause: refused }), 'm');
    expect([lost.code, lost.facts.providerCode]).toEqual([faults.network.code, 'ECONNREFUSED']);
    expect(faults.timeout.is(toFault(new APIConnectionTimeoutError(), 'm'))).toBe(true);
    const cut = Object.assign(new Error('x'), { code: 'TRUNCATED_REPLY' });
    expect(faults.badReply.is(toFault(new APIConnectionError({ message: 'x', cause: cut }), 'm'))).toBe(true);
    expect(faults.badReply.is(toFault(new SyntaxError('Unexpected token'), 'm'))).toBe(true);
    expect(faults.badReply.is(toFault('odd', 'm'))).toBe(true);
  });

  test('a fault stays the fault it is', () => {
    const fault = faults.quota({ model: 'm' });
    expect(toFault(fault, 'other')).toBe(fault);
    expect(fault).toBeInstanceOf(AssizeError);
  });

  test('a client without a key is a missing key', () => {
    expect(faults.auth.is(toFault(new Error('Could not resolve authentication method.'), 'm'))).toBe(true);
  });
});

test('a prompt that a filter or a policy turned down is a refusal, not a bad request', () => {
  expect(isPolicyRefusal(http(400, { code: 'content_filter' }))).toBe(true);
  expect(isPolicyRefusal(http(400, { code: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } }))).toBe(true);
  expect(isPolicyRefusal(http(400, { code: 'unsupported_value' }))).toBe(false);
  expect(isPolicyRefusal(http(500, { code: 'content_filter' }))).toBe(false);
  expect(isPolicyRefusal(new SyntaxError('x'))).toBe(false);
});
