import type { Estimate, Finding, Threshold, Undetermined } from '@assize/core';

import { estimateText, shortEstimateText, thresholdText } from './estimate-text.ts';
import { figure } from './figure.ts';
import { type Markup, markup } from './markup.ts';
import { numberText } from './number-text.ts';
import { stripHeight, thresholdStrip } from './threshold-plot.ts';

const kinds = [
  { statistic: 'position-consistency', name: 'consistent', kind: 'consistent' },
  { statistic: 'primacy', name: 'primacy', kind: 'primacy' },
  { statistic: 'recency', name: 'recency', kind: 'recency' },
] as const;

const barHeight = 26;
const rowHeight = 19;

/**
 * Order bias: the shares of pairs with one winner, of primacy and of recency as one bar, and preference fairness over
 * the bands of its threshold. `undefined` when neither can be drawn.
 */
export function orderBiasPlot(finding: Finding, id: string): Markup | undefined {
  const estimateOf = (statistic: string): Estimate | Undetermined | undefined =>
    finding.measures.find((measure) => measure.statistic === statistic && measure.about === undefined)?.estimate ??
    finding.measures.find((measure) => measure.statistic === statistic)?.estimate ??
    (finding.statistic === statistic ? finding.estimate : undefined);
  const shares = kinds.flatMap((kind) => {
    const estimate = estimateOf(kind.statistic);
    return estimate ? [{ ...kind, estimate }] : [];
  });
  const bar = shares.length === kinds.length ? stackedBar(shares) : undefined;
  const fairness = estimateOf('preference-fairness');
  const threshold: Threshold | undefined = finding.threshold && { ...finding.threshold, bad: 'both' };
  const barBottom = bar ? barHeight + 8 + shares.length * rowHeight + 12 : 0;
  const strip = fairness && threshold && thresholdStrip(fairness, threshold, 'preference-fairness', barBottom + 20);
  if (!bar && !strip) return undefined;
  const facts = [
    ...shares,
    ...(fairness ? [{ name: 'preference fairness', statistic: 'preference-fairness', estimate: fairness }] : []),
  ];
  return figure({
    id,
    title: 'Does the order decide?',
    description: facts
      .map(({ name, statistic, estimate }) => `${name}: ${estimateText(estimate, statistic)}.`)
      .join(' '),
    caption: [
      bar
        ? 'Bar: pairs judged in both orders. Consistent: the same verdict twice. Primacy: the response shown first gains; recency: the one shown last.'
        : '',
      strip && fairness && threshold
        ? ` Diamond: preference fairness, ${shortEstimateText(fairness, 'preference-fairness')}; below 0 the response shown first is favoured, above 0 the one shown last; ${thresholdText(threshold, 'preference-fairness')}.`
        : '',
    ],
    height: barBottom + (strip ? 20 + stripHeight : 0),
    body: [
      bar,
      strip &&
        markup`<text class="tick" x="0" y="${barBottom + 10}">← favours the first</text><text class="tick" x="100%" y="${barBottom + 10}" text-anchor="end">favours the last →</text>`,
      strip,
    ],
  });
}

interface Share {
  name: string;
  kind: string;
  statistic: string;
  estimate: Estimate | Undetermined;
}

/** `undefined` where a share is undetermined or the three are not parts of one whole. */
function stackedBar(shares: readonly Share[]): Markup[] | undefined {
  const values = shares.map(({ estimate }) => estimate.value ?? Number.NaN);
  const total = values.reduce((sum, value) => sum + value, 0);
  if (!values.every((value) => value >= 0) || !(total <= 1.005)) return undefined;
  const body: Markup[] = [markup`<rect class="segment other" x="0" y="0" width="100%" height="${barHeight}"/>`];
  let x = 0;
  for (const [place, { kind }] of shares.entries()) {
    const width = 100 * (values[place] ?? 0);
    body.push(markup`<rect class="segment ${kind}" x="${x}%" y="0" width="${width}%" height="${barHeight}"/>`);
    if (width > 12) {
      body.push(
        markup`<text class="segment-text ${kind}" x="${x + width / 2}%" y="17" text-anchor="middle">${numberText(values[place] ?? 0, 'percent', 0)}</text>`,
      );
    }
    x += width;
  }
  for (const [place, { kind, name, statistic, estimate }] of shares.entries()) {
    const y = barHeight + 8 + place * rowHeight;
    body.push(
      markup`<rect class="segment ${kind}" x="0" y="${y + 3}" width="10" height="10"/>`,
      markup`<text class="row-label" x="0" dx="16" y="${y + 12}">${name}</text>`,
      markup`<text class="row-number" x="100%" y="${y + 12}" text-anchor="end">${shortEstimateText(estimate, statistic)}</text>`,
    );
  }
  return body;
}
