import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { SubjectEnd, SubjectLine, SubjectSettings } from './subject-lines.ts';

/** What was heard of a subject until its process was gone. */
export interface SubjectLife {
  /** Items whose reply it acknowledged. */
  readonly kept: readonly string[];
  readonly warnings: readonly string[];
  /** One for each run that ended by itself; a killed one has none. */
  readonly ends: readonly SubjectEnd[];
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** What it wrote beside: of a sound one, nothing. */
  readonly errors: string;
  /** How many replies it had acknowledged when it said that it drains; `null` when it never did. */
  readonly keptWhenDraining: number | null;
}

export interface Subject {
  readonly child: ChildProcess;
  /** Resolves when its run has begun, or when it is gone. */
  readonly started: Promise<void>;
  readonly ended: Promise<SubjectLife>;
  /** Resolves when it has acknowledged so many replies, or when it is gone. */
  readonly hasKept: (count: number) => Promise<void>;
}

// From the packages that this process itself was started with, built ones or their source.
const conditions = import.meta.resolve('@assize/runner').endsWith('.ts') ? ['--conditions=@assize/source'] : [];

/** Starts a subject, by way of another command where one is given (`prlimit --fsize=…`). */
export function startSubject(settings: SubjectSettings, by: readonly string[] = []): Subject {
  const file = fileURLToPath(new URL('fault-subject.ts', import.meta.url));
  const own = ['--disable-warning=ExperimentalWarning', ...conditions, file, JSON.stringify(settings)];
  const [command = '', ...rest] = [...by, process.execPath, ...own];
  // Half of a start is reading the program, which is the same for all of them.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'assize-fault-suite-compile-cache') };
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const [kept, warnings, ends]: [string[], string[], SubjectEnd[]] = [[], [], []];
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  const start = Promise.withResolvers<void>();
  let errors = '';
  let keptWhenDraining: number | null = null;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (text) => {
    // A line that a kill has cut short acknowledges nothing.
    const line = parsed(text);
    if (line?.started !== undefined) start.resolve();
    if (line?.warning !== undefined) warnings.push(line.warning);
    if (line?.warning === 'runner/draining') keptWhenDraining = kept.length;
    if (line?.end) ends.push(line.end);
    if (line?.kept === undefined) return;
    kept.push(line.kept);
    for (const waiter of waiting) if (kept.length >= waiter.count) waiter.resolve();
  });
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const closed = new Promise<void>((resolve) => lines.once('close', resolve));
  const ended = new Promise<SubjectLife>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const tell = (): void => {
        start.resolve();
        for (const waiter of waiting) waiter.resolve();
        resolve({ kept, warnings, ends, signal, code, errors, keptWhenDraining });
      };
      void closed.then(tell);
    });
  });
  const hasKept = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (kept.length >= count || child.exitCode !== null || child.signalCode !== null) resolve();
      else waiting.add({ count, resolve });
    });
  return { child, started: start.promise, ended, hasKept };
}

function parsed(text: string): SubjectLine | undefined {
  try {
    const line: SubjectLine = JSON.parse(text);
    return line;
  } catch {
    return undefined;
  }
}
