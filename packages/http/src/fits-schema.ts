import { canonicalJson } from '@assize/core';

type Schema = { readonly [keyword: string]: unknown };

/**
 * Whether a value fits a JSON Schema, by the keywords that structured output of models knows: `type`, `enum`, `const`,
 * `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`, `minimum`, `maximum`, `minLength`,
 * `maxLength`, `anyOf`, `oneOf`, `allOf` and `$ref` within the schema. Other keywords are passed over, so that `false`
 * always means that the schema was not kept.
 *
 * @example
 * fitsSchema({ score: 6 }, { type: 'object', properties: { score: { type: 'integer', maximum: 5 } } }); // false
 */
export function fitsSchema(value: unknown, schema: Schema): boolean {
  return fits(value, schema, schema, 0);
}

const deepest = 64;

function fits(value: unknown, schema: unknown, root: Schema, depth: number): boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) return true;
  if (depth > deepest) return false;
  const inner = (part: unknown, of: unknown = value): boolean => fits(of, part, root, depth + 1);
  const { $ref, type, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === 'string' && !inner(resolve($ref, root))) return false;
  if (Array.isArray(anyOf) && !anyOf.some((part) => inner(part))) return false;
  if (Array.isArray(oneOf) && oneOf.filter((part) => inner(part)).length !== 1) return false;
  if (Array.isArray(allOf) && !allOf.every((part) => inner(part))) return false;
  const types: unknown[] = Array.isArray(type) ? type : [type];
  if (type !== undefined && !types.some((name) => isOfType(value, name))) return false;
  if (!isListed(value, schema)) return false;
  if (typeof value === 'number') return isWithin(value, schema['minimum'], schema['maximum']);
  if (typeof value === 'string') return isWithin(Array.from(value).length, schema['minLength'], schema['maxLength']);
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    return (
      isWithin(list.length, schema['minItems'], schema['maxItems']) && list.every((one) => inner(schema['items'], one))
    );
  }
  if (!isObject(value)) return true;
  const known = isObject(schema['properties']) ? schema['properties'] : {};
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  return (
    required.every((name) => Object.hasOwn(value, String(name))) &&
    Object.entries(value).every(([name, part]) =>
      inner(Object.hasOwn(known, name) ? known[name] : schema['additionalProperties'], part),
    )
  );
}

function isOfType(value: unknown, name: unknown): boolean {
  switch (name) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === name;
  }
}

function isListed(value: unknown, schema: Schema): boolean {
  const words = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : undefined;
  return words === undefined || words.some((word) => word === value || canonicalJson(word) === canonicalJson(value));
}

function isWithin(amount: number, low: unknown, high: unknown): boolean {
  return !(typeof low === 'number' && amount < low) && !(typeof high === 'number' && amount > high);
}

function resolve(reference: string, root: Schema): unknown {
  let at: unknown = root;
  for (const step of reference.split('/').slice(1)) at = isObject(at) ? at[step] : undefined;
  return at;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
