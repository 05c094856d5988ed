/** Throws unless every number of a result is finite, a null interval has a note, and an interval is in order. */
export function sound(result: unknown, path: string): void {
  if (typeof result === 'number') {
    if (!Number.isFinite(result)) throw new Error(`${path} is ${result}`);
  } else if (Array.isArray(result)) result.forEach((part, i) => sound(part, `${path}[${i}]`));
  else if (ArrayBuffer.isView(result)) sound([...(result as Float64Array)], path);
  else if (typeof result === 'object' && result !== null) {
    for (const [key, part] of Object.entries(result)) sound(part, `${path}.${key}`);
    const { interval, notes } = result as { interval?: [number, number] | null; notes?: string[] };
    if (interval === null && !notes?.length) throw new Error(`${path} has no interval and does not say why`);
    if (interval && interval[0] > interval[1]) throw new Error(`${path} has the interval ${interval.join(', ')}`);
  }
}
