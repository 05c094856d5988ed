import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { renderCardsHtml, renderHtml } from '../src/index.ts';
import { exampleCard } from './example-card.ts';
import { hostileTexts, poisonedByAll, poisonedPlots } from './hostile-texts.ts';
import { weakCard } from './weak-card.ts';

const executablePath = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => file !== '' && existsSync(file));

describe.skipIf(executablePath === undefined)(
  `in Chromium${executablePath === undefined ? ' (skipped: no Chromium found)' : ''}`,
  { timeout: 60_000 },
  () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'report-'));
      browser = await chromium.launch({
        ...(executablePath === undefined ? {} : { executablePath }),
        args: ['--no-sandbox'],
      });
    }, 60_000);

    afterAll(async () => {
      await browser.close();
      await rm(folder, { recursive: true });
    });

    async function open(
      html: string,
      options: { width?: number; colorScheme?: 'light' | 'dark' } = {},
    ): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
      const { width = 1200, colorScheme = 'light' } = options;
      const file = path.join(folder, 'page.html');
      await writeFile(file, html);
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const requests: string[] = [];
      const complaints: string[] = [];
      const address = pathToFileURL(file).href;
      page.on('request', (request) => request.url() !== address && requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('dialog', (dialog) => {
        complaints.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(address);
      return { page, requests, complaints };
    }

    const pages = {
      card: () => renderHtml(exampleCard()),
      index: () => renderCardsHtml([exampleCard(), weakCard()], { files: ['a.html', 'b.html'] }),
    };

    test.each(Object.entries(pages))(
      '%s asks for nothing and breaks no policy, at any width and scheme',
      async (_, html) => {
        for (const width of [360, 740, 1200]) {
          for (const colorScheme of ['light', 'dark'] as const) {
            const { page, requests, complaints } = await open(html(), { width, colorScheme });
            expect([...requests, ...complaints]).toEqual([]);
            await page.evaluate(
              "document.querySelectorAll('details').forEach((part) => part.setAttribute('open', ''))",
            );
            expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
            await page.close();
          }
        }
      },
    );

    test('no text of a hostile card runs, asks or widens the page', async () => {
      const mixed = [0, 11, 22].map((first) => poisonedByAll(exampleCard(), first));
      const long = hostileTexts
        .filter((text) => /^(?:W|a\u0301|<script)/.test(text))
        .map((text) => poisonedPlots(exampleCard(), text));
      for (const card of [...mixed, ...long]) {
        const { page, requests, complaints } = await open(renderHtml(card), { width: 360 });
        expect([...requests, ...complaints]).toEqual([]);
        await page.evaluate("document.querySelectorAll('details').forEach((part) => part.setAttribute('open', ''))");
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
        await page.close();
      }
    });

    test('the policy really holds: a style attribute put into the page is refused', async () => {
      const { page, complaints } = await open(renderHtml(exampleCard()).replace('<main>', '<main style="color:red">'));
      expect(complaints.join()).toContain('Content Security Policy');
      await page.close();
    });

    test('the dark scheme is dark, and print is light', async () => {
      const { page } = await open(renderHtml(exampleCard()), { colorScheme: 'dark' });
      const ground = 'getComputedStyle(document.documentElement).backgroundColor';
      expect(await page.evaluate(ground)).toBe('rgb(18, 21, 25)');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)');
      await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
      expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)');
      await page.close();
    });

    test('the keyboard goes through links and details in reading order, the skip link first, each with a visible focus', async () => {
      const { page } = await open(renderHtml(exampleCard()));
      const count = Number(await page.evaluate("document.querySelectorAll('a[href], summary').length"));
      const tops: number[] = [];
      const names: string[] = [];
      for (let stop = 0; stop < count; stop += 1) {
        await page.keyboard.press('Tab');
        const [name, top, outline] = await page.evaluate<[string, number, string]>(
          '[document.activeElement.textContent, document.activeElement.getBoundingClientRect().top + window.scrollY, getComputedStyle(document.activeElement).outlineStyle]',
        );
        names.push(name);
        tops.push(top);
        expect(outline).not.toBe('none');
      }
      expect(names[0]).toBe('Skip to the findings');
      expect(new Set(names.slice(1, 4))).toEqual(
        new Set(['Findings', 'helpful', 'overall-quality-on-a-seven-point-scale-with-a-long-identifier']),
      );
      for (const [place, top] of tops.entries())
        if (place > 1) expect(top).toBeGreaterThanOrEqual((tops[place - 1] ?? 0) - 8);
      await page.close();
    });

    test('assistive technology finds landmarks, headings, tables and images by name', async () => {
      const { page } = await open(renderHtml(exampleCard()));
      expect(await page.getByRole('main').count()).toBe(1);
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('acme:judge-large-2025-06');
      expect(await page.getByRole('table', { name: 'What was examined' }).count()).toBe(1);
      expect(await page.getByRole('img', { name: 'Judge and people: agreement' }).count()).toBe(1);
      expect(await page.getByRole('navigation', { name: 'On this page' }).count()).toBe(1);
      await page.close();
    });
  },
);
