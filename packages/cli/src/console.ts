import type { EventEmitter } from 'node:events';

import { visible } from './visible.ts';

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
  /** Whether notes and progress are left out; errors never are. */
  readonly quiet?: boolean;
  /** Whether errors say what caused them. */
  readonly verbose?: boolean;
  /** Asks a person a question with yes or no; left out where nobody is there to answer. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** Makes the folder of `--cwd` the process's own, for plugins that read relative paths. */
  readonly enter?: (folder: string) => void;
}

export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

/** Colour only on a terminal, never with NO_COLOR; FORCE_COLOR overrides, 0 turns it off. */
export function wantsColour(output: Output, env: Console['env']): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return output.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** Whether a line may be rewritten in place: on a terminal that is watched. */
export function isLive({ stderr, env, quiet }: Console): boolean {
  return stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'] && quiet !== true;
}

/** Says something beside the result: on stderr, so that stdout holds the result alone. */
export function say({ stderr, quiet }: Console, line: string): void {
  if (quiet !== true) stderr.write(`${visible(line)}\n`);
}
