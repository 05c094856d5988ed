const mark = '[redacted]';

/** What keys look like, whoever's they are: a recording is shared, and a prompt or a reply may quote one. */
const keyPatterns = [
  /\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}/g, // OpenAI, Anthropic and those who copied them
  /\bBearer\s+[A-Za-z0-9._~+/-]{16,}=*/gi,
  /\bAIza[A-Za-z0-9_-]{30,}/g, // Google
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, // AWS
  /\bgh[pousr]_[A-Za-z0-9]{30,}/g, // GitHub
  /\bhf_[A-Za-z0-9]{30,}/g, // Hugging Face
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g, // Slack
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g, // a JSON web token
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
];
const secretNames = /(?:API_?KEY|_KEY|_TOKEN|_SECRET|PASSWORD)$/i;
const shortestSecret = 8;

/**
 * Takes secrets out of a text: what looks like a key, the values of variables of the environment that are named like one
 * (`OPENAI_API_KEY`, `DB_PASSWORD`; eight characters or more), and every match of the user's own patterns.
 *
 * A string is taken word for word, a regular expression wherever it matches.
 *
 * @example
 * redaction([/\b\d{3}-\d{2}-\d{4}\b/])('number 123-45-6789'); // 'number [redacted]'
 */
export function redaction(
  patterns: readonly (string | RegExp)[] = [],
  env: { readonly [name: string]: string | undefined } = process.env,
): (text: string) => string {
  const values = Object.entries(env).flatMap(([name, value]) =>
    secretNames.test(name) && value !== undefined && value.length >= shortestSecret ? [value] : [],
  );
  const words = patterns.filter((pattern): pattern is string => typeof pattern === 'string' && pattern !== '');
  const exact = [...new Set([...values, ...words])].toSorted((a, b) => b.length - a.length);
  const own = patterns.filter((pattern) => pattern instanceof RegExp);
  const expressions = [...own.map(everywhere), ...keyPatterns];
  return (text) => {
    let clean = text;
    for (const word of exact) clean = clean.replaceAll(word, mark);
    for (const expression of expressions) clean = clean.replace(expression, mark);
    return clean;
  };
}

/** A value with every text in it redacted; names of fields stay. The value itself when nothing was found. */
export function redacted<Value>(
  value: Value,
  redact: (text: string) => string,
  shape: { parse(value: unknown): Value },
): Value {
  let found = false;
  const json = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'string') return part;
    const clean = redact(part);
    found ||= clean !== part;
    return clean;
  });
  return found ? shape.parse(JSON.parse(json)) : value;
}

function everywhere(pattern: RegExp): RegExp {
  return pattern.flags.includes('g') ? pattern : new RegExp(pattern.source, `${pattern.flags}g`);
}
