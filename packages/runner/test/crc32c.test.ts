import fc from 'fast-check';
import { expect, test } from 'vitest';

import { crc32c } from '../src/journal/crc32c.ts';

test.each([
  // RFC 3720, appendix B.4, and the check value of the CRC catalogue.
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, byte) => byte), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, byte) => 31 - byte), 0x113fdb5c],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0],
])('agrees with the published value of %s', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test('of two parts in turn is that of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(crc32c(b, crc32c(a))).toBe(crc32c(Buffer.concat([a, b])));
    }),
    { seed: 42 },
  );
});
