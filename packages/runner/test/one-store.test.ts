import { mkdir, symlink, writeFile, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { folderStore, readRun } from '../src/index.ts';
import { systemFiles } from '../src/journal/file-system.ts';
import { serverForTest, startChild } from './child-for-test.ts';
import { folderForTest } from './folder-for-test.ts';

const nothing = { visit: () => undefined, trouble: () => undefined };

describe('S5: two processes on one store', () => {
  test('a stopped owner keeps its run: the second is refused and told who has it', { timeout: 30_000 }, async () => {
    const server = await serverForTest(30);
    const directory = await folderForTest();
    const owner = startChild({ directory, url: server.url, items: 60 });
    await owner.started;
    owner.child.kill('SIGSTOP');
    const second = await startChild({ directory, url: server.url, items: 60 }).ended;
    expect(second.end).toMatchObject({ refused: 'runner/run-locked' });
    expect(second.end?.message).toContain(`process ${owner.child.pid} on ${hostname()} since 20`);
    // Reading waits for no owner.
    expect((await readRun(directory, 'r')).manifest.run).toBe('r');
    owner.child.kill('SIGCONT');
    expect((await owner.ended).end).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 120 } } });
    expect(Math.max(...server.answered.values())).toBe(1);
  });

  test(
    'an owner that was killed leaves no lock behind, even where another process has its number now',
    { timeout: 30_000 },
    async () => {
      const server = await serverForTest(30);
      const directory = await folderForTest();
      const owner = startChild({ directory, url: server.url, items: 60 });
      await owner.started;
      owner.child.kill('SIGKILL');
      await owner.ended;
      // This very process lives and has the number that is written there.
      const claim = { pid: process.pid, host: hostname(), since: '2026-01-01T00:00:00Z' };
      await writeFile(join(directory, 'runs', 'r', 'owner.json'), JSON.stringify(claim));
      expect((await startChild({ directory, url: server.url, items: 60 }).ended).end?.reason).toBe('done');
    },
  );

  test(
    'of several processes that want one run, one has it at a time; in the end it is done',
    { timeout: 60_000 },
    async () => {
      const server = await serverForTest(5);
      const directory = await folderForTest();
      const ends = await Promise.all(
        [1, 2, 3].map(async () => (await startChild({ directory, url: server.url, items: 30 }).ended).end),
      );
      expect(ends.filter((end) => end?.reason === 'done').length).toBeGreaterThan(0);
      for (const end of ends) if (end?.reason !== 'done') expect(end).toMatchObject({ refused: 'runner/run-locked' });
      expect([...server.answered.values()].every((count) => count === 1)).toBe(true);
    },
  );

  test('two runs at once both end right', { timeout: 60_000 }, async () => {
    const server = await serverForTest(5);
    const directory = await folderForTest();
    const ends = await Promise.all(
      ['one', 'two'].map(async (run) => (await startChild({ directory, url: server.url, items: 40, run }).ended).end),
    );
    expect(ends).toMatchObject([
      { reason: 'done', ledger: { ratings: { rated: 80 }, unknown: [] } },
      { reason: 'done', ledger: { ratings: { rated: 80 }, unknown: [] } },
    ]);
    expect(ends[0]?.digest).toBe(ends[1]?.digest);
  });
});

describe('S6: where a store lies', () => {
  test.each([
    [0x6969, 'NFS'],
    [0xfe534d42, 'SMB2'],
    [0xff534d42, 'CIFS'],
    [0x65735546, 'FUSE'],
    [0x01021997, '9p'],
  ])('on a file system of kind %i (%s) it is refused, unless that is allowed', async (kind, name) => {
    // Node gives the number with its sign on some systems.
    for (const given of [kind, kind | 0]) {
      const directory = await folderForTest();
      const files = { ...systemFiles, kind: async () => given };
      const store = folderStore(directory, { reserveBytes: 0, files });
      await expect(store.open('r', nothing)).rejects.toMatchObject({
        code: 'runner/network-folder',
        facts: { kind: name },
      });
      const allowed = folderStore(directory, { reserveBytes: 0, files, allowNetworkFolder: true });
      await (await allowed.open('r', nothing)).close();
    }
  });

  test.each(['runs', 'runs/r', 'index.sqlite', 'runs/r/lock.sqlite'])(
    'a link at %s redirects nothing',
    async (path) => {
      const [directory, elsewhere] = [await folderForTest(), await folderForTest()];
      await mkdir(join(directory, 'runs', 'r'), { recursive: true });
      await rm(join(directory, path), { recursive: true, force: true });
      if (path === 'runs') await mkdir(join(elsewhere, 'r'));
      const target = path.endsWith('.sqlite') ? join(elsewhere, 'file') : elsewhere;
      await symlink(target, join(directory, path));
      const before = await readdir(elsewhere);
      const store = folderStore(directory, { reserveBytes: 0 });
      await expect(store.open('r', nothing)).rejects.toMatchObject({ code: 'runner/linked-folder' });
      expect(await readdir(elsewhere)).toEqual(before);
    },
  );

  test('a link in the place of a journal file is not followed', async () => {
    const [directory, elsewhere] = [await folderForTest(), await folderForTest()];
    await mkdir(join(directory, 'runs', 'r'), { recursive: true });
    await symlink(join(elsewhere, 'file'), join(directory, 'runs', 'r', 'journal-000001.jsonl'));
    const store = folderStore(directory, { reserveBytes: 0 });
    await expect(store.open('r', nothing)).rejects.toMatchObject({ code: 'runner/read-only' });
    expect(await readdir(elsewhere)).toEqual([]);
  });
});
