import type { JudgeCard } from '@assize/core';

import { answer, outcomeBadge } from './answer.ts';
import { findingSection } from './finding-section.ts';
import { estimateText, levelText } from './estimate-text.ts';
import { type Child, type Markup, markup } from './markup.ts';
import { lacking } from './lacking.ts';
import { countText } from './number-text.ts';
import { page } from './page.ts';
import {
  examinationTitle,
  findingsByCriterion,
  policyWords,
  severityWords,
  statisticName,
  verdictWords,
} from './vocabulary.ts';

/**
 * A judge card as one HTML file: no script, no network, a strict content security policy, every text of the card escaped.
 *
 * Fits a phone, a desk and paper, in light and dark. Equal cards give equal bytes.
 *
 * @example await writeFile('card.html', renderHtml(card))
 */
export function renderHtml(card: JudgeCard): string {
  const criteria = findingsByCriterion(card);
  const { title, meaning } = verdictWords[card.verdict];
  return page(
    `${card.judge.rater}: ${title.toLowerCase()} (judge card)`,
    markup`<a class="skip" href="#findings">Skip to the findings</a>
<header>
<p class="eyebrow">Judge card</p>
<h1><bdi>${card.judge.rater}</bdi></h1>
<p class="soft">on <bdi>${card.dataset.name}</bdi>, by the profile <bdi>${card.profile.name}</bdi> ${card.profile.version}</p>
</header>
<main>
<div class="verdict ${card.verdict}" role="region" aria-labelledby="verdict">
<h2 id="verdict">${title}</h2>
<p>${meaning}</p>
<ul>${card.reasons.map((reason) => markup`<li><bdi>${reason}</bdi></li>`)}</ul>
</div>
${facts(card)}
<nav aria-label="On this page"><ul><li><a href="#findings">Findings</a></li>${criteria.map(({ id }, place) => markup`<li><a href="#c${place}"><bdi>${id}</bdi></a></li>`)}<li><a href="#missing">Missing verdicts</a></li><li><a href="#provenance">Settings and provenance</a></li></ul></nav>
${findingsTable(card, criteria)}
${criteria.map((criterion, place) => criterionSection(card, criterion, place))}
${missing(card)}
${provenance(card)}
</main>
<footer>${levelText(card.settings.level)} intervals unless a figure says otherwise. A finding passes or fails by its whole interval, never by its value alone.</footer>`,
  );
}

type CriterionFindings = ReturnType<typeof findingsByCriterion>[number];

function facts({ dataset, humans, criteria, settings, judge, unrated }: JudgeCard): Markup {
  const rows: [string, Child][] = [
    [
      'Items',
      `${countText(dataset.items)}${dataset.groups === dataset.items ? '' : ` in ${countText(dataset.groups)} groups`}`,
    ],
    ['Ratings', countText(dataset.ratings)],
    ['People', countText(humans.length)],
    ['Criteria', countText(criteria.length)],
    ['Intervals', levelText(settings.level)],
    ['Verdicts given', `${countText(unrated.rated)} of ${countText(unrated.rows)}`],
  ];
  if (judge.served?.some((name) => name !== judge.rater))
    rows.push([
      'Models that answered',
      (judge.served ?? []).map((name, place) => markup`${place === 0 ? '' : ', '}<bdi>${name}</bdi>`),
    ]);
  return markup`<dl class="facts">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function findingsTable(card: JudgeCard, criteria: readonly CriterionFindings[]): Markup {
  return markup`<section aria-labelledby="findings"><h2 id="findings" tabindex="-1">Findings</h2>
<table class="findings"><caption>What was examined and what came out, with ${levelText(card.settings.level)} intervals</caption>
<thead><tr><th scope="col">Outcome</th><th scope="col">Examination</th><th scope="col">Estimate</th></tr></thead>
${criteria.map(
  (
    { id, findings },
    place,
  ) => markup`<tbody>${criteria.length > 1 ? markup`<tr class="part"><th colspan="3" scope="rowgroup"><bdi>${id}</bdi></th></tr>` : undefined}
${
  findings.length === 0
    ? markup`<tr><td colspan="3">Nothing was examined.</td></tr>`
    : findings.map(
        ({ outcome, severity, examination, statistic, estimate, needs }, row) =>
          markup`<tr><td>${outcomeBadge(outcome)}<span class="severity">${severityWords[severity]}</span></td><th scope="row"><a href="#c${place}-f${row}">${examinationTitle(examination)}</a><small>${statisticName(statistic)}</small></th><td>${needs !== undefined && lacking({ outcome, estimate }) ? markup`<span class="soft"><bdi>needs ${needs}</bdi></span>` : answer(estimate, statistic, card.settings.level)}</td></tr>
`,
      )
}</tbody>`,
)}
</table></section>`;
}

function criterionSection(
  card: JudgeCard,
  { id, question, scale, findings }: CriterionFindings,
  place: number,
): Markup {
  return markup`<section aria-labelledby="c${place}"><h2 id="c${place}" tabindex="-1"><bdi>${id}</bdi></h2>
<p class="soft"><bdi>${question}</bdi>${scale === '' ? undefined : markup` <code><bdi>${scale}</bdi></code>`}</p>
${findings.map((finding, row) => findingSection(card, finding, `c${place}-f${row}`))}
</section>
`;
}

function missing({ unrated, settings }: JudgeCard): Markup {
  const kinds = [
    ['Rated', unrated.rated],
    ['Abstained', unrated.abstained],
    ['Refused', unrated.refused],
    ['Unreadable', unrated.unreadable],
    ['Failed', unrated.failed],
  ] as const;
  return markup`<section aria-labelledby="missing"><h2 id="missing" tabindex="-1">Missing verdicts</h2>
<p>Share without a verdict: <b>${estimateText(unrated.share, 'unrated-share', settings.level)}</b>. In the figures above they are ${policyWords[settings.unrated]}.</p>
<table><caption>The judge’s ${countText(unrated.rows)} rows by how they ended, over all criteria</caption>
<thead><tr><th scope="col">How it ended</th><th scope="col">Rows</th></tr></thead>
<tbody>${kinds.map(([name, count]) => markup`<tr><th scope="row">${name}</th><td>${countText(count)}</td></tr>`)}</tbody></table></section>`;
}

function provenance(card: JudgeCard): Markup {
  const { judge, dataset, profile, settings, humans, versions } = card;
  const rows: [string, Child][] = [
    ['Card', card.fingerprint],
    ['Judge', judge.fingerprint ?? 'none: the judge is known by its ratings alone'],
    ['Data set', dataset.fingerprint],
    ['Profile', `${profile.name} ${profile.version}, ${profile.fingerprint}`],
    ...(dataset.source === undefined ? [] : [['Source', dataset.source] satisfies [string, Child]]),
    ['Seed', String(settings.seed)],
    ['Resampling', `${countText(settings.replicates)} replicates`],
    ['Unrated rows', policyWords[settings.unrated]],
    [
      'People',
      humans.length === 0
        ? 'none'
        : humans.map((human, place) => markup`${place === 0 ? '' : ', '}<bdi>${human}</bdi>`),
    ],
    ...Object.keys(versions)
      .toSorted()
      .map((name): [string, Child] => [`Version of ${name}`, versions[name] ?? '']),
  ];
  return markup`<section aria-labelledby="provenance"><h2 id="provenance" tabindex="-1">Settings and provenance</h2>
<table class="provenance"><caption>What this card rests on; fingerprints are SHA-256</caption>
<thead><tr><th scope="col">What</th><th scope="col">Value</th></tr></thead>
<tbody>${rows.map(([name, value]) => markup`<tr><th scope="row">${name}</th><td><bdi>${value}</bdi></td></tr>`)}</tbody></table>
${judge.definition ? markup`<details><summary>Definition of the judge</summary><pre>${JSON.stringify(judge.definition, null, 2)}</pre></details>` : undefined}
</section>`;
}
