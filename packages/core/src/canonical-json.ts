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

/** `above` is the way down to the value: one stack for the whole of it, since most of the time here would go into copies. */
function write(value: unknown, above: object[]): string {
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
  above.push(value);
  const text = Array.isArray(value) ? writeArray(value, above) : writeObject(value, above);
  above.pop();
  return text;
}

function writeArray(values: readonly unknown[], above: object[]): string {
  let text = '[';
  for (let place = 0; place < values.length; place += 1) {
    text += `${place === 0 ? '' : ','}${write(values[place], above)}`;
  }
  return `${text}]`;
}

function writeObject(value: object, above: object[]): string {
  let text = '{';
  // Without a function, sort compares UTF-16 code units.
  for (const key of Object.keys(value).toSorted()) {
    const entry: unknown = Reflect.get(value, key);
    if (entry !== undefined) text += `${text === '{' ? '' : ','}${write(key, above)}:${write(entry, above)}`;
  }
  return `${text}}`;
}
