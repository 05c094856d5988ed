import { expect, test } from 'vitest';

import { AssizeError, defineError, faultClass, faults, isAssizeError, isFault, mayBeBilled } from '../src/index.ts';

const noFile = defineError('test/no-file', (facts: { file: string }) => ({
  message: `${facts.file} does not exist`,
  hint: 'Check the path.',
}));

test('an error carries code, facts, words and cause', () => {
  const cause = new Error('ENOENT');
  const error = noFile({ file: 'a.csv' }, { cause });
  expect(error).toBeInstanceOf(AssizeError);
  expect(error).toMatchObject({
    code: 'test/no-file',
    facts: { file: 'a.csv' },
    message: 'a.csv does not exist',
    hint: 'Check the path.',
    cause,
  });
  expect(noFile.is(error) && error.facts.file).toBe('a.csv');
  expect(noFile.is(new Error('x'))).toBe(false);
});

test('an error of another copy of the package is known by its brand', () => {
  const foreign = Object.assign(new Error('x'), { code: 'test/no-file', facts: {}, hint: '' });
  expect(isAssizeError(foreign)).toBe(false);
  Object.defineProperty(foreign, Symbol.for('assize.error'), { value: true });
  expect(isAssizeError(foreign)).toBe(true);
  expect(noFile.is(foreign)).toBe(true);
});

test('every fault has a class, and the words name model and status alone', () => {
  for (const kind of Object.values(faults)) {
    const error = kind({ model: 'openai:x', status: 418 });
    expect(isFault(error)).toBe(true);
    expect(error.message).toContain('openai:x');
    expect(error.message).toContain('418');
    expect(['transient', 'permanent', 'stopping']).toContain(faultClass(error));
  }
  expect(faultClass(faults.rateLimited({ model: 'm' }))).toBe('transient');
  expect(faultClass(faults.quota({ model: 'm' }))).toBe('stopping');
  expect(faultClass(faults.badRequest({ model: 'm' }))).toBe('permanent');
  expect(mayBeBilled(faults.timeout({ model: 'm' }))).toBe(true);
  expect(mayBeBilled(faults.rateLimited({ model: 'm' }))).toBe(false);
  expect(mayBeBilled(faults.network({ model: 'm', providerCode: 'ECONNRESET' }))).toBe(true);
  expect(mayBeBilled(faults.network({ model: 'm', providerCode: 'ECONNREFUSED' }))).toBe(false);
});
