import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '../../..');

/** The folder of public data: `ASSIZE_DATA_DIR`, relative to the repository, else `../shared/data` where that is present. */
export function dataFolder(): string | undefined {
  const named = process.env['ASSIZE_DATA_DIR'];
  const folder = resolve(root, named ?? '../shared/data');
  return existsSync(folder) ? folder : undefined;
}

/** All records of a JSONL file, gzip by its ending. */
export function readRecords(file: string): unknown[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
