import { expect, test } from 'vitest';

import { keyMayGoTo } from '../src/index.ts';

const hosts = { vendor: ['api.vendor.com'], allowed: ['gateway.example', 'lan.example:8443'] };

test.each([
  'https://api.vendor.com/v1',
  'https://eu.api.vendor.com/v1',
  'https://gateway.example/v1',
  'https://lan.example:8443',
  'http://localhost:11434',
  'http://127.0.0.1:8000/v1',
  'http://127.8.9.1',
  'http://[::1]:8000/v1',
])('A9: a key may go to %s', (baseURL) => expect(keyMayGoTo(baseURL, hosts)).toBe(true));

test.each([
  'http://api.vendor.com/v1',
  'https://evilapi.vendor.com/v1',
  'https://api.vendor.com.evil.example',
  'https://api.vendor.com@evil.example',
  'https://sub.gateway.example',
  'https://lan.example',
  'http://gateway.example',
  'http://localhost.evil.example',
  'https://127.0.0.1.evil.example',
  'no url',
])('A9: a key may not go to %s', (baseURL) => expect(keyMayGoTo(baseURL, hosts)).toBe(false));
