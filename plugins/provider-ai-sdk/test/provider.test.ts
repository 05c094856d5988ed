import { isAssizeError } from '@assize/core';
import { expect, test } from 'vitest';

import { provider } from '../src/index.ts';

const failed = async (name: string): Promise<unknown> =>
  provider(name).then(
    () => 'no error',
    (error: unknown) => (isAssizeError(error) ? [error.code, error.message] : error),
  );

test('a name without a provider of the AI SDK, or of one that is not installed, says what to install', async () => {
  expect(await failed('gpt-4o')).toEqual(['ai-sdk/no-provider', 'ai-sdk:gpt-4o cannot be made: it names no provider']);
  expect(await failed('not-there/m')).toEqual([
    'ai-sdk/no-provider',
    'ai-sdk:not-there/m cannot be made: @ai-sdk/not-there is not installed',
  ]);
});

test('ai-sdk:openai/gpt-4o is the model that @ai-sdk/openai makes of gpt-4o', async () => {
  const before = process.cwd();
  process.chdir(import.meta.dirname);
  try {
    expect((await provider('openai/gpt-4o')).id).toBe('ai-sdk:openai/gpt-4o');
  } finally {
    process.chdir(before);
  }
});
