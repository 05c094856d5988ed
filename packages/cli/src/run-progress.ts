import type { RunEvent } from '@assize/core';
import { ProgressFold, type RunProgress, systemClock } from '@assize/runner';

import { type Console, isLive, say } from './console.ts';

/** A line is rewritten no more often: a terminal is slower than a run. */
const redrawMs = 50;

/** Shows how far a run is: one line that is rewritten on a terminal, else one line for each tenth. */
export function showProgress(console: Console): { take: (event: RunEvent) => void; end: () => void } {
  const { stderr } = console;
  const live = isLive(console);
  const fold = new ProgressFold();
  let [tenth, drawnAt, retries, open] = [0, Number.NEGATIVE_INFINITY, 0, false];
  const warned = new Map<string, number>();
  const show = (now: number): void => {
    if (live) {
      if (now - drawnAt < redrawMs) return;
      drawnAt = now;
      stderr.write(`\r${progressLine(fold.progress(now))}\u001b[K`);
      open = true;
      return;
    }
    const { done, total } = fold.progress(now);
    if (total === null || Math.floor((done * 10) / total) <= tenth) return;
    tenth = Math.floor((done * 10) / total);
    say(console, progressLine(fold.progress(now)));
  };
  const end = (): void => {
    if (open) stderr.write(`\r${progressLine(fold.progress(systemClock.now()))}\u001b[K\n`);
    open = false;
  };
  const tell = (text: string): void => {
    end();
    say(console, text);
  };
  return {
    take(event) {
      const now = systemClock.now();
      fold.take(event, now);
      switch (event.type) {
        case 'run-start':
          tell(`run ${event.run}${event.resumed ? ', resumed' : ''}`);
          if (event.unknown.calls > 0)
            tell(`${event.unknown.calls} calls of earlier sessions may have been billed and lost`);
          break;
        case 'call-retry':
          retries++;
          if (isMilestone(retries)) tell(`trying again${times(retries)}: ${event.fault.message}`);
          break;
        case 'rating-end':
          show(now);
          break;
        case 'warning': {
          const count = (warned.get(event.message) ?? 0) + 1;
          warned.set(event.message, count);
          if (isMilestone(count)) tell(`warning${times(count)}: ${event.message}`);
          break;
        }
        case 'lane':
          if (event.why === 'circuit') tell(`${event.model} is down: one call in 30 seconds tries it`);
          break;
        case 'batch':
          tell(
            `batch ${event.id ?? event.label} of ${event.model}: ${event.state}, ${event.calls} calls, ${event.finished} finished, ${event.failed} failed`,
          );
          break;
        case 'call-start':
        case 'call-end':
        case 'run-end':
          break;
      }
    },
    end,
  };
}

/** How far a run is, in one line: what is not known is left out. */
function progressLine({ done, total, rate, eta, costSoFar, failures, lanes }: RunProgress): string {
  const calls = Object.values(lanes);
  const sum = (count: 'replies' | 'retries' | 'failed'): number => calls.reduce((all, lane) => all + lane[count], 0);
  const worst = Object.entries(failures).toSorted((a, b) => b[1] - a[1])[0];
  return [
    `${done}${total === null ? '' : ` of ${total}`} assignments`,
    `${sum('replies')} replies`,
    ...(sum('retries') > 0 ? [`${sum('retries')} tried again`] : []),
    ...(sum('failed') > 0 ? [`${sum('failed')} failed`] : []),
    ...(worst ? [`mostly ${worst[0]}`] : []),
    ...(costSoFar.usd > 0 ? [`$${costSoFar.usd.toFixed(4)}`] : []),
    ...(rate === null || total === done ? [] : [`${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`]),
    ...(eta.ms === null || eta.ms === 0 ? [] : [`${span(eta.low)} to ${span(eta.high)} left`]),
  ].join(', ');
}

/** A time for people: `40 s`, `12 min`, `3.5 h`. */
function span(ms: number): string {
  if (ms < 90_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** The first, the tenth, the hundredth …: what goes wrong is told at once, and not a thousand times. */
function isMilestone(count: number): boolean {
  return /^10*$/.test(String(count));
}

function times(count: number): string {
  return count === 1 ? '' : ` (${count} times)`;
}
