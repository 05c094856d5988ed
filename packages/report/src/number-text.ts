/** How a statistic is written: a share as a percentage, a coefficient with a fixed point, anything else by its size. */
export type NumberStyle = 'percent' | 'coefficient';

const shares = new Set([
  'agreement',
  'accuracy',
  'primacy',
  'recency',
  'excess-inconsistency',
  'sensitivity',
  'specificity',
  'precision',
  'recall',
  'coverage',
]);
const shareWords = new Set(['share', 'rate', 'consistency', 'inconsistency', 'percent', 'proportion']);

/** The style of a statistic, by its name: shares and rates are percentages. */
export function numberStyle(statistic: string): NumberStyle {
  return shares.has(statistic) || statistic.split('-').some((word) => shareWords.has(word)) ? 'percent' : 'coefficient';
}

/** As many decimals as the interval supports: its first digit and no further, within what people read. */
export function decimalsFor(style: NumberStyle, interval: readonly [number, number] | null, size: number): number {
  const width = interval ? interval[1] - interval[0] : Number.NaN;
  const place = width > 0 ? -Math.floor(Math.log10(width)) : Number.NaN;
  if (style === 'percent') return width >= 0.2 ? 0 : clamp(Number.isNaN(place) ? 1 : place - 1, 1, 3);
  if (Math.abs(size) > 1) return clamp(Number.isNaN(place) ? 2 : place + 1, size >= 1000 ? 0 : 1, 4);
  return clamp(Number.isNaN(place) ? 2 : place, 2, 4);
}

/** One number as text: a true minus sign, no negative zero, thousands grouped; what is not finite is said in words. */
export function numberText(value: number, style: NumberStyle, decimals: number): string {
  if (!Number.isFinite(value)) return 'not a finite number';
  const shown = (style === 'percent' ? value * 100 : value).toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: 'negative',
  });
  return `${shown.replace('-', '−')}${style === 'percent' ? '%' : ''}`;
}

/** A chosen number, such as a threshold: as short as it is exact, and for coefficients at least two decimals. */
export function limitText(value: number, style: NumberStyle): string {
  const scaled = style === 'percent' ? value * 100 : value;
  const least = style === 'percent' ? 0 : 2;
  const decimals = [0, 1, 2, 3, 4].find(
    (places) => places >= least && Math.abs(scaled - Number(scaled.toFixed(places))) < 1e-9,
  );
  return numberText(value, style, decimals ?? 4);
}

/** A count with its thousands grouped. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
