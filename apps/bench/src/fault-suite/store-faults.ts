import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';

import { type FaultCase, hurt, type Trial } from './fault-case.ts';
import type { SubjectLife } from './start-subject.ts';

const runs = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const canMount = runs('unshare', '-rm', 'true');
const canLimit = runs('prlimit', '--version');
const canTrace = runs('strace', '-f', 'true');

/** Lines of a shell in a mount namespace, with a disk of its own at `directory`; what it held is there afterwards. */
function onOwnDisk(directory: string, before: string, between: string): string[] {
  const lines = [
    `mkdir -p ${directory}.disk`,
    before,
    '"$@"',
    between,
    '"$@"',
    `cp -r ${directory}.disk/. ${directory}; umount ${directory}.disk; rmdir ${directory}.disk`,
  ];
  return ['unshare', '-rm', 'sh', '-c', lines.join('\n'), 'sh'];
}

/** Whether the first session ended for the disk. */
const stoppedBy =
  (codes: readonly string[]) =>
  (lives: readonly SubjectLife[]): number => {
    const first = lives[0]?.ends[0];
    return first?.code !== undefined && codes.includes(first.code) ? 1 : 0;
  };

/** A disk that fills up at a random record of the journal. */
function diskFull({ random }: Trial): ReturnType<FaultCase['run']> {
  if (canMount) {
    const kilobytes = 190 + Math.floor(random.next() * 330);
    return hurt({
      items: 160,
      met: stoppedBy(['runner/disk-full']),
      drive: async ({ directory, start }) => {
        const disk = `${directory}.disk`;
        const mount = `mount -t tmpfs -o size=${kilobytes}k tmpfs ${disk}`;
        const by = onOwnDisk(directory, mount, `mount -o remount,size=64m ${disk}`);
        return [await start({ directory: disk }, by).ended];
      },
    });
  }
  const bytes = 70_000 + Math.floor(random.next() * 200_000);
  return hurt({
    items: 160,
    met: stoppedBy(['runner/disk-full']),
    drive: async ({ start }) => [
      await start({}, ['prlimit', `--fsize=${bytes}`]).ended,
      await start({ resumed: true }).ended,
    ],
  });
}

/** What the store itself does. */
export const storeFaults: readonly FaultCase[] = [
  {
    name: 'the disk is full at a random moment',
    promises: 'S1',
    trials: { full: 200, quick: 3 },
    skip: () => (canMount || canLimit ? undefined : 'needs mount namespaces (unshare -rm) or prlimit'),
    says: ['runner/disk-full'],
    run: diskFull,
  },
  {
    name: 'a read-only store from the start',
    promises: 'S7',
    trials: { full: 20, quick: 1 },
    skip: () => (canMount ? undefined : 'needs mount namespaces (unshare -rm)'),
    says: ['runner/read-only'],
    run: () =>
      hurt({
        met: stoppedBy(['runner/read-only']),
        drive: async ({ directory, start }) => {
          const disk = `${directory}.disk`;
          const by = onOwnDisk(
            directory,
            `mount -t tmpfs tmpfs ${disk}; mount -o remount,ro ${disk}`,
            `mount -o remount,rw ${disk}`,
          );
          return [await start({ directory: disk }, by).ended];
        },
      }),
  },
  {
    name: 'the store becomes read-only at a random write',
    promises: 'S7 S2',
    trials: { full: 20, quick: 1 },
    skip: () => (canTrace ? undefined : 'needs strace'),
    says: ['runner/read-only', 'runner/journal-failed'],
    run: ({ random }) =>
      hurt({
        items: 80,
        met: stoppedBy(['runner/read-only', 'runner/journal-failed']),
        drive: async ({ start }) => {
          const inject = `inject=pwrite64:error=EROFS:when=${20 + Math.floor(random.next() * 60)}+`;
          const trace = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=pwrite64', '-e', inject];
          return [await start({}, trace).ended, await start({ resumed: true }).ended];
        },
      }),
  },
  {
    name: 'the folder of the store is deleted at a random moment',
    promises: 'S7',
    trials: { full: 20, quick: 1 },
    says: ['runner/journal-failed', 'runner/read-only'],
    run: ({ random }) =>
      hurt({
        items: 400,
        // What was kept is deleted: no books can be held against the provider's.
        heals: false,
        audit: false,
        drive: async ({ directory, start }) => {
          const subject = start();
          await subject.hasKept(1 + Math.floor(random.next() * 60));
          await rm(directory, { recursive: true, force: true });
          return [await subject.ended];
        },
        problems: ([life]) => {
          const end = life?.ends[0];
          const kept = life?.kept.length ?? 0;
          return [
            ...(end?.refused !== true && end?.reason === 'stopped' ? [] : ['went on as if nothing had happened']),
            ...(kept < 300 ? [] : [`${kept} replies were paid for and written to nowhere`]),
          ];
        },
      }),
  },
];
