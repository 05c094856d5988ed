import type { EvidenceRow, Finding, JudgeCard } from '@assize/core';

import { agreementPlot } from './agreement-plot.ts';
import { answer, outcomeBadge } from './answer.ts';
import { confusionPlot } from './confusion-plot.ts';
import { estimateText, thresholdText } from './estimate-text.ts';
import { figure } from './figure.ts';
import { type Markup, markup } from './markup.ts';
import { lacking } from './lacking.ts';
import { orderBiasPlot } from './order-bias-plot.ts';
import { slicesPlots } from './slices-plot.ts';
import { stripHeight, thresholdStrip } from './threshold-plot.ts';
import { aboutText, examinationTitle, severityWords, statisticName } from './vocabulary.ts';

/** One finding of a page: what was asked, what came out, what decides, its plots, and everything else on request. */
export function findingSection(card: JudgeCard, finding: Finding, id: string): Markup {
  const { examination, outcome, severity, question, summary, needs, advice, statistic, estimate, threshold } = finding;
  const own = examinationPlots(card, finding, `${id}-plot`).filter((plot) => plot !== undefined);
  const beside = [decisionPlot(finding, id), ...(own.length > 1 ? [] : own)].filter((plot) => plot !== undefined);
  return markup`<article class="finding" aria-labelledby="${id}">
<div class="text${beside.length === 0 ? ' full' : ''}">
<header><h3 id="${id}">${examinationTitle(examination)}</h3><span>${outcomeBadge(outcome)}<span class="severity">${severityWords[severity]}</span></span></header>
<p class="soft"><bdi>${question}</bdi></p>
<p><bdi>${summary}</bdi></p>
${
  needs !== undefined && lacking(finding)
    ? undefined
    : markup`<div class="decides"><div class="soft">${statisticName(statistic)}</div>
<div class="big">${estimateText(estimate, statistic, card.settings.level)}</div>
<div class="soft">${threshold ? `${thresholdText(threshold, statistic)}; ` : ''}<bdi>${estimate.method}</bdi></div>${
        estimate.value === null && estimate.detail !== '' ? markup`<div><bdi>${estimate.detail}</bdi></div>` : undefined
      }${estimate.value !== null && estimate.interval && estimate.notes?.length ? markup`<div class="soft"><bdi>${estimate.notes.join('; ')}</bdi></div>` : undefined}</div>`
}
${needs === undefined || lacking(finding) ? undefined : markup`<p><span class="label">What would decide it:</span> <bdi>${needs}</bdi></p>`}
${advice === undefined ? undefined : markup`<p><span class="label">Advice:</span> <bdi>${advice}</bdi></p>`}
</div>
${beside.length === 0 ? undefined : markup`<div class="plots">${beside}</div>`}
${own.length > 1 ? markup`<div class="plots beside full">${own}</div>` : undefined}
${details(card, finding)}
</article>
`;
}

/** The picture of the decision. Preference fairness is in the plot of order bias already. */
function decisionPlot({ examination, statistic, estimate, threshold }: Finding, id: string): Markup | undefined {
  if (!threshold || (examination === 'position-bias' && statistic === 'preference-fairness')) return undefined;
  const body = thresholdStrip(estimate, threshold, statistic);
  return (
    body &&
    figure({
      id: `${id}-threshold`,
      title: `${statisticName(statistic)} and its threshold`,
      description: `${estimateText(estimate, statistic)}; ${thresholdText(threshold, statistic)}.`,
      caption: undefined,
      height: stripHeight,
      body,
    })
  );
}

function examinationPlots(card: JudgeCard, finding: Finding, id: string): (Markup | undefined)[] {
  switch (finding.examination) {
    case 'agreement':
    case 'human-ceiling':
      return [agreementPlot(card, finding, id)];
    case 'confusion':
      return [confusionPlot(card, finding, id)];
    case 'position-bias':
      return [orderBiasPlot(finding, id)];
    case 'slices':
      return slicesPlots(finding, id);
    default:
      return [];
  }
}

function details(card: JudgeCard, { measures, evidence, examination }: Finding): Markup | undefined {
  const title = examinationTitle(examination);
  const parts: Markup[] = [];
  if (measures.length > 0) {
    parts.push(markup`<details><summary>All figures (${measures.length})<span class="heard"> of ${title}</span></summary>
<table class="figures"><caption>${title}: every figure with its interval</caption>
<thead><tr><th scope="col">Statistic</th><th scope="col">About</th><th scope="col">Estimate</th></tr></thead>
<tbody>${measures.map(
      ({ statistic, about, estimate }) =>
        markup`<tr><th scope="row">${statisticName(statistic)}</th><td><bdi>${about ? aboutText(about) : 'all'}</bdi></td><td>${answer(estimate, statistic, card.settings.level)}${estimate.value === null && estimate.detail !== '' ? markup`<small>${estimate.detail}</small>` : undefined}</td></tr>
`,
    )}</tbody></table></details>`);
  }
  if (evidence.length > 0) {
    parts.push(markup`<details><summary>Evidence (${evidence.length})<span class="heard"> of ${title}</span></summary>
<table class="evidence"><caption>${title}: items that show it</caption>
<thead><tr><th scope="col">Item</th><th scope="col">What it shows</th></tr></thead>
<tbody>${evidence.map(evidenceRow)}</tbody></table></details>`);
  }
  return parts.length === 0 ? undefined : markup`<div class="full">${parts}</div>`;
}

function evidenceRow({ item, note, ratings }: EvidenceRow): Markup {
  const said = Object.entries(ratings ?? {});
  return markup`<tr><th scope="row"><code><bdi>${item}</bdi></code></th><td><bdi>${note}</bdi>${
    said.length === 0
      ? undefined
      : markup`<small>${said.map(([rater, value], place) => markup`${place === 0 ? '' : '; '}<bdi>${rater}</bdi>: <bdi>${value}</bdi>`)}</small>`
  }</td></tr>
`;
}
