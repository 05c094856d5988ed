// Controls, bidirectional overrides and invisible format characters can hide or rewrite what stands beside them. The two
// joiners stay: several scripts are misspelt without them.
const hidden = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text whose control and invisible characters are written out (`\u001b`); line feeds and tabs stay. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(hidden, (character) => (character === '\n' || character === '\t' ? character : written(character)));
}

/** The same on one line: any run of white space is one space. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t\n\r ]+/g, ' ')
    .trim()
    .replace(hidden, written);
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}

/** A text cut to a number of characters, with an ellipsis where something is missing. */
export function shortened(text: string, characters: number): string {
  const all = Array.from(oneLine(text));
  return all.length <= characters ? all.join('') : `${all.slice(0, Math.max(1, characters - 1)).join('')}…`;
}
