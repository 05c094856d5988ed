import { readFileSync } from 'node:fs';

import type { JudgeCard, Undetermined } from '@assize/core';
import { describe, expect, test } from 'vitest';

import {
  estimateText,
  renderCardsHtml,
  renderCardsTerminal,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderTerminal,
} from '../src/index.ts';
import { contentSecurityPolicy } from '../src/page.ts';
import { exampleCard } from './example-card.ts';
import { all, breaches, type PageElement, parsed } from './page-rules.ts';
import { weakCard } from './weak-card.ts';

const formats: [string, (card: JudgeCard) => string][] = [
  ['terminal', (card) => renderTerminal(card)],
  ['Markdown', renderMarkdown],
  ['HTML', renderHtml],
  ['JSON', renderJson],
];

const document = parsed(renderHtml(exampleCard()));
const plots = all(document, 'svg[role=img]');
const titleOf = (plot: PageElement): string => plot.querySelector('title')?.textContent ?? '';
const plotTitled = (title: string): PageElement | undefined => plots.find((plot) => titleOf(plot).startsWith(title));

describe.each(formats)('%s', (name, render) => {
  test('equal cards give equal bytes, whatever the order of their keys', () => {
    const card = exampleCard();
    const reversed = JSON.parse(JSON.stringify(card), (_, value: unknown) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toReversed())
        : value,
    ) as JudgeCard;
    // The definition and the ratings of an evidence row are shown as they were written.
    const { definition: _, ...judge } = reversed.judge;
    const same = {
      ...reversed,
      judge: { ...judge, ...(card.judge.definition ? { definition: card.judge.definition } : {}) },
    };
    const evidence = (of: JudgeCard): JudgeCard => ({
      ...of,
      findings: of.findings.map((finding) => ({ ...finding, evidence: [] })),
    });
    expect(render(evidence(same))).toBe(render(evidence(card)));
  });

  test('ends with a line feed', () => {
    expect(render(exampleCard())).toMatch(/[^\n]\n$/);
  });

  test('a card without findings, criteria or people is still a card', () => {
    const none: Undetermined = { value: null, reason: 'no-data', detail: 'no rows', n: 0, method: 'test' };
    const card = exampleCard();
    const empty: JudgeCard = {
      ...card,
      findings: [],
      criteria: [],
      humans: [],
      versions: {},
      unrated: { rows: 0, rated: 0, abstained: 0, refused: 0, unreadable: 0, failed: 0, share: none },
    };
    expect(render(empty)).toContain(name === 'JSON' ? 'no-data' : 'undetermined: no data');
  });
});

describe('a page', () => {
  test('holds nothing but what its rules allow', () => {
    expect(breaches(renderHtml(exampleCard()))).toEqual([]);
    expect(breaches(renderCardsHtml([exampleCard(), weakCard()]))).toEqual([]);
  });

  test('states the strict policy with the hash of its one style sheet', () => {
    const meta = document.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
    expect(meta).toBe(contentSecurityPolicy());
    expect(meta).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; img-src data:; base-uri 'none'; form-action 'none'$/,
    );
    expect(meta).not.toContain('unsafe');
    expect(all(document, 'style')).toHaveLength(1);
  });

  test('has one h1, headings in order, one main and a skip link that leads there', () => {
    const levels = all(document, 'h1,h2,h3,h4').map(({ tagName }) => Number(tagName.slice(1)));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [place, level] of levels.entries()) expect(level - (levels[place - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect(all(document, 'main')).toHaveLength(1);
    expect(document.querySelector('body')?.firstElementChild?.getAttribute('href')).toBe('#findings');
  });

  test('every table has a caption, and every header cell a scope', () => {
    for (const table of document.querySelectorAll('table'))
      expect(table.querySelector('caption')?.textContent).not.toBe('');
    for (const cell of document.querySelectorAll('th')) expect(cell.getAttribute('scope')).toBeTruthy();
  });

  test('every plot has a title and a description with its numbers', () => {
    expect(plots.length).toBeGreaterThan(8);
    for (const plot of plots) {
      expect(titleOf(plot)).not.toBe('');
      expect(plot.querySelector('desc')?.textContent).toMatch(/n = \d|undetermined/);
    }
  });

  test('every figure of the card is in it, with n and interval or with its reason', () => {
    const words = (document.querySelector('body')?.textContent ?? '').replaceAll(/\s+/g, ' ');
    for (const { statistic, estimate } of exampleCard().findings)
      expect(words).toContain(estimateText(estimate, statistic, 0.95));
    const figures = all(document, 'table.figures tbody tr').length;
    expect(figures).toBe(exampleCard().findings.reduce((sum, { measures }) => sum + measures.length, 0));
    for (const answer of document.querySelectorAll('.answer'))
      expect(answer.textContent).toMatch(/(?:\[.+\]|no interval: .+|undetermined: .+) .*n = \d/s);
  });
});

describe('plots', () => {
  test('agreement against the ceiling has a row for each person and one for the judge in their place', () => {
    const plot = plotTitled('Judge and people');
    expect(all(plot, 'circle.person')).toHaveLength(5);
    expect(all(plot, 'path.judge')).toHaveLength(6);
    expect(plot?.textContent).toContain('undetermined: too few independent groups, n = 7');
  });

  test('the heat map writes share and count into each cell, and says where a row has no items', () => {
    const seven = plots.filter((plot) => titleOf(plot).startsWith('What the judge says'))[1];
    expect(all(seven, 'rect.cell')).toHaveLength(6 * 8 + 1);
    expect(seven?.textContent).toContain('undetermined: no data, n = 0');
    expect(all(seven, 'text.cell-text')).toHaveLength(6 * 8 * 2);
  });

  test('long labels become letters with a legend', () => {
    expect(document.querySelector('ul.legend')?.textContent).toContain('far too formal');
  });

  test('order bias shows the three shares and preference fairness over five bands', () => {
    const plot = plotTitled('Does the order decide');
    expect(all(plot, 'rect.band')).toHaveLength(5);
    const widths = ['consistent', 'primacy', 'recency'].map((kind) =>
      Number.parseFloat(plot?.querySelector(`rect.segment.${kind}`)?.getAttribute('width') ?? ''),
    );
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(100, 6);
  });

  test('each facet has its rows, and a slice without data says so', () => {
    const plot = plotTitled('agreement by language');
    expect(all(plot, '.row-label')).toHaveLength(22);
    expect(all(plot, 'circle.slice')).toHaveLength(21);
  });

  test('are left out where nothing can be drawn, and shares that are no parts of one whole make no bar', () => {
    const card = exampleCard();
    const [bias] = card.findings.filter(({ examination }) => examination === 'position-bias');
    const odd = {
      ...card,
      findings: card.findings.map((finding) => ({
        ...finding,
        measures:
          finding === bias
            ? bias.measures.map((measure) => ({
                ...measure,
                estimate: { ...measure.estimate, value: 0.9 } as typeof measure.estimate,
              }))
            : [],
      })),
    };
    const html = renderHtml(odd);
    expect(html).not.toContain('class="segment');
    expect(html).not.toContain('class="cell');
    expect(breaches(html)).toEqual([]);
  });

  test('one fact of an unknown examination does not reach into the prototype', () => {
    const card = exampleCard();
    expect(() =>
      renderHtml({ ...card, findings: card.findings.map((finding) => ({ ...finding, examination: 'constructor' })) }),
    ).not.toThrow();
  });
});

describe('terminal', () => {
  test.each([60, 80, 100, 120])('fits %i columns', (width) => {
    for (const text of [
      renderTerminal(exampleCard(), { width }),
      renderCardsTerminal([exampleCard(), weakCard()], { width }),
    ]) {
      for (const line of text.split('\n')) expect(Array.from(line).length).toBeLessThanOrEqual(width);
    }
  });

  test('colour changes nothing but colour', () => {
    const coloured = renderTerminal(exampleCard(), { colour: true });
    expect(coloured).toContain('\u001b[');
    expect(coloured.replaceAll(new RegExp(String.raw`\u001b\[[\d;]*m`, 'g'), '').replaceAll(/ +$/gm, '')).toBe(
      renderTerminal(exampleCard()),
    );
  });

  test('says the verdict and its reasons before any finding', () => {
    const text = renderTerminal(exampleCard());
    expect(text.indexOf('FIT WITH CORRECTION')).toBeLessThan(text.indexOf('Repeatability could not'));
    expect(text.indexOf('Repeatability could not')).toBeLessThan(text.indexOf('OUTCOME'));
  });
});

describe('several cards', () => {
  test('stand beside each other with verdict, agreement and ceiling', () => {
    const text = renderCardsTerminal([exampleCard(), weakCard()], { width: 120 });
    for (const words of ['acme:judge-small', 'Unfit', 'Fit with correction', '51.2% [47.8%, 54.6%]'])
      expect(text).toContain(words);
    const index = parsed(renderCardsHtml([exampleCard(), weakCard()]));
    expect(all(index, 'svg[role=img]')).toHaveLength(1);
  });

  test('link to plain relative names only', () => {
    const links = (file: string): number =>
      all(parsed(renderCardsHtml([weakCard()], { files: [file] })), 'th a').length;
    expect(links('cards/weak.html')).toBe(1);
    for (const file of [
      'javascript:alert(1).html',
      '//evil.test/x.html',
      '../up.html',
      'https://evil.test/x.html',
      'a b.html',
    ])
      expect(links(file)).toBe(0);
  });

  test('none at all is said', () => {
    expect(renderCardsTerminal([])).toContain('no cards');
  });
});

describe('the colours of the style sheet', () => {
  const sheet = readFileSync(new URL('../src/page-style.ts', import.meta.url), 'utf8');
  const schemes = [...sheet.matchAll(/:root\{([^}]*)\}/g)].map(
    ([, body = '']) =>
      new Map(
        [...body.matchAll(/--([\w-]+):(#[\da-f]{3,6})/g)].map(
          ([, name = '', value = '']) => [name, channels(value)] as const,
        ),
      ),
  );

  test.each(['light', 'dark'].map((name, place) => [name, schemes[place]!] as const))(
    'reach 4.5:1 as text in the %s scheme',
    (_, colours) => {
      const of = (name: string): number[] => colours.get(name)!;
      for (const name of ['ink', 'soft', 'judge', 'person', 'pass', 'warn', 'fail', 'open', 'none']) {
        expect(contrast(of(name), of('paper'))).toBeGreaterThanOrEqual(4.5);
      }
      for (const name of ['ink', 'soft', 'pass', 'warn', 'fail', 'open'])
        expect(contrast(of(name), of('panel'))).toBeGreaterThanOrEqual(4.5);
      for (const band of ['pass-ground', 'warn-ground', 'fail-ground'])
        expect(contrast(of('judge'), of(band))).toBeGreaterThanOrEqual(3);
      for (const [shade, opacity] of [...sheet.matchAll(/shade-(\d)\{fill-opacity:([\d.]+)\}/g)].map(
        ([, a, b]) => [Number(a), Number(b)] as const,
      )) {
        const ground = of('shade').map((channel, place) => opacity * channel + (1 - opacity) * of('paper')[place]!);
        expect(contrast(of(shade >= 5 ? 'on-shade' : 'ink'), ground)).toBeGreaterThanOrEqual(4.5);
      }
    },
  );
});

function channels(hex: string): number[] {
  const digits =
    hex.length === 4
      ? Array.from(hex.slice(1), (digit) => digit + digit)
      : [hex.slice(1, 3), hex.slice(3, 5), hex.slice(5, 7)];
  return digits.map((pair) => Number.parseInt(pair, 16));
}

function contrast(a: number[], b: number[]): number {
  const light = (colour: number[]): number => {
    const [red = 0, green = 0, blue = 0] = colour.map((channel) =>
      channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [light(a), light(b)].toSorted((one, other) => one - other);
  return (high + 0.05) / (low + 0.05);
}
