import type { RunEvent } from '@assize/core';

import type { Console } from './console.ts';
import { visible } from './failure.ts';

/** Shows how far a run is: one line that is rewritten on a terminal, else one line for each tenth. */
export function runProgress({ stderr, env }: Console): { take: (event: RunEvent) => void; end: () => void } {
  const live = stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'];
  let [planned, finished, calls, retries, tenth]: [number | null, number, number, number, number] = [null, 0, 0, 0, 0];
  let open = false;
  const seen = new Set<string>();
  const line = (): string =>
    `${finished}${planned === null ? '' : ` of ${planned}`} assignments, ${calls} replies${retries > 0 ? `, ${retries} tried again` : ''}`;
  const show = (): void => {
    if (live) {
      stderr.write(`\r${line()}\u001b[K`);
      open = true;
    } else if (planned !== null && Math.floor((finished * 10) / planned) > tenth) {
      tenth = Math.floor((finished * 10) / planned);
      stderr.write(`${line()}\n`);
    }
  };
  const say = (text: string): void => {
    if (open) stderr.write('\n');
    open = false;
    stderr.write(`${visible(text)}\n`);
  };
  return {
    take(event) {
      switch (event.type) {
        case 'run-start':
          planned = event.assignments;
          say(`run ${event.run}${event.resumed ? ', resumed' : ''}`);
          if (event.unknown.calls > 0)
            say(`${event.unknown.calls} calls of earlier sessions may have been billed and lost`);
          break;
        case 'call-retry':
          retries++;
          break;
        case 'call-end':
          calls++;
          break;
        case 'rating-end': {
          const assignment = `${event.rating.rater}\u0000${event.rating.item}`;
          if (seen.has(assignment)) break;
          seen.add(assignment);
          finished++;
          show();
          break;
        }
        case 'warning':
          say(`warning: ${event.message}`);
          break;
        case 'call-start':
        case 'run-end':
          break;
      }
    },
    end() {
      if (open) stderr.write('\n');
      open = false;
    },
  };
}
