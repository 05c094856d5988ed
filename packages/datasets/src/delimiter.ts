export type Delimiter = ',' | ';' | '\t';

const candidates: readonly Delimiter[] = [',', ';', '\t'];

/**
 * The delimiter of a table, told from its header: the one of comma, semicolon and tab that occurs most outside quotes.
 *
 * Told once, from the header alone: a parser that splits on all of them would tear `3,5` apart. One column: a comma.
 *
 * @example sniffDelimiter('item;rater;"a,b"') // ';'
 */
export function sniffDelimiter(header: string): Delimiter {
  const counts = new Map<string, number>(candidates.map((candidate) => [candidate, 0]));
  let quoted = false;
  for (const character of header) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
    else if (!quoted && (character === '\n' || character === '\r')) break;
  }
  let best: Delimiter = ',';
  for (const candidate of candidates) if ((counts.get(candidate) ?? 0) > (counts.get(best) ?? 0)) best = candidate;
  return best;
}

/** Text up to the end of the first record: a line end inside quotes does not end it. `undefined`: not yet there. */
export function firstRecord(text: string): string | undefined {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) return text.slice(0, at);
  }
  return undefined;
}
