/** How a file writes which of two responses is better. */
export const preferenceCodings = ['0/1', '1/2', 'a/b', 'left/right'] as const;
export type PreferenceCoding = (typeof preferenceCodings)[number];

type Token = '0' | '1' | '2' | 'a' | 'b' | 'c' | 'left' | 'right' | 'tie';

const tieWords = /^(?:tie|tied|draw|both|equal|same|neither|bothbad|both bad|tie \(bothbad\))$/;
const named = /^(?:model|response|output|answer|assistant|candidate|option|system)[ _-]?([ab012])$/;
const tokens: ReadonlySet<string> = new Set<Token>(['0', '1', '2', 'a', 'b', 'c', 'left', 'right']);

function tokenOf(value: string | number): Token | undefined {
  const word = String(value).trim().toLowerCase();
  if (tieWords.test(word)) return 'tie';
  if (word === 'first') return 'left';
  if (word === 'second') return 'right';
  const token = named.exec(word)?.[1] ?? word;
  return isToken(token) ? token : undefined;
}

function isToken(token: string): token is Token {
  return tokens.has(token);
}

/** Whether a value can be read as a preference under some coding. */
export function isPreferenceWord(value: string | number): boolean {
  return tokenOf(value) !== undefined;
}

/** Whether a value says by itself that two responses are compared: a tie, a named response, a side. */
export function namesComparison(value: string | number): boolean {
  const token = tokenOf(value);
  return token === 'tie' || token === 'left' || token === 'right' || named.test(String(value).trim().toLowerCase());
}

/**
 * Tells the coding of preferences from all values of a criterion.
 *
 * - any A or B: `a/b`; A is response 0, B is response 1, C a tie.
 * - any left, right, first or second: `left/right`; the side on which the better response was shown.
 * - any 2: `1/2`; 1 is response 0, 2 is response 1, 0 a tie.
 * - else `0/1`; 0 is response 0, 1 is response 1.
 *
 * The words tie, draw, both, equal, same and neither are a tie in each. What the values leave open is in `notes`;
 * values of two codings give `undefined` and the reason.
 *
 * @example detectPreferenceCoding([0, 1, 2]).coding // '1/2'
 */
export function detectPreferenceCoding(values: Iterable<string | number>): {
  coding: PreferenceCoding | undefined;
  notes: string[];
} {
  const seen = new Set<Token>();
  for (const value of values) {
    const token = tokenOf(value);
    if (token) seen.add(token);
  }
  const letters = seen.has('a') || seen.has('b') || seen.has('c');
  const sides = seen.has('left') || seen.has('right');
  const numbers = seen.has('0') || seen.has('1') || seen.has('2');
  if ([letters, sides, numbers].filter(Boolean).length > 1) {
    return { coding: undefined, notes: [`preferences are written in two ways: ${[...seen].toSorted().join(', ')}`] };
  }
  if (letters) return { coding: 'a/b', notes: ['preferences read as A = response 0, B = response 1, C or tie = tie'] };
  if (sides) {
    return {
      coding: 'left/right',
      notes: [
        'preferences read as the side shown: left = slot 0, right = slot 1, mapped through `order` where it is given',
      ],
    };
  }
  if (seen.has('2'))
    return { coding: '1/2', notes: ['preferences read as 1 = response 0, 2 = response 1, 0 or tie = tie'] };
  const open = !seen.has('0')
    ? '; no 0 and no 2 occurs, so this is a guess: say preferenceCoding 1/2 if 1 means the first response'
    : !seen.has('tie')
      ? '; no 2 occurs: say preferenceCoding 1/2 if 0 means a tie'
      : '';
  return { coding: '0/1', notes: [`preferences read as 0 = response 0, 1 = response 1, tie = tie${open}`] };
}

/**
 * One preference by its coding: the index of the better response or `'tie'`; `undefined` when it is not of the coding.
 *
 * @param order which response each slot showed; only `left/right` depends on it.
 */
export function readPreference(
  value: string | number,
  coding: PreferenceCoding,
  order: readonly number[] = [],
): 0 | 1 | 'tie' | undefined {
  const token = tokenOf(value);
  if (token === 'tie') return 'tie';
  switch (coding) {
    case '0/1':
      return token === '0' ? 0 : token === '1' ? 1 : undefined;
    case '1/2':
      return token === '1' ? 0 : token === '2' ? 1 : token === '0' ? 'tie' : undefined;
    case 'a/b':
      return token === 'a' ? 0 : token === 'b' ? 1 : token === 'c' ? 'tie' : undefined;
    case 'left/right': {
      if (token !== 'left' && token !== 'right') return undefined;
      const shown = order[token === 'left' ? 0 : 1] ?? (token === 'left' ? 0 : 1);
      return shown === 0 ? 0 : shown === 1 ? 1 : undefined;
    }
  }
}
