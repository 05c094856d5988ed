/** What stands in a text where a secret stood. */
const leftOut = '[key left out]';

/** Names of environment variables whose values are taken for secrets. */
const secretName =
  /(?:^|_)(?:(?:API|ACCESS|PRIVATE|SIGNING)?_?KEYS?|TOKENS?|SECRETS?|PASSWORDS?|PASSWD|CREDENTIALS?)(?:_|$)/i;
/** A path, or a word that a configuration would hold; neither is a secret, and both are all over any text. */
const notSecret = /^(?:[~./]|[a-z]:\\|(?:true|false|none|default|standard|disabled|enabled|[\w.-]{0,7})$)/i;
/** A piece of a secret as long as this is too much of it. */
const window = 8;

/** Shapes of keys that are known wherever they come from, and what follows a word that announces one. */
const shapes = [
  /\b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|ghs|glpat|npm|xox[abps])[-_][\w-]{8,}/gi,
  /\bAIza[\w-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /(?<=\bBearer\s+)[^\s"',]{8,}/gi,
  /(?<=\bBasic\s+)[A-Za-z0-9+/=]{8,}/g,
  /(?<=\b(?:authorization|x-api-key|api-key|api_key|apikey)["']?\s*[:=]\s*["']?)(?!Bearer\b|Basic\b)[^\s"',]{8,}/gi,
  // User and password in front of a host; then what a query calls a key.
  /(?<=\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#@"']+(?=@)/gi,
  /(?<=[?&](?:[\w.-]*(?:key|token|secret|signature|sig|password|credential|code))=)[^\s&#"']+/gi,
];

/**
 * The secrets of an environment: values of variables that are named as keys, tokens, secrets or passwords are.
 *
 * @example secretsOf(process.env)
 */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = Object.entries(env).flatMap(([name, value = '']) =>
    secretName.test(name) && value.length >= window && !notSecret.test(value) ? [value] : [],
  );
  return [...new Set(secrets)];
}

/**
 * A text without secrets: the given ones, any eight characters in a row of them, as they are or as Base64 or a URL writes
 * them; whatever has the shape of a key; user and password of a URL, and what its query calls a key.
 *
 * For logs and messages, which quote other people's errors. It may leave out too much, never a statistic: results are not
 * passed through it.
 *
 * @example redact('401 for sk-proj-abcdefgh') // '401 for [key left out]'
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const shape of shapes) clean = clean.replaceAll(shape, leftOut);
  return secrets.length === 0 ? clean : withoutPieces(clean, piecesOf(secrets));
}

/** Every run of eight characters of every secret, in all its spellings. */
function piecesOf(secrets: readonly string[]): Set<string> {
  const pieces = new Set<string>();
  for (const secret of secrets) {
    for (const spelling of [secret, encodeURIComponent(secret.toWellFormed()), ...base64Of(secret)]) {
      for (let at = 0; at + window <= spelling.length; at += 1) pieces.add(spelling.slice(at, at + window));
    }
  }
  return pieces;
}

/** How Base64 writes it at each of the three places where it may begin in a longer text. */
function base64Of(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].map((before) => {
    const shifted = new Uint8Array(before + bytes.length);
    shifted.set(bytes, before);
    const text = btoa(Array.from(shifted, (byte) => String.fromCharCode(byte)).join(''));
    // The first and the last characters depend on what stands beside the secret.
    return text.slice(before === 0 ? 0 : before + 1, -4);
  });
}

function withoutPieces(text: string, pieces: ReadonlySet<string>): string {
  let clean = '';
  let kept = 0;
  for (let at = 0; at + window <= text.length;) {
    if (!pieces.has(text.slice(at, at + window))) {
      at += 1;
      continue;
    }
    clean += text.slice(kept, at) + leftOut;
    while (at + window <= text.length && pieces.has(text.slice(at, at + window))) at += 1;
    at += window - 1;
    kept = at;
  }
  return clean + text.slice(kept);
}
