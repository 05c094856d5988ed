import type { Finding, JudgeCard } from '@assize/core';

import { answer } from './answer.ts';
import { type DotRow, dotRows } from './dot-rows.ts';
import { estimateText, levelText, shortEstimateText } from './estimate-text.ts';
import { figure } from './figure.ts';
import { type Markup, markup } from './markup.ts';
import { lacking } from './lacking.ts';
import { countText } from './number-text.ts';
import { page } from './page.ts';
import { verdictTone } from './terminal.ts';
import { type Cell, finished, tableLines, type TerminalOptions } from './terminal-text.ts';
import { findingsByCriterion, statisticName, verdictWords } from './vocabulary.ts';

/** What is compared of a card, for each criterion. */
interface Row {
  criterion: string;
  agreement: Finding | undefined;
  ceiling: Finding | undefined;
}

function rowsOf(card: JudgeCard): Row[] {
  return findingsByCriterion(card).map(({ id, findings }) => ({
    criterion: id,
    agreement: findings.find(({ examination }) => examination === 'agreement'),
    ceiling: findings.find(({ examination }) => examination === 'human-ceiling'),
  }));
}

/**
 * Several cards beside each other as terminal text: judge, verdict, and for each criterion the agreement with people and
 * how well people agree with each other, with intervals.
 *
 * @example process.stdout.write(renderCardsTerminal([strong, weak], { colour: true, width: 100 }))
 */
export function renderCardsTerminal(
  cards: readonly JudgeCard[],
  { colour = false, width = 80 }: TerminalOptions = {},
): string {
  const room = Math.min(120, Math.max(60, width)) - 4;
  const estimate = 26;
  const verdict = 19;
  const judge = Math.min(26, room - verdict - estimate - 4);
  const spare = room - judge - verdict - 4;
  const layout = spare >= 2 * estimate + 2 ? [Math.floor((spare - 2) / 2), Math.floor((spare - 2) / 2)] : [spare];
  const columns = [judge, verdict, ...layout].map((size) => ({ columns: size }));
  const head = [
    'JUDGE',
    'VERDICT',
    ...(layout.length === 2
      ? ['AGREEMENT WITH PEOPLE', 'PEOPLE WITH EACH OTHER']
      : ['AGREEMENT WITH PEOPLE, AND OF PEOPLE']),
  ];
  const lines = ['', ...tableLines(columns, [head.map((text): Cell => ({ text, tone: 'soft' }))], colour)];
  for (const card of cards) {
    const rows = rowsOf(card);
    const cells = rows.flatMap(({ criterion, agreement, ceiling }, place): Cell[][] => {
      const name = rows.length > 1 ? `${criterion}: ` : '';
      const first: Cell[] =
        place === 0
          ? [
              { text: card.judge.rater, tone: 'bold' },
              { text: verdictWords[card.verdict].title, tone: verdictTone[card.verdict] },
            ]
          : [{ text: '' }, { text: '' }];
      const texts = [name + inWords(agreement), inWords(ceiling)];
      if (layout.length === 2) return [[...first, ...texts.map((text) => ({ text }))]];
      return [
        [...first, { text: texts[0] ?? '' }],
        [{ text: '' }, { text: '' }, { text: texts[1] ?? '', tone: 'soft' }],
      ];
    });
    lines.push(...tableLines(columns, cells, colour), '');
  }
  return finished(cards.length === 0 ? ['no cards'] : lines.slice(0, -1));
}

function inWords(finding: Finding | undefined): string {
  if (!finding || lacking(finding)) return 'not examined';
  return `${statisticName(finding.statistic)} ${shortEstimateText(finding.estimate, finding.statistic)}`;
}

const plainFile = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.html$/;

/**
 * Several cards beside each other as one HTML file, under the same policy as a card.
 *
 * `files` names the page of each card, relative to this one and in its order; only plain relative names become links.
 *
 * @example await writeFile('index.html', renderCardsHtml([strong, weak], { files: ['strong.html', 'weak.html'] }))
 */
export function renderCardsHtml(
  cards: readonly JudgeCard[],
  { files = [], title = 'Judge cards' }: { files?: readonly string[]; title?: string } = {},
): string {
  return page(
    title,
    markup`<a class="skip" href="#cards">Skip to the cards</a>
<header><p class="eyebrow">Comparison</p><h1>${title}</h1><p class="soft">${countText(cards.length)} ${cards.length === 1 ? 'judge' : 'judges'}, each held against people.</p></header>
<main><section aria-labelledby="cards"><h2 id="cards" tabindex="-1">Judges</h2>
<table class="cards"><caption>Verdict, agreement with people, and of people with each other</caption>
<thead><tr><th scope="col">Judge</th><th scope="col">Agreement with people</th><th scope="col">People with each other</th></tr></thead>
${cards.map((card, place) => cardRows(card, files[place]))}
</table></section>
${comparisons(cards)}</main>
<footer>Numbers in brackets are intervals${levelNote(cards)}. Overlapping intervals are no test, and judges on different data are not comparable.</footer>`,
  );
}

function cardRows(card: JudgeCard, file: string | undefined): Markup {
  const rows = rowsOf(card);
  const several = rows.length > 1;
  const name =
    file !== undefined && plainFile.test(file)
      ? markup`<a href="${file}"><bdi>${card.judge.rater}</bdi></a>`
      : markup`<bdi>${card.judge.rater}</bdi>`;
  const head = markup`<th scope="rowgroup" rowspan="${Math.max(1, rows.length)}">${name}<div><span class="outcome ${card.verdict}">${verdictWords[card.verdict].title}</span></div><small>on <bdi>${card.dataset.name}</bdi></small></th>`;
  const cell = (finding: Finding | undefined, criterion?: string): Markup =>
    markup`<td>${criterion === undefined ? undefined : markup`<b><bdi>${criterion}</bdi></b>`}${
      finding && !lacking(finding)
        ? markup`<small>${statisticName(finding.statistic)}</small>${answer(finding.estimate, finding.statistic, card.settings.level)}`
        : markup`<small>not examined</small>`
    }</td>`;
  return markup`<tbody>${
    rows.length === 0
      ? markup`<tr>${head}<td>not examined</td><td>not examined</td></tr>`
      : rows.map(
          (
            { criterion, agreement, ceiling },
            place,
          ) => markup`<tr>${place === 0 ? head : undefined}${cell(agreement, several ? criterion : undefined)}${cell(ceiling)}</tr>
`,
        )
  }</tbody>`;
}

/** One plot for each criterion and statistic that at least two cards on the same data share. */
function comparisons(cards: readonly JudgeCard[]): Markup | undefined {
  const all = cards.flatMap((card) =>
    rowsOf(card).flatMap(({ criterion, agreement }) => (agreement ? [{ card, criterion, agreement }] : [])),
  );
  const groups = Map.groupBy(all, ({ card, criterion, agreement }) =>
    JSON.stringify([card.dataset.fingerprint, criterion, agreement.statistic]),
  );
  const figures = Array.from(groups.values())
    .filter((group) => group.length > 1)
    .flatMap((group, place) => {
      const [first] = group;
      if (!first) return [];
      const { statistic } = first.agreement;
      const rows = group.map(({ card, agreement }): DotRow => ({
        label: card.judge.rater,
        estimate: agreement.estimate,
        mark: 'judge',
      }));
      return figure({
        id: `comparison-${place}`,
        title: `${statisticName(statistic)} with people on ${first.criterion}`,
        description: rows.map(({ label, estimate }) => `${label}: ${estimateText(estimate, statistic)}.`).join(' '),
        caption: ['On ', markup`<bdi>${first.card.dataset.name}</bdi>`, '. Lines are intervals.'],
        ...dotRows(rows, statistic, { names: 'whole' }),
      });
    });
  return figures.length === 0
    ? undefined
    : markup`<section aria-labelledby="compared"><h2 id="compared" tabindex="-1">On the same data</h2><div class="plots beside">${figures}</div></section>`;
}

function levelNote(cards: readonly JudgeCard[]): string {
  const levels = new Set(cards.map(({ settings }) => settings.level));
  const [level] = levels;
  return levels.size === 1 && level !== undefined ? ` at ${levelText(level)}` : '';
}
