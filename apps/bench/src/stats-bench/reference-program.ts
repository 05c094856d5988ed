import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { z } from 'zod';

/** What is measured: the processor time of a process, or the time that passes. R gives the first. */
export type Clock = 'cpu' | 'wall';

/** Work as a reference does it: the name of a function, arrays as files of doubles, numbers and words as they are. */
export interface ReferenceCall {
  tool: 'python' | 'r';
  call: string;
  files: Record<string, string>;
  settings: Record<string, number | string>;
}

const answer = z.union([z.object({ ms: z.number(), values: z.array(z.number()) }), z.object({ missing: z.string() })]);
export type ReferenceAnswer = z.infer<typeof answer>;

/** A long-lived reference program: it starts with the first call, reads data once, and times its own work. */
export class ReferenceProgram implements AsyncDisposable {
  readonly #tool: ReferenceCall['tool'];
  #child: ChildProcess | undefined;
  #lines: AsyncIterator<string> | undefined;
  #missing: string | undefined;

  constructor(tool: ReferenceCall['tool']) {
    this.#tool = tool;
  }

  async call(request: ReferenceCall, clock: Clock): Promise<ReferenceAnswer> {
    if (this.#missing !== undefined) return { missing: this.#missing };
    const child = (this.#child ??= this.#start());
    child.stdin?.write(`${this.#tool === 'r' ? rLine(request) : JSON.stringify({ ...request, clock })}\n`);
    const line = await this.#lines?.next();
    if (line === undefined || line.done === true) {
      this.#missing ??= `${this.#tool === 'r' ? 'Rscript' : pythonName()} does not run or lacks NumPy`;
      return { missing: this.#missing };
    }
    return answer.parse(JSON.parse(line.value));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child?.stdin?.end();
    this.#child?.kill();
    await Promise.resolve();
  }

  #start(): ChildProcess {
    const script = join(import.meta.dirname, this.#tool === 'r' ? 'reference.R' : 'reference.py');
    const child = spawn(this.#tool === 'r' ? 'Rscript' : pythonName(), [script], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // One core on either side: the claims are about one.
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
    });
    child.on('error', () => undefined); // the missing answer says it
    child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return child;
  }
}

/** ASSIZE_BENCH_PYTHON, an interpreter where the libraries are, else PYTHON, else python3. */
function pythonName(): string {
  return process.env['ASSIZE_BENCH_PYTHON'] ?? process.env['PYTHON'] ?? 'python3';
}

function rLine({ call, files, settings }: ReferenceCall): string {
  return [call, ...Object.values(files), ...Object.values(settings), 0].slice(0, 4).join('\t');
}
