// Control characters, marks that turn the direction of text and invisible format characters can hide or rewrite what
// stands beside them. The two joiners stay: several scripts are misspelt without them.
const hidden = /(?!\u200c|\u200d|\n|\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Hidden characters shown, not obeyed: messages quote files that anybody may have written. */
export function visible(text: string): string {
  return text.toWellFormed().replaceAll(hidden, written);
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}

const secret =
  /\b(?:sk|pk|rk|gsk|xai|hf|ghp|glpat)[-_][\w-]{8,}|\bAIza[\w-]{20,}|(?<=\bBearer\s+)\S{8,}|(?<=\b(?:authorization|x-api-key|api-key|api_key)["']?\s*[:=]\s*["']?)(?!Bearer\b)[^\s"',]{8,}/gi;

/** A text without what looks like a key: errors of other people's code may quote one. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(secret, '[key left out]');
}
