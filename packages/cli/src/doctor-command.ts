import { resolve } from 'node:path';

import { formatScale } from '@assize/core';
import { nearestName, sketchTable, type TableSketch, unknownRater } from '@assize/datasets';
import { type Support, supportOf } from '@assize/trial';
import { z } from 'zod';

import type { Console } from './console.ts';
import { exitCode } from './failure.ts';
import { shellWord } from './shell-word.ts';
import { visible } from './visible.ts';

const optionsSchema = z.object({ judge: z.string().optional(), json: z.boolean().default(false) });

interface Diagnosis {
  sketch: TableSketch;
  judge: string | null;
  humans: string[];
  scale: string | null;
  examinations: Support[];
  command: string | null;
}

/** `assize doctor`: says how a file is read, what it can support, and which command to run. */
export async function doctorCommand(file: string, raw: Record<string, unknown>, console: Console): Promise<number> {
  const options = optionsSchema.parse(raw);
  const sketch = await sketchOf(resolve(console.cwd, file), options.judge, console.signal);
  const diagnosis = diagnose(file, sketch, options.judge);
  console.stdout.write(options.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : inWords(file, diagnosis));
  return exitCode.done;
}

/** The sketch of a file in which the judge is there, where one is named. */
async function sketchOf(path: string, judge: string | undefined, signal: AbortSignal): Promise<TableSketch> {
  const sketch = await sketchTable(path, { signal });
  const has = ({ raters }: TableSketch): boolean => judge === undefined || raters.some(({ name }) => name === judge);
  if (has(sketch) || judge === undefined) return sketch;
  // A column that does not look like ratings may be the judge's for all that.
  const named = await sketchTable(path, { signal, raters: [judge, ...sketch.raters.map(({ name }) => name)] });
  if (has(named)) return named;
  const present = sketch.raters.map(({ name }) => name);
  const nearest = nearestName(judge, present);
  throw unknownRater({ file: path, rater: judge, present, ...(nearest === undefined ? {} : { nearest }) });
}

function diagnose(file: string, sketch: TableSketch, named: string | undefined): Diagnosis {
  const judge = named ?? sketch.raters.find(({ kind }) => kind !== 'human')?.name ?? null;
  const humans = sketch.raters.filter(({ name, kind }) => name !== judge && kind === 'human').map(({ name }) => name);
  const scale = sketch.criteria[0]?.scale;
  const column = (role: string) => sketch.columns.find(({ takenFor }) => takenFor === role);
  const inNames = (word: string): boolean => sketch.columns.some(({ name }) => name.includes(`[${word}`));
  const examinations = supportOf({
    people: humans.length,
    judge: judge !== null,
    preference: scale?.kind === 'preference',
    bothOrders: (column('order')?.distinct ?? 0) > 1 || inNames('order'),
    samples: (column('sample')?.distinct ?? 0) > 1 || inNames('sample'),
    facets: column('facet') !== undefined,
  });
  const facet = column('facet');
  const command =
    judge === null || sketch.raters.length < 2
      ? null
      : [
          `assize trial ${shellWord(file)} --judge ${shellWord(judge)}`,
          humans.length > 0 ? ` --humans ${shellWord(humans.join(','))}` : '',
          scale ? ` --scale ${shellWord(formatScale(scale))}` : '',
          sketch.criteria.length > 1 ? ` --criterion ${shellWord(sketch.criteria[0]!.id)}` : '',
          facet ? ` --facet ${shellWord(facet.name)}` : '',
          ' --out card',
        ].join('');
  return { sketch, judge, humans, scale: scale ? formatScale(scale) : null, examinations, command };
}

function inWords(file: string, { sketch, judge, examinations, command }: Diagnosis): string {
  const delimiter =
    sketch.delimiter === undefined
      ? ''
      : `, separated by ${{ ',': 'commas', ';': 'semicolons', '\t': 'tabs' }[sketch.delimiter] ?? sketch.delimiter}`;
  const lines = [
    `${file}: ${sketch.format.toUpperCase()}${delimiter}, ${sketch.encoding}${sketch.compressed ? ', gzip' : ''}${sketch.decimalComma ? ', decimal commas' : ''}, ${sketch.layout} layout; ${sketch.complete ? 'all' : 'the first'} ${sketch.rows} rows looked at`,
    '',
    ...columnsTable(sketch),
    '',
    `Raters: ${sketch.raters.map(({ name, kind, ratings }) => `${name} (${kind === 'human' ? 'person' : kind}, ${ratings})`).join(', ') || 'none found'}`,
    ...sketch.criteria.map(
      ({ id, scale, reason, notes }) =>
        `Criterion ${id}: ${scale ? formatScale(scale) : 'no scale proposed'} (${reason})${notes.map((note) => `; ${note}`).join('')}`,
    ),
    ...sketch.problems.map((problem) => `Problem: ${problem}`),
    '',
    judge === null ? 'No rater looks like a judge: name one with --judge.' : `A trial of ${judge} can ask:`,
    ...examinations.map(({ examination, missing }) =>
      `  ${missing === null ? 'yes' : 'no '}  ${examination.padEnd(14)} ${missing === null ? '' : `needs ${missing}`}`.trimEnd(),
    ),
    ...facetsToName(sketch),
    '',
    command === null ? 'A trial needs a judge and at least one other rater.' : `Run: ${command}`,
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

/** Columns of a few words that could be reported by, where the file names no facet itself. */
function facetsToName({ columns }: TableSketch): string[] {
  if (columns.some(({ takenFor }) => takenFor === 'facet')) return [];
  const named = columns
    .filter(({ takenFor, distinct, numeric }) => takenFor === 'ignored' && !numeric && distinct > 1 && distinct <= 20)
    .map(({ name }) => shellWord(name));
  return named.length === 0
    ? []
    : [`  Slices may be asked for with ${named.map((name) => `--facet ${name}`).join(' or ')}.`];
}

function columnsTable({ columns }: TableSketch): string[] {
  const rows = [
    ['COLUMN', 'TAKEN FOR', 'DISTINCT', 'EMPTY', 'VALUES, AND WHY'],
    ...columns.map(({ name, takenFor, distinct, emptyShare, values, why }) => [
      name,
      takenFor,
      String(distinct),
      `${Math.round(emptyShare * 100)} %`,
      `${values.slice(0, 3).join(', ')} - ${why}`,
    ]),
  ];
  const widths = rows[0]!.map((_, place) => Math.min(28, Math.max(...rows.map((row) => row[place]!.length))));
  return rows.map((row) =>
    row
      .map((cell, place) =>
        place === row.length - 1
          ? cell
          : (cell.length > widths[place]! ? `${cell.slice(0, widths[place]! - 1)}…` : cell).padEnd(widths[place]!),
      )
      .join('  ')
      .trimEnd(),
  );
}
