import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, onTestFinished, test } from 'vitest';

/** A bug that somebody could make, and the promises whose tests must find it. */
interface SeededBug {
  readonly bug: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly caughtBy: readonly string[];
}

const bugs: SeededBug[] = [
  {
    bug: 'the replicate is missing from the key of a question',
    file: 'calls/call-key.ts',
    from: 'contentHash(request), sample, ...version)',
    to: 'contentHash(request), 0, ...version)',
    caughtBy: ['samples'],
  },
  {
    bug: 'a request leaves without an intent',
    file: 'calls/journaled-attempts.ts',
    from: "await this.#options.write({ kind: 'intent', ...intent });",
    to: '',
    caughtBy: ['P1', 'unknown calls'],
  },
  {
    bug: 'a reply is used before it is written, and then not written',
    file: 'calls/journaled-attempts.ts',
    from: "await this.#options.write({ kind: 'receipt', ...receipt });",
    to: 'void receipt;',
    caughtBy: ['P3'],
  },
  {
    bug: 'the budget is not asked before a call',
    file: 'calls/journaled-attempts.ts',
    from: 'const full = await this.#budget.reserve(reservation);',
    to: 'const full = (await this.#budget.reserve(reservation)) && undefined;',
    caughtBy: ['M1'],
  },
  {
    bug: 'what will not pass is tried again',
    file: 'calls/calls.ts',
    from: "faultClass(fault) !== 'transient' || isLast",
    to: 'isLast',
    caughtBy: ['N4 refused'],
  },
  {
    bug: 'a spent quota stops nothing',
    file: 'calls/journaled-attempts.ts',
    from: "if (faultClass(fault) === 'stopping') halt.stop('stopped', fault);",
    to: '',
    caughtBy: ['N4'],
  },
  {
    bug: 'Ctrl-C is not heard',
    file: 'run/signals.ts',
    from: "source.on('SIGINT', interrupt);",
    to: '',
    caughtBy: ['P4'],
  },
  {
    bug: 'results stand in the order in which they were finished',
    file: 'journal/place-table.ts',
    from: 'if (!isSorted) order.sort(compare);',
    to: '',
    caughtBy: ['F3'],
  },
  {
    bug: 'damage anywhere is taken for a torn end',
    file: 'journal/journal-scan.ts',
    from: 'if (gap && !torn) throw',
    to: 'if (gap && !torn && segments.length < 0) throw',
    caughtBy: ['S4'],
  },
  {
    bug: 'a resume does not look for what was finished',
    file: 'run/assignment-loop.ts',
    from: 'epoch > 1 ? await log.ratings(key) : undefined',
    to: 'epoch > 1e9 ? await log.ratings(key) : undefined',
    caughtBy: ['P1'],
  },
  {
    bug: 'a resume asks again for replies that are there',
    file: 'calls/calls.ts',
    from: 'epoch > 1 ? await log.receipt(key) : undefined',
    to: 'undefined',
    caughtBy: ['P1 half-finished items'],
  },
  {
    bug: 'the totals are those of the last session',
    file: 'money/run-ledger.ts',
    from: 'this.end = undefined;',
    to: 'this.end = undefined; this.#models.clear();',
    caughtBy: ['P3'],
  },
  {
    bug: 'another model is not noticed',
    file: 'calls/model-drift.ts',
    from: 'return first === served ? undefined :',
    to: 'return first !== undefined ? undefined :',
    caughtBy: ['R5'],
  },
  {
    bug: 'a rater may take for ever',
    file: 'run/rating-deadline.ts',
    from: 'this.#cancel = this.#clock.after(Math.max(this.#left, 0), this.#passed);',
    to: 'void this.#passed;',
    caughtBy: ['P7'],
  },
];

const own = fileURLToPath(new URL('..', import.meta.url));

/** The promises that a copy of the runner with this change breaks; of all, or of those that are named. */
async function brokenBy(
  change?: Pick<SeededBug, 'file' | 'from' | 'to'>,
  named: readonly string[] = [],
): Promise<string[]> {
  const place = await mkdtemp(join(tmpdir(), 'assize-seeded-'));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  await cp(join(own, 'src'), join(place, 'src'), { recursive: true });
  await symlink(join(own, 'node_modules'), join(place, 'node_modules'));
  await writeFile(join(place, 'package.json'), '{ "type": "module" }');
  if (change) {
    const file = join(place, 'src', change.file);
    const source = await readFile(file, 'utf8');
    // A bug that can no longer be planted is no proof of anything.
    expect(source.split(change.from)).toHaveLength(2);
    await writeFile(
      file,
      source.replace(change.from, () => change.to),
    );
  }
  const child = fileURLToPath(new URL('promises-in-child.ts', import.meta.url));
  const argv = [
    '--conditions=@assize/source',
    '--disable-warning=ExperimentalWarning',
    child,
    join(place, 'src/index.ts'),
    ...named,
  ];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'assize-runner-compile-cache') };
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env });
  return JSON.parse(stdout) as string[];
}

describe('the tests are tested: a copy of the runner', () => {
  test('as it is breaks no promise', { timeout: 60_000 }, async () => {
    expect(await brokenBy()).toEqual([]);
  });

  test.each(bugs)('in which $bug breaks $caughtBy', { timeout: 60_000 }, async ({ caughtBy, ...change }) => {
    expect(await brokenBy(change, caughtBy)).toEqual(caughtBy);
  });
});
