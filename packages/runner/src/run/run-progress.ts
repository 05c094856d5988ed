import type { LaneHold, RatingStatus, RunEvent, RunReason } from '@assize/core';

/** How far one model's calls are. */
export interface LaneProgress {
  readonly inFlight: number;
  readonly replies: number;
  /** Calls that were given up. */
  readonly failed: number;
  readonly retries: number;
  /** Calls that wait for another try. */
  readonly waiting: number;
}

/** When the run will be done, in milliseconds from now: at the pace of the last minute, with a 90 % interval; or why nobody knows. */
export type Eta =
  | { readonly ms: number; readonly low: number; readonly high: number }
  | { readonly ms: null; readonly reason: string };

/** How far a run is. */
export interface RunProgress {
  /** Assignments that have ratings, and how many there are; `null` where that is not known. */
  readonly done: number;
  readonly total: number | null;
  /** Of those done, what earlier sessions had finished. */
  readonly kept: number;
  /** Assignments a second, over the last minute; `null` while nothing was finished. */
  readonly rate: number | null;
  readonly eta: Eta;
  /** US dollars of the replies of this session whose price is known, and how many others there are. */
  readonly costSoFar: { readonly usd: number; readonly unpriced: number };
  readonly ratings: Readonly<Record<RatingStatus, number>>;
  /** Attempts that brought no reply, by the code of the fault: tried again or not. */
  readonly failures: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
  readonly lanes: Readonly<Record<string, LaneProgress>>;
  /** What holds a model's calls back now, where something does. */
  readonly held: Readonly<Record<string, LaneHold>>;
  /** How it ended; `null` while it is under way. */
  readonly ended: RunReason | null;
}

/** An event and when it was seen, in milliseconds by a clock that never jumps. */
export interface TimedEvent {
  readonly event: RunEvent;
  readonly atMs: number;
}

const paceMs = 60_000;
/** Fewer finished assignments say nothing of the others. */
const leastFinished = 8;
const normal90 = 1.6449;

/**
 * How far a run is, after these events.
 *
 * @param nowMs the present, by the clock of the events
 * @example runProgress(events, performance.now()).eta
 */
export function runProgress(events: Iterable<TimedEvent>, nowMs: number): RunProgress {
  const fold = new ProgressFold();
  for (const { event, atMs } of events) fold.take(event, atMs);
  return fold.progress(nowMs);
}

/** The same, event by event, in memory that does not grow with the run. */
export class ProgressFold {
  #total: number | null = null;
  #done = 0;
  #kept = 0;
  #last = '';
  #beganMs = 0;
  #usd = 0;
  #unpriced = 0;
  #ended: RunReason | null = null;
  /** Assignments finished in each second of the last minute. */
  #seconds: { second: number; finished: number }[] = [];
  readonly #ratings = { rated: 0, abstained: 0, refused: 0, unreadable: 0, failed: 0 };
  readonly #failures = new Map<string, number>();
  readonly #warnings = new Map<string, number>();
  readonly #held = new Map<string, LaneHold>();
  readonly #lanes = new Map<string, { -readonly [field in keyof LaneProgress]: number }>();

  take(event: RunEvent, atMs: number): void {
    switch (event.type) {
      case 'run-start':
        this.#total = event.assignments;
        this.#beganMs = atMs;
        break;
      case 'call-start': {
        const lane = this.#lane(event.model);
        lane.inFlight += 1;
        if (event.attempt > 1 && lane.waiting > 0) lane.waiting -= 1;
        break;
      }
      case 'call-retry': {
        const lane = this.#lane(event.model);
        lane.inFlight -= 1;
        lane.retries += 1;
        lane.waiting += 1;
        count(this.#failures, event.fault.code);
        break;
      }
      case 'call-end': {
        if (event.from !== 'model') break;
        const lane = this.#lane(event.model);
        // A call that a batch answers was never in flight.
        lane.inFlight = Math.max(0, lane.inFlight - 1);
        if (event.outcome === 'reply') {
          lane.replies += 1;
          if (event.cost) this.#usd += event.cost.amount;
          else this.#unpriced += 1;
        } else {
          lane.failed += 1;
          count(this.#failures, event.fault?.code ?? 'unknown');
        }
        break;
      }
      case 'rating-end': {
        this.#ratings[event.rating.status] += 1;
        // All rows of one assignment come in a row.
        const assignment = JSON.stringify([event.rating.rater, event.rating.item]);
        if (assignment === this.#last) break;
        this.#last = assignment;
        this.#done += 1;
        if (event.from === 'journal') this.#kept += 1;
        else this.#finish(atMs);
        break;
      }
      case 'lane':
        if (event.why === null) this.#held.delete(event.model);
        else this.#held.set(event.model, event.why);
        break;
      case 'batch':
        // Its calls are told of one by one as they are sent and collected.
        break;
      case 'warning':
        count(this.#warnings, event.code);
        break;
      case 'run-end':
        this.#ended = event.reason;
        break;
    }
  }

  progress(nowMs: number): RunProgress {
    const { rate, finished } = this.#pace(nowMs);
    return {
      done: this.#done,
      total: this.#total,
      kept: this.#kept,
      rate,
      eta: this.#eta(rate, finished),
      costSoFar: { usd: this.#usd, unpriced: this.#unpriced },
      ratings: { ...this.#ratings },
      failures: Object.fromEntries(this.#failures),
      warnings: Object.fromEntries(this.#warnings),
      lanes: Object.fromEntries(Array.from(this.#lanes, ([id, lane]) => [id, { ...lane }])),
      held: Object.fromEntries(this.#held),
      ended: this.#ended,
    };
  }

  #finish(atMs: number): void {
    const second = Math.floor(atMs / 1000);
    const last = this.#seconds.at(-1);
    if (last?.second === second) last.finished += 1;
    else {
      const oldest = second - paceMs / 1000;
      this.#seconds = [...this.#seconds.filter((entry) => entry.second > oldest), { second, finished: 1 }];
    }
  }

  #pace(nowMs: number): { rate: number | null; finished: number } {
    const fromMs = Math.max(this.#beganMs, nowMs - paceMs);
    const recent = this.#seconds.filter(({ second }) => (second + 1) * 1000 > fromMs);
    const finished = recent.reduce((sum, entry) => sum + entry.finished, 0);
    const seconds = (nowMs - fromMs) / 1000;
    return { rate: finished > 0 && seconds > 0 ? finished / seconds : null, finished };
  }

  /** Finished assignments are taken for a Poisson process: `k` seen and `left` to come, each with an error of its own. */
  #eta(rate: number | null, finished: number): Eta {
    if (this.#ended !== null) return { ms: null, reason: 'the run has ended' };
    if (this.#total === null) return { ms: null, reason: 'the data set does not say how many items it has' };
    const left = this.#total - this.#done;
    if (left <= 0) return { ms: 0, low: 0, high: 0 };
    if (rate === null || finished < leastFinished) {
      return { ms: null, reason: `${finished} assignments were finished within the last minute: too few to tell` };
    }
    const ms = (left / rate) * 1000;
    const factor = Math.exp(normal90 * Math.sqrt(1 / finished + 1 / left));
    return { ms, low: ms / factor, high: ms * factor };
  }

  #lane(model: string): { -readonly [field in keyof LaneProgress]: number } {
    const lane = this.#lanes.get(model) ?? { inFlight: 0, replies: 0, failed: 0, retries: 0, waiting: 0 };
    this.#lanes.set(model, lane);
    return lane;
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
