import fc from 'fast-check';
import { expect, test } from 'vitest';

import { redact, secretsOf } from '../src/redact.ts';

/** Built, so that no scanner takes it for a leak. */
const key = ['sk', 'proj', 'Zq7mX2pLw9RtKd4v'].join('-');

test.each([
  [`401: Incorrect API key provided: ${key}.`],
  [`Authorization: Bearer ${key}`],
  [`{"x-api-key":"Zq7mX2pLw9RtKd4v"}`],
  ['connect to https://someone:Zq7mX2pLw9RtKd4v@gateway.example/v1'],
  ['GET https://api.example/v1?api-version=1&key=Zq7mX2pLw9RtKd4v&n=2'],
  ['https://blob.example/x?sig=Zq7mX2pLw9RtKd4v'],
])('E2: what has the shape of a key is left out: %s', (text) => {
  const clean = redact(text);
  expect(clean).toContain('[key left out]');
  expect(clean).not.toContain('Zq7mX2pL');
});

test('E2: no eight characters in a row of a secret remain, however it is cut or written', () => {
  const secret = fc.string({ minLength: 8, maxLength: 60, unit: fc.constantFrom(...'aB3+/=_-xY9Zq'.split('')) });
  const around = fc.string({ maxLength: 20 });
  fc.assert(
    fc.property(secret, around, around, fc.nat(), fc.nat(), (value, before, after, from, to) => {
      const spellings = [
        value,
        encodeURIComponent(value),
        btoa(`user:${value}:more`),
        value.slice(from % value.length, value.length - (to % 5)),
      ];
      for (const spelling of spellings) {
        const clean = redact(`${before}${spelling}${after}`, [value]);
        for (let at = 0; at + 8 <= value.length; at += 1) expect(clean).not.toContain(value.slice(at, at + 8));
      }
      const inBase64 = redact(btoa(`user:${value}:more`), [value]).replaceAll('[key left out]', '\0');
      expect(
        inBase64
          .split('\0')
          .every((part) => !btoa(`user:${value}`).slice(12, -4).includes(part.slice(0, 12)) || part.length < 12),
      ).toBe(true);
    }),
    { seed: 42, numRuns: 500 },
  );
});

test('what is no secret stays as it is', () => {
  const text = 'provider/rate-limited: gpt-4o (429) at https://api.example/v1?limit=20, wait 2 s';
  expect(
    redact(text, secretsOf({ API_KEY: 'none', KEY_FILE: '/etc/keys/one', MONKEY: 'gpt-4o (429)', HOME: '/home/me' })),
  ).toBe(text);
});

test('secrets of an environment are known by the names of their variables', () => {
  const names = [
    'OPENAI_API_KEY',
    'HF_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'DB_PASSWORD',
    'APIKEY',
    'MY_TOKENS',
    'client_secret',
  ];
  const env = Object.fromEntries(names.map((name, place) => [name, `value-number-${place}`]));
  expect(secretsOf({ ...env, KEYBOARD: 'us-international', PATH: '/usr/bin:/bin' })).toHaveLength(names.length);
});
