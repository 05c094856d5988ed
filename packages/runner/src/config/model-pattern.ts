/** What a record by model says of one: its own name first, else the longest name ending in `*` that fits. */
export function byModel<Value>(record: Readonly<Record<string, Value>>, model: string): Value | undefined {
  if (Object.hasOwn(record, model)) return record[model];
  const [best] = Object.keys(record)
    .filter((pattern) => pattern.endsWith('*') && model.startsWith(pattern.slice(0, -1)))
    .toSorted((a, b) => b.length - a.length);
  return best === undefined ? undefined : record[best];
}
