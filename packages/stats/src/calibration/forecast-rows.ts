import { columnAt } from '../numerics/present-rows.ts';

/** Forecasts with their outcomes; rows where either is missing are left out. */
export type ForecastRows = {
  p: Float64Array;
  y: Uint8Array;
  /** The place of each kept row in the caller's arrays; undefined where all are kept. */
  rows: Uint32Array | undefined;
  n: number;
  positives: number;
};

/**
 * The rows that have both a forecast and an outcome.
 *
 * @param range 'probability': forecasts lie in [0, 1]; 'score': any finite number
 * @throws RangeError naming the place of a value that is neither allowed nor missing
 */
export function forecastRows(
  forecasts: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  range: 'probability' | 'score' = 'probability',
): ForecastRows {
  const name = range === 'probability' ? 'probabilities' : 'scores';
  const length = forecasts.length;
  if (outcomes.length !== length) throw new RangeError(`${length} ${name} but ${outcomes.length} outcomes`);
  const y = new Uint8Array(length);
  let [n, positives] = [0, 0];
  for (let i = 0; i < length; i++) {
    const forecast = forecasts[i]!;
    const outcome = outcomes[i]!;
    const missing = isMissingForecast(forecast, range, name, i);
    if (checkOutcome(outcome, i) || missing) continue;
    y[n++] = outcome;
    positives += outcome;
  }
  if (n === length) return { p: columnAt(forecasts, undefined), y, rows: undefined, n, positives };
  const rows = new Uint32Array(n);
  for (let i = 0, place = 0; place < n; i++) {
    if (!Number.isNaN(forecasts[i]!) && (outcomes[i] === 0 || outcomes[i] === 1)) rows[place++] = i;
  }
  return { p: columnAt(forecasts, rows), y: y.subarray(0, n), rows, n, positives };
}

/** As `checkForecast`, which needs the place in words only where something is wrong. */
function isMissingForecast(forecast: number, range: 'probability' | 'score', name: string, i: number): boolean {
  if (range === 'probability' ? forecast >= 0 && forecast <= 1 : forecast - forecast === 0) return false;
  return checkForecast(forecast, range, `${name}[${i}]`);
}

/** Whether a forecast is missing. Throws RangeError where it is neither missing nor in range. */
export function checkForecast(forecast: number, range: 'probability' | 'score', place: string): boolean {
  if (Number.isNaN(forecast)) return true;
  if (range === 'probability' && !(forecast >= 0 && forecast <= 1)) {
    throw new RangeError(`${place} must lie in [0, 1] or be NaN for missing, found ${forecast}`);
  }
  if (range === 'score' && !Number.isFinite(forecast)) {
    throw new RangeError(`${place} must be finite or NaN for missing, found ${forecast}`);
  }
  return false;
}

/** Whether an outcome is missing (NaN or −1). Throws RangeError where it is neither that nor 0 or 1. */
function checkOutcome(outcome: number, i: number): boolean {
  if (outcome === 0 || outcome === 1) return false;
  if (Number.isNaN(outcome) || outcome === -1) return true;
  throw new RangeError(`outcomes[${i}] must be 0 or 1, or NaN or −1 for missing, found ${outcome}`);
}

/** The cluster ids of the kept rows, or undefined where none were given. Throws RangeError for a wrong number of ids. */
export function keptClusters(
  clusters: ArrayLike<number> | undefined,
  { rows }: Pick<ForecastRows, 'rows'>,
  length: number,
): ArrayLike<number> | undefined {
  if (clusters === undefined) return undefined;
  if (clusters.length !== length) throw new RangeError(`${length} rows but ${clusters.length} cluster ids`);
  return rows ? columnAt(clusters, rows) : clusters;
}
