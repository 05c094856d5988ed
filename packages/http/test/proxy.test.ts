import { expect, test } from 'vitest';

import { isDispatched, proxySettings } from '../src/proxy.ts';

test('without a proxy there is nothing to heed, whatever NO_PROXY says', () => {
  expect(proxySettings({ NO_PROXY: '*', HTTPS_PROXY: '' })).toEqual({ unsupported: false });
});

test('names of either case are passed on, and an old Node says that it cannot', () => {
  const env = { https_proxy: 'http://proxy:3128', NO_PROXY: '.lan', PATH: '/bin' };
  expect(proxySettings(env, true)).toEqual({
    unsupported: false,
    env: { https_proxy: 'http://proxy:3128', NO_PROXY: '.lan' },
  });
  expect(proxySettings(env, false)).toEqual({ unsupported: true });
});

test('the dispatcher that Node makes for itself is nobody’s own', async () => {
  await fetch('data:text/plain,warm').then((response) => response.text());
  expect(isDispatched()).toBe(false);
});
