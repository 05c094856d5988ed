import fc from 'fast-check';
import { expect, test } from 'vitest';

import { csvCell } from '../src/csv-cell.ts';
import { csvRecords } from '../src/csv-records.ts';
import { sniffDelimiter } from '../src/index.ts';
import { unguarded } from '../src/table-rows.ts';
import { listOf } from './temporary-files.ts';

async function* pieces(text: string, size: number): AsyncGenerator<string> {
  // A decoder never cuts a character.
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at += size) yield characters.slice(at, at + size).join('');
}

async function read(text: string, size = 1000): Promise<{ rows: [number, ...string[]][]; bad: string[] }> {
  const bad: string[] = [];
  const batches = await listOf(
    csvRecords(pieces(text, size), ',', { file: 'f.csv', onBadRecord: (error) => bad.push(error.message) }),
  );
  return { rows: batches.flat().map(({ cells, line }) => [line, ...cells]), bad };
}

test('records say the line on which they start, past quoted line ends and blank lines of any kind', async () => {
  const text = 'a,b\r\n1,"x\r\ny\nz"\r\n\r\n2,é\n3,"p""q"\n';
  for (const size of [1, 3, 7, 1000]) {
    expect((await read(text, size)).rows).toEqual([
      [1, 'a', 'b'],
      [2, '1', 'x\r\ny\nz'],
      [6, '2', 'é'],
      [7, '3', 'p"q'],
    ]);
  }
});

test('a broken quote costs its line and not the rest of the file', async () => {
  for (const size of [1, 5, 1000]) {
    const { rows, bad } = await read('a,b\n1,2\n\n3,"q"z\n4,5\n6,"7"\n8,9 "x"\n10,11\n', size);
    expect(rows).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
      [5, '4', '5'],
      [6, '6', '7'],
      [8, '10', '11'],
    ]);
    expect(bad).toEqual([
      expect.stringMatching(/^f\.csv:4 text follows a closing quote/),
      expect.stringMatching(/^f\.csv:7 a quote stands inside/),
    ]);
  }
});

test('a quote that is never closed costs its line alone', async () => {
  for (const size of [1, 5, 1000]) {
    const { rows, bad } = await read('a,b\n1,2\n3,"q\n4,5\n6,7', size);
    expect(rows.slice(2)).toEqual([
      [4, '4', '5'],
      [5, '6', '7'],
    ]);
    expect(bad).toEqual([expect.stringMatching(/^f\.csv:3 a quote is opened and never closed/)]);
  }
});

test('without quarantine a broken quote is an error with file and line', async () => {
  await expect(listOf(csvRecords(pieces('a\n1\n"x', 100), ',', { file: 'f.csv' }))).rejects.toThrow('f.csv:3');
});

test.each([
  ['item,rater,value', ','],
  ['item;rater;value', ';'],
  ['item\trater\tvalue', '\t'],
  ['"a,b,c,d";rater;value', ';'],
  ['one', ','],
])('the delimiter of %j is %j', (header, delimiter) => {
  expect(sniffDelimiter(header)).toBe(delimiter);
});

test('any text survives writing and reading, and none that is written starts a formula', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('=1+1', "'=1", '+1', '-x', '@a', '\t', '\rx', '\0', 'a\r\nb'),
        ),
        { minLength: 2, maxLength: 4 },
      ),
      async (cells) => {
        const safe = cells.map((cell) => cell.toWellFormed());
        const line = `${safe.map((cell) => csvCell(`x${cell}`.slice(1) || 'filled')).join(',')}\n`;
        for (const cell of safe) expect(csvCell(cell).replace(/^"/, '')).not.toMatch(/^[=+\-@\t\r\0]/);
        const { rows } = await read(line, 5);
        expect(rows[0]?.slice(1).map((cell) => unguarded(String(cell)))).toEqual(safe.map((cell) => cell || 'filled'));
      },
    ),
    { seed: 42 },
  );
});
