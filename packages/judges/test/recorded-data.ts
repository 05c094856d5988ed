import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = new URL('../../../', import.meta.url);

/** The folder of the recorded data sets: ASSIZE_DATA_DIR, relative to the repository root, else beside the repository. */
const recordedData = new URL(`${process.env['ASSIZE_DATA_DIR'] ?? '../shared/data'}/`, root);

export const noRecordedData = !existsSync(recordedData);

/** The rows of a recorded JSONL file, gzipped or plain. */
export function recordedRows(path: string): unknown[] {
  const bytes = readFileSync(fileURLToPath(new URL(path, recordedData)));
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
