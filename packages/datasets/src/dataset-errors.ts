import { defineError } from '@assize/core';

type InFile = { file: string };
type AtLine = { file: string; line: number };

const suggestion = (nearest: string | undefined): string =>
  nearest === undefined ? '' : `; did you mean "${nearest}"?`;

/** At most a dozen names, so that a message stays one screen. */
const listed = (names: readonly string[]): string =>
  names.length === 0
    ? 'none'
    : names.slice(0, 12).join(', ') + (names.length > 12 ? ` and ${names.length - 12} more` : '');

export const noFile = defineError('dataset/no-file', ({ file }: InFile) => ({
  message: `${file} does not exist`,
  hint: 'Check the path; it is read from the working folder.',
}));

export const unreadableFile = defineError('dataset/unreadable-file', (facts: { file: string; problem: string }) => ({
  message: `${facts.file} cannot be read: ${facts.problem}`,
  hint: 'Name a file (not a folder) that you may read.',
}));

export const emptyFile = defineError('dataset/empty-file', ({ file }: InFile) => ({
  message: `${file} is empty`,
  hint: 'Check that the program that wrote it has finished; nothing was read.',
}));

export const noRows = defineError('dataset/no-rows', ({ file }: InFile) => ({
  message: `${file} has a header and no rows`,
  hint: 'Check that the program that wrote it has finished; nothing was read.',
}));

export const noRatings = defineError('dataset/no-ratings', (facts: { file: string; rows: number }) => ({
  message: `${facts.file}: ${facts.rows} rows and not one rating in them`,
  hint: 'Run `assize doctor FILE` to see what each column is taken for; name the columns of the raters.',
}));

export const unsupportedFormat = defineError(
  'dataset/unsupported-format',
  (facts: { file: string; problem: string }) => ({
    message: `${facts.file}: ${facts.problem}`,
    hint: 'Write JSONL (one JSON object a line), CSV or TSV, plain or gzipped.',
  }),
);

export const badCompression = defineError('dataset/bad-compression', (facts: { file: string; problem: string }) => ({
  message: `${facts.file} is not intact gzip: ${facts.problem}`,
  hint: 'Copy or download the file again; a cut file is not read in part.',
}));

export const badEncoding = defineError('dataset/bad-encoding', (facts: AtLine & { encoding: string }) => ({
  message: `${facts.file}:${facts.line} is not ${facts.encoding}`,
  hint: 'Save the file as UTF-8 (in a spreadsheet: "CSV UTF-8").',
}));

export const longLine = defineError('dataset/long-line', (facts: AtLine & { limit: number }) => ({
  message: `${facts.file}:${facts.line} is longer than ${facts.limit} characters`,
  hint: 'Check for missing line ends, raise maxLineLength, or pass quarantine to set the line aside.',
}));

export const badJson = defineError('dataset/bad-json', (facts: AtLine & { problem: string }) => ({
  message: `${facts.file}:${facts.line} is not a JSON object: ${facts.problem}`,
  hint: 'Each line must be one JSON object; JSON has no NaN and no Infinity. Fix the line, or pass quarantine to set it aside.',
}));

export const badCsv = defineError('dataset/bad-csv', (facts: AtLine & { problem: string }) => ({
  message: `${facts.file}:${facts.line} ${facts.problem}`,
  hint: 'Quote cells that hold quotes, delimiters or line breaks, and write a quote inside as two. Or pass quarantine to set the line aside.',
}));

export const raggedRow = defineError('dataset/ragged-row', (facts: AtLine & { expected: number; found: number }) => ({
  message: `${facts.file}:${facts.line} has ${facts.found} cells, the header has ${facts.expected}`,
  hint: 'Quote cells that hold the delimiter, or pass quarantine to set the row aside.',
}));

export const repeatedColumn = defineError('dataset/repeated-column', (facts: InFile & { column: string }) => ({
  message: `${facts.file}:1 names the column "${facts.column}" twice`,
  hint: 'Rename one of the two: which of them is meant cannot be told.',
}));

export const badRow = defineError('dataset/bad-row', (facts: AtLine & { column: string; problem: string }) => ({
  message: `${facts.file}:${facts.line} ${facts.column}: ${facts.problem}`,
  hint: 'Fix the row, or pass quarantine to set such rows aside and list them.',
}));

export const duplicateItem = defineError(
  'dataset/duplicate-item',
  (facts: AtLine & { id: string; firstFile: string; firstLine: number }) => ({
    message: `${facts.file}:${facts.line} id: "${facts.id}" is already the item of ${facts.firstFile}:${facts.firstLine}`,
    hint: 'Give each item its own id.',
  }),
);

export const contradiction = defineError(
  'dataset/contradiction',
  (facts: {
    file: string;
    line: number;
    firstFile: string;
    firstLine: number;
    rater: string;
    item: string;
    criterion: string;
    first: string;
    second: string;
  }) => ({
    message:
      `${facts.file}:${facts.line} "${facts.rater}" says ${facts.second} of item "${facts.item}" (${facts.criterion}), ` +
      `at ${facts.firstFile}:${facts.firstLine} the same rater said ${facts.first}`,
    hint: 'Number repeated ratings in a column "sample", remove one, or pass quarantine to keep the first.',
  }),
);

export const contradictoryRating = defineError(
  'dataset/contradictory-rating',
  (facts: { rater: string; item: string; criterion: string; first: string; second: string }) => ({
    message: `"${facts.rater}" says ${facts.first} and ${facts.second} of item "${facts.item}" (${facts.criterion})`,
    hint: 'Give repeated ratings their own sample number.',
  }),
);

export const unknownRater = defineError(
  'dataset/unknown-rater',
  (facts: { file: string; rater: string; present: string[]; nearest?: string }) => ({
    message: `${facts.file} has no rater "${facts.rater}"${suggestion(facts.nearest)}`,
    hint: `It has: ${listed(facts.present)}.`,
  }),
);

export const unknownColumn = defineError(
  'dataset/unknown-column',
  (facts: { file: string; column: string; present: string[]; nearest?: string }) => ({
    message: `${facts.file} has no column "${facts.column}"${suggestion(facts.nearest)}`,
    hint: `It has: ${listed(facts.present)}.`,
  }),
);

export const unknownCriterion = defineError(
  'dataset/unknown-criterion',
  (facts: { file: string; criterion: string; present: string[]; nearest?: string }) => ({
    message: `${facts.file} has no criterion "${facts.criterion}"${suggestion(facts.nearest)}`,
    hint: `It has: ${listed(facts.present)}.`,
  }),
);

export const unknownFacet = defineError(
  'dataset/unknown-facet',
  (facts: { facet: string; present: string[]; nearest?: string }) => ({
    message: `the table has no facet "${facts.facet}"${suggestion(facts.nearest)}`,
    hint: `It has: ${listed(facts.present)}.`,
  }),
);

export const unknownLayout = defineError(
  'dataset/unknown-layout',
  (facts: { file: string; problem: string; present: string[] }) => ({
    message: `${facts.file}: ${facts.problem}`,
    hint:
      `It has: ${listed(facts.present)}. ` +
      'A table of ratings has the columns item, rater, criterion and value, or one item a row with a column for each rater; ' +
      'say which column is which with `columns`.',
  }),
);

export const oneRater = defineError('dataset/one-rater', (facts: { file: string; rater: string }) => ({
  message: `${facts.file} holds ratings of "${facts.rater}" alone`,
  hint: 'A judge is examined against somebody: add ratings of people, or of another rater.',
}));

export const offScale = defineError(
  'dataset/off-scale',
  (facts: {
    file: string;
    line: number;
    column: string;
    rater: string;
    value: string;
    scale: string;
    more: number;
  }) => ({
    message:
      `${facts.file}:${facts.line} ${facts.column}: "${facts.value}" of "${facts.rater}" is not on the scale ${facts.scale}` +
      (facts.more > 0 ? ` (and ${facts.more} more such values)` : ''),
    hint: 'A human label must lie on the scale. Fix it, give the right scale, or pass quarantine to set such labels aside.',
  }),
);

export const offScaleRating = defineError(
  'dataset/off-scale-rating',
  (facts: { rater: string; item: string; value: string; criterion: string; scale: string }) => ({
    message: `"${facts.value}" of "${facts.rater}" on item "${facts.item}" is not on the scale ${facts.scale} of ${facts.criterion}`,
    hint: 'A human label must lie on the scale of its criterion.',
  }),
);

export const twoScales = defineError(
  'dataset/two-scales',
  (facts: { criterion: string; first: string; second: string; where: string }) => ({
    message: `criterion "${facts.criterion}" has two scales: ${facts.first} and ${facts.second} (${facts.where})`,
    hint: 'Give what is measured on another scale another criterion.',
  }),
);

export const noScale = defineError(
  'dataset/no-scale',
  (facts: { file: string; criterion: string; problem: string }) => ({
    message: `${facts.file}: the scale of "${facts.criterion}" cannot be told: ${facts.problem}`,
    hint: 'Give it: binary, nominal:a,b,c, ordinal:1..5, interval:0..1 or preference.',
  }),
);

export const twoGroups = defineError(
  'dataset/two-groups',
  (facts: AtLine & { item: string; first: string; second: string; about: string }) => ({
    message: `${facts.file}:${facts.line} ${facts.about}: item "${facts.item}" has "${facts.second}" here and "${facts.first}" before`,
    hint: 'An item lies in one group and has one value of each facet. Fix the row, or pass quarantine to set it aside.',
  }),
);

export const tooMany = defineError('dataset/too-many', (facts: { what: string; limit: number }) => ({
  message: `more than ${facts.limit} ${facts.what} in one table`,
  hint: 'Check that the column is the one you mean (a column of texts has as many values as rows), or split the file.',
}));

export const twoGroupings = defineError(
  'dataset/two-groupings',
  (facts: { item: string; first: string; second: string; about: string }) => ({
    message: `${facts.about}: item "${facts.item}" has "${facts.first}" in one table and "${facts.second}" in another`,
    hint: 'An item lies in one group and has one value of each facet, in all tables that are joined.',
  }),
);

export const twoKinds = defineError('dataset/two-kinds', (facts: { rater: string; first: string; second: string }) => ({
  message: `"${facts.rater}" is a ${facts.first} in one table and a ${facts.second} in another`,
  hint: 'Say what it is with `humans` and `judge` when the tables are read.',
}));
