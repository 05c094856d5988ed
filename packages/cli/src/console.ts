import type { EventEmitter } from 'node:events';

/** Where a command reads its surroundings and writes: handed in, so that tests run it whole. */
export interface Console {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Ends whatever waits; commands pass it on. */
  readonly signal: AbortSignal;
  /** Where SIGINT, SIGTERM and SIGHUP arrive: the process. A run drains at the first and aborts at the second. */
  readonly signals: EventEmitter;
}

export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

/** Colour only on a terminal, never with NO_COLOR; FORCE_COLOR overrides. */
export function wantsColour(output: Output, env: Console['env']): boolean {
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0') return true;
  return output.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
