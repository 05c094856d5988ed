/** Headers as the AI SDK keeps them, a plain object, read without regard to case. */
export function headersOf(headers: { [name: string]: string | null | undefined } | null | undefined): {
  get(name: string): string | null;
} {
  const found = new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value ?? null]));
  return { get: (name) => found.get(name.toLowerCase()) ?? null };
}
