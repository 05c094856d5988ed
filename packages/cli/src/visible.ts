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
