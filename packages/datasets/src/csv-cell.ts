/**
 * A cell of CSV. A number is written as it is; a text that a spreadsheet would run as a formula gets an apostrophe in
 * front (which the readers of this package take off again), and is quoted where RFC 4180 asks for it.
 *
 * A formula starts with one of `= + - @`, tab, carriage return or NUL. A text whose apostrophes stand before one of
 * these gets one more, so that nothing is lost.
 *
 * @see OWASP ASVS 1.2.10
 */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^'*[=+\-@\t\r\0]/.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
