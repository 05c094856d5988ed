import { oneLine } from './visible-text.ts';

/** How the terminal is to be written to. */
export interface TerminalOptions {
  /** Whether to use colour; default no. The caller knows the stream and `NO_COLOR`. */
  colour?: boolean;
  /** Columns of the terminal; default 80, held between 60 and 120. */
  width?: number;
}

export type Tone = 'plain' | 'bold' | 'soft' | 'pass' | 'warn' | 'fail' | 'open';

const codes: Record<Exclude<Tone, 'plain'>, string> = {
  bold: '1',
  soft: '2',
  pass: '32',
  warn: '33',
  fail: '31;1',
  open: '35',
};

/** Colours a finished text; without colour, gives it back. */
export function toned(text: string, tone: Tone, colour: boolean): string {
  return colour && tone !== 'plain' && text !== '' ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text;
}

/** The columns that a text takes: two for wide characters, none for combining ones. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += /\p{M}|[\u200c\u200d]/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

// Spaces, but not those of `n = 974` or of an interval.
const breaks = /(?<!=) (?!=)(?![^[\]]{0,24}\])/;

/** Breaks a text into lines of at most so many columns, at spaces where there are any. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(breaks)) {
    for (const piece of pieces(word, columns)) {
      if (line !== '' && columnsOf(line) + 1 + columnsOf(piece) > columns) {
        lines.push(line);
        line = piece;
      } else line = line === '' ? piece : `${line} ${piece}`;
    }
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): string[] {
  const cut: string[] = [];
  let piece = '';
  for (const character of word) {
    if (columnsOf(piece) + columnsOf(character) > columns) {
      cut.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...cut, piece];
}

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

export interface Column {
  readonly columns: number;
  readonly right?: boolean;
}

/** Rows of cells as lines: each cell wrapped to its column, two spaces between columns. */
export function tableLines(layout: readonly Column[], rows: readonly (readonly Cell[])[], colour: boolean): string[] {
  return rows.flatMap((row) => {
    const cells = layout.map(({ columns }, place) => wrapped(row[place]?.text ?? '', columns));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      layout
        .map(({ columns, right }, place) => {
          const text = cells[place]?.[line] ?? '';
          const pad = ' '.repeat(Math.max(0, columns - columnsOf(text)));
          const shown = toned(text, row[place]?.tone ?? 'plain', colour);
          return right ? pad + shown : shown + pad;
        })
        .join('  '),
    );
  });
}

// Our own colours may stand before it.
const logCommand = new RegExp(String.raw`^((?:\s|\u001b\[[\d;]*m)*)::`);

/** Lines as one text: indented, without trailing space, and with nothing that a CI log would take for a command. */
export function finished(lines: readonly string[]): string {
  return `${lines
    .map((line) => `  ${line}`.trimEnd())
    .map((line) => line.replaceAll('##[', '#\\#[').replace(logCommand, String.raw`$1\::`))
    .join('\n')}\n`;
}
