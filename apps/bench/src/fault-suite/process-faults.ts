import type { Random } from '@assize/core';

import { type Driver, type FaultCase, hurt } from './fault-case.ts';
import type { Subject, SubjectLife } from './start-subject.ts';

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const killed = (lives: readonly SubjectLife[]): number => lives.filter(({ signal }) => signal === 'SIGKILL').length;

/** Kills it a random time after its start: before the run began, in it, or never, if it is faster. */
async function killAtRandom(subject: Subject, random: Random): Promise<SubjectLife> {
  // One in four while it starts, reads the journal and takes the lock; the others at work.
  if (random.next() >= 0.25) await subject.started;
  await after(random.next() * 160);
  subject.child.kill('SIGKILL');
  return subject.ended;
}

async function killTimes({ start }: Driver, times: number, random: Random): Promise<SubjectLife[]> {
  const lives: SubjectLife[] = [];
  for (let kill = 0; kill < times; kill += 1) {
    const life = await killAtRandom(start({ resumed: kill > 0 }), random);
    lives.push(life);
    if (life.ends.length > 0) break;
  }
  lives.push(await start({ resumed: true }).ended);
  return lives;
}

const items = 160;
const concurrency = 8;

/** What a drain must not do: end in another way, or go on beyond the calls that were in flight. */
function badDrain([life]: readonly SubjectLife[]): string[] {
  const { keptWhenDraining: before = null, kept, ends } = life ?? { kept: [], ends: [] };
  const reason = ends[0]?.refused === true ? 'refused' : ends[0]?.reason;
  if (reason !== 'drained' && reason !== 'done') return [`ended as ${reason}`];
  return before !== null && kept.length - before > concurrency
    ? [`${kept.length - before} replies after the signal`]
    : [];
}

/** One signal that drains the run at a random moment, then a resume. */
function draining(name: string, promises: string, signal: 'SIGINT' | 'SIGTERM'): FaultCase {
  return {
    name,
    promises,
    trials: { full: 100, quick: 2 },
    says: ['drained'],
    run: ({ random }) =>
      hurt({
        items,
        provider: { latencyMs: 40 },
        met: ([life]) => (life?.keptWhenDraining == null ? 0 : 1),
        problems: badDrain,
        drive: async ({ start }) => {
          const subject = start();
          await subject.started;
          await after(random.next() * 500);
          subject.child.kill(signal);
          return [await subject.ended, await start({ resumed: true }).ended];
        },
      }),
  };
}

/** The second Ctrl-C gives up what is in flight. */
const interruptedTwice: FaultCase = {
  name: 'SIGINT twice',
  promises: 'P4',
  trials: { full: 100, quick: 2 },
  says: ['aborted', 'unknown calls listed'],
  run: async ({ random }) => {
    let tookMs = 0;
    return hurt({
      items: 16,
      provider: { latencyMs: 1500 },
      met: ([life]) => (life?.ends[0]?.refused !== true && life?.ends[0]?.reason === 'aborted' ? 1 : 0),
      problems: () => (tookMs > 2000 ? [`took ${Math.round(tookMs)} ms to give up`] : []),
      drive: async ({ start }) => {
        const subject = start();
        await subject.started;
        await after(300 + random.next() * 300);
        subject.child.kill('SIGINT');
        // Less than 300 ms apart they count as one.
        await after(320 + random.next() * 100);
        const began = performance.now();
        subject.child.kill('SIGINT');
        const life = await subject.ended;
        tookMs = performance.now() - began;
        return [life, await start({ resumed: true }).ended];
      },
    });
  },
};

/** What happens to the process itself. */
export const processFaults: readonly FaultCase[] = [
  {
    name: 'SIGKILL at random moments, 1 to 5 in a run',
    promises: 'P1 P3',
    trials: { full: 500, quick: 6 },
    says: ['done'],
    run: ({ number, random }) =>
      hurt({ items, met: killed, drive: (driver) => killTimes(driver, 1 + (number % 5), random) }),
  },
  {
    name: 'SIGKILL of the resume, up to 20 in a row',
    promises: 'P2',
    trials: { full: 60, quick: 3 },
    says: ['done'],
    run: ({ random, quick }) =>
      hurt({
        items: 400,
        met: killed,
        drive: (driver) => killTimes(driver, quick ? 3 : 20, random),
      }),
  },
  draining('SIGINT once', 'P4', 'SIGINT'),
  interruptedTwice,
  draining('SIGTERM', 'P5', 'SIGTERM'),
  {
    name: 'SIGSTOP for a while, then SIGCONT',
    promises: 'T3',
    trials: { full: 50, quick: 2 },
    says: ['done'],
    run: ({ random }) =>
      hurt({
        items,
        drive: async ({ start }) => {
          const subject = start();
          await subject.started;
          await after(random.next() * 80);
          subject.child.kill('SIGSTOP');
          // Longer than the deadline of every call that is under way.
          await after(400 + random.next() * 400);
          subject.child.kill('SIGCONT');
          return [await subject.ended];
        },
        subject: { deadlineMs: 300 },
      }),
  },
  {
    name: 'two processes on one run',
    promises: 'S5',
    trials: { full: 50, quick: 2 },
    says: ['runner/run-locked'],
    run: ({ random }) =>
      hurt({
        items,
        drive: async ({ start }) => {
          const first = start();
          await after(random.next() * 300);
          const second = start();
          const both = await Promise.all([first.ended, second.ended]);
          // Whoever came second was refused, or came when the first had gone.
          const refused = both.filter(({ ends }) => ends[0]?.refused === true);
          return [...refused, ...both.filter((life) => !refused.includes(life))];
        },
        met: (lives) => lives.filter(({ ends }) => ends[0]?.refused === true).length,
        problems: (lives) => (lives.some(({ ends }) => ends[0]?.refused !== true) ? [] : ['both were refused']),
      }),
  },
  {
    name: 'the wall clock jumps by an hour, back and forth',
    promises: 'T1',
    trials: { full: 50, quick: 2 },
    says: ['done'],
    run: () =>
      hurt({
        subject: { jumpyClock: true },
        problems: (lives) =>
          lives.flatMap(({ ends }) =>
            ends.flatMap((end) =>
              end.refused === true || (end.ledger.durationMs >= 0 && end.ledger.durationMs < 60_000)
                ? []
                : [`a duration of ${end.ledger.durationMs} ms`],
            ),
          ),
      }),
  },
  ...(['throw', 'never-settle'] as const).map((plugin): FaultCase => ({
    name: plugin === 'throw' ? 'a plugin that throws' : 'a plugin that never settles',
    promises: 'P7',
    trials: { full: 20, quick: 1 },
    says: ['failed'],
    run: () =>
      hurt({
        heals: false,
        subject: { plugin },
        problems: (lives) =>
          lives.flatMap(({ ends }) =>
            ends.flatMap((end) =>
              end.refused !== true && end.ledger.ratings.rated === 54 && end.ledger.ratings.failed === 6
                ? []
                : ['not exactly the six items of the plugin have failed'],
            ),
          ),
      }),
  })),
  {
    name: 'a plugin that exits the process',
    promises: 'P7',
    trials: { full: 20, quick: 1 },
    says: ['done'],
    run: () =>
      hurt({
        subject: { plugin: 'exit' },
        met: ([life]) => (life?.code === 7 ? 1 : 0),
        drive: async ({ start }) => [await start().ended, await start({ resumed: true }).ended],
      }),
  },
  {
    name: 'a plugin that takes 1 GB',
    promises: 'P7',
    trials: { full: 20, quick: 1 },
    says: ['done'],
    run: () => hurt({ items: 18, subject: { plugin: 'allocate' } }),
  },
];
