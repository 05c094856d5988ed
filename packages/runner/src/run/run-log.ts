import type { RunEvent } from '@assize/core';
import { redact } from '@assize/core/redact';

/** One line of a run's log: an event as it was, when it happened, and of a rating only what it says of the run. */
interface RunLogLine {
  /** ISO 8601, wall clock. */
  readonly time: string;
  readonly [field: string]: unknown;
}

/**
 * An event as a line of JSON for a log: without prompts, replies, rationales and quotations, and without secrets.
 *
 * @param time wall clock, ISO 8601
 * @param secrets what must not stand in it; see `secretsOf` of core
 * @example log.write(`${runLogLine(event, new Date().toISOString(), secretsOf(process.env))}\n`)
 */
export function runLogLine(event: RunEvent, time: string, secrets: readonly string[]): string {
  const line: RunLogLine = { time, ...(event.type === 'rating-end' ? withoutWords(event) : event) };
  // Word by word and not the line as a whole: what is left out must not take a quotation mark with it.
  return JSON.stringify(line, (_, value: unknown) => (typeof value === 'string' ? redact(value, secrets) : value));
}

function withoutWords({ type, from, rating }: Extract<RunEvent, { type: 'rating-end' }>): object {
  const { item, rater, criterion, sample, status, value, usage, cost, latencyMs, provenance } = rating;
  const { asked, served } = provenance;
  const reason = rating.status === 'rated' ? {} : { reason: rating.reason };
  return {
    type,
    from,
    rating: { item, rater, criterion, sample, status, value, ...reason, usage, cost, latencyMs, asked, served },
  };
}
