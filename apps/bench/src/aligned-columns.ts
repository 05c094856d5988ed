/** Rows of cells as lines whose columns stand under each other; those counted in `numeric`, from 0, to the right. */
export function alignedColumns(rows: readonly (readonly string[])[], numeric: ReadonlySet<number>): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((text, column) => (numeric.has(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
