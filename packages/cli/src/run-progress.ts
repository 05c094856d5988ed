import type { RunEvent } from '@assize/core';

import { type Console, isLive, say } from './console.ts';

/** Shows how far a run is: one line that is rewritten on a terminal, else one line for each tenth. */
export function runProgress(console: Console): { take: (event: RunEvent) => void; end: () => void } {
  const { stderr } = console;
  const live = isLive(console);
  let [planned, finished, calls, retries, tenth]: [number | null, number, number, number, number] = [null, 0, 0, 0, 0];
  let open = false;
  const seen = new Set<string>();
  const warned = new Map<string, number>();
  const line = (): string =>
    `${finished}${planned === null ? '' : ` of ${planned}`} assignments, ${calls} replies${retries > 0 ? `, ${retries} tried again` : ''}`;
  const show = (): void => {
    if (live) {
      stderr.write(`\r${line()}\u001b[K`);
      open = true;
    } else if (planned !== null && Math.floor((finished * 10) / planned) > tenth) {
      tenth = Math.floor((finished * 10) / planned);
      say(console, line());
    }
  };
  const end = (): void => {
    if (open) stderr.write('\n');
    open = false;
  };
  const tell = (text: string): void => {
    end();
    say(console, text);
  };
  return {
    take(event) {
      switch (event.type) {
        case 'run-start':
          planned = event.assignments;
          tell(`run ${event.run}${event.resumed ? ', resumed' : ''}`);
          if (event.unknown.calls > 0)
            tell(`${event.unknown.calls} calls of earlier sessions may have been billed and lost`);
          break;
        case 'call-retry':
          retries++;
          if (isMilestone(retries)) tell(`trying again${times(retries)}: ${event.fault.message}`);
          break;
        case 'call-end':
          if (event.outcome === 'reply') calls++;
          break;
        case 'rating-end': {
          const assignment = `${event.rating.rater}\u0000${event.rating.item}`;
          if (seen.has(assignment)) break;
          seen.add(assignment);
          finished++;
          show();
          break;
        }
        case 'warning': {
          const count = (warned.get(event.message) ?? 0) + 1;
          warned.set(event.message, count);
          if (isMilestone(count)) tell(`warning${times(count)}: ${event.message}`);
          break;
        }
        case 'lane':
          if (event.why === 'circuit') tell(`${event.model} is down: one call in 30 seconds tries it`);
          break;
        case 'call-start':
        case 'run-end':
          break;
      }
    },
    end,
  };
}

/** The first, the tenth, the hundredth …: what goes wrong is told at once, and not a thousand times. */
function isMilestone(count: number): boolean {
  return /^10*$/.test(String(count));
}

function times(count: number): string {
  return count === 1 ? '' : ` (${count} times)`;
}
