/**
 * One text for one value: keys sorted by UTF-16 code unit, no white space, ECMAScript number format.
 *
 * Equal values give equal text whatever the order in which their keys were written. Keys whose value is `undefined` are
 * left out, as `JSON.stringify` does.
 *
 * @throws TypeError on `NaN`, infinity, functions, symbols, bigints, cycles and lone surrogates: none has a canonical text.
 * @example canonicalJson({ b: 1, a: [true, null] }) // '{"a":[true,null],"b":1}'
 * @see RFC 8785, JSON Canonicalization Scheme
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

function write(value: unknown, above: readonly object[]): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('a string with a lone surrogate has no canonical JSON');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical JSON`);
    return JSON.stringify(value);
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no canonical JSON`);
  if (value === null) return 'null';
  if (above.includes(value)) throw new TypeError('a value that contains itself has no canonical JSON');
  const path = [...above, value];
  if (Array.isArray(value)) return `[${value.map((entry) => write(entry, path)).join(',')}]`;
  const fields: string[] = [];
  for (const [key, entry] of Object.entries(value).toSorted(byCodeUnit)) {
    if (entry !== undefined) fields.push(`${write(key, path)}:${write(entry, path)}`);
  }
  return `{${fields.join(',')}}`;
}

function byCodeUnit([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
