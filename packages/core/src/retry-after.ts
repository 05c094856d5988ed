const longestWaitMs = 600_000;

/**
 * How long the provider asks to wait, in milliseconds, capped at ten minutes; nothing when it does not say or says nonsense.
 *
 * `retry-after-ms` wins over `retry-after`, which may be seconds (a decimal too) or a date. A date is read against the
 * response's own `date` header, never the local clock, which may be wrong.
 */
export function retryAfterMs(headers: { get(name: string): string | null }): number | undefined {
  const wait = plainNumber(headers.get('retry-after-ms')) ?? secondsOrDate(headers);
  return wait === undefined ? undefined : Math.min(Math.ceil(wait), longestWaitMs);
}

function secondsOrDate(headers: { get(name: string): string | null }): number | undefined {
  const after = headers.get('retry-after');
  const seconds = plainNumber(after);
  if (seconds !== undefined) return seconds * 1000;
  const until = Date.parse(after?.includes(':') ? after : '');
  const now = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(until) || Number.isNaN(now) ? undefined : Math.max(0, until - now);
}

function plainNumber(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
