import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ManifestRecord, RatingsRecord } from '@assize/core';
import { folderStore } from '@assize/runner';
import { expect, onTestFinished, test } from 'vitest';

import { assize } from './captured-console.ts';

const manifest: ManifestRecord = {
  kind: 'manifest',
  spec: 1,
  run: 'nightly',
  epoch: 1,
  started: '2026-01-01T00:00:00Z',
  boot: '',
  dataset: { name: 'd', fingerprint: null },
  raters: [{ id: 'judge', kind: 'judge', fingerprint: 'f', criteria: [] }],
  settings: {},
};

/** A folder with one run of three items. */
async function storeForTest(): Promise<{ cwd: string; file: string }> {
  const cwd = await mkdtemp(join(tmpdir(), 'assize-cli-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const store = folderStore(join(cwd, '.assize'), { reserveBytes: 0 });
  const run = await store.open('nightly', { visit: () => undefined, trouble: () => undefined });
  await run.append(manifest);
  for (const [position, item] of ['ann/1', 'ann/2', 'ben/1'].entries()) {
    const provenance = { source: 'program' as const };
    const rating = { item, rater: 'judge', criterion: 'c', status: 'rated' as const, value: 1, provenance };
    const about = { assignment: `a${position}`, position, item, rater: 'judge', fingerprint: 'f', again: 0 };
    const record: RatingsRecord = { kind: 'ratings', epoch: 1, at: 0, ...about, ratings: [rating] };
    await run.append(record);
  }
  await run.close();
  return { cwd, file: join(cwd, '.assize', 'runs', 'nightly', 'journal-000001.jsonl') };
}

test('store list and verify: a whole store is 0', async () => {
  const { cwd } = await storeForTest();
  expect(await assize(['store', 'list'], { cwd })).toMatchObject({ code: 0, stdout: 'nightly\n' });
  const { code, stdout } = await assize(['store', 'verify'], { cwd });
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('nightly: whole, 4 records') as string,
  });
  expect((await assize(['store', 'verify', 'other'], { cwd })).code).toBe(2);
});

test('store verify and repair: damage is 3, and so is a repair that would lose something without a word', async () => {
  const { cwd, file } = await storeForTest();
  const bytes = await readFile(file);
  const at = bytes.indexOf('ann/2');
  bytes[at] = bytes[at]! ^ 1;
  await writeFile(file, bytes);
  const verified = await assize(['store', 'verify', '--json'], { cwd });
  expect(verified.code).toBe(3);
  expect(JSON.parse(verified.stdout)).toMatchObject([{ run: 'nightly', records: 3, lost: 1 }]);
  const said = await assize(['store', 'verify', 'nightly'], { cwd });
  expect(said.stdout).toContain('DAMAGED, at least 1 record lost');
  expect(said.stdout).toContain('assize store repair nightly --accept-loss');
  const refused = await assize(['store', 'repair', 'nightly'], { cwd });
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('[runner/repair-loses]');
  const repaired = await assize(['store', 'repair', 'nightly', '--accept-loss'], { cwd });
  expect(repaired).toMatchObject({ code: 0, stdout: expect.stringContaining('at least 1 lost') as string });
  expect((await assize(['store', 'verify'], { cwd })).code).toBe(0);
  expect((await assize(['store', 'repair', 'nightly'], { cwd })).stdout).toContain('nothing to repair');
});

test('store backup: a copy that reads the same, into a folder of its own', async () => {
  const { cwd } = await storeForTest();
  expect(await assize(['store', 'backup', 'copy'], { cwd })).toMatchObject({ code: 0 });
  const { stdout } = await assize(['store', 'verify', '--store', 'copy'], { cwd });
  expect(stdout).toContain('whole, 4 records');
  expect(await readdir(join(cwd, 'copy'))).not.toContain('index.sqlite');
  const again = await assize(['store', 'backup', 'copy'], { cwd });
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('[runner/backup-exists]') as string });
});

test('store erase: says what is gone and what remains, and is refused where it is not clear', async () => {
  const { cwd, file } = await storeForTest();
  for (const argv of [
    ['--item', 'ann/1'],
    ['nightly'],
    ['--all'],
    ['nightly', '--all', '--item', 'x'],
    ['--all', '--item', 'x', '--subject', 'y'],
  ])
    expect(await assize(['store', 'erase', ...argv], { cwd })).toMatchObject({ code: 2, stdout: '' });
  const { code, stdout } = await assize(['store', 'erase', '--all', '--subject', 'ann'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain('nightly: 2 of 3 items erased, 1 remain');
  expect(stdout).toContain('What remains:');
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await assize(['store', 'verify'], { cwd })).stdout).toContain('nightly: whole, 3 records');
});
