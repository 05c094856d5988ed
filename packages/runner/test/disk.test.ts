import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { serverForTest, startChild } from './child-for-test.ts';
import { folderForTest } from './folder-for-test.ts';

const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;
const canTrace = spawnSync('strace', ['-f', 'true']).status === 0;
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

test('a file where the folder should be is a clear error', async () => {
  const file = join(await folderForTest(), 'file');
  await writeFile(file, '');
  const { end } = await startChild({ directory: file, url: 'http://127.0.0.1:9/' }).ended;
  expect(end).toMatchObject({ refused: 'runner/read-only' });
  expect(end?.message).toContain(file);
});

describe.skipIf(!canLimit)('a limit on the size of files (prlimit)', () => {
  test(
    'stops the run with what was in flight kept, and the run goes on when the limit is gone',
    { timeout: 30_000 },
    async () => {
      const server = await serverForTest(5);
      const directory = await folderForTest();
      const settings = { directory, url: server.url, items: 120, reserve: 4096 };
      const limited = await startChild(settings, ['prlimit', '--fsize=131072']).ended;
      expect(limited.end).toMatchObject({ reason: 'stopped', fault: { code: 'runner/disk-full' } });
      expect(limited.end?.ledger.ratings.failed).toBe(0);
      const answered = server.answered.size;
      expect(answered).toBeLessThan(240);
      expect(limited.end?.ledger.models['fake:one']?.replies).toBe(answered);
      const { end } = await startChild(settings).ended;
      expect(end).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 240 }, unknown: [] } });
      expect([...server.answered.values()].every((count) => count === 1)).toBe(true);
    },
  );
});

/** Runs the child twice within a mount namespace, where the shell lines around it may do what they like. */
function inNamespace(before: string, between: string): string[] {
  return ['unshare', '-rm', 'sh', '-c', `${before}\n"$@"\n${between}\n"$@"`, 'sh'];
}

describe.skipIf(!canMount)('a disk of its own (mount namespace)', () => {
  test(
    'that runs full stops the run with what was in flight kept, and the run goes on when there is space',
    { timeout: 30_000 },
    async () => {
      const server = await serverForTest(5);
      const directory = await folderForTest();
      const by = inNamespace(
        `mount -t tmpfs -o size=400k tmpfs ${directory}`,
        `mount -o remount,size=64m ${directory}`,
      );
      const { ends } = await startChild({ directory, url: server.url, items: 200, reserve: 65_536 }, by).ended;
      expect(ends[0]).toMatchObject({ reason: 'stopped', fault: { code: 'runner/disk-full' } });
      expect(ends[0]?.message).toContain('is full');
      expect(ends[0]?.ledger.unknown).toEqual([]);
      expect(ends[1]).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 400, failed: 0 }, unknown: [] } });
      expect(server.answered.size).toBe(400);
      expect([...server.answered.values()].every((count) => count === 1)).toBe(true);
    },
  );

  test('that is full from the start is a clear error', async () => {
    const directory = await folderForTest();
    const by = inNamespace(
      `mount -t tmpfs -o size=100k tmpfs ${directory}; dd if=/dev/zero of=${directory}/x bs=4k count=25 2>/dev/null`,
      'true',
    );
    const { ends } = await startChild({ directory, url: 'http://127.0.0.1:9/' }, by).ended;
    expect(ends[0]).toMatchObject({ refused: 'runner/disk-full' });
  });

  test('that is read-only is a clear error', async () => {
    const directory = await folderForTest();
    const by = inNamespace(`mount -t tmpfs tmpfs ${directory}; mount -o remount,ro ${directory}`, 'true');
    const { ends } = await startChild({ directory, url: 'http://127.0.0.1:9/' }, by).ended;
    expect(ends[0]).toMatchObject({ refused: 'runner/read-only' });
    expect(ends[0]?.message).toContain('EROFS');
  });
});

describe.skipIf(!canTrace)('a disk whose sync fails (strace)', () => {
  test(
    'is not believed any more: a new file is begun, the run stops, and goes on without asking twice',
    { timeout: 30_000 },
    async () => {
      const server = await serverForTest(5);
      const directory = await folderForTest();
      const settings = { directory, url: server.url, items: 120 };
      const inject = ['-e', 'trace=fdatasync', '-e', 'inject=fdatasync:error=EIO:when=1+'];
      const failed = await startChild(settings, ['strace', '-f', '-o', '/dev/null', ...inject]).ended;
      expect(failed.end).toMatchObject({ reason: 'stopped', fault: { code: 'runner/journal-failed' } });
      const { end } = await startChild(settings).ended;
      expect(end).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 240 }, unknown: [] } });
      expect([...server.answered.values()].every((count) => count === 1)).toBe(true);
    },
  );
});
