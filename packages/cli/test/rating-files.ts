import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test, gone when the test ends. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  put(name: string, text: string): Promise<string>;
}

export async function folder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'assize-cli-'));
  return {
    path,
    put: async (name, text) => {
      await writeFile(join(path, name), text);
      return name;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** A linear congruential generator: the same files in every run. Constants of Numerical Recipes. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What three people and a judge say of 60 items on 1 to 5 in halves; the judge is as good as a person. */
function scores(): { item: string; said: Record<string, number | undefined> }[] {
  const next = draws(11);
  return Array.from({ length: 60 }, (_, place) => {
    const truth = 2 + Math.floor(next() * 7) / 2;
    const say = (): number => Math.min(5, Math.max(1, truth + (next() < 0.3 ? (next() < 0.5 ? -0.5 : 0.5) : 0)));
    const said: Record<string, number | undefined> = { ann: say(), ben: say(), cy: say(), 'gpt-4': say() };
    if (place % 11 === 5) said['ben'] = undefined;
    if (place % 13 === 5) said['gpt-4'] = undefined;
    return { item: `q${place + 1}`, said };
  });
}

/** As a German spreadsheet writes it: BOM, semicolons, decimal commas, CRLF, empty cells, line breaks in quotes. */
export function spreadsheet(): string {
  const cell = (value: number | undefined): string => (value === undefined ? '' : String(value).replace('.', ','));
  const rows = scores().map(({ item, said }, place) =>
    [
      item,
      `g${Math.floor(place / 2)}`,
      place % 2 === 0 ? 'law' : '"medicine; care"',
      place === 6 ? '"a note\r\non two lines, with ""quotes"""' : '',
      ...Object.values(said).map(cell),
    ].join(';'),
  );
  return `\uFEFFitem;group;domain;note;ann;ben;cy;gpt-4\r\n${rows.join('\r\n')}\r\n`;
}

/** One rating a row: preferences of three people, and of a judge in both orders that leans to the first response. */
export function bothOrders(): string {
  const next = draws(12);
  const lines = ['item,rater,criterion,value,order'];
  for (let place = 0; place < 120; place++) {
    const better = next() < 0.5 ? 0 : 1;
    for (const person of ['ann', 'ben', 'cy'])
      lines.push(`p${place},${person},helpful,${next() < 0.1 ? 1 - better : better},`);
    for (const order of ['0 1', '1 0'])
      lines.push(`p${place},judge:first,helpful,${next() < 0.5 ? Number(order[0]) : better},${order}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The same numbers as the spreadsheet, as ratings in JSON, one a line. */
export function ratingsJsonl(): string {
  const lines = scores().flatMap(({ item, said }) =>
    Object.entries(said).flatMap(([rater, value]) =>
      value === undefined ? [] : [JSON.stringify({ item, rater, criterion: 'overall', value })],
    ),
  );
  return `${lines.join('\n')}\n`;
}
