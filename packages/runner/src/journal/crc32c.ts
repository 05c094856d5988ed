/** Four tables, so that four bytes are folded in one step: a journal is checked whole at each opening. */
const tables = makeTables();

function makeTables(): readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const [first, second, third, fourth] = [
    new Uint32Array(256),
    new Uint32Array(256),
    new Uint32Array(256),
    new Uint32Array(256),
  ] as const;
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    first[byte] = crc;
  }
  for (let byte = 0; byte < 256; byte += 1) {
    second[byte] = (first[byte]! >>> 8) ^ first[first[byte]! & 255]!;
    third[byte] = (second[byte]! >>> 8) ^ first[second[byte]! & 255]!;
    fourth[byte] = (third[byte]! >>> 8) ^ first[third[byte]! & 255]!;
  }
  return [first, second, third, fourth];
}

/**
 * CRC-32C (Castagnoli) of bytes, as an unsigned number; pass an earlier result to go on from it.
 *
 * @example crc32c(Buffer.from('123456789')) // 0xe3069283
 * @see RFC 3720, appendix B.4
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  const [first, second, third, fourth] = tables;
  let crc = ~seed;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc = fourth[crc & 255]! ^ third[(crc >>> 8) & 255]! ^ second[(crc >>> 16) & 255]! ^ first[crc >>> 24]!;
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ first[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
}
